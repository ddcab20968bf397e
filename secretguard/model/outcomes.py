"""What the judge says of a match: a Finding or a Dismissal; and who, when and where, which git tells later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import NamedTuple

from secretguard.model.places import Origin, Passed, Place
from secretguard.model.secrets import Sealed


class Severity(IntEnum):
    """What is at stake, worst last: an identifier, a read-only token, a key that can trade, a wallet."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    def __str__(self) -> str:
        return self.name.lower()


class Confidence(IntEnum):
    """How sure we are that the text is what the rule says."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    def __str__(self) -> str:
        return self.name.lower()


class Person(NamedTuple):
    """An author as the commit has them; ``time`` in seconds since 1970, with its zone (``+0200``)."""

    name: str
    email: str
    time: int
    zone: str = "+0000"


class Reach(StrEnum):
    """The strongest thing that still holds an object."""

    HEAD = "head"
    BRANCH = "branch"
    REMOTE = "remote"
    TAG = "tag"
    OTHER = "other"  # any other ref: notes, refs/pull, ...
    INDEX = "index"  # staged, and not committed there
    STASH = "stash"
    REFLOG = "reflog"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who, when, where: what git knows of the objects that hold a secret.

    ``first`` and ``last`` are commit ids (oldest and newest by commit order), ``commits`` the number of commits that
    hold the text, ``refs`` the full names of refs that reach one of them, ``in_head`` whether HEAD's tree still has it.
    """

    first: str | None = None
    author: Person | None = None
    last: str | None = None
    commits: int = 0
    in_head: bool = False
    refs: tuple[str, ...] = ()
    reach: Reach = Reach.NOTHING


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a secret stands. ``excerpt`` is its line with every secret of the fragment masked.

    ``commented``: the rule by which it was found, if a comment may accept it once the path of its blob is known.
    ``before`` and ``after``: the lines around it, masked likewise, where they were asked for.
    """

    origin: Origin
    place: Place
    excerpt: str = ""
    exposure: Exposure | None = None
    commented: str = ""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A further piece of the same credential: the key beside its secret, the passphrase, the uid.

    ``origin`` is the text that it stands in, one of those that the finding's occurrences stand in. ``excerpt`` and
    ``exposure`` are its own, as an occurrence has them.
    """

    rule: str
    kind: str
    place: Place
    secret: Sealed
    provider: str = ""
    origin: Origin | None = None
    excerpt: str = ""
    exposure: Exposure | None = None

    def at(self, occurrence: Occurrence) -> Part:
        """The same piece where the occurrence says."""
        return replace(
            self,
            place=occurrence.place,
            origin=occurrence.origin,
            excerpt=occurrence.excerpt,
            exposure=occurrence.exposure,
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret that stands where it should not, and why we think so.

    Until ``whole`` has made them one, the pieces of a credential are findings that share the number ``account``;
    one that is not ``introduced`` by the change that is scanned counts only as a part of another.
    """

    rule: str
    provider: str
    kind: str
    family: str
    severity: Severity
    confidence: Confidence
    secret: Sealed
    occurrences: tuple[Occurrence, ...]
    evidence: tuple[str, ...] = ()
    address: str | None = None
    parts: tuple[Part, ...] = ()
    blocking: bool = True
    account: int = 0
    introduced: bool = True

    @property
    def identity(self) -> tuple[str, str]:
        """Two findings with one identity are the same secret."""
        return (self.family, self.secret.fingerprint)

    @property
    def pieces(self) -> tuple[Part, ...]:
        """All of the credential: the secret itself, where it stands first, and its further parts."""
        first = self.occurrences[0]
        return (Part(self.rule, self.kind, first.place, self.secret, self.provider).at(first), *self.parts)

    def told_from(self, name: Callable[[Origin], Origin]) -> Finding:
        """The same finding with every origin in it as the function gives it."""
        return replace(
            self,
            occurrences=tuple(replace(each, origin=name(each.origin)) for each in self.occurrences),
            parts=tuple(replace(part, origin=part.origin and name(part.origin)) for part in self.parts),
        )

    def behind(self, passed: Passed) -> Finding:
        """The same finding where it stands in what a window was cut from."""
        return replace(
            self,
            occurrences=tuple(replace(each, place=each.place.behind(passed)) for each in self.occurrences),
            parts=tuple(replace(part, place=part.place.behind(passed)) for part in self.parts),
        )

    def merged(self, other: Finding) -> Finding:
        """This finding with the other's places and parts added; the surer of the two verdicts stays."""
        best = max(self, other, key=lambda f: (f.confidence, f.severity, f.blocking))
        parts = tuple(dict.fromkeys(self.parts + other.parts))
        return replace(best, occurrences=self.occurrences + other.occurrences, parts=parts)


class Dismissal(NamedTuple):
    """A match that is no finding, and the reason. ``place`` and ``mask`` say which, without saying what.

    ``accepted_by``: what a person has accepted it with ("comment"); such dismissals are counted and shown.
    """

    rule: str
    reason: str
    place: Place
    mask: str
    accepted_by: str = ""
