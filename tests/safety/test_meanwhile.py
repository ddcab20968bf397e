"""gc, repack and rebase while a repository is swept: what stands is found, or it is told what was not read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from secretguard.checks.samples import fill

ROOT = Path(__file__).resolve().parents[2]
SWEEPS = 3


def repack(repo) -> None:
    repo.git("repack", "-adq", fails=True)
    repo.git("repack", "-adq", "--unpack-unreachable=now", fails=True)


def collect(repo) -> None:
    repo.git("gc", "-q", "--prune=now", fails=True)


def rebase(repo) -> None:
    repo.git("rebase", "-q", "--force-rebase", "--root", fails=True)
    repo.git("reflog", "expire", "--expire=now", "--all", fails=True)
    repo.git("prune", "--expire=now", fails=True)


@contextmanager
def going_on(action: Callable[[], None]) -> Iterator[list[int]]:
    """The action, again and again meanwhile; how often it was done."""
    over, times = Event(), [0]

    def work() -> None:
        while not over.is_set():
            action()
            times[0] += 1

    thread = Thread(target=work)
    thread.start()
    try:
        yield times
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("action", [repack, collect, rebase])
def test_what_stands_is_found_or_it_is_told_that_something_was_not_read(repo, action, compiled: Path) -> None:
    lines = [fill('kraken_api_secret = "<base64:64>"\n', f"meanwhile {number}") for number in range(12)]
    for number, line in enumerate(lines):
        repo.commit({f"{number}.py": line, "big": os.urandom(40_000)})
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "SECRETGUARD_CACHE": str(compiled)}
    argv = [sys.executable, "-m", "secretguard", "sweep", "--jobs", "2", "--format", "json"]

    with going_on(lambda: action(repo)) as times:
        done = [
            subprocess.run(argv, cwd=repo.path, env=environ, capture_output=True, check=False) for _ in range(SWEEPS)
        ]

    assert times[0] > 0
    for each in done:
        assert each.returncode in (1, 2), each.stderr
        assert b"Traceback" not in each.stderr
        report = json.loads(each.stdout or b'{"findings": [], "errors": ["refused"]}')
        assert len(report["findings"]) == len(lines) or (each.returncode == 2 and (report["errors"] or each.stderr))
