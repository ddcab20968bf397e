"""The Config of a run, from options and environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from secretguard.config import Config, built_in_rules


def config_of(options: dict[str, Any]) -> Config:
    """The Config of a run, from options and environment."""
    return Config(
        rules=(built_in_rules(), *options.get("rules", ())),
        cache=cache_folder(),
        jobs=options.get("jobs") or cores(),
        show_secrets=options.get("show_secrets", False),
        remember=not options.get("no_cache", False),
        portable=options.get("portable", False),
        accelerate=not options.get("no_vectorscan", False),
    )


def cores() -> int:
    """The number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cache_folder() -> Path | None:
    """The user's cache folder by the platform's custom, or None where there is no home."""
    if os.environ.get("SECRETGUARD_CACHE"):
        return Path(os.environ["SECRETGUARD_CACHE"])
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        elif sys.platform == "darwin":
            base = Path.home() / "Library" / "Caches"
        else:
            base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None
    return base / "secretguard"
