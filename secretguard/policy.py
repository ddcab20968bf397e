"""What a configuration makes of findings: rules that are off, allow-lists, settings for some paths, what blocks.

It never changes what is looked for: so the engine, its cache and the judge know nothing of it, and what it hides can
be counted. Knows neither files nor git; the paths it is asked about start at the top of their repository.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from secretguard.ignore import patterns, seen_from
from secretguard.model import ALLOW_LIST, LENIENT, RULES_OFF, Finding, Occurrence, OriginKind, Receipt, Severity

IN_GIT = (OriginKind.INDEX, OriginKind.BLOB, OriginKind.TREE)  # whose paths start at the top
ON_DISK = (OriginKind.FILE, OriginKind.NAME)


class Switches(NamedTuple):
    """What one file switches off and on: ids of rules, providers, kinds."""

    off: frozenset[str] = frozenset()
    on: frozenset[str] = frozenset()

    def wants(self, finding: Finding) -> bool | None:
        """Whether findings like this are reported; None if nothing is said. A rule's id tells more than a group."""
        for names in ({finding.rule}, {finding.provider, finding.kind}):
            if names & self.on:
                return True
            if names & self.off:
                return False
        return None


class Allow(NamedTuple):
    """One entry of an allow-list: it accepts what meets each of the conditions that it has, for ``reason``.

    ``number`` tells it from others; ``where`` names its file. ``rules`` may also be providers and kinds.
    """

    number: int
    where: str
    reason: str
    rules: frozenset[str] = frozenset()
    paths: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    regexes: tuple[str, ...] = ()

    def accepts(self, finding: Finding, path: bytes | None) -> bool:
        """Whether it accepts this secret at this path."""
        if self.rules and not self.rules & {finding.rule, finding.provider, finding.kind}:
            return False
        if self.values and finding.secret.fingerprint not in self.values:
            return False
        if (self.words or self.regexes) and self.number not in finding.secret.terms:
            return False
        return not self.paths or (path is not None and patterns(self.paths)(path))


class Override(NamedTuple):
    """What holds for some paths in place of what holds elsewhere."""

    paths: tuple[str, ...]
    switches: Switches = Switches()
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """All that the files of a run's configuration say about findings; of two that contradict each other the later wins.

    ``top``: the folder that paths of files on disk are seen from.
    """

    severity: Severity = Severity.LOW
    switches: tuple[Switches, ...] = ()
    allow: tuple[Allow, ...] = ()
    overrides: tuple[Override, ...] = ()
    top: Path = field(default_factory=Path)

    def applied(self, findings: Iterable[Finding], receipt: Receipt) -> Iterator[Finding]:
        """The findings without the places where they are accepted or not wanted, which the receipt counts."""
        for finding in findings:
            paths = {each: self._path(each) for each in finding.occurrences}
            kept = tuple(each for each, path in paths.items() if not self._hides(finding, path, receipt))
            if kept:
                blocking = finding.blocking and any(finding.severity >= self._blocks(paths[each]) for each in kept)
                why = (LENIENT,) if finding.blocking and not blocking else ()
                yield replace(finding, occurrences=kept, blocking=blocking, evidence=(*finding.evidence, *why))

    def why_hidden(self, finding: Finding) -> str:
        """In words, why a finding in one place is not reported; nothing if it is."""
        path = self._path(finding.occurrences[0])
        if not self._wants(finding, path):
            return "the configuration switches its rule off here"
        entry = self._entry(finding, path)
        return f"accepted by an allow-list ({entry.where}): {entry.reason}" if entry else ""

    def _hides(self, finding: Finding, path: bytes | None, receipt: Receipt) -> bool:
        wanted = self._wants(finding, path)
        if wanted and not self._entry(finding, path):
            return False
        receipt.suppress(ALLOW_LIST if wanted else RULES_OFF)
        return True

    def _wants(self, finding: Finding, path: bytes | None) -> bool:
        said = [each.switches for each in self._overrides(path)]
        for switches in (*said, *reversed(self.switches)):
            wanted = switches.wants(finding)
            if wanted is not None:
                return wanted
        return True

    def _entry(self, finding: Finding, path: bytes | None) -> Allow | None:
        return next((entry for entry in self.allow if entry.accepts(finding, path)), None)

    def _blocks(self, path: bytes | None) -> Severity:
        """The severity from which a finding at the path blocks."""
        return next((each.severity for each in self._overrides(path) if each.severity), self.severity)

    def _overrides(self, path: bytes | None) -> Iterator[Override]:
        """Those that hold at the path, the strongest first."""
        if path is not None:
            yield from (each for each in reversed(self.overrides) if patterns(each.paths)(path))

    def _path(self, occurrence: Occurrence) -> bytes | None:
        """Where it lies, from the top; of a file elsewhere the whole path; None for what has no path."""
        origin = occurrence.origin
        if origin.path is None or origin.kind in IN_GIT:
            return origin.path
        if origin.kind not in ON_DISK:
            return None
        inside = seen_from(os.fsencode(self.top), origin.path)
        return origin.path.lstrip(b"/") if inside is None else inside
