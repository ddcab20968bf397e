"""A disk that fails (``shim.c``): EIO, ENOSPC and EACCES on what is read and written, by us and by git."""

from __future__ import annotations

import atexit
import errno
import json
import random
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from faults import CHECKOUT, PATIENCE, small, warm
from target import Target, hold
from workshop import Workshop, isolated

CALLS = ("open", "opendir", "read", "write")
ERRORS = ("EIO", "ENOSPC", "EACCES", "ENOMEM")
PLACES = (
    *("/repo", "/repo/a.py", "/repo/.git", "/repo/.git/objects", "/repo/.git/objects/pack", "/repo/.git/index"),
    *("/repo/.git/HEAD", "/repo/.git/refs", "/repo/.git/secretguard", "/cache", "/report.json", "/tmp"),
)
DOORS = (["sweep", "--jobs=1"], ["sweep", "--jobs=2"], ["scan", "."], ["scan", "--staged"])


@cache
def shim() -> Path | None:
    """The library to preload; None where there is no compiler, or no Linux."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    folder = Path(tempfile.mkdtemp(prefix="secretguard-shim-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    source = Path(__file__).with_name("shim.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", folder / "shim.so", source, "-ldl"], check=True)
    return folder / "shim.so"


def failing(call: str, part: str, nth: int, error: str, note: Path) -> dict[str, str]:
    """The environment in which such calls fail on paths that hold the part; ``note`` is there once one did."""
    words = {"CALL": call, "PATH": part, "NTH": str(nth), "ERRNO": str(getattr(errno, error)), "NOTE": str(note)}
    return {"LD_PRELOAD": str(shim())} | {f"SHIM_{name}": word for name, word in words.items()}


def run(shop: Workshop, door: list[str], **environ: str) -> tuple[int, str, dict[str, object] | None]:
    """The exit code, what was said, and the report, if there is one. Nothing is imported from where it runs (-P)."""
    output = shop.root / "report.json"
    output.unlink(missing_ok=True)
    argv = [sys.executable, "-P", "-m", "secretguard", *door, "--format=json", f"--output={output}"]
    environ = isolated(shop.root) | {"PYTHONPATH": str(CHECKOUT), "TMPDIR": str(shop.root / "tmp")} | environ
    done = subprocess.run(argv, cwd=shop.path, env=environ, capture_output=True, timeout=PATIENCE, check=False)
    return done.returncode, done.stderr.decode(), json.loads(output.read_bytes()) if output.exists() else None


def missed(shop: Workshop, door: list[str], report: dict[str, object] | None) -> set[str]:
    """The planted secrets in the door's scope that a report does not have."""
    scope = Workshop(shop.root, shop.seed, values=shop.values[-1:] if "--staged" in door else shop.values)
    findings = report["findings"] if report else []
    return scope.fingerprints() - {finding["fingerprint"] for finding in findings}  # type: ignore[attr-defined]


def strike(data: bytes) -> str:
    """Look through a door on a disk that fails, then again on one that does not; what failed, if it came to that."""
    if shim() is None:
        return "no compiler to make the disk fail"
    rng = random.Random(data)
    root = Path(tempfile.mkdtemp(prefix="secretguard-disk-"))
    try:
        shop, door = small(root, data.hex()), rng.choice(DOORS)
        (root / "tmp").mkdir()
        if rng.random() < 0.8:
            shutil.copytree(warm(), root / "cache" / "secretguard")
        call, place, error, nth = rng.choice(CALLS), rng.choice(PLACES), rng.choice(ERRORS), rng.choice((1, 1, 2, 3, 9))
        what = f"{error} at {call} {nth} of {place} in {' '.join(door)}"
        code, said, report = run(shop, door, **failing(call, f"{root}{place}", nth, error, root / "note"))
        hold("Traceback" not in said and "internal error" not in said, f"{what}: {said[-800:]}")
        hold(code in (1, 2) and len(said.splitlines()) < 8, f"{what}: exit {code}: {said[-800:]}")
        hold(code == 2 or not missed(shop, door, report), f"{what}: exit 1 and secrets lost")
        hold(not list((root / "tmp").iterdir()), f"{what}: something is left")
        code, said, report = run(shop, door)
        hold(code == 1 and not missed(shop, door, report), f"{what}, and the next run is misled: {code} {said}")
        return f"{error} at {call}" if (root / "note").exists() else "nothing there was called"
    finally:
        shutil.rmtree(root, ignore_errors=True)


TARGETS = {"disk": Target(lambda rng: rng.randbytes(8), strike)}
