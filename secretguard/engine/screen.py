"""Whether any rule has a candidate in a text at all: the matcher alone, ready to use without reading a rule.

Most changes hold nothing that any rule would look at twice. For these a hook needs the databases only, which an earlier
run has kept under the content of the rule files and of the code that made expressions of them.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from secretguard import plugins
from secretguard.engine import vectorscan
from secretguard.engine.bare import alone
from secretguard.engine.matcher import Matcher
from secretguard.engine.vectorscan import Database
from secretguard.regular import digest_of

HERE = Path(__file__).parent
MADE_BY = (
    *sorted(HERE.glob("*.py")),
    *sorted((HERE.parent / "rules").glob("*.py")),
    HERE.parent / "decode" / "forms.py",
    *(HERE.parent / name for name in ("plugins.py", "shapes.py", "tables.py")),
)


class Store(Protocol):
    """Where compiled databases are kept between runs."""

    def get(self, key: str) -> bytes | None:
        """What was put under the key, or None where it is missing, damaged or another's."""

    def put(self, key: str, data: bytes) -> None:
        """Keep it, if that can be done."""


class Screen:
    """Says of most texts at once that no rule can match."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    @classmethod
    def load(cls, store: Store, digest: str) -> Screen | None:
        """The screen of the rules with this digest, if an earlier run has kept it."""
        kept = store.get(_key(digest)) if vectorscan.AVAILABLE else None
        if kept is None:
            return None
        table = json.loads(kept)
        try:
            databases = {gate: Database.load(store.get(key) or b"") for gate, _, key in table}
        except ValueError:
            return None
        return cls(Matcher({gate: numbers for gate, numbers, _ in table}, databases))

    def empty(self, data: bytes) -> bool:
        """Whether no rule has a candidate in the data."""
        return not self._matcher.candidates(data) and not alone(data)


def keep(store: Store, digest: str, table: Sequence[tuple[str, Sequence[int], str]]) -> None:
    """Keep what ``Screen.load`` needs: for each gate the numbers of the detectors, and the key of the database."""
    key = _key(digest)
    if store.get(key) is None:
        store.put(key, json.dumps(table).encode())


def _key(digest: str) -> str:
    return f"screen {digest} {_code()} {plugins.version()} {vectorscan.version()}"


@functools.cache
def _code() -> str:
    """A hash of the modules that turn rules into expressions."""
    return digest_of((path.name, path.read_bytes()) for path in MADE_BY)
