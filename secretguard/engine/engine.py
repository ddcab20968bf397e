"""All rules over one fragment -> matches. Knows no paths, allowlists, git or output."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence

from secretguard import plugins
from secretguard.engine import screen, vectorscan
from secretguard.engine.confirm import MEMO_MAX, Confirmer, compiled
from secretguard.engine.expressions import detectors
from secretguard.engine.matcher import Matcher, expressions
from secretguard.engine.screen import Store
from secretguard.engine.vectorscan import Database, Expression
from secretguard.model import Match
from secretguard.rules import RuleSet

Group = Sequence[tuple[int, Expression]]


class Engine:
    """All rules over one fragment.

    ``store`` keeps compiled databases; ``accelerate`` False runs on ``regex`` alone, with the same matches.
    """

    def __init__(self, rules: RuleSet, store: Store | None = None, accelerate: bool = True) -> None:
        self._detectors = detectors(rules, lambda plugin: _plugin_patterns(plugin, store))
        plausible = functools.lru_cache(maxsize=MEMO_MAX)(lambda token: bool(rules.with_shape(token.decode("latin-1"))))
        self._confirmers = [Confirmer(detector, plausible) for detector in self._detectors]
        self._matcher = self._build(rules, store) if accelerate and vectorscan.AVAILABLE else None

    def _build(self, rules: RuleSet, store: Store | None) -> Matcher:
        table = expressions(self._detectors)
        if store:
            screen.keep(
                store, rules.digest, [(gate, [n for n, _ in group], _key(group)) for gate, group in table.items()]
            )
        numbers = {gate: [number for number, _ in group] for gate, group in table.items()}
        return Matcher(numbers, {gate: _database(group, store) for gate, group in table.items()})

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


def _key(group: Group) -> str:
    what = [vectorscan.version(), [(each.pattern, each.caseless, each.once) for _, each in group]]
    return "vectorscan " + hashlib.sha256(json.dumps(what).encode()).hexdigest()


def _database(group: Group, store: Store | None) -> Database:
    key = _key(group)
    kept = store.get(key) if store else None
    if kept is not None:
        try:
            return Database.load(kept)
        except ValueError:
            pass  # built by another library or for another processor: compile it again
    database = Database.compile([each for _, each in group])
    if store:
        store.put(key, database.dump())
    return database
