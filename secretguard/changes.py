"""What a change introduces: the next commit, a range of commits, a push. Old secrets in changed files stay silent.

A finding is introduced if a byte of it is new, or if the old side of its file did not have it: a value whose name was
changed, whose exchange is imported now, whose accepting comment is gone.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from secretguard.config import Config
from secretguard.git import NewFile, Repository, committed, old_sides, read_objects, staged
from secretguard.ignore import REASON, IgnoreFiles
from secretguard.model import (
    Exposure,
    Finding,
    Fragment,
    Origin,
    OriginKind,
    Place,
    Reach,
    Receipt,
    Report,
    Skipped,
    UserError,
    show_path,
)
from secretguard.scan import Scanner, reported
from secretguard.sources.fresh import fresh_spans
from secretguard.sources.range import Range, contents, range_of
from secretguard.sources.staged import names, new_sides, packed, versions
from secretguard.touched import Touched
from secretguard.unicode import as_utf8
from secretguard.waves import find


def scan_staged(repo: Repository, config: Config) -> Report:
    """Scan what the next commit introduces. Raises GitError: no index, or one that can't be read, unmerged paths."""
    receipt, began = Receipt(), time.monotonic()
    files = staged(repo)
    if not files:  # no rules are needed to find nothing in nothing
        return Report((), receipt, time.monotonic() - began)
    scanner = Scanner(config, screened=True)
    work = Introduced(repo, scanner, config, receipt)
    return scanner.report(work.reported(work.by_files(files, OriginKind.INDEX)), receipt, began)


def scan_range(repo: Repository, text: str, config: Config) -> Report:
    """Scan what the commits of ``BASE..HEAD`` introduce, and their texts.

    Raises UserError, with the command that mends it, for a range that is not here in full and for one without commits.
    """
    return scan_new(repo, range_of(repo, text), config, empty=f"{text}: no commits in this range, so nothing to scan")


def scan_new(
    repo: Repository,
    wanted: Range,
    config: Config,
    ref_names: Iterable[tuple[bytes, str]] = (),
    *,
    empty: str = "",
    note: str = "",
) -> Report:
    """Scan what a range introduces: files, texts of commits and tags, and names of refs (each with its id).

    With ``empty`` a range without commits is a UserError of that text; ``note`` goes into the receipt.
    """
    receipt, began = Receipt(notes=[note] if note else []), time.monotonic()
    inside = contents(repo, wanted, receipt.errors, config.max_size)
    if empty and not inside.commits:
        raise UserError(empty)
    refs = [Fragment(name + b"\n", Origin(OriginKind.REF, name, oid)) for name, oid in ref_names]
    scanner = Scanner(config, screened=True)
    work = Introduced(repo, scanner, config, receipt)
    found = [
        *work.by_files(committed(repo, inside.commits), OriginKind.BLOB),
        *work.by_texts(inside.commits, [*inside.tags, *refs]),
        *work.by_tips(inside.files),
    ]
    return scanner.report(work.reported(work.signed(found)), receipt, began)


STAGED = Exposure(reach=Reach.INDEX)


