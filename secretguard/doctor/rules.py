"""What decides what is reported: configuration and baseline that accept everything, or are out of date."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime

from secretguard import allow, init
from secretguard.baseline.file import load
from secretguard.baseline.lint import complaints
from secretguard.config import OWN, Config
from secretguard.doctor.trouble import Trouble
from secretguard.git import Repository, index_entries
from secretguard.ignore import OWN_FILE_NAME, IgnoreFiles, patterns
from secretguard.layers import Layer
from secretguard.model import Severity, UserError, show_path
from secretguard.policy import Allow

# What nobody means in particular: who accepts all of it accepts everything.
PATHS = (b"aq/zx/wv.py", b"qzx.json", b"wqz", b"xw/.qy", b"v-q/x_z.toml")
VALUES = ("c0ffee5eed1e" * 5, "Qm7ZxV2" * 8, "zebra quartz violin jungle", "q8Z-w3_x.Vb" * 4)
SHOWN = 5


def permissive(layers: Sequence[Layer], config: Config) -> Iterator[Trouble]:
    """Settings that let everything through."""
    for layer in layers:
        for entry in layer.values.get("allow", ()):
            if any(all(allow.matches(each, value) for value in VALUES) for each in entry.regexes):
                yield _trouble(entry, "an expression of it matches any value", "name what is meant: a prefix, a form")
            elif _everywhere(entry):
                yield _trouble(entry, "its paths are all paths", "name the folder that is meant")
        if layer.file and layer.values.get("severity", Severity.LOW) > Severity.HIGH:
            what = f"{layer.file}: key 'severity': keys that can trade do not block"
            yield Trouble("configuration", what, 'severity = "high"    (or lower)')
    ignores = IgnoreFiles(config.ignores)
    if all(map(ignores.ignored, PATHS)):
        name = OWN_FILE_NAME.decode()
        yield Trouble("configuration", f"{name} leaves out every file", f"name in {name} the folder that is meant")


def _everywhere(entry: Allow) -> bool:
    narrower = entry.values or entry.words or entry.regexes
    return not narrower and bool(entry.paths) and all(map(patterns(entry.paths), PATHS))


def _trouble(entry: Allow, what: str, mend: str) -> Trouble:
    return Trouble("configuration", f"{entry.where}: {what}", mend)


def unread(repo: Repository) -> Iterator[Trouble]:
    """Configuration that is not read, for it does not lie at the top."""
    tail = f"/{OWN}".encode()
    for path in [entry.path for entry in index_entries(repo) if entry.path.endswith(tail)][:SHOWN]:
        what = f"{show_path(path)} is not read: only the one at the repository's top is"
        yield Trouble("configuration", what, f"move it into {OWN} as an [[override]]")


def outlived(repo: Repository, config: Config, required: Collection[str]) -> Iterator[Trouble]:
    """A baseline that can't be read, that others do not have, or whose entries are over or lack what is required."""
    if config.baseline is None:
        return
    try:
        baseline = load(config.baseline).baseline
    except UserError as error:
        yield Trouble("baseline", str(error), "mend that line, or take the file from an earlier commit")
        return
    entries = baseline.entries()
    paths = {show_path(entry.path) for entry in index_entries(repo)}
    name, today = config.baseline.name, datetime.now(UTC).date().isoformat()
    if name not in paths:
        yield Trouble("baseline", f"{name} is not in git: others do not have it", f"git add {name}")
    if (step := init.merge_step(repo)).apply:
        yield Trouble("baseline", f"git merges {name} line by line", "secretguard init", step.apply)
    if expired := sum(entry.expired(today) for entry in entries):
        yield Trouble("baseline", f"{name}: {expired:,} of {len(entries):,} entries have expired", "secretguard scan")
    if lacking := {entry for entry, _ in complaints(baseline, today, required) if not entry.expired(today)}:
        what = f"{name}: {len(lacking):,} of {len(entries):,} entries lack what they should have"
        yield Trouble("baseline", what, "secretguard baseline lint    names them")
    if gone := sum(bool(entry.path) and entry.path not in paths for entry in entries):
        what = f"{name}: {gone:,} of {len(entries):,} entries name a file that is no longer there"
        yield Trouble("baseline", what, "secretguard baseline prune    (keeps what history holds)")
