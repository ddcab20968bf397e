"""A baseline as text: a header with the salt, then entries sorted by fingerprint. Each complaint names its line.

    # secretguard baseline 1 salt 0f5e...

No line numbers, commits, times or versions stand in it: the same accepted secrets give the same bytes.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from secretguard.baseline.entry import FINGERPRINT, SIZE, VALUE, Entry, Verdict, entry_of, is_date
from secretguard.baseline.header import header, no_marker, salt_of
from secretguard.model import UserError

_DATE = r"\d{4}-\d{2}-\d{2}"
# As we write it: what fits needs no closer look, and so 50,000 of them are read in a tenth of a second.
_LINE = re.compile(
    rf"{FINGERPRINT} (?:{'|'.join(Verdict)})(?: rule=[a-z0-9-]+)?(?: path={VALUE})?(?: owner={VALUE})?"
    rf"(?: expires=({_DATE}))?(?: rotated=({_DATE}))?(?: reason={VALUE})?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """All accepted secrets of a repository: the salt that keys their fingerprints, and a line for each.

    Lines were looked at when the baseline was read; what they say is worked out for those that are asked for.
    """

    salt: str
    lines: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, salt: str, entries: Iterable[Entry]) -> Baseline:
        """A baseline with these entries."""
        return cls(salt, {entry.fingerprint: entry.line() for entry in entries})

    @property
    def key(self) -> bytes:
        """What keys the fingerprints."""
        return bytes.fromhex(self.salt)

    def get(self, fingerprint: str) -> Entry | None:
        """The entry of a fingerprint, if there is one."""
        line = self.lines.get(fingerprint)
        return entry_of(line) if line is not None else None

    def entries(self) -> list[Entry]:
        """All entries, in the order of the file."""
        return [entry_of(self.lines[fingerprint]) for fingerprint in sorted(self.lines)]

    def having(self, entries: Iterable[Entry]) -> Baseline:
        """The same with these entries added, or put in place of those of their fingerprints."""
        return Baseline(self.salt, {**self.lines, **{each.fingerprint: each.line() for each in entries}})

    def text(self) -> str:
        """The file's text: the same for the same entries, whatever order they came in."""
        return "".join([f"{header(self.salt)}\n", *(f"{entry.line()}\n" for entry in self.entries())])


def new_salt() -> str:
    """A random salt: fingerprints of different baselines can't be compared, nor looked up anywhere."""
    return secrets.token_hex(16)


def parse(text: str, name: str) -> Baseline:
    """The baseline that a text holds; ``name`` is its file in complaints. Raises UserError with the line."""
    first, _, rest = text.partition("\n")
    salt = salt_of(first, name)
    *whole, last = rest.split("\n")
    if last:
        raise UserError(f"{name}:{len(whole) + 2}: this line has no end: the file seems to be cut short")
    lines: dict[str, str] = {}
    for number, raw in enumerate(whole, 2):
        line = raw.rstrip("\r")
        if not line:
            continue
        match = _LINE.fullmatch(line)
        if match is None or (match.lastindex and not all(is_date(day) for day in match.groups() if day)):
            line = _tidied(line, f"{name}:{number}")
        fingerprint = line[:SIZE]
        if fingerprint in lines:
            raise UserError(f"{name}:{number}: {fingerprint} stands in an earlier line already: keep one of the two")
        lines[fingerprint] = line
    return Baseline(salt, lines)


def _tidied(line: str, where: str) -> str:
    """A line that is not written as we write it, as we would. Raises UserError where it says nothing certain."""
    no_marker(line, where)
    try:
        return entry_of(line).line()
    except ValueError as error:
        raise UserError(f"{where}: {error}") from None
