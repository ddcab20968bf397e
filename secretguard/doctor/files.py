"""Files that git should never have: tracked, about to be, or not ignored."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Sequence

from secretguard import init
from secretguard.acceptance import accepted
from secretguard.config import Config
from secretguard.doctor.trouble import Trouble
from secretguard.git import GITLINK, NewFile, Repository, index_entries, ls_files
from secretguard.ignore import FILE_NAME, IgnoreFiles, patterns
from secretguard.model import Fragment, OriginKind, Receipt, UserError, show_path
from secretguard.scan import Scanner, reported
from secretguard.sources.files import files, is_link
from secretguard.sources.staged import new_sides

# Their names alone do not tell: what is in them decides. Of freqtrade's user_data, whose candles may fill a disk, what
# lies at its top, and strategies.
SUSPECT = (
    "*.pem", "*.key", "id.json", "config*.json", "config*.yml", "config*.yaml", "config.py", "/user_data/*.*",
    "/user_data/strategies/", "/user/", "/conf/",
)  # fmt: skip
SHOWN = 20  # files of one kind
UNTRACK = "git rm --cached -- {}    then revoke what is in it: history keeps it"
IGNORE = "echo {} >> .gitignore"


def tracked(repo: Repository, config: Config, errors: list[str]) -> Iterator[Trouble]:
    """What git tracks, or has staged, of such files."""
    named = init.tracked(repo)
    entries = {entry.path: entry.oid for entry in index_entries(repo) if entry.mode != GITLINK}
    suspects = {path: oid for path, oid in entries.items() if patterns(SUSPECT)(path)}
    live = _with_secrets(repo, {path: oid for path, oid in suspects.items() if path not in named}, config, errors)
    yield from _told(named, "git tracks {}: such a file belongs to nobody else", UNTRACK)
    yield from _told(live, "git tracks {}: it holds a live secret", UNTRACK)


def _with_secrets(repo: Repository, staged: dict[bytes, str], config: Config, errors: list[str]) -> list[bytes]:
    """Those of the paths whose staged content holds what would block a commit."""
    sides = [NewFile(None, path, oid, False) for path, oid in staged.items()]
    return _live(new_sides(repo, sides, OriginKind.INDEX, errors, config.max_size), config, errors) if sides else []


def _live(fragments: Iterable[Fragment], config: Config, errors: list[str]) -> list[bytes]:
    """The paths, sorted, where these hold what would block a commit."""
    scanner, receipt = Scanner(config), Receipt()
    found = reported(scanner.findings(fragments, receipt), config, receipt)
    report = accepted(scanner.report(found, receipt, 0), config)
    errors += receipt.errors
    return sorted({path for each in report.blocking for o in each.occurrences if (path := o.origin.path)})


def unignored(repo: Repository, config: Config, errors: list[str]) -> Iterator[Trouble]:
    """What lies here and the next ``git add`` would take; and names that git does not ignore."""
    here = [item.path for item in ls_files(repo) if not item.mode and not item.path.endswith(b"/")]
    named = [path for path in here if patterns(init.NEVER)(path)]
    suspects = [path for path in here if patterns(SUSPECT)(path) and path not in named]
    live = _lying(repo, suspects, config, errors)
    yield from _told(named, "{} lies here, and git does not ignore it", IGNORE)
    yield from _told(live, "{} lies here and holds a live secret, and git does not ignore it", IGNORE)
    yield from _unnamed(repo)


def _lying(repo: Repository, paths: list[bytes], config: Config, errors: list[str]) -> list[bytes]:
    """Those of the files that hold, as they lie in the work tree, what would block a commit. Of a link git takes no
    more than its text."""
    top, receipt = os.fsencode(init.top_of(repo)) + b"/", Receipt()
    named = [os.fsdecode(top + path) for path in paths if not is_link(top + path)]
    live = _live(files(named, receipt, config.max_size), config, errors) if named else []
    errors += receipt.errors
    return [path.removeprefix(top) for path in live]


def _told(paths: Sequence[bytes], what: str, mend: str) -> Iterator[Trouble]:
    """One trouble for each path, up to ``SHOWN``; both texts have its name in place of ``{}``."""
    for name in map(show_path, paths[:SHOWN]):
        yield Trouble("files", what.format(name), mend.format(shlex.quote(name)))
    if len(paths) > SHOWN:
        yield Trouble("files", f"and {len(paths) - SHOWN:,} more of that kind", "secretguard scan")


def _unnamed(repo: Repository) -> Iterator[Trouble]:
    """Lines that .gitignore should have."""
    samples = {sample(line): line for lines in init.IGNORED.values() for line in lines if not line.startswith("!")}
    ignores = IgnoreFiles(repo.work_tree, FILE_NAME)
    missing = [line for path, line in samples.items() if not ignores.ignored(path)]
    if missing:
        what = f".gitignore does not name {' '.join(missing)}"
        yield _ignoring(repo, what)


def _ignoring(repo: Repository, what: str) -> Trouble:
    try:
        return Trouble(
            "files", what, "secretguard doctor --fix    (or: secretguard init)", init.ignore_step(repo).apply
        )
    except UserError as error:  # a link, which nobody but its owner should write through
        return Trouble("files", what, str(error))


def sample(line: str) -> bytes:
    """A path that a line of .gitignore means."""
    return (line.replace("*", "x") + ("x" if line.endswith("/") else "")).encode()