class Introduced:
    """One look at new content: what it holds, and only where it holds something, whether that was there before."""

    def __init__(self, repo: Repository, scanner: Scanner, config: Config, receipt: Receipt) -> None:
        self._repo, self._scanner, self._max_size, self._receipt = repo, scanner, config.max_size, receipt
        self._config, self._ignores = config, IgnoreFiles(config.ignores)
        self._touched = Touched(config, repo.work_tree)

    def reported(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """What the configuration leaves of the findings; said aloud where it hides some and came with the change."""
        found = reported(findings, self._config, self._receipt)
        self._receipt.notes += self._touched.notes(found, self._receipt)
        return found

    def _kept(self, files: Sequence[NewFile]) -> list[NewFile]:
        """The files that no .secretguardignore leaves out; the others are in the receipt. Raises UserError."""
        left_out = {path: None for path in dict.fromkeys(f.path for f in files) if self._ignores.ignored(path)}
        self._receipt.skipped += [Skipped(show_path(path), REASON) for path in left_out]
        self._touched.add([file.path for file in files])
        return [file for file in files if file.path not in left_out]

    def by_files(self, files: Sequence[NewFile], kind: OriginKind) -> Iterator[Finding]:
        """The findings in files whose bytes no parent has, and in the names of files that are new."""
        files = self._kept(files)
        yield from self._uncounted(names(files))
        found: dict[tuple[bytes, str], list[Finding]] = {}
        whole = new_sides(self._repo, files, kind, self._receipt.errors, self._max_size)
        for finding in find(self._scanner, whole, self._receipt, self._config.jobs):
            origin = finding.occurrences[0].origin
            found.setdefault((origin.path or b"", origin.oid or ""), []).append(finding)
        suspects = [file for file in files if (file.path, file.oid) in found]
        for file, new, olds in self._versions(suspects):
            findings = found[file.path, file.oid]
            sides = [self._introduced(findings, new, old) for old in olds if new]
            for finding in told(findings, sides):
                yield at_commit(finding, file.commit) if kind is OriginKind.BLOB else exposed(finding, STAGED)

    def _versions(self, files: Sequence[NewFile]) -> Iterator[tuple[NewFile, bytes, list[bytes]]]:
        """Each file with its content and its old sides. Each group of new and old sides once."""
        distinct: dict[tuple[object, ...], tuple[NewFile, list[str]]] = {}
        for file, olds in old_sides(self._repo, files).items() if files else ():
            distinct.setdefault((file.path, file.oid, *olds), (file, olds))
        groups = [(file.oid, *olds) if olds else () for file, olds in distinct.values()]
        errors = self._receipt.errors
        for (file, olds), texts in zip(
            distinct.values(), versions(self._repo, groups, errors, self._max_size), strict=True
        ):
            yield file, texts.get(file.oid, b""), [texts[old] for old in olds if old in texts]

    def _introduced(self, findings: Sequence[Finding], new: bytes, old: bytes) -> Pieces:
        """The pieces that are no news against one old side left out. It is judged only if there are such of old bytes.

        Of copies of a secret as many are old as there were.
        """
        origin = findings[0].occurrences[0].origin
        readable, before = (as_utf8(Fragment(data, origin)).data for data in (new, old))
        fresh = Fragment(readable, origin, fresh_spans(before, readable))
        introduced = {piece: finding for finding in self._uncounted([fresh]) for piece in pieces(finding)}
        kept = {piece: finding for finding in findings for piece in pieces(finding) if piece not in introduced}
        known: Counter[tuple[str, bool]] = Counter()
        for finding in self._uncounted([Fragment(old, origin)]) if kept else ():
            for _, fingerprint in pieces(finding):
                known.update((fingerprint, blocking) for blocking in {False, finding.blocking})
        for piece, finding in kept.items():
            known[piece[1], finding.blocking] -= 1
            if known[piece[1], finding.blocking] < 0:
                introduced[piece] = finding
        return introduced

    def _uncounted(self, fragments: Iterable[Fragment]) -> Iterator[Finding]:
        """The findings in what is read beside the change. What can't be read to its end is an error all the same."""
        receipt = Receipt()
        yield from self._scanner.findings(fragments, receipt)
        self._receipt.errors += receipt.errors

    def by_texts(self, commits: Iterable[str], others: Iterable[Fragment]) -> Iterator[Finding]:
        """The findings in the texts of commits, and in other fragments that are new as a whole."""
        for item in read_objects(self._repo, packed(commits), self._receipt.errors, self._max_size):
            fragment = Fragment(item.data, Origin(OriginKind.COMMIT, oid=item.oid))
            for finding in self._scanner.findings([fragment], self._receipt):
                yield at_commit(finding, item.oid)
        yield from self._scanner.findings(others, self._receipt)

    def by_tips(self, files: Sequence[NewFile]) -> Iterator[Finding]:
        """The findings in files that no commit holds."""
        new = new_sides(self._repo, self._kept(files), OriginKind.BLOB, self._receipt.errors, self._max_size)
        yield from find(self._scanner, new, self._receipt, self._config.jobs)

    def signed(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings with the authors of their commits."""
        from secretguard.sources.exposure import person  # noqa: PLC0415 - a clean hook has no use for it

        findings = list(findings)
        commits = {o.exposure.first for f in findings for o in f.occurrences if o.exposure and o.exposure.first}
        items = read_objects(self._repo, packed(sorted(commits)), self._receipt.errors)
        authors = {item.oid: person(item.data) for item in items}
        for finding in findings:
            occurrence = finding.occurrences[0]
            known = occurrence.exposure
            if known and known.first:
                known = replace(known, author=authors.get(known.first))
            yield replace(finding, occurrences=(replace(occurrence, exposure=known),))


Piece = tuple[Place, str]
Pieces = dict[Piece, Finding]


def pieces(finding: Finding) -> list[Piece]:
    """The secret and the further pieces of its credential, by place and fingerprint."""
    return [(each.place, each.secret.fingerprint) for each in finding.pieces]


def told(findings: Iterable[Finding], sides: Sequence[Pieces]) -> Iterator[Finding]:
    """The findings that are new against all old sides; of one that is old itself, what tells its new pieces."""
    for finding in findings:
        main, *parts = (all(piece in side for side in sides) for piece in pieces(finding))
        if main:
            yield finding
        elif any(parts):
            new = [piece for piece, is_new in zip(pieces(finding)[1:], parts, strict=True) if is_new]
            yield from {id(each): each for each in (sides[0][piece] for piece in new)}.values()


def at_commit(finding: Finding, commit: str | None) -> Finding:
    """The finding with the commit that brings it, if it is one."""
    return finding if commit is None else exposed(finding, Exposure(first=commit))


def exposed(finding: Finding, exposure: Exposure) -> Finding:
    """The finding with what is known of its one place."""
    return replace(finding, occurrences=(replace(finding.occurrences[0], exposure=exposure),))
