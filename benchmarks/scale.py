"""How the cost of a sweep grows: the first commits of a history, more and more of them; and what that means for many.

    python benchmarks/scale.py measure /tmp/corpora/hummingbot.git > sizes.json
    python benchmarks/scale.py fit sizes.json
    python benchmarks/scale.py simulate sizes.json

CPU time (user and system, of the whole process tree) stands for cost: it is less bent by other work on the machine than
the clock is.
"""

from __future__ import annotations

import heapq
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SHARES = (0.01, 0.03, 0.1, 0.3, 1.0)  # of the commits on the way to the default branch
NEW = 100  # commits
TB = 10**12
CORES = 16  # of one machine
CLONE = 100e6  # bytes of packs that a machine's clones together bring in a second
RATIO = 7.0  # inflated bytes for each byte of a pack, as in hummingbot


def git(*args: str, cwd: Path, feed: str = "") -> str:
    """git's output."""
    return subprocess.run(["git", *args], cwd=cwd, input=feed, text=True, capture_output=True, check=True).stdout


def measure(source: Path) -> list[dict[str, Any]]:
    """For each share of the history: its size, and what a sweep of it cost, cold, warm and after new commits."""
    commits = git("rev-list", "--first-parent", "--reverse", largest(source), cwd=source).split()
    found = []
    for share in SHARES:
        tip = commits[max(0, int(len(commits) * share) - 1)]
        earlier = commits[max(0, int(len(commits) * share) - 1 - NEW)]
        with tempfile.TemporaryDirectory(prefix="scale-") as folder:
            found.append(row(source, Path(folder), tip, earlier))
            print(json.dumps(found[-1]), file=sys.stderr, flush=True)
    return found


def largest(source: Path) -> str:
    """The branch with the most commits."""
    names = git("for-each-ref", "--format=%(refname)", "refs/heads", cwd=source).split()
    return max(names, key=lambda name: int(git("rev-list", "--count", name, cwd=source)))


def row(source: Path, folder: Path, tip: str, earlier: str) -> dict[str, Any]:
    """The cost of the history up to ``tip``."""
    repo = folder / "repo.git"
    subprocess.run(["git", "init", "-q", "--bare", str(repo)], check=True)
    grow(source, repo, earlier)
    costs = {"before": sweep(repo, folder)}
    grow(source, repo, tip)
    costs["after new commits"] = sweep(repo, folder)
    costs["warm"] = sweep(repo, folder)
    costs["cold"] = sweep(repo, folder, "--no-cache")
    shutil.rmtree(repo / "secretguard", ignore_errors=True)
    receipt = costs["cold"].pop("receipt")
    pack = sum(path.stat().st_size for path in (repo / "objects/pack").glob("*.pack"))
    ids = len(git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)", cwd=repo).split())
    new = int(git("rev-list", "--count", tip, f"^{earlier}", cwd=repo))
    return {
        "commits": receipt["counts"]["commit"], "blobs": receipt["counts"]["blob"], "bytes": receipt["bytes"],
        "pack": pack, "ids": ids, "new": new,
        **{name: {"cpu": cost["cpu"], "rss": cost["rss"]} for name, cost in costs.items()},
    }  # fmt: skip


def grow(source: Path, repo: Path, tip: str) -> None:
    """Fetch a commit and all it leads to, in one pack more."""
    git("fetch", "-q", "--no-tags", str(source), tip, cwd=repo)
    git("update-ref", "refs/heads/main", tip, cwd=repo)


def sweep(repo: Path, folder: Path, *options: str) -> dict[str, Any]:
    """CPU seconds and peak memory (bytes, of the largest process) of one sweep by one process, and its receipt."""
    report = folder / "report.json"
    args = [
        "-m",
        "secretguard",
        "sweep",
        str(repo),
        "--jobs",
        "1",
        "--format",
        "json",
        "--output",
        str(report),
        *options,
    ]
    environment = {**os.environ, "SECRETGUARD_CACHE": str(folder / "cache")}
    process = subprocess.Popen([sys.executable, *args], env=environment)
    _, _, usage = os.wait4(process.pid, 0)
    return {
        "cpu": usage.ru_utime + usage.ru_stime,
        "rss": usage.ru_maxrss * 1024,
        "receipt": json.loads(report.read_text())["receipt"],
    }


