"""The workers of a Dask cluster that is there already, by way of ``distributed``'s own executor."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from secretguard.crew import Crew, R, Unit, completed
from secretguard.model import UserError

ANSWER = 10  # seconds for a scheduler to answer, and for its first worker to be there
GRACE = 60  # seconds that a cluster may be without any worker before what is left counts as lost
PULSE = 2  # seconds between two looks


class Cluster:
    """A cluster's workers. The scheduler itself gives what a lost worker had to another one."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.size = max(1, sum(client.ncores().values()))

    def results(self, units: Iterable[Unit[R]]) -> Iterator[tuple[Unit[R], R | Exception]]:
        """See ``Crew``."""
        done = threading.Event()
        executor = self._client.get_executor(pure=False)
        watcher = threading.Thread(target=self._watch, args=(done, executor), daemon=True)
        watcher.start()
        try:
            yield from completed(executor, units)
        finally:
            done.set()
            watcher.join()

    def _watch(self, done: threading.Event, executor: Any) -> None:
        """Give up what is left where no worker has been there for too long."""
        missed = 0
        while missed * PULSE < GRACE:
            if done.wait(PULSE):
                return
            missed = 0 if self._workers() else missed + 1
        executor.shutdown(wait=False, cancel_futures=True)

    def _workers(self) -> int:
        with suppress(Exception):  # whatever is wrong with the connection
            return len(self._client.ncores())
        return 0


@contextmanager
def cluster(address: str) -> Iterator[Crew]:
    """The workers of the scheduler at ``address`` (``tcp://host:port``).

    Raises UserError: no ``distributed`` here, no scheduler there, no worker.
    """
    try:
        import dask  # noqa: PLC0415 - an extra, and slow to import

        dask.config.set({"logging.distributed": "critical", "distributed.comm.timeouts.connect": ANSWER})
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        raise UserError("--executor dask: needs the extra: pip install 'exchange-secretguard[dask]'") from None
    try:
        client = Client(address, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError, TypeError):
        raise UserError(f"--executor dask: no Dask scheduler answers at {address}") from None
    try:
        wait_for_one(client, address)
        yield Cluster(client)
    finally:
        client.close()


def wait_for_one(client: Any, address: str) -> None:
    """Wait for a worker. Raises UserError."""
    try:
        client.wait_for_workers(1, timeout=ANSWER)
    except (OSError, TimeoutError):
        raise UserError(f"--executor dask: the scheduler at {address} has no worker") from None
