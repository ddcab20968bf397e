"""What a baseline lacks: who answers for an entry and why, and what is out of date. And how two of them differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from secretguard.baseline.entry import Entry, Verdict
from secretguard.baseline.text import Baseline

REQUIRED = ("reason", "owner", "expires", "review")


def complaints(baseline: Baseline, today: str, required: Collection[str]) -> Iterator[tuple[Entry, str]]:
    """Each entry that lacks something, with what it lacks. ``required``: which of ``REQUIRED`` every entry needs."""
    for entry in baseline.entries():
        if entry.expired(today):
            yield entry, f"expired on {entry.expires}: it blocks again"
        if entry.verdict is Verdict.REVOKED and not entry.rotated:
            yield entry, "revoked, but no rotated= says when"
        if entry.verdict is Verdict.UNREVIEWED and "review" in required:
            yield entry, "nobody has looked at it: secretguard baseline audit"
        for name in REQUIRED[:3]:
            if name in required and not getattr(entry, name):
                yield entry, f"no {name}="


def differences(old: Baseline, new: Baseline) -> Iterator[str]:
    """Lines that only one of the two has, each behind ``-`` or ``+``, in the order of the file."""
    for fingerprint in sorted({*old.lines, *new.lines}):
        was, now = old.get(fingerprint), new.get(fingerprint)
        if was != now:
            yield from (f"{sign} {entry.line()}" for sign, entry in (("-", was), ("+", now)) if entry)
