"""One repository: everything its history holds, shared among workers, and the exposure of what was found."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from secretguard.config import Config
from secretguard.git import Repository, split
from secretguard.model import Finding, Receipt, Report, UserError
from secretguard.scan import merged
from secretguard.sources.exposure import Trail
from secretguard.sources.history import Plan, Share, plan
from secretguard.sweep.crew import Crew, Unit, processes
from secretguard.sweep.memory import Memory, Remembered
from secretguard.sweep.places import exposed, joined, visible
from secretguard.sweep.units import Orders, Outcome, park, read, scanner_of

SHARES_PER_JOB = 4  # enough for an even end; each costs one start of git, some 5 ms


@dataclass(frozen=True, slots=True)
class Done:
    """How far a sweep is, for whoever watches."""

    objects: int
    objects_total: int
    bytes: int
    bytes_total: int
    findings: int


Watch = Callable[[Done], None]


def sweep_one(repo: Repository, config: Config, crew: Crew, watch: Watch, note: str = "") -> Report:
    """Scan everything the repository has ever held; ``note`` goes into the receipt.

    Raises GitError where git refuses it altogether.
    """
    began = time.monotonic()
    scanner = scanner_of(config)
    memory = Memory(repo, config, scanner.identity)
    earlier = memory.load()
    shares = crew.size * SHARES_PER_JOB if crew.size > 1 else 1
    whole = plan(repo, shares, config.max_size, earlier.known if earlier else None)
    whole.receipt.notes += [note] if note else []
    found, again = gather(whole, config, crew, watch)
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


def gather(whole: Plan, config: Config, crew: Crew, watch: Watch) -> tuple[list[Finding], set[bytes]]:
    """All findings, and the ids of what has to be read again by a later sweep; the plan's receipt tells the rest."""
    receipt, found = whole.receipt, []
    again = unread(whole, config.max_size)
    for share, outcome in outcomes(whole, config, crew):
        if isinstance(outcome, Outcome):
            found += outcome.findings
            receipt.add(outcome.receipt)
        else:
            receipt.errors.append(complaint(share, outcome))
        if not (isinstance(outcome, Outcome) and outcome.whole):
            again.update(split(share.ids, whole.repo.id_size))
        watch(progress(whole, receipt, found))
    return found, again.union(map(bytes.fromhex, receipt.again))


def sweep(repo: Repository, config: Config, watch: Watch, note: str = "") -> Report:
    """The same with processes of this machine. Raises GitError."""
    with processes(config.jobs) as crew:
        return sweep_one(repo, config, crew, watch, note)


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


def outcomes(whole: Plan, config: Config, crew: Crew) -> Iterator[tuple[Share, Outcome | Exception]]:
    """What comes of each share, as it comes in."""
    if crew.size <= 1 or len(whole.shares) <= 1:
        for share in whole.shares:
            yield share, read(share, scanner_of(config))
        return
    with parked(whole.shares, config) as units:
        for unit, outcome in crew.results(units):
            yield units[unit], outcome


@contextmanager
def parked(shares: Sequence[Share], config: Config) -> Iterator[dict[Unit[Outcome], Share]]:
    """The shares as units whose ids lie in files for as long as they are worked on. Raises UserError."""
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="secretguard-"))
            units = park(shares, Orders.of(config), Path(folder))
        except OSError as error:
            raise UserError(f"the temporary folder can't be written: {error.strerror}") from None
        yield dict(zip(units, shares, strict=True))


def complaint(share: Share, error: Exception) -> str:
    """The line for a share that nobody has read."""
    number = len(share.ids) // share.repo.id_size
    why = str(error) if isinstance(error, UserError) else f"a worker process ended early ({type(error).__name__})"
    return f"{why}: {number} objects were not read"


def progress(whole: Plan, receipt: Receipt, found: Sequence[Finding]) -> Done:
    """How far it is."""
    total = sum(share.size for share in whole.shares)
    objects = sum(len(share.ids) // whole.repo.id_size for share in whole.shares)
    return Done(min(receipt.fragments, objects), objects, min(receipt.bytes, total), total, len(found))
