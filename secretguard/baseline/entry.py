"""What people say of a secret, as one line of text.

    v1:9b74... test_data rule=okx-api-secret path=tests/keys.py owner=ann expires=2027-01-31 reason="demo account"

What is not a plain word is written as a JSON string. We write the fields in one order and read them in any.
"""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass, fields
from enum import StrEnum

FINGERPRINT = r"v1:[0-9a-f]{32}"
SIZE = len("v1:") + 32  # characters of a fingerprint
_STRING = r'"(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+"'
VALUE = rf"(?:[\w./@+:-]++|{_STRING})"
_PLAIN = re.compile(r"[\w./@+:-]+", re.ASCII)
_FIELD = re.compile(rf" ([a-z]+)=({VALUE})(?= |$)", re.ASCII)


class Verdict(StrEnum):
    """What a person says of a secret; ``UNREVIEWED`` until one has looked at it. ``REAL_SECRET`` is never accepted."""

    UNREVIEWED = "unreviewed"
    FALSE_POSITIVE = "false_positive"
    TEST_DATA = "test_data"
    REVOKED = "revoked"
    ACCEPTED_RISK = "accepted_risk"
    REAL_SECRET = "real_secret"


@dataclass(frozen=True, slots=True)
class Entry:
    """One secret that is accepted, or never to be. ``rule`` and ``path`` are hints: only the fingerprint counts.

    ``expires``: the last day (UTC) on which it is accepted; ``rotated``: when the key was replaced. Both are ISO dates
    or empty, as the other texts may be.
    """

    fingerprint: str
    verdict: Verdict = Verdict.UNREVIEWED
    rule: str = ""
    path: str = ""
    owner: str = ""
    expires: str = ""
    rotated: str = ""
    reason: str = ""

    def line(self) -> str:
        """The entry as it stands in the file, without the end of the line."""
        told = [f"{name}={_written(value)}" for name in NAMES if (value := getattr(self, name))]
        return " ".join((self.fingerprint, self.verdict, *told))

    def expired(self, today: str) -> bool:
        """Whether it no longer holds on ``today``, an ISO date."""
        return self.verdict is not Verdict.REAL_SECRET and bool(self.expires) and self.expires < today

    def refuses(self, today: str) -> str:
        """Why the secret is not accepted on ``today``, an ISO date; empty where it is."""
        if self.verdict is Verdict.REAL_SECRET:
            return "the baseline says that it is a real secret, and does not accept it"
        return f"the baseline accepted it until {self.expires}" if self.expired(today) else ""


NAMES = tuple(each.name for each in fields(Entry))[2:]


def entry_of(line: str) -> Entry:
    """The entry that a line holds. Raises ValueError: what would be right."""
    fingerprint, _, rest = line.partition(" ")
    if re.match(r"v(?!1:)\d+:", fingerprint):
        raise ValueError("a fingerprint of another version: update secretguard")
    if not re.fullmatch(FINGERPRINT, fingerprint):
        raise ValueError("a line begins with a fingerprint: v1: and 32 hexadecimal digits in lower case")
    verdict, _, _ = rest.partition(" ")
    if verdict not in list(Verdict):
        raise ValueError(f"behind the fingerprint comes one of {', '.join(Verdict)}")
    return Entry(fingerprint, Verdict(verdict), **_fields(rest[len(verdict) :]))


def _fields(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    while text:
        match = _FIELD.match(text)
        if match is None:
            raise ValueError('behind the verdict come fields, one blank before each: name=word or name="some words"')
        name, value = match[1], _read(match[2])
        if name not in NAMES:
            raise ValueError(f"there is no field {name!r}; there are {', '.join(NAMES)}")
        if name in found:
            raise ValueError(f"{name}= stands there twice")
        if name in ("expires", "rotated") and not is_date(value):
            raise ValueError(f"{name}= must be a day as in 2027-01-31")
        found[name] = value
        text = text[match.end() :]
    return found


def _read(text: str) -> str:
    return str(json.loads(text)) if text.startswith('"') else text


def _written(value: str) -> str:
    """A plain word as it is, anything else as a JSON string; what is not printable is escaped."""
    return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=not value.isprintable())


def is_date(text: str) -> bool:
    """Whether it is a day as in ``2027-01-31``."""
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
