"""The Config of a run, from options and environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from secretguard.baseline.header import NAME, read_key
from secretguard.config import Config, built_in_rules
from secretguard.model import FINGERPRINT_KEY, UserError


def config_of(options: dict[str, Any], accepting: bool = False) -> Config:
    """The Config of a run, from options and environment. ``accepting``: with the baseline that they name or imply."""
    baseline, key = baseline_of(options) if accepting else (None, FINGERPRINT_KEY)
    return Config(
        rules=(built_in_rules(), *options.get("rules", ())),
        cache=cache_folder(),
        jobs=options.get("jobs") or cores(),
        show_secrets=options.get("show_secrets", False),
        remember=not options.get("no_cache", False),
        portable=options.get("portable", False),
        accelerate=not options.get("no_vectorscan", False),
        baseline=baseline,
        fingerprint_key=key,
    )


def baseline_of(options: dict[str, Any]) -> tuple[Path | None, bytes]:
    """The baseline of a run, if there is one, and the key of its fingerprints. Raises UserError."""
    named, none = options.get("baseline"), options.get("no_baseline")
    if named and none:
        raise UserError("--baseline and --no-baseline exclude each other")
    path = named or usual_baseline()
    key = None if none else read_key(path)
    if named and key is None:
        raise UserError(f"{path}: there is no such baseline; 'secretguard baseline create' makes one")
    return (path, key) if key is not None else (None, FINGERPRINT_KEY)


def usual_baseline() -> Path:
    """Where a baseline is if nothing else is said: at the root of the repository that the user stands in.

    Found without git, since every commit waits for it. A repository that is scanned from elsewhere has no say.
    """
    here = Path.cwd()
    return next((above for above in (here, *here.parents) if (above / ".git").exists()), here) / NAME


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
