"""A whole repository: its history shared among processes, findings made one for each secret, and their exposure."""

from __future__ import annotations

import gc
import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace

from secretguard.config import Config
from secretguard.git import Repository
from secretguard.model import Exposure, Finding, Occurrence, OriginKind, Reach, Receipt, Report
from secretguard.scan import Scanner, merged
from secretguard.sources.exposure import expose
from secretguard.sources.history import Plan, Share, fragments, plan

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


def sweep(repo: Repository, scanner: Scanner, config: Config, watch: Watch, note: str = "") -> Report:
    """Scan everything the repository has ever held; ``note`` goes into the receipt.

    Raises GitError where git refuses it altogether.
    """
    began = time.monotonic()
    whole = plan(repo, config.jobs * SHARES_PER_JOB if config.jobs > 1 else 1, config.max_size)
    receipt = whole.receipt
    receipt.notes += [note] if note else []
    found: list[Finding] = []
    with _executor(config, scanner, whole.shares) as executor:
        for part_found, part in _results(executor, whole, receipt, scanner):
            found += part_found
            receipt.add(part)
            watch(_progress(whole, receipt, found))
    findings = exposed(repo, whole, merged(found), config.jobs)
    return scanner.report(findings, receipt, began, subject=str(repo.git_dir))


def _progress(whole: Plan, receipt: Receipt, found: list[Finding]) -> Done:
    total = sum(share.size for share in whole.shares)
    objects = sum(len(share.ids) // whole.repo.id_size for share in whole.shares)
    return Done(min(receipt.fragments, objects), objects, min(receipt.bytes, total), total, len(found))


def _results(
    executor: Executor | None, whole: Plan, receipt: Receipt, scanner: Scanner
) -> Iterator[tuple[list[Finding], Receipt]]:
    """Each share's outcome as it comes in. A worker that dies makes the sweep incomplete, not silent."""
    if executor is None:
        for share in whole.shares:
            yield work(share, scanner)
        return
    pending: dict[Future[tuple[list[Finding], Receipt]], Share] = {
        executor.submit(_work_on, number): share for number, share in enumerate(whole.shares)
    }
    for future in as_completed(pending):
        share = pending[future]
        try:
            yield future.result()
        except (BrokenProcessPool, MemoryError):
            receipt.errors.append(f"a worker process ended early: {_lost(share)} objects were not read")


def _lost(share: Share) -> int:
    return len(share.ids) // share.repo.id_size


def exposed(repo: Repository, whole: Plan, findings: Iterable[Finding], jobs: int) -> tuple[Finding, ...]:
    """The findings with who, when and where: asked of git once for all of them, only if there are any."""
    findings = list(findings)
    origins = [o.origin for f in findings for o in f.occurrences]
    oids = {origin.oid for origin in origins if origin.oid and origin.kind in _BY_ID}
    names = {origin.path for origin in origins if origin.path is not None and origin.kind is OriginKind.TREE}
    known = expose(repo, whole.catalogue, oids, names, jobs)
    return tuple(replace(f, occurrences=_by_path(f.occurrences, known)) for f in findings)


_BY_ID = (OriginKind.BLOB, OriginKind.COMMIT, OriginKind.TAG)
Known = Mapping[str | bytes, Mapping[bytes | None, Exposure]]


def _by_path(occurrences: Iterable[Occurrence], known: Known) -> tuple[Occurrence, ...]:
    """One occurrence for each path: the first of its versions, with what all of them add up to; first seen first."""
    paths: dict[tuple[OriginKind, bytes | str | None], Occurrence] = {}
    for each in occurrences:
        key = each.origin.path if each.origin.kind is OriginKind.TREE else each.origin.oid
        places: Mapping[bytes | None, Exposure | None] = known.get(key or "") or {None: None}
        for path, exposure in places.items():
            origin = replace(each.origin, path=path) if path is not None else each.origin
            where = (origin.kind, path if path is not None else origin.oid)
            new = replace(each, origin=origin, exposure=exposure)
            old = paths.get(where)
            paths[where] = _joined(old, new) if old else new
    return tuple(sorted(paths.values(), key=lambda o: (_time(o), o.origin.path or b"")))


def _joined(a: Occurrence, b: Occurrence) -> Occurrence:
    """Two versions of one file that hold the secret: no commit has both, so their numbers add up."""
    early, late = sorted((a, b), key=_time)
    if early.exposure is None or late.exposure is None:
        return early
    one, two = early.exposure, late.exposure
    reach = min(one.reach, two.reach, key=list(Reach).index)
    exposure = replace(
        one,
        last=two.last or one.last,
        commits=one.commits + two.commits,
        in_head=one.in_head or two.in_head,
        refs=tuple(dict.fromkeys(one.refs + two.refs)),
        reach=reach,
    )
    return replace(early, exposure=exposure)


def _time(occurrence: Occurrence) -> float:
    author = occurrence.exposure.author if occurrence.exposure else None
    return author.time if author else math.inf


def work(share: Share, scanner: Scanner) -> tuple[list[Finding], Receipt]:
    """What there is in one share: findings (sealed), and what was read."""
    receipt = Receipt()
    found = list(scanner.findings(fragments(share, receipt), receipt))
    return found, receipt


# Of this worker process. They come with its start, and only the number of a share is sent to it afterwards: a queue
# that still holds megabytes of ids when a worker dies never drains, and the parent would wait for it for ever.
_worker: tuple[Scanner, tuple[Share, ...]] | None = None


def _work_on(number: int) -> tuple[list[Finding], Receipt]:
    if _worker is None:
        raise RuntimeError("not a worker process")
    scanner, shares = _worker
    return work(shares[number], scanner)


def _start(config: Config, shares: tuple[Share, ...], scanner: Scanner | None) -> None:
    """Begin a worker; ``scanner`` is inherited through fork, or made anew where processes are spawned."""
    global _worker  # noqa: PLW0603 - one for a worker process, however many shares it is given
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends us
    _end_with_parent(os.getppid())
    _worker = scanner or Scanner(config), shares
    gc.freeze()  # rules and tables live as long as the worker: no collection need look at them again
    gc.set_threshold(50_000, 20, 100)


def _end_with_parent(parent: int) -> None:
    """A killed parent leaves no orphans: watch for it, since no signal tells."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _executor(config: Config, scanner: Scanner, shares: tuple[Share, ...]) -> Iterator[Executor | None]:
    """Processes, started by fork where that is safe and cheap, or none for one job."""
    if config.jobs <= 1 or len(shares) <= 1:
        yield None
        return
    fork = "fork" in multiprocessing.get_all_start_methods()
    executor = ProcessPoolExecutor(
        min(config.jobs, len(shares)),
        multiprocessing.get_context("fork" if fork else None),
        _start,
        (config, shares, scanner if fork else None),
    )
    try:
        yield executor
    except BaseException:
        for process in list((executor._processes or {}).values()):
            process.terminate()
        raise
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
