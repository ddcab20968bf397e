"""All rules over one fragment -> matches. Knows no paths, allowlists, git or output."""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from secretguard import plugins
from secretguard.engine import ScanTimeoutError, screen, vectorscan
from secretguard.engine.bare import alone
from secretguard.engine.confirm import MEMO_MAX, Confirmer, compiled
from secretguard.engine.expressions import detectors
from secretguard.engine.matcher import Matcher, expressions
from secretguard.engine.screen import Store
from secretguard.engine.vectorscan import Database, Expression
from secretguard.model import TOO_LONG, Match
from secretguard.rules import RuleSet
from secretguard.shapes import PASSPHRASE

_DIGIT = re.compile(rb"[0-9]")
Group = Sequence[tuple[int, Expression]]


class Engine:
    """All rules over one fragment.

    ``store`` keeps compiled databases; ``accelerate`` False runs on ``regex`` alone, with the same matches.
    """

    def __init__(self, rules: RuleSet, store: Store | None = None, accelerate: bool = True) -> None:
        self._detectors = detectors(rules, lambda plugin: _plugin_patterns(plugin, store))

        @functools.lru_cache(maxsize=MEMO_MAX)
        def plausible(token: bytes) -> bool:
            """Whether a credential could look like it. What a person chose shows by its name, never by its shape."""
            shaped = rules.with_shape(token.decode("latin-1")) if _DIGIT.search(token) else ()
            return any(PASSPHRASE not in rule.shapes for rule in shaped)

        self._confirmers = [Confirmer(detector, plausible) for detector in self._detectors]
        self._matcher = self._build(rules, store) if accelerate and vectorscan.AVAILABLE else None

    def _build(self, rules: RuleSet, store: Store | None) -> Matcher:
        table = expressions(self._detectors)
        if store:
            screen.keep(
                store, rules.digest, [(gate, [n for n, _ in group], _key(group)) for gate, group in table.items()]
            )
        numbers = {gate: [number for number, _ in group] for gate, group in table.items()}
        return Matcher(numbers, _databases(table, store))

    def matches(self, data: bytes, unread: list[str]) -> list[Match]:
        """Every confirmed match of any rule in ``data``, detector by detector.

        ``unread`` gets the reason where a confirmation takes too long; what else there is stands.
        """
        found = alone(data)
        for confirmed in self._confirmed(data):
            try:
                found.extend(confirmed)
            except ScanTimeoutError:
                unread.append(TOO_LONG)
        return found

    def _confirmed(self, data: bytes) -> Iterator[Iterable[Match]]:
        """The matches of each detector that has a candidate."""
        if self._matcher is None:
            for detector, confirmer in zip(self._detectors, self._confirmers, strict=True):
                if any(not gate or compiled(gate).search(data) for gate, _ in detector.candidates):
                    yield confirmer.whole(data)
            return
        for number, ends in self._matcher.candidates(data).items():
            yield self._confirmers[number].near(data, ends)


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


def _databases(table: Mapping[str, Group], store: Store | None) -> dict[str, Database]:
    """The database behind each gate: those that are kept, and the others compiled side by side."""
    found = {gate: _kept(group, store) for gate, group in table.items()}
    missing = [gate for gate, database in found.items() if database is None]
    if missing:
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - only the first run of all compiles

        with ThreadPoolExecutor(len(missing)) as pool:  # Vectorscan compiles without Python's lock
            found |= zip(missing, pool.map(lambda gate: _compiled(table[gate], store), missing), strict=True)
    return {gate: database for gate, database in found.items() if database}


def _kept(group: Group, store: Store | None) -> Database | None:
    kept = store.get(_key(group)) if store else None
    if kept is None:
        return None
    try:
        return Database.load(kept)
    except ValueError:
        return None  # built by another library or for another processor


def _compiled(group: Group, store: Store | None) -> Database:
    database = Database.compile([each for _, each in group])
    if store:
        store.put(_key(group), database.dump())
    return database
