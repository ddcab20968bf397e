"""What rule files say: Provider, Rule, and the RuleSet that knows which rules a value could be of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from secretguard.model import Severity
from secretguard.shapes import alphabets_of, parse_shape

TRADING = ("exchange", "dex", "broker", "custody")  # categories of those where one trades
SHAPED_MAX = 50_000  # values whose rules are remembered


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose credentials a rule file describes, and what helps to name them and to revoke them.

    ``like`` is the provider whose platform it runs on: where nothing but shapes speak, that one is named.
    """

    id: str
    name: str
    category: str
    ccxt: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    revoke: str = ""
    permissions: str = ""
    contact: str = ""
    references: tuple[str, ...] = ()
    lies: tuple[str, ...] = ()
    like: str = ""

    @property
    def trades(self) -> bool:
        """Whether one trades there: an exchange or its like."""
        return self.category in TRADING


@dataclass(frozen=True, slots=True, eq=False)  # a rule is itself: memos look rules up often
class Rule:
    """One kind of credential. ``regex`` for what has a form of its own, ``shapes`` for what needs evidence beside it.

    ``candidates`` are cheaper expressions for the engine's first look where the regex itself would be dear; one that
    is written ``[class]{N} => expression`` has a gate of its own.
    ``window`` is the number of bytes around a candidate that the regex may look at. ``gate`` is a class run
    (``[...]{N}``) that must occur in a fragment before the rule's expression is tried at all. ``listed``: the secret
    is made of words of the lists of mnemonics, so the regex need not be tried where there are none.
    """

    id: str
    provider: str
    title: str
    kind: str
    family: str
    severity: Severity
    status: str = "stable"
    regex: str = ""
    candidates: tuple[str, ...] = ()
    caseless: bool = False
    boundary: bool = True
    gate: str = ""
    listed: bool = False
    window: int = 512
    shapes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    partner: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    min_entropy: float = 0.0
    plugin: str = ""
    what: str = ""
    references: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    negative_examples: tuple[str, ...] = ()
    path: str = ""

    @property
    def experimental(self) -> bool:
        """Whether findings of this rule are shown without blocking."""
        return self.status == "experimental"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """All providers and rules of a run, by id, in the order of their files; ``digest`` names their content."""

    providers: Mapping[str, Provider]
    rules: Mapping[str, Rule]
    digest: str
    _by_shape: Mapping[tuple[str, int], tuple[Rule, ...]] = field(repr=False)
    _shaped: dict[str, tuple[Rule, ...]] = field(default_factory=dict, repr=False)  # values seen: engine, then judge

    @classmethod
    def of(cls, providers: Iterable[Provider], rules: Iterable[Rule], digest: str) -> RuleSet:
        """Index providers and rules. Ids are unique: ``parse`` has seen to it."""
        table = {rule.id: rule for rule in rules}
        return cls({p.id: p for p in providers}, table, digest, _index(table.values()))

    def with_shape(self, value: str) -> tuple[Rule, ...]:
        """Every shape rule whose alphabet and length the value has."""
        rules = self._shaped.get(value)
        if rules is None:
            if len(self._shaped) >= SHAPED_MAX:
                self._shaped.clear()
            rules = self._shaped[value] = self._of_shape(value)
        return rules

    def _of_shape(self, value: str) -> tuple[Rule, ...]:
        found: dict[str, Rule] = {}
        for alphabet in alphabets_of(value):
            for rule in self._by_shape.get((alphabet, len(value)), ()):
                found[rule.id] = rule
        return tuple(found.values())


def _index(rules: Iterable[Rule]) -> dict[tuple[str, int], tuple[Rule, ...]]:
    index: dict[tuple[str, int], list[Rule]] = defaultdict(list)
    for rule in rules:
        for shape in rule.shapes:
            alphabet, lengths = parse_shape(shape)
            for length in lengths:
                index[alphabet, length].append(rule)
    return {key: tuple(value) for key, value in index.items()}
