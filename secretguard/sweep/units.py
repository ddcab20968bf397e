"""What a worker is given and what it gives back. Small on its way in, and on its way out no secret and no contents."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from secretguard.config import Config, built_in_rules
from secretguard.git import Repository, split
from secretguard.model import Finding, Receipt, UserError
from secretguard.scan import Scanner
from secretguard.sources.history import Share, fragments
from secretguard.sweep.seen import Seen


@dataclass(frozen=True, slots=True)
class Orders:
    """How a worker has to scan: its own built-in rules, if any are meant, and the identity that it has to have."""

    config: Config
    own_rules: bool
    identity: str

    @classmethod
    def of(cls, config: Config) -> Orders:
        """The orders that make a worker scan as this process would."""
        own = built_in_rules()
        others = tuple(folder for folder in config.rules if folder != own)
        return cls(replace(config, rules=others), own in config.rules, scanner_of(config).identity)

    def local(self) -> Config:
        """The same for this process. Raises UserError where it would find something else than is asked for."""
        own = (built_in_rules(),) if self.own_rules else ()
        config = replace(self.config, rules=(*own, *self.config.rules))
        if scanner_of(config).identity != self.identity:
            raise UserError("a worker has another version of secretguard, of its rules or of Python; make them alike")
        return config


class _Scanners(threading.local):
    """Of this thread: a Vectorscan database works for one at a time."""

    def __init__(self) -> None:
        self.of: dict[Config, Scanner] = {}


_scanners = _Scanners()


def scanner_of(config: Config) -> Scanner:
    """One scanner for a thread and a configuration; a forked worker has its parent's."""
    if config not in _scanners.of:
        _scanners.of[config] = Scanner(config)
    return _scanners.of[config]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one share. ``whole``: git gave all of its objects, and named none that is not there."""

    findings: list[Finding]
    receipt: Receipt
    whole: bool


def read(share: Share, scanner: Scanner, seen: Seen | None = None) -> Outcome:
    """Scan what a share holds; of blobs only those that no other repository of the run has shown to be clean."""
    shared = seen if share.known is None else None
    todo = replace(share, ids=shared.missing(share.ids, share.repo.id_size)) if shared else share
    reading, receipt = Receipt(), Receipt()
    found = list(scanner.findings(fragments(todo, reading), receipt))
    whole = not reading.errors and not reading.notes
    if shared and whole:
        shared.add(set(split(todo.ids, share.repo.id_size)).difference(map(bytes.fromhex, receipt.again)))
    receipt.add(reading)
    return Outcome(found, receipt, whole)


@dataclass(frozen=True, slots=True)
class Parked:
    """A share whose ids lie in a file: a queue that still holds megabytes when a worker dies never drains."""

    orders: Orders
    repo: Repository
    size: int
    ids: Path
    known: Path | None
    seen: Seen | None

    def __call__(self) -> Outcome:
        """Do it. Raises UserError where this process can't see what the share is about."""
        scanner = scanner_of(self.orders.local())
        try:
            known = self.known.read_bytes() if self.known else None
            share = Share(self.repo, self.ids.read_bytes(), self.size, known)
        except OSError as error:
            raise UserError(
                f"a worker can't read {error.filename}: {error.strerror}; it has to see it as we do"
            ) from None
        return read(share, scanner, self.seen)


def park(shares: Iterable[Share], orders: Orders, folder: Path, seen: Seen | None) -> list[Parked]:
    """Put the shares' ids into files of the folder. Raises OSError."""
    parked = []
    for number, share in enumerate(shares):
        ids, known = folder / f"{number}.ids", folder / f"{number}.known"
        ids.write_bytes(share.ids)
        if share.known is not None:
            known.write_bytes(share.known)
        parked.append(Parked(orders, share.repo, share.size, ids, known if share.known is not None else None, seen))
    return parked
