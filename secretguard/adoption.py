"""What another tool has accepted, in our baseline: each secret is found again where the tool says it is."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from secretguard.baseline.entry import Entry, Verdict
from secretguard.baseline.file import Loaded, create, load, save
from secretguard.baseline.foreign import Claim, Digest, claims_of
from secretguard.baseline.text import Baseline, new_salt
from secretguard.config import Config
from secretguard.git import NotARepository, Repository, read_objects, resolve
from secretguard.model import Finding, Fragment, Origin, OriginKind, Place, Receipt, Sealed, UserError
from secretguard.regular import NotRegular, TooLarge, read
from secretguard.scan import Scanner
from secretguard.sweep import Watch, unwatched
from secretguard.upkeep import look
from secretguard.windows import WHOLE

GONE = "the file is not there any more"
OTHER = "nothing that secretguard reports is there, or it is another secret now"
_REAL = {
    Verdict.UNREVIEWED: None,
    Verdict.FALSE_POSITIVE: False,
    Verdict.TEST_DATA: False,
    Verdict.REVOKED: True,
    Verdict.ACCEPTED_RISK: True,
    Verdict.REAL_SECRET: True,
}
_TOKEN = re.compile(r"[\w+/=.-]{8,}")
_QUOTED = re.compile(r"([\"'`])(.{4,}?)\1")


@dataclass(frozen=True, slots=True)
class Adopted:
    """A baseline after an import: of which tool, the entries that came, and which other claims did not, and why."""

    loaded: Loaded
    tool: str
    carried: tuple[Entry, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A secret that was found again: ``texts`` are the ways in which another tool may have taken it."""

    rule: str
    path: str
    secret: Sealed
    place: Place
    texts: frozenset[str]

    def is_claimed(self, claim: Claim) -> bool:
        """Whether it is what the claim is about."""
        if claim.digest is not None:
            return any(_digest(claim.digest[0], text) == claim.digest for text in self.texts)
        return claim.line is not None and self.place.line <= claim.line <= self.place.end_line


def adopt(path: Path, source: Path, config: Config, watch: Watch) -> Adopted:
    """Add what another tool has accepted to the baseline at ``path``, which is made if there is none.

    Raises UserError: a file of the tool or a baseline that can't be read or understood.
    """
    try:
        tool, claims = claims_of(source.read_text("utf-8"), str(source))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{source}: can't be read: {error}") from None
    loaded = load(path) if os.path.lexists(path) else None
    old = loaded.baseline if loaded else Baseline(new_salt())
    shown = replace(config, show_secrets=True, fingerprint_key=old.key)  # values are compared, and stay in this process
    finder = Finder(shown, old, watch)
    entries: dict[str, Entry] = {}
    lost: list[str] = []
    for claim in claims:
        pieces = finder.pieces(claim)
        found = [piece for piece in pieces if piece.is_claimed(claim)] if not isinstance(pieces, str) else []
        lost += [] if found else [f"{finder.masked(str(claim))}: {pieces if isinstance(pieces, str) else OTHER}"]
        for entry in _entries(found, claim, tool, old):
            entries[entry.fingerprint] = _graver(entries.get(entry.fingerprint), entry)
    new = old.having(entries.values())
    return Adopted(save(loaded, new) if loaded else create(path, new), tool, tuple(entries.values()), tuple(lost))


def _entries(pieces: Iterable[Piece], claim: Claim, tool: str, old: Baseline) -> Iterator[Entry]:
    """What a claim adds. An entry that somebody has looked at stays as it is."""
    for piece in pieces:
        before = old.get(piece.secret.fingerprint)
        if before is None or (before.verdict is Verdict.UNREVIEWED and claim.verdict is not Verdict.UNREVIEWED):
            entry = before or Entry(piece.secret.fingerprint, rule=piece.rule, path=piece.path)
            yield replace(entry, verdict=claim.verdict, reason=entry.reason or f"imported from {tool}")


def _graver(one: Entry | None, other: Entry) -> Entry:
    """Of two entries for one secret the real one, else the one that somebody has looked at.

    detect-secrets has a secret once for each plugin that saw it, and asks about each by itself.
    """
    graver = (Verdict.REAL_SECRET, Verdict.FALSE_POSITIVE, Verdict.UNREVIEWED)
    return min((each for each in (one, other) if each is not None), key=lambda each: graver.index(each.verdict))


