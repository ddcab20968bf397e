"""What decides what a scan finds, as one hash: rules, configuration, our own code, the libraries that match.

Two runs with one identity find the same in the same bytes.
"""

from __future__ import annotations

import hashlib
import sys
from dataclasses import fields
from functools import cache
from pathlib import Path

from secretguard import plugins
from secretguard.config import Config
from secretguard.engine import confirm, vectorscan
from secretguard.regular import digest_of

HERE = Path(__file__).parent
CODE = (".py", ".txt")  # modules, and the lists of words that checks stand on
# Of a Config: the rules are known by their content; the others say how a run is done or told, not what it finds.
# What becomes of findings is no matter either: an object that holds one is read again.
NOT_DECIDING = {"rules", "cache", "jobs", "show_secrets", "remember", "portable", "baseline", "fingerprint_key"}
NOT_DECIDING |= {"policy", "ignores", "include_ignored", "notes"}


def identity_of(config: Config, rules: str) -> str:
    """The hash, in hexadecimal, for a configuration and the digest of its rules."""
    settings = [(each.name, repr(getattr(config, each.name))) for each in fields(config)]
    parts = [f"{name}={value}" for name, value in settings if name not in NOT_DECIDING]
    parts += [rules, code(), plugins.version(), vectorscan.version(), confirm.version(), repr(sys.version_info[:3])]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


@cache
def code() -> str:
    """A hash of this program: a version number stays while somebody works on it, its files do not."""
    paths = sorted(path for path in HERE.rglob("*") if path.suffix in CODE)
    return digest_of((str(path.relative_to(HERE)), path.read_bytes()) for path in paths)
