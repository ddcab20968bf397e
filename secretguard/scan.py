"""The one loop: fragments -> engine -> judge -> findings, and a receipt of what was read."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from secretguard.cache import Cache
from secretguard.config import Config, built_in_rules
from secretguard.decode import Budget
from secretguard.engine.screen import Screen
from secretguard.model import (
    Dismissal,
    Finding,
    Fragment,
    Match,
    Origin,
    OriginKind,
    Place,
    Reading,
    Receipt,
    Report,
    Sealed,
    Skipped,
    show_path,
)
from secretguard.readings import inside, readings
from secretguard.rulefiles import RuleFiles
from secretguard.unicode import as_utf8
from secretguard.whole import whole
from secretguard.windows import OVERLAP

if TYPE_CHECKING:
    from secretguard.engine.engine import Engine
    from secretguard.judge import Judge
    from secretguard.rules import RuleSet

MARKS = (b"secretguard:", b"pragma:")  # what every comment that accepts holds


class Scanner:
    """Rules, engine and judge of one run in one process.

    ``screened``: made when the first text comes along that may hold something; what an earlier run has kept tells.
    """

    def __init__(self, config: Config, screened: bool = False) -> None:
        self._config = config
        self._cache = Cache(config.cache)
        self._files = RuleFiles(config.rules, self._cache)
        self._screen: Screen | None = None
        if screened and config.accelerate:
            self._screen = Screen.load(self._cache, self._files.digest)
        if self._screen is None:
            self.load()

    def load(self) -> None:
        """Make ready what the first text would."""
        _ = self._engine, self._judge

    @cached_property
    def identity(self) -> str:
        """What decides what this scanner finds, as a hash."""
        from secretguard.identity import identity_of  # noqa: PLC0415 - only sweeps ask

        return identity_of(self._config, self._files.digest)

    @cached_property
    def rules(self) -> RuleSet:
        """The rules of the run."""
        from secretguard.rules import load_files  # noqa: PLC0415 - a hook on a harmless change needs none

        rules = load_files(self._files, self._cache)
        key = f"sound rules {self._files.digest}"
        if self._config.rules != (built_in_rules(),) and self._cache.get(key) is None:  # our CI checks ours
            from secretguard.engine.sound import refuse  # noqa: PLC0415 - once for each change of the rules

            refuse(rules.rules.values())
            self._cache.put(key, b"sound")
        return rules

    @cached_property
    def _engine(self) -> Engine:
        from secretguard.engine.engine import Engine  # noqa: PLC0415 - a hook on a harmless change needs none

        return Engine(self.rules, self._cache, self._config.accelerate)

    @cached_property
    def _judge(self) -> Judge:
        from secretguard.judge import Judge  # noqa: PLC0415 - as above

        return Judge(self.rules, self._config.sealer(), self._config.around)

    def scan(
        self, fragment: Fragment, unread: list[str], explain: bool = False, closed: list[str] | None = None
    ) -> list[Finding | Dismissal]:
        """What the fragment holds: findings, what a comment accepts, and with ``explain`` every other dismissal too.

        ``unread`` gets a reason for each part of it that was not read, ``closed`` one for what nobody could read.
        """
        budget = Budget(unread, len(fragment.data))
        outcomes = self._scan(fragment, budget, unread, explain)
        own = len(outcomes)
        for member in inside(fragment, budget):
            outcomes += self._scan(member, budget, unread, explain)
        if closed is not None:
            closed += budget.closed
        return whole(_innermost(outcomes) if len(outcomes) > own else outcomes)

    def _scan(self, fragment: Fragment, budget: Budget, unread: list[str], explain: bool) -> list[Finding | Dismissal]:
        text = b"\0" not in fragment.data and fragment.data[:2] not in (b"\xff\xfe", b"\xfe\xff")
        if text and self._screen:
            if self._screen.empty(fragment.data):
                return []
            self._screen = None  # the engine is needed now, and looks at no text twice
        matches = self._engine.matches(fragment.data, unread)
        if text and not matches:
            return []
        found = self._readings(fragment, matches, budget, unread)
        if text and not any(reading.matches for reading in found):
            return []
        readable = as_utf8(fragment)
        outcomes = self._judge.judge(fragment, found, unread, explain)
        if readable is not fragment:  # a guess: what the bytes say as they are counts as well
            found = self._readings(readable, self._engine.matches(readable.data, unread), budget, unread)
            better = self._judge.judge(readable, found, unread, explain)
            outcomes = better + _others(outcomes, better)
        if outcomes and any(mark in readable.data for mark in MARKS):
            from secretguard.inline import accept  # noqa: PLC0415 - few runs meet one, and a hook's start counts

            outcomes = accept(readable, outcomes, self.rules.rules)
        return outcomes

    def _readings(self, fragment: Fragment, matches: list[Match], budget: Budget, unread: list[str]) -> list[Reading]:
        return list(readings(fragment.data, matches, lambda data: self._engine.matches(data, unread), budget))

    def findings(self, fragments: Iterable[Fragment], receipt: Receipt) -> Iterator[Finding]:
        """Findings of all fragments; the receipt counts what was read and names what was not.

        Where two windows of one object tell of the same place, it is one finding.
        """
        told: set[tuple[Origin, tuple[str, str], Place]] = set()
        for fragment in fragments:
            for each in self._received(fragment, receipt):
                if fragment.passed is None:
                    yield each
                    continue
                finding = each.behind(fragment.passed)
                spot = (fragment.origin, finding.identity, finding.occurrences[0].place)
                if spot not in told:
                    yield finding
                told.add(spot)

    def _received(self, fragment: Fragment, receipt: Receipt) -> list[Finding]:
        """The findings of one fragment; the receipt has it then, and what of it was not read."""
        unread: list[str] = []
        closed: list[str] = []
        try:
            found = self.scan(fragment, unread, closed=closed)
        except Exception as error:
            receipt.fail(fragment.origin.oid, f"{name_of(fragment)}: not fully read ({type(error).__name__})")
            return []
        for reason in dict.fromkeys(unread):
            receipt.fail(fragment.origin.oid, f"{name_of(fragment)}: not fully read: {reason}")
        receipt.skipped += [Skipped(name_of(fragment), reason) for reason in closed]
        if found and fragment.origin.oid:
            receipt.again.add(fragment.origin.oid)
        count(fragment, receipt)
        for each in found:
            if isinstance(each, Dismissal) and each.accepted_by:
                receipt.suppress(each.accepted_by)
        return [each for each in found if isinstance(each, Finding)]

    def report(self, findings: Iterable[Finding], receipt: Receipt, began: float, subject: str = "") -> Report:
        """The Report of a run that began at that ``time.monotonic()``: no name in it shows a secret unless asked to."""
        report = Report(tuple(map(_with_members, findings)), receipt, time.monotonic() - began, subject=subject)
        if self._config.show_secrets or not (report.findings or receipt.errors or receipt.notes or receipt.skipped):
            return report
        from secretguard.veil import veiled  # noqa: PLC0415 - a clean hook tells nothing

        return veiled(report, self._config.sealer(), self._sealed)

    def masked(self, text: str) -> str:
        """The text, say an error that quotes the name of a file, with the secrets in it masked."""
        from secretguard.veil import Veil  # noqa: PLC0415 - as above

        return text if self._config.show_secrets else Veil(self._config.sealer(), self._sealed([text])).text(text)

    def _sealed(self, names: Iterable[str]) -> list[Sealed]:
        """The secrets that names hold. A name that can't be looked through tells nothing: what it names was told so."""
        texts = (name.encode("utf-8", "surrogatepass") + b"\n" for name in names if name)
        fragments = (Fragment(text, Origin(OriginKind.TREE)) for text in texts)
        return [finding.secret for finding in self.findings(fragments, Receipt())]


