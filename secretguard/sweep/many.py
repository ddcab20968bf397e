"""Many repositories: paths and URLs, each a unit of work; what fails is told, and the rest is done."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from secretguard.config import Config
from secretguard.crew import Alone, Crew, Unit, processes
from secretguard.git import GitError, Repository, protocol_of, size_of, without_password
from secretguard.model import Finding, Receipt, Report, UserError
from secretguard.scan import merged
from secretguard.sweep.checkout import Scratch, ScratchFull, state_at
from secretguard.sweep.dask import cluster
from secretguard.sweep.one import Done, Means, Watch, sweep_one
from secretguard.sweep.seen import Seen
from secretguard.sweep.store import Store, opened
from secretguard.sweep.units import Orders, scanner_of

DASK = "dask:"
GIANT = 256 << 20  # bytes of object files; what lies on this machine and has more is cut into shares


@dataclass(frozen=True, slots=True)
class Terms:
    """How many repositories are swept: by which workers (``processes`` or ``dask:ADDRESS``), with which file to go on
    from, and in which folder clones are put, of how many bytes at most."""

    executor: str = "processes"
    store: Path | None = None
    scratch: Path | None = None
    limit: int = 20 << 30

    @property
    def for_many(self) -> bool:
        """Whether they ask for what only a sweep of many has."""
        return self.store is not None or self.executor != "processes"


def sweep_many(locations: Sequence[str], config: Config, watch: Watch, terms: Terms) -> Report:
    """Sweep repositories at paths and URLs. What of them can't be swept is in the report's errors. Raises UserError."""
    with ExitStack() as stack:
        store = stack.enter_context(opened(terms.store, create=True)) if terms.store else None
        folder = stack.enter_context(scratch_folder(terms.scratch))
        if terms.executor.startswith(DASK):
            crew = stack.enter_context(cluster(terms.executor.removeprefix(DASK)))
        else:
            crew = stack.enter_context(processes(config.jobs))
        seen = None
        if len(locations) > 1 and not terms.executor.startswith(DASK):  # of workers elsewhere none sees our files
            seen = Seen(folder / "seen.sqlite")
            seen.create()
        return Campaign(config, crew, watch, Scratch(folder, terms.limit), seen, store).sweep(locations)


@contextmanager
def scratch_folder(parent: Path | None) -> Iterator[Path]:
    """A folder of our own, removed at the end. Raises UserError."""
    try:
        folder = tempfile.mkdtemp(prefix="secretguard-", dir=parent)
    except OSError as error:
        raise UserError(f"{parent or tempfile.gettempdir()}: can't be written: {error.strerror}") from None
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a repository; no report where it is still in the state that was known."""

    state: str
    report: Report | None


@dataclass(frozen=True, slots=True)
class Errand:
    """One repository to sweep. ``known``: the state in which it need not be swept again."""

    orders: Orders
    location: str
    scratch: Scratch
    seen: Seen | None
    known: str | None

    def __call__(self) -> Result:
        """Do it. Raises UserError."""
        config = replace(self.orders.local(), jobs=1)
        return run(self, config, Means(Alone(), seen=self.seen))


def run(errand: Errand, config: Config, means: Means) -> Result:
    """Sweep a repository, unless it is in the state that is known. Raises UserError."""
    state = state_at(errand.location)
    if state == errand.known:
        return Result(state, None)
    with errand.scratch.checkout(errand.location) as repo:
        return Result(state, sweep_one(repo, config, means))


