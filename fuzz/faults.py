"""A git that dies, lies or stammers at its Nth call, and processes that are struck down: nothing is lost silently."""

from __future__ import annotations

import atexit
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path

from bent.table import Case
from repositories import judge, looked, missed
from target import Target, hold
from workshop import Workshop, isolated

CHECKOUT = Path(__file__).resolve().parents[1]
CALLS = 14  # of git, about as many as a sweep with findings makes
PATIENCE = 60  # seconds that a process may take to end
GROWN = 3.0  # seconds in which workers should be there
ORPHAN = 3.0  # seconds in which what a killed parent leaves has to be gone
WRAPPER = """#!/bin/sh
n=$(($(cat '{root}/count' 2>/dev/null || echo 0) + 1)); echo $n > '{root}/count'
real() {{ '{git}' "$@"; }}
[ $n != {nth} ] || {{ : > '{root}/struck'; {fault}; }}
exec '{git}' "$@"
"""
FAULTS: Mapping[str, str] = {
    "killed before it says anything": "kill -9 $$",
    "killed in the midst": "real \"$@\" | head -c {some}; kill -9 $$",
    "fails in the midst": "real \"$@\" | head -c {some}; echo 'fatal: no luck' >&2; exit 128",
    "fails with a flood of words": "head -c 300000 '{root}/garbage' >&2; echo 'fatal: flood' >&2; exit 128",
    "fails and says nothing": "exit 3",
    "ends in the midst of a record": "real \"$@\" > '{root}/out'; head -c -{few} '{root}/out'; exit 0",
    "answers with garbage": "head -c {some} '{root}/garbage'; exit 0",
    "stammers": "head -c 200 '{root}/garbage'; real \"$@\"; exit $?",
    "is not there": "exit 127",
}  # fmt: skip
DOORS = ("sweep", "staged", "files")
WORKER = "SIGKILL of a worker"
SIGNALS: Mapping[str, tuple[Callable[[int, int], None], int]] = {
    "SIGINT to all": (os.killpg, signal.SIGINT),
    "SIGTERM": (os.kill, signal.SIGTERM),
    WORKER: (os.kill, signal.SIGKILL),
    "SIGKILL": (os.kill, signal.SIGKILL),
    "SIGHUP": (os.kill, signal.SIGHUP),
}


def small(root: Path, seed: str) -> Workshop:
    """A repository with a secret for every door."""
    shop = Workshop(root, seed)
    shop.init()
    shop.plant()
    shop.git("tag", "-a", "v1", "-m", "one")
    shop.pack()
    shop.plant("loose.py")
    shop.stage({"staged.py": shop.secret()})
    return shop


def wrap(shop: Workshop, rng: random.Random, door: str) -> tuple[str, str]:
    """Put a git on the scanner's PATH that has a fault; its kind, and when."""
    name = rng.choice(list(FAULTS))
    bin_folder = shop.root / "bin"
    bin_folder.mkdir()
    garbage = rng.choice((rng.randbytes(4000), b"1 2 3\n" * 700, b":000000 100644 0 1 A\0x" * 200, b"\0" * 4000))
    (shop.root / "garbage").write_bytes(garbage + b"?")
    git = shutil.which("git")
    nth = rng.randint(1, CALLS if door == "sweep" else 4)
    words = {"root": shop.root, "some": rng.randint(0, 3000), "few": rng.randint(1, 7)}
    text = WRAPPER.format(git=git, nth=nth, fault=FAULTS[name].format(**words), root=shop.root)
    (bin_folder / "git").write_text(text)
    (bin_folder / "git").chmod(0o755)
    shop.environ["PATH"] = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
    return name, f"call {nth} of git {name}"


def expected(shop: Workshop, door: str) -> None:
    """Leave of the planted values those that the door has in scope."""
    if door == "staged":
        shop.values[:] = shop.values[-1:]


def strike_git(data: bytes) -> str:
    """Look through a door while git has a fault; and sweep again without: the first must not mislead the second.

    Returns what git did, if it came to that call.
    """
    rng = random.Random(data)
    root = Path(tempfile.mkdtemp(prefix="secretguard-fault-"))
    try:
        shop, door = small(root, data.hex()), rng.choice(DOORS)
        case = Case("fault", small, door, None, False)  # type: ignore[arg-type]
        (kind, what), everything = wrap(shop, rng, door), list(shop.values)
        expected(shop, door)
        judge(case, shop, what)
        shop.environ.pop("PATH")
        shop.values[:] = everything
        report = looked(replace(case, door="sweep"), shop)
        hold(report and report.complete and not missed(shop, report), f"{what}, and the next sweep is misled")
        return f"git {kind}" if (root / "struck").exists() else "git was not called that often"
    finally:
        shutil.rmtree(root, ignore_errors=True)