def _with_members(finding: Finding) -> Finding:
    """The finding with paths that lead on into archives, as ``bundle.zip!folder/.env``."""
    if not any(each.origin.member for each in finding.occurrences):
        return finding
    return finding.told_from(_led_on)


def _led_on(origin: Origin) -> Origin:
    if origin.path is None or not origin.member:
        return origin
    return replace(origin, path=origin.path + origin.member, member=b"", masked=True)


def reported(findings: Iterable[Finding], config: Config, receipt: Receipt) -> tuple[Finding, ...]:
    """What the configuration leaves of findings whose paths are known, one for each secret."""
    return merged(config.policy.applied(findings, receipt) if config.policy else findings)


def count(fragment: Fragment, receipt: Receipt) -> None:
    """Count a fragment as read; of the windows of one object the first counts, and no byte twice."""
    if fragment.passed and fragment.passed.size:
        receipt.bytes += len(fragment.data) - OVERLAP
    else:
        receipt.read(fragment.origin.kind, len(fragment.data))


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each secret, with all its occurrences, worst first and then in the order they came."""
    by_identity: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        known = by_identity.get(finding.identity)
        by_identity[finding.identity] = known.merged(finding) if known else finding
    return tuple(sorted(by_identity.values(), key=lambda f: (not f.blocking, -f.severity, -f.confidence)))


def _others(outcomes: list[Finding | Dismissal], known: list[Finding | Dismissal]) -> list[Finding | Dismissal]:
    """The outcomes without the findings of secrets that are known."""
    identities = {each.identity for each in known if isinstance(each, Finding)}
    return [each for each in outcomes if not isinstance(each, Finding) or each.identity not in identities]


def _innermost(outcomes: list[Finding | Dismissal]) -> list[Finding | Dismissal]:
    """The outcomes without findings in the bytes of an archive that stand again in a file within it."""
    again: set[tuple[tuple[str, str], bytes]] = set()
    for each in outcomes:
        outer = each.occurrences[0].origin.member if isinstance(each, Finding) else b""
        while outer and isinstance(each, Finding):
            outer = outer.rpartition(b"!")[0]
            again.add((each.identity, outer))
    return [
        each
        for each in outcomes
        if not isinstance(each, Finding) or (each.identity, each.occurrences[0].origin.member) not in again
    ]


def name_of(fragment: Fragment) -> str:
    """What to call it where something is said of it."""
    origin = fragment.origin
    if origin.path is not None:
        return show_path(origin.path)
    return f"{origin.kind} {origin.oid}" if origin.kind is not OriginKind.STDIN else "standard input"