@dataclass(slots=True)
class Campaign:
    """A sweep of many repositories: by whom, where clones are put, and where what was done is written down."""

    config: Config
    crew: Crew
    watch: Watch
    scratch: Scratch
    seen: Seen | None = None
    store: Store | None = None
    reports: dict[str, Report] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    total: int = 0

    def sweep(self, locations: Iterable[str]) -> Report:
        """Sweep them all, the giants first."""
        errands = [self._errand(location) for location in {place_of(each): each for each in locations}.values()]
        self.total = len(errands)
        giants = [each for each in errands if self.crew.size > 1 and is_giant(each.location)]
        for giant in giants:
            self._alone(giant)
        crowded = self._round([each for each in errands if each not in giants], put_off=True)
        for errand in crowded:  # once more, with the scratch folder for itself
            self._round([errand], put_off=False)
        return combined(self.reports, self.errors)

    def _round(self, errands: Iterable[Errand], *, put_off: bool) -> list[Errand]:
        """Sweep these; with ``put_off`` those that the scratch folder has no room for are given back."""
        units: dict[Unit[Result], Errand] = {errand: errand for errand in errands}
        crowded = []
        for unit, result in self.crew.results(units):
            if put_off and isinstance(result, ScratchFull):
                crowded.append(units[unit])
            else:
                self._take(units[unit], result)
        return crowded

    def _errand(self, location: str) -> Errand:
        known = self.store.state(without_password(location), self._identity()) if self.store else None
        return Errand(Orders.of(self.config), location, self.scratch, self.seen, known)

    def _identity(self) -> str:
        """What stored reports depend on: all that decides what is found, and what of it is reported."""
        config = self.config
        telling = repr((config.policy, config.ignores, config.fingerprint_key))
        return f"{scanner_of(config).identity} {hashlib.sha256(telling.encode()).hexdigest()}"

    def _alone(self, errand: Errand) -> None:
        """Sweep one repository with the whole crew."""
        try:
            self._take(errand, run(errand, self.config, Means(self.crew, seen=self.seen, folder=self.scratch.folder)))
        except UserError as error:
            self._take(errand, error)

    def _take(self, errand: Errand, result: Result | Exception) -> None:
        """Enter what came of a repository."""
        name = without_password(errand.location)
        if isinstance(result, Exception):
            self.errors.append(scanner_of(self.config).masked(complaint(name, result)))
        elif result.report is not None:
            self.reports[name] = placed(result.report, name)
            if self.store:
                self.store.put(name, result.state, self._identity(), self.reports[name])
        elif self.store:
            self.reports[name] = self.store.report(name)
        found = sum(len(report.findings) for report in self.reports.values())
        self.watch(Done(len(self.reports) + len(self.errors), self.total, 0, 0, found, "repository"))


def place_of(location: str) -> str:
    """What tells a location from others: a URL as it is, a path however it is written."""
    try:
        return str(Path(location).resolve()) if protocol_of(location) is None else location
    except GitError:
        return location


def is_giant(location: str) -> bool:
    """Whether a repository lies here and is worth more than one worker."""
    try:
        return protocol_of(location) is None and size_of(Repository.open(location).object_dir) > GIANT
    except GitError:
        return False  # sweeping it will say what is wrong


def complaint(name: str, error: Exception) -> str:
    """Why a repository was not swept: one line that names it."""
    if isinstance(error, UserError):
        return str(error) if str(error).startswith(name) else f"{name}: {error}"
    if isinstance(error, OSError):
        return f"{name}: not swept: {error.strerror}"
    return f"{name}: not swept: its worker ended early ({type(error).__name__})"


def placed(report: Report, name: str) -> Report:
    """The report of a repository with its name at every place and error."""
    receipt = replace(
        report.receipt,
        errors=[complaint(name, UserError(error)) for error in report.receipt.errors],
        notes=[f"{name}: {note}" for note in report.receipt.notes],
        again=set(),
    )
    findings = tuple(each.told_from(lambda origin: replace(origin, repository=name)) for each in report.findings)
    return replace(report, findings=findings, receipt=receipt)


def combined(reports: Mapping[str, Report], errors: Sequence[str] = ()) -> Report:
    """One report of all repositories, by name: a secret that stands in several is one finding with all its places."""
    receipt = Receipt(errors=list(errors))
    found: list[Finding] = []
    for name in sorted(reports):
        receipt.add(reports[name].receipt)
        found += reports[name].findings
    findings = [told_of_reuse(finding) for finding in merged(found)]
    reused = sum(1 for finding in findings if len(homes(finding)) > 1)
    if reused:
        receipt.notes.append(
            f"secrets that more than one repository holds: {reused}; give each service a key of its own"
        )
    seconds = sum(report.seconds for report in reports.values())
    return Report(tuple(findings), receipt, seconds, subject=f"{len(reports)} repositories")


def told_of_reuse(finding: Finding) -> Finding:
    """The finding, with a warning if several repositories hold its secret."""
    number = len(homes(finding))
    if number < 2:
        return finding
    warning = f"{number} repositories hold it: whoever reads one of them has what all of them use"
    return replace(finding, evidence=(*finding.evidence, warning))


def homes(finding: Finding) -> set[str | None]:
    """The repositories that hold a secret."""
    return {occurrence.origin.repository for occurrence in finding.occurrences}
