"""What the numbers were measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path


def facts() -> dict[str, str]:
    """Everything that makes a run comparable with another, and nothing that names the machine or its owner."""
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.processor() or "unknown",
        "cores": str(cores()),
        "memory": _memory(),
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "git": _git_version(),
        "load average": ", ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def label() -> str:
    """A name for the file of a run: what kind of machine, not which one."""
    return f"{platform.system().lower()}-{platform.machine()}-{cores()}cores"


def cores() -> int:
    """Those we may use, which in a container can be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _memory() -> str:
    total = _field("/proc/meminfo", "MemTotal")
    return f"{int(total.split()[0]) / 1e6:.0f} GB" if total else "unknown"


def _git_version() -> str:
    done = subprocess.run(["git", "version"], capture_output=True, text=True, check=True)
    return done.stdout.removeprefix("git version").strip()


def _field(file: str, name: str) -> str:
    path = Path(file)
    lines = path.read_text().splitlines() if path.exists() else []
    values = (line.partition(":") for line in lines)
    return next((value.strip() for key, _, value in values if key.strip() == name), "")