def strike_process(data: bytes) -> str:
    """Strike a running sweep or scan down: no orphan, nothing half-written, no result that looks whole and is not.

    Returns what it was struck with, if it was still running.
    """
    rng = random.Random(data)
    root = Path(tempfile.mkdtemp(prefix="secretguard-signal-"))
    try:
        shop = small(root, data.hex())
        shop.commit({f"big{n}.txt": rng.randbytes(60_000).hex() for n in range(90)})
        (root / "tmp").mkdir()
        environ = isolated(root) | {"TMPDIR": str(root / "tmp"), "PYTHONPATH": str(CHECKOUT)}
        if rng.random() < 0.5:
            environ["SECRETGUARD_CACHE"] = str(warm())
        kind, output = rng.choice(list(SIGNALS)), root / "report.json"
        shared = rng.choice((["sweep"], ["scan", "."]))
        argv = [sys.executable, "-m", "secretguard", *shared, "--jobs=2", "--format=json", f"--output={output}"]
        process = subprocess.Popen(
            argv, cwd=shop.path, env=environ, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        time.sleep(rng.uniform(0.02, 1.2))
        struck = send(kind, process)
        _, said = process.communicate(timeout=PATIENCE)
        alone(process.pid)
        begun = b"Traceback" not in said or b" in main\n" in said  # before that, it is Python's own
        hold(not begun or b"Traceback" not in said, f"{kind}: a traceback: {said[-2500:]!r}")
        left = [path for path in root.rglob("*") if path.name.startswith(".new-") or path.parent.name == "tmp"]
        hold(not left or kind == "SIGKILL", f"{kind}: left behind: {[path.name for path in left[:3]]}")
        hold(output.exists() or process.returncode not in (1, 2), f"{kind}: no report: {said[-500:]!r}")
        outcome(kind, process.returncode, shop, output)
        return kind if struck else "nobody was left to strike"
    finally:
        shutil.rmtree(root, ignore_errors=True)


@cache
def warm() -> Path:
    """A cache that holds what is compiled: without it most strikes come before there are workers."""
    folder = Path(tempfile.mkdtemp(prefix="secretguard-warm-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    argv = [sys.executable, "-m", "secretguard", "scan", "-"]
    environ = os.environ | {"PYTHONPATH": str(CHECKOUT), "SECRETGUARD_CACHE": str(folder)}
    subprocess.run(argv, env=environ, input=b"", check=True, stdout=subprocess.DEVNULL)
    return folder


def send(kind: str, process: subprocess.Popen[bytes]) -> bool:
    """Send the signal; whether there was anybody to send it to."""
    try:
        target = worker(process) if kind == WORKER else process.pid
        if process.poll() is None:
            strike, number = SIGNALS[kind]
            strike(target, number)
            return True
    except OSError:
        pass
    return False


def worker(process: subprocess.Popen[bytes]) -> int:
    """The first worker of a run that has any or will have them soon. Raises ProcessLookupError."""
    end = time.monotonic() + GROWN
    while process.poll() is None and time.monotonic() < end:
        with suppress(OSError):  # one that was just there is gone
            for listed in Path(f"/proc/{process.pid}/task").glob("*/children"):
                for child in listed.read_text().split():
                    if b"\0secretguard\0" in Path(f"/proc/{child}/cmdline").read_bytes():
                        return int(child)
        time.sleep(0.002)
    raise ProcessLookupError


def alone(group: int) -> None:
    """Nobody of the process group is left, after a moment at most."""
    end = time.monotonic() + ORPHAN
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("an orphan is left")


def outcome(kind: str, code: int, shop: Workshop, output: Path) -> None:
    """What the exit code says is so."""
    said = {"SIGINT to all": (130, -2), "SIGTERM": (143, -15), "SIGHUP": (129, -1), "SIGKILL": (-9,)}.get(kind, ())
    if code in said:
        hold(not output.exists() or kind == "SIGKILL", f"{kind}: a report is left of a run that did not end")
        return
    hold(code in (1, 2), f"{kind}: exit {code}")
    found = {finding["fingerprint"] for finding in json.loads(output.read_text())["findings"]}
    hold(code == 2 or shop.fingerprints() <= found, f"{kind}: exit 1 and secrets lost")


TARGETS = {
    "git-faults": Target(lambda rng: rng.randbytes(8), strike_git),
    "signals": Target(lambda rng: rng.randbytes(8), strike_process),
}