def hand_over(path: Path, config: Config) -> tuple[str, int, int]:
    """The baseline at ``path`` as detect-secrets' own: its text, its number of entries, and the number of places in the
    tree that it was made from."""
    from secretguard.exporter import Accepted, exported  # noqa: PLC0415 - imports all of detect-secrets

    old = load(path).baseline
    seen = look(replace(config, show_secrets=True), old, False, unwatched)
    accepted: dict[str, list[Accepted]] = {}
    for finding in seen.findings:
        entry = old.get(finding.secret.fingerprint)
        if entry is None:
            continue
        for each in finding.occurrences:
            name = os.path.relpath(os.fsdecode(each.origin.path or b""), seen.root)
            accepted.setdefault(name, []).append(Accepted(finding.secret.shown or "", _REAL[entry.verdict]))
    text, number = exported(seen.root, accepted)
    return text, number, sum(map(len, accepted.values()))


class Finder:
    """Scans the texts that claims are about, each once."""

    def __init__(self, config: Config, baseline: Baseline, watch: Watch) -> None:
        self._config, self._baseline, self._watch = config, baseline, watch
        self._scanner = Scanner(config)
        self.masked = Scanner(replace(config, show_secrets=False), screened=True).masked  # a path may hold a secret
        try:
            self._repo: Repository | None = Repository.open()
        except NotARepository:
            self._repo = None
        self._root = (self._repo and self._repo.work_tree) or Path.cwd()
        self._known: dict[tuple[str | None, str | None], list[Piece] | str] = {}

    def pieces(self, claim: Claim) -> list[Piece] | str:
        """What is found in the text that a claim names, or in all there is; or why there is no such text."""
        key = (claim.commit, claim.path)
        if key not in self._known:
            self._known[key] = self._everywhere() if claim.path is None else self._in(claim.path, claim.commit)
        return self._known[key]

    def _everywhere(self) -> list[Piece]:
        seen = look(self._config, self._baseline, True, self._watch)
        return [piece for finding in seen.findings for piece in self._split(finding, "", b"")]

    def _in(self, path: str, commit: str | None) -> list[Piece] | str:
        data = self._of_commit(path, commit) if commit else self._of_tree(path)
        if isinstance(data, str):
            return data
        fragment = Fragment(data, Origin(OriginKind.FILE, path.encode("utf-8", "surrogateescape")))
        found = self._scanner.findings([fragment], Receipt())
        name = self.masked(path)
        return [piece for finding in found for piece in self._split(finding, name, data)]

    def _split(self, finding: Finding, path: str, data: bytes) -> Iterator[Piece]:
        for each in finding.pieces:
            texts = frozenset(_texts(each.secret.shown or "", each.place, data))
            yield Piece(each.rule, path, each.secret, each.place, texts)

    def _of_tree(self, path: str) -> bytes | str:
        place = self._root / path
        try:
            if not place.resolve().is_relative_to(self._root.resolve()):
                return "the path leads out of this repository"
            return read(os.fsencode(place), min(self._config.max_size, WHOLE))
        except (FileNotFoundError, NotRegular):
            return GONE
        except (OSError, TooLarge, ValueError) as error:
            return f"it can't be read ({type(error).__name__})"

    def _of_commit(self, path: str, commit: str) -> bytes | str:
        found = resolve(self._repo, [f"{commit}:{path}"])[0] if self._repo else None
        if self._repo is None or found is None or found[1] != "blob":
            return "the commit is not here, or does not have the file"
        errors: list[str] = []
        return next((item.data for item in read_objects(self._repo, bytes.fromhex(found[0]), errors)), "unreadable")


def _texts(value: str, place: Place, data: bytes) -> Iterator[str]:
    """The value, and each longer or shorter text of its line that another tool may have taken for it: where something
    encoded lies there, that too."""
    yield value
    lines = data.split(b"\n")[place.line - 1 : place.line]
    for line in (each.decode("utf-8", "surrogateescape") for each in lines):
        lying = line[place.column - 1 : place.end_column - 1] if place.line == place.end_line else value
        for text in [*_TOKEN.findall(line), *(match[2] for match in _QUOTED.finditer(line))]:
            if any(text in known or known in text for known in (value, lying)):
                yield text


def _digest(name: str, text: str) -> Digest:
    return name, hashlib.new(name, text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()
