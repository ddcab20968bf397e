"""Run one command and say what it took: wall time, CPU time and, in a run of its own, memory."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PAUSE = 0.05  # seconds between two samples of memory; each sample stops the process that is looked at
TIME_LIMIT = 1800.0
ACCEPT_CLEAN = frozenset({0})


class ToolError(Exception):
    """A tool that failed, and how: a broken run is never a fast run."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to start, where, and which exit codes mean that it worked."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str]
    accept: frozenset[int] = ACCEPT_CLEAN


@dataclass(frozen=True, slots=True)
class Memory:
    """Peaks over the samples of a process tree, in bytes.

    ``pss`` shares each page among the processes that map it; ``rss`` counts a mapped pack once per process.
    """

    pss: int = 0
    rss: int = 0

    def peak(self, other: Memory) -> Memory:
        return Memory(max(self.pss, other.pss), max(self.rss, other.rss))


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds of wall time, seconds of CPU (user and system, whole tree), and memory if asked for.

    ``others`` is what everything else on the machine used meanwhile: a run beside a busy neighbour says little.
    """

    wall: float
    cpu: float
    memory: Memory | None = None
    others: float = 0.0


def run(command: Command, *, memory: bool = False) -> Sample:
    """Run it to its end. ``memory`` samples the tree all the while, which disturbs the times."""
    with (command.cwd / "stderr.txt").open("w+b") as errors:
        busy = busy_seconds()
        begin = time.perf_counter()
        # A session of its own: whatever it starts can be found, and stopped, by one number.
        process = subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env=dict(command.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        try:
            peak, status, usage = _attend(process.pid, memory)
            wall = time.perf_counter() - begin
        finally:
            _stop(process.pid)
        process.returncode = os.waitstatus_to_exitcode(status)
        _refuse_failure(command, process.returncode, errors)
        cpu = usage.ru_utime + usage.ru_stime
        others = max(0.0, busy_seconds() - busy - cpu)
    return Sample(wall, cpu, peak, others)


def _attend(pid: int, memory: bool) -> tuple[Memory | None, int, resource.struct_rusage]:
    timer = threading.Timer(TIME_LIMIT, _stop, [pid])
    timer.start()
    try:
        peak = _watch(pid) if memory else None
        # wait4 counts the child and every descendant it waited for, which getrusage mixes with earlier children.
        _, status, usage = os.wait4(pid, 0)
    finally:
        timer.cancel()
    return peak, status, usage


def _watch(pid: int) -> Memory:
    peak = Memory()
    # WNOWAIT leaves the ended child in place, so that wait4 can still ask what it used.
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak = peak.peak(memory_of(family(pid)))
        time.sleep(PAUSE)
    return peak


def _stop(session: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)


def _refuse_failure(command: Command, code: int, errors: IO[bytes]) -> None:
    if code in command.accept:
        return
    errors.seek(0)
    tail = errors.read()[-2000:].decode("utf-8", "replace")
    raise ToolError(f"exit {code} from {' '.join(command.argv)}\n{tail}")


def busy_seconds() -> float:
    """CPU time that the whole machine has used since it started, with what a hypervisor took from it."""
    counters = Path("/proc/stat")
    if not counters.exists():
        return 0.0
    # cpu user nice system idle iowait irq softirq steal ...
    fields = [int(field) for field in counters.read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")


def family(root: int) -> set[int]:
    """The process, its descendants, and all of its session (a child whose parent has gone is still ours)."""
    table = dict(_processes())
    members = {pid for pid, (_, session) in table.items() if root in (pid, session)}
    while grown := {pid for pid, (parent, _) in table.items() if parent in members} - members:
        members |= grown
    return members


def _processes() -> list[tuple[int, tuple[int, int]]]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                # pid (name) state parent group session ...; a name may hold spaces and brackets.
                fields = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()
                found.append((int(entry.name), (int(fields[1]), int(fields[3]))))
    return found


def memory_of(pids: set[int]) -> Memory:
    """Summed over processes that may end while we look."""
    pss = rss = 0
    for pid in pids:
        with suppress(OSError):
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            pss += _kilobytes(text, "Pss:")
            rss += _kilobytes(text, "Rss:")
    return Memory(pss, rss)


def _kilobytes(text: str, field: str) -> int:
    return next((int(x.split()[1]) * 1024 for x in text.splitlines() if x.startswith(field)), 0)
