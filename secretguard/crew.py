"""Who does the work: an executor of ``concurrent.futures``.

Units in, results out as they come; what is lost is redone.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Protocol, TypeVar

from secretguard.model import UserError

R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")
POOLS = 2  # worker pools that may break under a run of units, before each unit left gets a worker of its own
GIVEN_UP = 20  # units lost one after the other, each with a worker of its own: then no worker can live here
LOOK = 5.0  # seconds after which it is asked whether anybody is still there to do the work
ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
LOST = (BrokenProcessPool, MemoryError)
ROOM = 96 << 20  # bytes of address space that a pool's own threads need, with their stacks and arenas


class Abandoned(Exception):  # noqa: N818 - says what is the case
    """A unit was given up because nobody is there to do it."""


class Unit(Protocol[R_co]):
    """A piece of work that can be sent to another process."""

    def __call__(self) -> R_co:
        """Do it."""


class Crew(Protocol):
    """Workers."""

    size: int

    def results(self, units: Iterable[Unit[R]]) -> Iterator[tuple[Unit[R], R | Exception]]:
        """Each unit with its result, or with the error that kept it from having one, in the order they are done."""


class Alone:
    """This process does it all."""

    size = 1

    def results(self, units: Iterable[Unit[R]]) -> Iterator[tuple[Unit[R], R | Exception]]:
        """See ``Crew``."""
        for unit in units:
            try:
                yield unit, unit()
            except Exception as error:
                yield unit, error


class Processes:
    """Processes of this machine, started by fork where that is safe and cheap."""

    def __init__(self, jobs: int) -> None:
        self.size = jobs
        self._pool: ProcessPoolExecutor | None = None

    def results(self, units: Iterable[Unit[R]]) -> Iterator[tuple[Unit[R], R | Exception]]:
        """See ``Crew``. A worker that dies takes its pool with it: what is left is done again by new ones."""
        left = list(units)
        for _ in range(POOLS):
            self._pool = self._pool or pool(self.size)
            lost: list[Unit[R]] = []
            for unit, result in completed(self._pool, left):
                if isinstance(result, LOST):
                    lost.append(unit)
                else:
                    yield unit, result
            if not lost:
                return
            left = lost
            self.close()
        yield from self._one_by_one(left)

    def _one_by_one(self, units: Iterable[Unit[R]]) -> Iterator[tuple[Unit[R], R | Exception]]:
        """Each with a worker of its own, so that a unit that kills its worker takes no other with it."""
        lost = 0
        for unit in units:
            if lost == GIVEN_UP:
                yield unit, Abandoned()
                continue
            with pool(1) as single:
                for _, result in completed(single, [unit]):
                    lost = lost + 1 if isinstance(result, LOST) else 0
                    yield unit, result

    def close(self) -> None:
        """End the workers when they are done."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def kill(self) -> None:
        """End the workers now, those of a pool that was being made among them."""
        for process in multiprocessing.active_children():
            process.terminate()
        self.close()


def completed(executor: Executor, units: Iterable[Unit[R]]) -> Iterator[tuple[Unit[R], R | Exception]]:
    """Each unit with its result or its error, as they come in, by any executor."""
    with _undisturbed():
        pending: dict[Future[R], Unit[R]] = {_submitted(executor, unit): unit for unit in units}
    for future in _done(executor, list(pending)):
        unit = pending.pop(future)
        try:
            yield unit, future.result()
        except (Exception, CancelledError) as error:
            yield unit, error if isinstance(error, Exception) else Abandoned()


def _submitted(executor: Executor, unit: Unit[R]) -> Future[R]:
    """The unit's future; one that has failed where a worker died, and the pool with it, before all were handed over."""
    try:
        return executor.submit(unit)
    except BrokenProcessPool as error:
        failed: Future[R] = Future()
        failed.set_exception(error)
        return failed


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals wait: one that meets workers being started leaves some that no pool knows, and the end waits for them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _done(executor: Executor, futures: Iterable[Future[R]]) -> Iterator[Future[R]]:
    """The futures as they come in. Raises UserError where a pool's own thread has died, which leaves them waiting."""
    left = dict.fromkeys(futures)
    while left:
        try:
            for future in as_completed(list(left), LOOK):
                del left[future]
                yield future
        except TimeoutError:
            manager = getattr(executor, "_executor_manager_thread", None)
            if manager is not None and not manager.is_alive():
                raise UserError(
                    "no thread can be started here, for want of memory or by a limit: try --jobs 1"
                ) from None


def reason(error: Exception) -> str:
    """Why a worker has not read what it should."""
    return str(error) if isinstance(error, UserError) else f"a worker process ended early ({type(error).__name__})"


def pool(jobs: int) -> ProcessPoolExecutor:
    """A pool of worker processes."""
    fork = "fork" in multiprocessing.get_all_start_methods()
    return ProcessPoolExecutor(jobs, multiprocessing.get_context("fork" if fork else None), _start, (os.getpid(),))


def _start(parent: int) -> None:
    """Begin a worker."""
    for number in ENDING:  # a forked worker has the parent's own way to leave
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends us by SIGTERM
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    _end_with_parent(parent)
    gc.freeze()  # rules and tables live as long as the worker: no collection need look at them again
    gc.set_threshold(50_000, 20, 100)


def _end_with_parent(parent: int) -> None:
    """A killed parent leaves no orphans: watch for it, since no signal tells."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    try:
        threading.Thread(target=watch, daemon=True).start()
    except RuntimeError:  # no memory for it; the pool then knows that it has lost us, without a traceback
        os._exit(1)


def _room() -> bool:
    """Whether a limit of the address space leaves enough for a pool. Without it the C library ends the process when a
    thread first needs memory of its own, and nobody is told what was not read."""
    try:
        import resource  # noqa: PLC0415 - not there on Windows

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        if limit == resource.RLIM_INFINITY:
            return True
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - pathlib costs a hook 6 ms
            used = int(file.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError, ValueError):  # a system without such limits, or that does not tell
        return True
    return limit - used >= ROOM


@contextmanager
def processes(jobs: int) -> Iterator[Crew]:
    """So many processes, ended at the end whatever happens; none but this for one job, or where a pool has no room."""
    if jobs <= 1 or not _room():
        yield Alone()
        return
    crew = Processes(jobs)
    try:
        yield crew
    except BaseException:
        crew.kill()
        raise
    finally:
        crew.close()
