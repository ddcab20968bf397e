"""All rules over one fragment -> matches. Knows no paths, allowlists, git or output."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Protocol

from secretguard import plugins
from secretguard.engine import vectorscan
from secretguard.engine.confirm import Confirmer, compiled
from secretguard.engine.expressions import detectors
from secretguard.engine.matcher import Matcher, expressions
from secretguard.engine.vectorscan import Database
from secretguard.model import Match
from secretguard.rules import RuleSet


class Store(Protocol):
    """Where compiled databases are kept between runs."""

    def get(self, key: str) -> bytes | None:
        """What was put under the key, or None where it is missing, damaged or another's."""

    def put(self, key: str, data: bytes) -> None:
        """Keep it, if that can be done."""


class Engine:
    """All rules over one fragment.

    ``store`` keeps compiled databases; ``accelerate`` False runs on ``regex`` alone, with the same matches.
    """

    def __init__(self, rules: RuleSet, store: Store | None = None, accelerate: bool = True) -> None:
        self._detectors = detectors(rules, lambda plugin: _plugin_patterns(plugin, store))
        self._confirmers = [Confirmer(detector) for detector in self._detectors]
        self._matcher = self._build(store) if accelerate and vectorscan.AVAILABLE else None

    def _build(self, store: Store | None) -> Matcher:
        table = expressions(self._detectors)
        return Matcher(table, {gate: _database([e for _, e in group], store) for gate, group in table.items()})

    def matches(self, data: bytes) -> list[Match]:
        """Every confirmed match of any rule in ``data``, detector by detector. Raises ScanTimeoutError."""
        if self._matcher is None:
            return self._slowly(data)
        found: list[Match] = []
        for number, ends in self._matcher.candidates(data).items():
            found += self._confirmers[number].near(data, ends)
        return found

    def _slowly(self, data: bytes) -> list[Match]:
        found: list[Match] = []
        for detector, confirmer in zip(self._detectors, self._confirmers, strict=True):
            if any(not gate or compiled(gate).search(data) for gate, _ in detector.candidates):
                found += confirmer.whole(data)
        return found


def _plugin_patterns(plugin: str, store: Store | None) -> list[tuple[str, bool]]:
    """A plugin's regexes, kept because to import detect-secrets costs more than a whole run of the hook."""
    key = f"plugin {plugin} of detect-secrets {plugins.version()}"
    kept = store.get(key) if store else None
    if kept is not None:
        return [(pattern, caseless) for pattern, caseless in json.loads(kept)]
    patterns = list(plugins.patterns_of(plugin))
    if store:
        store.put(key, json.dumps(patterns).encode())
    return patterns


def _database(only: Sequence[vectorscan.Expression], store: Store | None) -> Database:
    key = "vectorscan " + json.dumps([vectorscan.version(), [(e.pattern, e.caseless, e.once) for e in only]])
    kept = store.get(key) if store else None
    if kept is not None:
        try:
            return Database.load(kept)
        except ValueError:
            pass  # built by another library or for another processor: compile it again
    database = Database.compile(only)
    if store:
        store.put(key, database.dump())
    return database
