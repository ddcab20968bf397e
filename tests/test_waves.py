"""Many fragments shared among processes: the same findings in the same order, and nothing lost in silence."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from secretguard import crew, waves
from secretguard.checks.samples import fill
from secretguard.model import Finding, Fragment, Origin, OriginKind, Passed, Receipt, UserError
from secretguard.scan import Scanner

LETHAL = b"no worker survives this text\n"
PADDING = b"one more line of a market's data\n" * 3000  # 100 kB


class Mortal(Scanner):
    """A scanner whose forked copies die of one text."""

    parent = os.getpid()

    def findings(self, fragments: Iterable[Fragment], receipt: Receipt) -> Iterator[Finding]:
        for fragment in fragments:
            if LETHAL in fragment.data and os.getpid() != self.parent:
                os.kill(os.getpid(), signal.SIGKILL)
            yield from super().findings([fragment], receipt)


def texts(number: int) -> list[Fragment]:
    """So many files of 100 kB; every third one leaks a key of its own."""
    return [
        text(f"{n}.env", fill('kraken_api_secret = "<base64:64>"\n', n) if n % 3 == 0 else "") for n in range(number)
    ]


def text(name: str, content: str, passed: Passed | None = None) -> Fragment:
    return Fragment(content.encode() + PADDING, Origin(OriginKind.FILE, name.encode()), passed=passed)


def found(scanner: Scanner, fragments: Iterable[Fragment], jobs: int) -> tuple[list[Finding], Receipt]:
    receipt = Receipt()
    return list(waves.find(scanner, fragments, receipt, jobs)), receipt


@pytest.fixture
def scanner(few_rules) -> Scanner:
    return Scanner(few_rules, screened=True)


class TestWaves:
    """``find``."""

    @pytest.mark.parametrize("wave", [waves.WAVE, 4 << 20])
    def test_two_processes_find_what_one_does(self, scanner, monkeypatch, wave) -> None:
        monkeypatch.setattr(waves, "WAVE", wave)
        alone, alone_receipt = found(scanner, texts(100), 1)
        together, receipt = found(scanner, texts(100), 2)
        assert len(alone) == 34
        assert together == alone
        assert receipt == alone_receipt

    def test_windows_of_one_text_are_told_of_once(self, scanner) -> None:
        leak = fill('kraken_api_secret = "<base64:64>"\n', 1)
        overlapping = [text("big", leak, Passed()), text("big", leak, Passed())]
        first, *rest = found(scanner, [*texts(40), *overlapping, *texts(40)], 2)[0][14:16]
        assert first.occurrences[0].origin.path == b"big"
        assert rest[0].occurrences[0].origin.path == b"0.env"

    def test_what_is_handed_to_a_process_is_no_text(self) -> None:
        wave = texts(40)
        parts = list(waves.cut(wave, 16))
        assert sum(part.stop - part.start for part in parts) == 40
        assert all(len(pickle.dumps(part)) < 200 for part in parts)

    def test_what_no_worker_survives_is_told(self, few_rules) -> None:
        fragments = [*texts(50), text("lethal.txt", LETHAL.decode()), *texts(50)]
        together, receipt = found(Mortal(few_rules), fragments, 2)
        assert receipt.errors == ["lethal.txt: not read: a worker process ended early (BrokenProcessPool)"]
        assert (len(together), receipt.fragments) == (34, 100)

    def test_where_no_worker_lives_not_every_file_is_tried(self, few_rules, monkeypatch) -> None:
        pools = []
        monkeypatch.setattr(crew, "GIVEN_UP", 3)
        monkeypatch.setattr(crew, "pool", lambda jobs, make=crew.pool: pools.append(jobs) or make(jobs))
        fragments = [text(f"{number}.txt", LETHAL.decode()) for number in range(100)]
        together, receipt = found(Mortal(few_rules), fragments, 2)
        assert (together, len(receipt.errors), receipt.fragments) == ([], 100, 0)
        assert len(pools) <= 2 * (2 + 3)


def lethal() -> None:
    """A unit that its worker does not survive."""
    os.kill(os.getpid(), signal.SIGKILL)


def harmless() -> None:
    """A unit."""


def test_what_is_handed_to_a_pool_that_has_just_broken_is_lost_and_not_the_run() -> None:
    with crew.pool(1) as pool:

        def units() -> Iterator[crew.Unit[None]]:
            yield lethal
            while not pool._broken:
                time.sleep(0.01)
            yield harmless

        results = dict(crew.completed(pool, units()))

    assert {unit: type(result) for unit, result in results.items()} == {
        lethal: BrokenProcessPool,
        harmless: BrokenProcessPool,
    }


STRUCK = """
import os, signal, sys
from multiprocessing.process import BaseProcess
from secretguard import crew

start = BaseProcess.start
def struck(self):
    start(self)
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))
BaseProcess.start = struck

with crew.processes(2) as workers:
    list(workers.results([dict, list, set]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_while_workers_are_started_leaves_none_and_waits_for_none(name: str) -> None:
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    argv = [sys.executable, "-c", STRUCK, name]
    with subprocess.Popen(argv, env=environ, stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            said = process.communicate(timeout=30)[1]
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    assert process.returncode == -getattr(signal, name)
    assert b"ForkProcess" not in said


class Deserted(Executor):
    """A pool whose own thread has died: nothing is ever done."""

    _executor_manager_thread = Thread()

    def submit(self, *_args: object, **_options: object) -> Future[None]:  # type: ignore[override]
        """Promise, and do nothing."""
        return Future()


def test_a_pool_that_has_died_is_not_waited_for(monkeypatch) -> None:
    monkeypatch.setattr(crew, "LOOK", 0.01)

    with pytest.raises(UserError, match="no thread can be started here"):
        list(crew.completed(Deserted(), [lambda: None]))
