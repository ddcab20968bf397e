"""Where cases are measured: the programs, the repositories, the folder to write in, the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contest import Entry
from corpora import GIT_ENV
from measure import Command

FOUND = frozenset({0, 1})  # our exit codes for clean and for findings; 2 is a failure
JSON = ("--format", "json", "--output")


@dataclass(frozen=True, slots=True)
class Setup:
    """What every case needs: the programs, the prepared repositories by name, and a folder to write in."""

    ours: tuple[str, ...]
    peers: Mapping[str, Path]
    corpora: Mapping[str, Path]
    work: Path
    only: frozenset[str] = frozenset()

    def wants(self, tool: str) -> bool:
        return tool in self.peers and (not self.only or tool in self.only)

    def entry(self, tool: str, argv: tuple[str, ...], *, accept: frozenset[int] = frozenset({0})) -> Entry:
        return Entry(tool, Command(argv, self.work, self.environment(), accept))

    def report(self, tool: str) -> Path:
        return self.work / f"{tool}.json"

    def environment(self) -> dict[str, str]:
        """The same for all tools, from nothing: no configuration of theirs, ours or git's leaks in.

        Caches (compiled rules) live in the work folder: warm after the warm-up, and empty before it.
        """
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return kept | GIT_ENV | {"XDG_CACHE_HOME": str(self.work / "cache")}
