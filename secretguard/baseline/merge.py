"""Two branches that have each changed a baseline: field by field, against what they began with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from secretguard.baseline.entry import FINGERPRINT, NAMES, Entry
from secretguard.baseline.header import header
from secretguard.baseline.text import Baseline, parse
from secretguard.model import UserError

HINTS = ("rule", "path")  # for people only: where both sides changed one, either is right

_BLOCK = re.compile(r"^<<<<<<<.*?^>>>>>>>[^\n]*\n", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Conflict:
    """An entry that the two sides changed in ways that can't both stand, and ``what`` they disagree in.

    None: the side removed it.
    """

    fingerprint: str
    ours: Entry | None
    theirs: Entry | None
    what: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge leaves: entries that are certain, and conflicts that a person has to settle."""

    baseline: Baseline
    conflicts: tuple[Conflict, ...]

    def text(self) -> str:
        """The file's text, with git's markers around each conflict."""
        blocks = {entry.fingerprint: f"{entry.line()}\n" for entry in self.baseline.entries()}
        blocks.update({each.fingerprint: _marked(each) for each in self.conflicts})
        return "".join([f"{header(self.baseline.salt)}\n", *(blocks[key] for key in sorted(blocks))])


def _marked(conflict: Conflict) -> str:
    ours, theirs = (f"{entry.line()}\n" if entry else "" for entry in (conflict.ours, conflict.theirs))
    return f"<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n"


def base_of(text: str, name: str) -> Baseline | None:
    """What the two sides began with; None for an empty text. Raises UserError.

    Branches that merged each other both ways have several bases, which git merges first: what these disagree in lies
    between markers. Such entries are taken without their fields, so that whatever the sides made of them is a change.
    """
    return parse(_BLOCK.sub(_bare, text), name) if text else None


def _bare(block: re.Match[str]) -> str:
    found = re.findall(rf"^{FINGERPRINT}", block[0], re.MULTILINE)
    return "".join(f"{Entry(fingerprint).line()}\n" for fingerprint in dict.fromkeys(found))


def merge(base: Baseline | None, ours: Baseline, theirs: Baseline) -> Merged:
    """Both sides' changes to what they began with (None: each side made a baseline of its own).

    Raises UserError where the two are keyed differently: then no fingerprint of one means anything in the other.
    """
    if ours.salt != theirs.salt:
        raise UserError(
            "the two branches have baselines with different salts: keep one of the files and run "
            "'secretguard baseline update'"
        )
    old = base if base is not None and base.salt == ours.salt else Baseline(ours.salt)
    entries: list[Entry] = []
    conflicts: list[Conflict] = []
    for fingerprint in sorted({*ours.lines, *theirs.lines}):
        a, b = ours.get(fingerprint), theirs.get(fingerprint)
        one = _one(old.get(fingerprint), a, b)
        if isinstance(one, Entry):
            entries.append(one)
        elif one:
            conflicts.append(Conflict(fingerprint, a, b, one))
    return Merged(Baseline.of(ours.salt, entries), tuple(conflicts))


def _one(old: Entry | None, ours: Entry | None, theirs: Entry | None) -> Entry | str | None:
    """The entry that both sides lead to, None where it is removed, or what they disagree in."""
    if theirs in (ours, old):
        return ours
    if ours == old:
        return theirs
    if ours is None or theirs is None:
        return "one side removed it, the other changed it"
    start = old or Entry(ours.fingerprint)
    values: dict[str, Any] = {}
    for name in ("verdict", *NAMES):
        was, *sides = (getattr(entry, name) for entry in (start, ours, theirs))
        changed = {value for value in sides if value != was}
        if len(changed) > 1 and name not in HINTS:
            return f"both sides changed its {name}"
        values[name] = min(changed, default=was)
    return replace(start, **values)
