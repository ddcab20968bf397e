"""One repository: everything its history holds, shared among workers, and the exposure of what was found."""

from __future__ import annotations

import os
import shlex
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from secretguard.config import Config
from secretguard.crew import Crew, Unit, processes, reason
from secretguard.git import Repository, split, submodules
from secretguard.model import Finding, Receipt, Report, UserError
from secretguard.scan import merged
from secretguard.sources.exposure import Trail
from secretguard.sources.history import Plan, Share, plan
from secretguard.sweep.memory import Memory, Remembered
from secretguard.sweep.places import exposed, joined, visible
from secretguard.sweep.seen import Seen
from secretguard.sweep.units import Orders, Outcome, park, read, scanner_of

SHOWN = 5  # submodules named in a note
SHARES_PER_JOB = 4  # enough for an even end; each costs one start of git, some 5 ms


@dataclass(frozen=True, slots=True)
class Done:
    """How far a sweep is, for whoever watches."""

    objects: int
    objects_total: int
    bytes: int
    bytes_total: int
    findings: int
    what: str = "object"


Watch = Callable[[Done], None]


def unwatched(done: Done) -> None:
    """For where nobody looks."""


@dataclass(frozen=True, slots=True)
class Means:
    """With what a repository is swept: by whom, under whose eyes, with whom it shares what is clean (see ``seen``),
    and in which folder, that all of the crew see, it may put files meanwhile (the system's if None)."""

    crew: Crew
    watch: Watch = unwatched
    seen: Seen | None = None
    folder: Path | None = None


def sweep_one(repo: Repository, config: Config, means: Means, note: str = "") -> Report:
    """Scan everything the repository has ever held; ``note`` goes into the receipt.

    Raises GitError where git refuses it altogether.
    """
    began = time.monotonic()
    scanner = scanner_of(config)
    memory = Memory(repo, config, scanner.identity)
    earlier = memory.load()
    shares = means.crew.size * SHARES_PER_JOB if means.crew.size > 1 or means.seen else 1
    whole = plan(repo, shares, config.max_size, earlier.known if earlier else None, apart=means.seen is not None)
    whole.receipt.notes += [each for each in (note, apart(repo)) if each]
    found, again = gather(whole, config, means)
    seen = whole.seen(again)
    trail = None
    if earlier and earlier.pairs is not None:
        commits = split(whole.todo.commit.raw, repo.id_size)
        trail = Trail(earlier.pairs, frozenset(oid.hex() for oid in commits))
    placed, trail = exposed(whole, seen, merged(sorted(found, key=by_place)), config.jobs, trail)
    remembered = Remembered(seen, None if whole.receipt.errors else trail.pairs)
    if remembered != earlier:
        memory.keep(remembered)
    findings = [joined(each) for each in visible(placed, config, whole.receipt)]
    return scanner.report(findings, whole.receipt, began, subject=str(repo.git_dir))


def apart(repo: Repository) -> str:
    """That its submodules are repositories of their own, which a sweep of it does not read; empty if it has none."""
    stores = [shlex.quote(str(each)) for each in submodules(repo)]
    more = f" (and {len(stores) - SHOWN:,} more)" if len(stores) > SHOWN else ""
    command = f"secretguard sweep {' '.join(stores[:SHOWN])}{more}"
    return f"what submodules hold was not read, which have stores of their own: {command}" if stores else ""


def gather(whole: Plan, config: Config, means: Means) -> tuple[list[Finding], set[bytes]]:
    """All findings, and the ids of what has to be read again by a later sweep; the plan's receipt tells the rest."""
    receipt, found = whole.receipt, []
    again = unread(whole, config.max_size)
    lost: Counter[str] = Counter()
    for share, outcome in outcomes(whole, config, means):
        if isinstance(outcome, Outcome):
            found += outcome.findings
            receipt.add(outcome.receipt)
        else:
            lost[reason(outcome)] += len(share.ids) // whole.repo.id_size
        if not (isinstance(outcome, Outcome) and outcome.whole):
            again.update(split(share.ids, whole.repo.id_size))
        means.watch(progress(whole, receipt, found))
    receipt.errors += [f"{why}: {number:,} objects were not read" for why, number in lost.items()]
    return found, again.union(map(bytes.fromhex, receipt.again))


def sweep(repo: Repository, config: Config, watch: Watch, note: str = "") -> Report:
    """Scan everything the repository has ever held, by processes of this machine. Raises GitError."""
    with processes(config.jobs) as crew:
        return sweep_one(repo, config, Means(crew, watch), note)


def by_place(finding: Finding) -> tuple[str, bytes, int, int, str]:
    """An order that does not depend on who found what first."""
    first = finding.occurrences[0]
    return first.origin.oid or "", first.origin.path or b"", first.place.line, first.place.column, finding.rule


def unread(whole: Plan, max_size: int) -> set[bytes]:
    """The ids that are in no share because they are too large."""
    blobs = whole.todo.blob
    if not blobs.sizes or max(blobs.sizes) <= max_size:
        return set()
    sized = zip(split(blobs.raw, blobs.width), blobs.sizes, strict=True)
    return {oid for oid, size in sized if size > max_size}


def outcomes(whole: Plan, config: Config, means: Means) -> Iterator[tuple[Share, Outcome | Exception]]:
    """What comes of each share, as it comes in."""
    shares = turned(whole) if means.seen else whole.shares
    if means.crew.size <= 1 or len(shares) <= 1:
        for share in shares:
            yield share, read(share, scanner_of(config), means.seen)
        return
    with parked(shares, config, means) as units:
        for unit, outcome in means.crew.results(units):
            yield units[unit], outcome


def turned(whole: Plan) -> tuple[Share, ...]:
    """The shares in an order of this repository's own, so that forks swept at one time do not read the same."""
    at = zlib.crc32(os.fsencode(whole.repo.git_dir)) % len(whole.shares)
    return whole.shares[at:] + whole.shares[:at]


@contextmanager
def parked(shares: Sequence[Share], config: Config, means: Means) -> Iterator[dict[Unit[Outcome], Share]]:
    """The shares as units whose ids lie in files for as long as they are worked on. Raises UserError."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="secretguard-", dir=means.folder))
            units = park(shares, Orders.of(config), Path(folder), means.seen)
        except OSError as error:
            raise UserError(f"the temporary folder can't be written: {error.strerror}") from None
        yield dict(zip(units, shares, strict=True))


def progress(whole: Plan, receipt: Receipt, found: Sequence[Finding]) -> Done:
    """How far it is."""
    total = sum(share.size for share in whole.shares)
    objects = sum(len(share.ids) // whole.repo.id_size for share in whole.shares)
    return Done(min(receipt.fragments, objects), objects, min(receipt.bytes, total), total, len(found))
