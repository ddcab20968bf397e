"""Going through what nobody has looked at yet: which entry comes next, what an answer changes, and the way back.

Knows no terminal: each step gives a new state, whose baseline the caller saves before it asks on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from secretguard.baseline.entry import Entry, Verdict, entry_of
from secretguard.baseline.text import Baseline
from secretguard.model import UserError

REMOVE = "remove"  # in a file of answers: it is a secret after all, and is to stop people


@dataclass(frozen=True, slots=True)
class Audit:
    """Where an audit stands. ``queue``: fingerprints still to be asked about; ``done``: entries as they were before."""

    baseline: Baseline
    queue: tuple[str, ...]
    done: tuple[Entry, ...] = ()

    @property
    def current(self) -> Entry | None:
        """The entry that is asked about, None at the end."""
        return self.baseline.get(self.queue[0]) if self.queue else None

    def judged(self, entry: Entry) -> Audit:
        """The current entry is now this one."""
        lines = {**self.baseline.lines, entry.fingerprint: entry.line()}
        return self._gone_on(Baseline(self.baseline.salt, lines))

    def removed(self) -> Audit:
        """The current entry is accepted no longer."""
        lines = {each: line for each, line in self.baseline.lines.items() if each != self.queue[0]}
        return self._gone_on(Baseline(self.baseline.salt, lines))

    def skipped(self) -> Audit:
        """The current entry stays as it is, to be asked about another day."""
        return self._gone_on(self.baseline)

    def undone(self) -> Audit:
        """Back to the entry before, as it was; the same state at the beginning."""
        if not self.done:
            return self
        last = self.done[-1]
        baseline = Baseline(self.baseline.salt, {**self.baseline.lines, last.fingerprint: last.line()})
        return Audit(baseline, (last.fingerprint, *self.queue), self.done[:-1])

    def _gone_on(self, baseline: Baseline) -> Audit:
        before = self.baseline.get(self.queue[0])
        assert before is not None
        return Audit(baseline, self.queue[1:], (*self.done, before))


def begin(baseline: Baseline, again: bool, order: Sequence[str] = ()) -> Audit:
    """An audit of the entries that nobody has looked at, or ``again`` of all; first those of ``order``."""
    places = {fingerprint: place for place, fingerprint in enumerate(order)}
    entries = [entry for entry in baseline.entries() if again or entry.verdict is Verdict.UNREVIEWED]
    wanted = sorted((entry.fingerprint for entry in entries), key=lambda each: places.get(each, len(places)))
    return Audit(baseline, tuple(wanted))


def answered(baseline: Baseline, text: str, name: str) -> Baseline:
    """The baseline after a file of answers: lines as in a baseline, or ``<fingerprint> remove``.

    What an answer does not say stays as it was. Raises UserError with the line of a mistake; then nothing is changed.
    """
    lines = dict(baseline.lines)
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip("\r")
        if not line or line.startswith("#"):
            continue
        fingerprint, _, what = line.partition(" ")
        before = baseline.get(fingerprint)
        if before is None:
            raise UserError(f"{name}:{number}: the baseline has no entry {fingerprint}")
        if what == REMOVE:
            lines.pop(fingerprint, None)
            continue
        try:
            lines[fingerprint] = updated(before, entry_of(line)).line()
        except ValueError as error:
            raise UserError(f"{name}:{number}: {error}") from None
    return Baseline(baseline.salt, lines)


def updated(before: Entry, answer: Entry) -> Entry:
    """The entry with all that the answer says."""
    names = ("rule", "path", "owner", "expires", "rotated", "reason")
    told = {name: value for name in names if (value := getattr(answer, name))}
    return replace(before, verdict=answer.verdict, **told)
