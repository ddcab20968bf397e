"""How a run ends: with a Report and its Receipt, or with a UserError."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from secretguard.model.outcomes import Finding

# What findings are hidden by, as ``Receipt.suppressed`` counts them; a comment and a baseline do so as well.
ALLOW_LIST, RULES_OFF, IGNORED_PATHS = "allow_list", "rules_off", "ignored_paths"
LENIENT = "does not block: below the severity that blocks here"  # evidence of what a configuration lets pass


class UserError(Exception):
    """A mistake that the person at the keyboard can mend: one line that says where, what, and what would be right."""


class Skipped(NamedTuple):
    """Something in scope that was not read: ``what`` names it, ``reason`` says why."""

    what: str
    reason: str


@dataclass(slots=True)
class Receipt:
    """What was read and what was not. ``skipped`` is chosen (an ignored path); ``errors`` make a scan incomplete.

    ``suppressed`` counts the findings that a person has accepted, by what they were accepted with. ``again`` has the
    ids of objects that were read and not found clean: what spares a later sweep work must not spare these.
    """

    fragments: int = 0
    bytes: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    suppressed: dict[str, int] = field(default_factory=dict)
    again: set[str] = field(default_factory=set)

    def read(self, kind: str, size: int) -> None:
        """Count one fragment of ``size`` bytes."""
        self.fragments += 1
        self.bytes += size
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def fail(self, oid: str | None, error: str) -> None:
        """Note that something, the object ``oid`` if it is one, could not be read to its end."""
        self.errors.append(error)
        if oid:
            self.again.add(oid)

    def suppress(self, why: str, number: int = 1) -> None:
        """Count findings that are not reported because a person has accepted them."""
        self.suppressed[why] = self.suppressed.get(why, 0) + number

    def add(self, other: Receipt) -> None:
        """Add what another part of the same scan has read."""
        self.fragments += other.fragments
        self.bytes += other.bytes
        for kind, number in other.counts.items():
            self.counts[kind] = self.counts.get(kind, 0) + number
        for why, number in other.suppressed.items():
            self.suppress(why, number)
        self.skipped += other.skipped
        self.errors += other.errors
        self.notes += other.notes
        self.again |= other.again


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one run, ready to be told. ``suppressed`` is what the receipt counts, unless said otherwise."""

    findings: tuple[Finding, ...]
    receipt: Receipt
    seconds: float = 0.0
    suppressed: dict[str, int] = field(default_factory=dict)
    subject: str = ""

    def __post_init__(self) -> None:
        if not self.suppressed:
            object.__setattr__(self, "suppressed", dict(self.receipt.suppressed))

    @property
    def complete(self) -> bool:
        """Whether everything in scope was read."""
        return not self.receipt.errors

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that make the run fail."""
        return tuple(f for f in self.findings if f.blocking)

    def exit_code(self) -> int:
        """0 clean, 1 findings, 2 something in scope could not be read."""
        if not self.complete:
            return 2
        return 1 if self.blocking else 0