def slope(rows: list[dict[str, Any]], x: str, start: float) -> float:
    """The exponent in ``x`` of the CPU time of a cold sweep beyond its start, by least squares of the logarithms."""
    points = [(math.log(each[x]), math.log(each["cold"]["cpu"] - start)) for each in rows]
    mean_x, mean_y = (sum(column) / len(points) for column in zip(*points, strict=True))
    return sum((a - mean_x) * (b - mean_y) for a, b in points) / sum((a - mean_x) ** 2 for a, _ in points)


def line(rows: list[dict[str, Any]], y: str = "cold") -> tuple[float, float]:
    """Seconds for a start and seconds for a byte, by least squares of relative errors."""
    weights = [1 / each[y]["cpu"] ** 2 for each in rows]
    xs, ys = [each["bytes"] for each in rows], [each[y]["cpu"] for each in rows]
    total = sum(weights)
    mean_x = sum(w * x for w, x in zip(weights, xs, strict=True)) / total
    mean_y = sum(w * v for w, v in zip(weights, ys, strict=True)) / total
    over = sum(w * (x - mean_x) * (v - mean_y) for w, x, v in zip(weights, xs, ys, strict=True))
    per_byte = over / sum(w * (x - mean_x) ** 2 for w, x in zip(weights, xs, strict=True))
    return mean_y - per_byte * mean_x, per_byte


def fit(rows: list[dict[str, Any]]) -> None:
    """Print the table and what follows from it."""
    print("| commits | blobs | MB inflated | cold, CPU s | warm | after new (commits) | peak MB |")
    print("|---|---|---|---|---|---|---|")
    for each in rows:
        warm, after = each["warm"]["cpu"], each["after new commits"]["cpu"]
        print(f"| {each['commits']:,} | {each['blobs']:,} | {each['bytes'] / 1e6:,.0f} | {each['cold']['cpu']:.2f} "
              f"| {warm:.2f} | {after:.2f} ({each['new']}) | {each['cold']['rss'] / 1e6:.0f} |")  # fmt: skip
    last, first = rows[-1], rows[0]
    start, per_byte = line(rows)
    print(f"start {start:.2f} s, then {per_byte * 1e9:.1f} s for a GB inflated;", end=" ")
    print(f"{(last['cold']['cpu'] - start) / last['commits'] * 1e6:.0f} us a commit,", end=" ")
    print(f"{(last['cold']['cpu'] - start) / last['blobs'] * 1e6:.0f} us a blob")
    print(f"exponent in bytes {slope(rows, 'bytes', start):.2f}, without the two smallest", end=" ")
    print(f"{slope(rows[2:], 'bytes', start):.2f}")
    ids = last["ids"] - first["ids"]
    print(f"memory: {(last['cold']['rss'] - first['cold']['rss']) / ids:.0f} bytes an id between first and last")


def simulate(rows: list[dict[str, Any]]) -> None:
    """Print what many repositories would take, by the fitted cost."""
    start, per_byte = line(rows)
    chance = random.Random(1)
    small = [min(chance.lognormvariate(math.log(20e6), 2.0), 50e9) for _ in range(10_000)]
    large = [chance.lognormvariate(math.log(1e9), 1.5) for _ in range(400)]
    large = [each * TB / sum(large) for each in large]
    for name, sizes in (("10,000 repositories", small), ("1 TB inflated", large)):
        print(f"{name}: {sum(sizes) / TB:.2f} TB, the largest {max(sizes) / 1e9:.0f} GB")
        for machines in (1, 50):
            for how, network in (("on disk", math.inf), ("cloned", CLONE / CORES)):
                costs = [start + size * per_byte + size / RATIO / network for size in sizes]
                wall, busy = schedule(costs, machines * CORES)
                print(f"  {machines} x {CORES} cores, {how}: {wall / 60:,.1f} min, cores {busy:.0%} busy")


def schedule(costs: list[float], cores: int) -> tuple[float, float]:
    """Seconds until all is done, and how busy the cores are: each repository goes to the next core that is free."""
    free = [0.0] * cores
    for cost in costs:
        heapq.heapreplace(free, free[0] + cost)
    return max(free), sum(costs) / (max(free) * cores)


if __name__ == "__main__":
    task, path = sys.argv[1], Path(sys.argv[2])
    if task == "measure":
        json.dump(measure(path), sys.stdout, indent=1)
    else:
        {"fit": fit, "simulate": simulate}[task](json.loads(path.read_text()))
