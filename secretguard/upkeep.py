"""What the baseline commands do, without the command line: everything is looked at, and the file follows."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace
from pathlib import Path

from secretguard.baseline.accept import absent
from secretguard.baseline.entry import Entry
from secretguard.baseline.file import Loaded, create, load, save
from secretguard.baseline.merge import Conflict, base_of, merge
from secretguard.baseline.text import Baseline, new_salt, parse
from secretguard.config import Config
from secretguard.git import NotARepository, Repository, read_objects, resolve
from secretguard.ignore import IgnoreFiles
from secretguard.model import Finding, Receipt, UserError, show_path
from secretguard.scan import Scanner, merged, reported
from secretguard.sources.files import files
from secretguard.sweep import Watch, sweep


@dataclass(frozen=True, slots=True)
class Look:
    """All that was found in tree and history, and what was read. ``root`` is what paths are below."""

    findings: tuple[Finding, ...]
    receipt: Receipt
    root: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """A baseline as it is now, the entries that were added or removed, and what was read to know that."""

    loaded: Loaded
    changed: tuple[Entry, ...]
    receipt: Receipt


def make(path: Path, config: Config, history: bool, watch: Watch) -> Outcome:
    """Write a first baseline of all there is. Raises UserError where there is one already."""
    if os.path.lexists(path):
        raise UserError(f"{path} is there already; 'secretguard baseline update' adds what is new")
    empty = Baseline(new_salt())
    seen = look(config, empty, history, watch)
    added = entries_of(seen)
    return Outcome(create(path, Baseline.of(empty.salt, added)), added, seen.receipt)


def outdated(config: Config) -> list[str]:
    """What is to be said of the configuration once a first baseline keys all fingerprints anew."""
    entries = config.policy.allow if config.policy else ()
    return [
        f"{each.where}: key 'values': made with another key, so it accepts nothing now: take it out, or name the "
        "fingerprints of new reports"
        for each in entries
        if each.values
    ]


def update(path: Path, config: Config, history: bool, watch: Watch) -> Outcome:
    """Add what is not in the baseline yet. What is in it stays as it is."""
    loaded = load(path)
    seen = look(config, loaded.baseline, history, watch)
    added = tuple(entry for entry in entries_of(seen) if entry.fingerprint not in loaded.baseline.lines)
    return Outcome(save(loaded, loaded.baseline.having(added)), added, seen.receipt)


def prune(path: Path, config: Config, watch: Watch, dry: bool) -> Outcome:
    """Remove the entries that neither tree nor history has anything for. ``dry``: only say which.

    Raises UserError where not all could be read: what was not seen may be there.
    """
    loaded = load(path)
    seen = look(config, loaded.baseline, True, watch)
    if seen.receipt.errors:
        raise UserError(f"nothing was removed, since not all could be read: {seen.receipt.errors[0]}")
    stale = absent(seen.findings, loaded.baseline)
    removed = tuple(entry for entry in loaded.baseline.entries() if entry.fingerprint in set(stale))
    kept = {each: line for each, line in loaded.baseline.lines.items() if each not in set(stale)}
    if not dry:
        loaded = save(loaded, Baseline(loaded.baseline.salt, kept))
    return Outcome(loaded, removed, seen.receipt)


def version(path: Path, name: str) -> Baseline:
    """A baseline by the name of its file, or as it is in a revision of git. Raises UserError."""
    if Path(name).is_file():
        return load(Path(name)).baseline
    repo = Repository.open()
    inside = os.path.relpath(path.absolute(), repo.work_tree or Path.cwd()).replace(os.sep, "/")
    found = resolve(repo, [f"{name}^{{commit}}", f"{name}:{inside}"])
    if found[0] is None:
        raise UserError(f"{name}: no such file, and no revision of this repository")
    if found[1] is None:
        return Baseline(load(path).baseline.salt)
    errors: list[str] = []
    for item in read_objects(repo, bytes.fromhex(found[1][0]), errors):
        return parse(item.data.decode("utf-8", "replace"), f"{name}:{inside}")
    raise UserError(errors[0])


def merge_files(base: Path, ours: Path, theirs: Path, name: str) -> tuple[Conflict, ...]:
    """Merge three versions of the baseline ``name``, as git hands them over, into the file of ours. Raises UserError.

    An empty base: both sides have made the file.
    """
    sides = [parse(_text(path), f"{name} ({side})") for path, side in ((ours, "ours"), (theirs, "theirs"))]
    merged = merge(base_of(_text(base), f"{name} (base)"), *sides)
    try:
        ours.write_bytes(merged.text().encode())
    except OSError as error:
        raise UserError(f"{ours}: can't be written: {error.strerror}") from None
    return merged.conflicts


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: can't be read: {error}") from None


def look(config: Config, baseline: Baseline, history: bool, watch: Watch) -> Look:
    """Scan the whole tree that the user stands in, and all that its repository has ever held."""
    config = replace(config, fingerprint_key=baseline.key)
    receipt, began = Receipt(), time.monotonic()
    try:
        repo = Repository.open()
    except NotARepository:
        repo = None
    root = Path.cwd() if repo is None else repo.work_tree or repo.git_dir
    scanner = Scanner(config)
    found: list[Finding] = []
    if repo is None or repo.work_tree:
        fragments = files([str(root)], receipt, config.max_size, IgnoreFiles(config.ignores))
        found += reported(scanner.findings(fragments, receipt), config, receipt)
    if repo is not None and history:
        past = sweep(repo, config, watch)
        receipt.add(past.receipt)
        found += past.findings
    report = scanner.report(merged(found), receipt, began)  # a path that holds a secret is masked here
    return Look(report.findings, report.receipt, root)


def entries_of(seen: Look) -> tuple[Entry, ...]:
    """An entry for each secret that was found, each further part of a credential included, sorted."""
    entries: dict[str, Entry] = {}
    for finding in seen.findings:
        path = _hint(finding, os.fsencode(seen.root))
        for each in finding.pieces:
            fingerprint = each.secret.fingerprint
            entries.setdefault(fingerprint, Entry(fingerprint, rule=each.rule, path=path))
    return tuple(entries[fingerprint] for fingerprint in sorted(entries))


def _hint(finding: Finding, root: bytes) -> str:
    """A path that has the secret: one that is still there rather than one that was, then the first in order."""
    places = []
    for each in finding.occurrences:
        if each.origin.path is not None:
            gone = each.exposure is not None and not each.exposure.in_head
            places.append((gone, each.origin.path.removeprefix(root.rstrip(b"/") + b"/")))
    return show_path(min(places)[1]) if places else ""
