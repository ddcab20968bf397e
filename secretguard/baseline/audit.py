"""Going through what nobody has looked at yet: what comes next, what an answer changes, and the way back.

Knows no terminal: each step gives a new state, whose baseline the caller saves before it asks on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from secretguard.baseline.entry import FINGERPRINT, Entry, Verdict, entry_of
from secretguard.baseline.text import Baseline
from secretguard.model import UserError

REMOVE = "remove"  # in a file of answers: nothing is to be said of it any more

Group = tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """Where an audit stands. ``queue``: what is still to be asked about, the pieces of one credential together, as
    fingerprints; ``done``: the same that was asked about, as its entries were before."""

    baseline: Baseline
    queue: tuple[tuple[str, ...], ...]
    done: tuple[Group, ...] = ()

    @property
    def current(self) -> Group:
        """The entries that are asked about, none at the end."""
        found = map(self.baseline.get, self.queue[0]) if self.queue else ()
        return tuple(entry for entry in found if entry)

    def judged(self, answer: Entry) -> Audit:
        """All that the answer says is so for each of the current entries."""
        after = self.baseline.having(updated(entry, answer) for entry in self.current)
        return Audit(after, self.queue[1:], (*self.done, self.current))

    def skipped(self) -> Audit:
        """The current entries stay as they are, to be asked about another day."""
        return Audit(self.baseline, self.queue[1:], (*self.done, self.current))

    def parted(self) -> Audit:
        """Each of the current entries is asked about by itself."""
        return replace(self, queue=(*((each,) for each in self.queue[0]), *self.queue[1:]))

    def undone(self) -> Audit:
        """Back to the question before, as it was; the same state at the beginning."""
        if not self.done:
            return self
        last = self.done[-1]
        asked = tuple(entry.fingerprint for entry in last)
        return Audit(self.baseline.having(last), (asked, *self.queue), self.done[:-1])


def begin(baseline: Baseline, again: bool, order: Iterable[Sequence[str]] = ()) -> Audit:
    """An audit of the entries that nobody has looked at, or ``again`` of all.

    ``order``: fingerprints, those of one credential together; what it does not name comes last.
    """
    left = {entry.fingerprint for entry in baseline.entries() if again or entry.verdict is Verdict.UNREVIEWED}
    queue = []
    for group in (*order, *((each,) for each in sorted(left))):
        asked = tuple(each for each in dict.fromkeys(group) if each in left)
        left.difference_update(asked)
        queue += [asked] if asked else []
    return Audit(baseline, tuple(queue))


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
            known = re.fullmatch(FINGERPRINT, fingerprint)  # else never quoted: it may be the secret itself
            raise UserError(f"{name}:{number}: the baseline has no entry {known[0] if known else 'of that name'}")
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
