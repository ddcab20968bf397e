"""The one loop: fragments -> engine -> judge -> findings, and a receipt of what was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from secretguard.cache import Cache
from secretguard.config import Config
from secretguard.engine import Engine, ScanTimeoutError
from secretguard.judge import Judge
from secretguard.model import Dismissal, Finding, Fragment, OriginKind, Receipt, show_path
from secretguard.rules import RuleSet, load
from secretguard.unicode import as_utf8

MARKS = (b"secretguard:", b"pragma:")  # what every comment that accepts holds


class Scanner:
    """Rules, engine and judge of one run in one process."""

    def __init__(self, config: Config) -> None:
        self.rules: RuleSet = load(config.rules)
        self._engine = Engine(self.rules, Cache(config.cache), config.accelerate)
        self._judge = Judge(self.rules, config.sealer())

    def scan(self, fragment: Fragment, explain: bool = False) -> list[Finding | Dismissal]:
        """What the fragment holds: findings, what a comment accepts, and with ``explain`` every other dismissal too.

        Raises ScanTimeoutError.
        """
        matches = self._engine.matches(fragment.data)
        if not matches and b"\0" not in fragment.data[:2048]:
            return []
        readable = as_utf8(fragment)
        if readable is not fragment:
            matches = self._engine.matches(readable.data)
        outcomes = self._judge.judge(readable, matches, explain)
        if outcomes and any(mark in readable.data for mark in MARKS):
            from secretguard.inline import accept  # noqa: PLC0415 - few runs meet one, and a hook's start counts

            return accept(readable, outcomes)
        return outcomes

    def findings(self, fragments: Iterable[Fragment], receipt: Receipt) -> Iterator[Finding]:
        """Findings of all fragments; the receipt counts what was read and names what was not."""
        for fragment in fragments:
            try:
                found = self.scan(fragment)
            except ScanTimeoutError:
                receipt.errors.append(f"{_name(fragment)}: took too long, not fully read")
                continue
            receipt.read(fragment.origin.kind, len(fragment.data))
            for each in found:
                if isinstance(each, Finding):
                    yield each
                elif each.accepted_by:
                    receipt.suppress(each.accepted_by)


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each secret, with all its occurrences, worst first and then in the order they came."""
    by_identity: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        known = by_identity.get(finding.identity)
        by_identity[finding.identity] = known.merged(finding) if known else finding
    return tuple(sorted(by_identity.values(), key=lambda f: (not f.blocking, -f.severity, -f.confidence)))


def _name(fragment: Fragment) -> str:
    origin = fragment.origin
    if origin.path is not None:
        return show_path(origin.path)
    return f"{origin.kind} {origin.oid}" if origin.kind is not OriginKind.STDIN else "standard input"
