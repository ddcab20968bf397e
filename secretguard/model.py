"""The values that flow: Origin, Fragment, Match, Finding, Dismissal. Standard library only, no I/O."""

from __future__ import annotations

import bisect
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple, NoReturn

from secretguard.canonical import canonical

MAX_SIZE = 16 << 30  # bytes of a file or object, unless a Config says otherwise; what is larger is told as not read

TOO_LONG = "took too long"  # why a fragment was not fully read


class UserError(Exception):
    """A mistake that the person at the keyboard can mend: one line that says where, what, and what would be right."""


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


class OriginKind(StrEnum):
    """Where the bytes of a fragment lay."""

    FILE = "file"
    NAME = "name"  # of a file on disk
    INDEX = "index"
    BLOB = "blob"
    COMMIT = "commit"
    TAG = "tag"
    TREE = "tree"
    REF = "ref"
    STDIN = "stdin"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fragment comes from.

    ``path`` is the bytes that git or the file system uses, never decoded; None where no path is known
    (a blob of the history has none until somebody asks git). ``oid`` is the full hexadecimal object id.
    ``masked``: the path holds a secret, and stands here with the secret masked, so it opens nothing. ``repository``
    names the repository in a sweep of several. ``member``: which file within the archive that lies there, as
    ``!folder/name``, with another ``!`` for an archive within it; a report tells it as the end of the path.
    """

    kind: OriginKind
    path: bytes | None = None
    oid: str | None = None
    masked: bool = False
    repository: str | None = None
    member: bytes = b""


class Span(NamedTuple):
    """Byte offsets in a fragment's data: ``start`` included, ``end`` not."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passed:
    """What of an object lies before a window of it: whole lines, characters of the line begun, bytes in all."""

    lines: int = 0
    columns: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Fragment:
    """A run of bytes to scan, and where it lay. A blob is one fragment, however many commits hold it.

    ``fresh``: the spans that a change introduces, in ascending order; None where all of it counts. What lies outside
    them is context: it is read, and never reported. ``passed``: the data is a window of something larger (see
    ``windows``), of which so much lies before; None where it is all there is.
    """

    data: bytes
    origin: Origin
    fresh: tuple[Span, ...] | None = None
    passed: Passed | None = None

    def introduces(self, span: Span) -> bool:
        """Whether a byte of the span is new."""
        if self.fresh is None:
            return True
        before = bisect.bisect_left(self.fresh, span.end, key=lambda each: each.start)
        return before > 0 and span.start < self.fresh[before - 1].end


class Secret:
    """A secret value that no text conversion shows; only ``reveal()`` does.

    Not a ``str``: ``str()``, ``repr()``, f-strings, logging, tracebacks and ``json`` all give a placeholder or
    refuse, and it can't be pickled, so it can't leave the process by accident.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value itself. Every caller stands on a list in the tests."""
        return self.__value

    def __len__(self) -> int:
        return len(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(
            self.__value.encode("utf-8", "surrogatepass"),
            other.reveal().encode("utf-8", "surrogatepass"),
        )

    def __hash__(self) -> int:
        return hash(("Secret", self.__value))

    def __repr__(self) -> str:
        return "<Secret>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format("<Secret>", spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled")


FINGERPRINT_KEY = b"secretguard fingerprint v1"


@dataclass(frozen=True, slots=True)
class Trace:
    """By what a secret is known again in another text: its length in characters, what its mask shows of its beginning
    (or four bits that stand for it), and a keyed hash."""

    length: int
    head: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """What may leave the process of a secret: a mask and a keyed hash, and the value only if asked for.

    ``trace`` finds the value in names that are told; it is in no report.
    ``terms``: the numbers of the allow-list's entries whose words or expressions the value meets.
    """

    mask: str
    fingerprint: str
    shown: str | None = None
    trace: Trace | None = None
    terms: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sealer:
    """Turns secrets into what may be shown. ``show`` is ``--show-secrets``; ``key`` keys the fingerprints.

    ``terms`` gives a value's ``Sealed.terms``.
    """

    show: bool = False
    key: bytes = field(default=FINGERPRINT_KEY, repr=False)
    terms: Callable[[str], tuple[int, ...]] | None = None

    def seal(self, secret: Secret, family: str) -> Sealed:
        """The mask, the fingerprint ``v1:<32 hex>`` (HMAC-SHA256 of family and value) and, if asked for, the value.

        The value counts in its canonical form, so however it is written, its fingerprint is the same.
        """
        value = secret.reveal()
        text = family.encode() + b"\0" + canonical(value).encode("utf-8", "surrogatepass")
        digest = hmac.new(self.key, text, hashlib.sha256).hexdigest()
        shown, terms = value if self.show else None, self.terms(value) if self.terms else ()
        return Sealed(mask_of(value), f"v1:{digest[:32]}", shown, self.trace(value), terms)

    def trace(self, text: str) -> Trace:
        """The trace of a text: the same as a secret's if it is that secret."""
        digest = hmac.digest(self.key, b"trace\0" + text.encode("utf-8", "surrogatepass"), "sha256")
        return Trace(len(text), shown_head(text) or self.lead(text[:2]), digest[:16])

    def lead(self, start: str) -> str:
        """Four bits of a keyed hash of two characters, as a character: few texts that begin otherwise have the same."""
        return chr(hmac.digest(self.key, b"lead\0" + start.encode("utf-8", "surrogatepass"), "sha256")[0] & 15)


def mask_of(value: str) -> str:
    """A stand-in that shows length and at most five characters: ``abc…yz (64 characters)``, ``(12 words)``."""
    words = value.split()
    if len(words) > 2:
        return f"********** ({len(words)} words)"
    head = shown_head(value)
    return f"{head}…{value[-2:]} ({len(value)} characters)" if head else f"********** ({len(value)} characters)"


def shown_head(value: str) -> str:
    """What a mask shows of the beginning: three characters of a single word that has many more, else nothing."""
    return value[:3] if len(value) >= 24 and len(value.split()) == 1 else ""


class Form(StrEnum):
    """How a match stands in its text."""

    REGEX = "regex"  # it has a form of its own
    ASSIGNED = "assigned"  # a value under a telling name
    QUOTED = "quoted"  # a quoted token with no name, as in Client("...", "...")
    ENCODED = "encoded"  # no secret yet: where something encoded may stand; its rule is an Encoding


class Encoding(StrEnum):
    """How a run of a text may be encoded."""

    BASE64 = "base64"
    HEX = "hex"
    PERCENT = "percent"
    ESCAPE = "escape"
    ENTITY = "entity"
    QUOTED_PRINTABLE = "quoted-printable"
    WIDE = "wide"  # UTF-16 within other bytes


class Match(NamedTuple):
    """What the engine found: the span of the possible secret, and every rule it could be.

    ``name`` is the span of the name it is assigned to, for ``Form.ASSIGNED``.
    """

    form: Form
    rules: tuple[str, ...]
    span: Span
    name: Span | None = None


class Lying(NamedTuple):
    """Where something lies in a fragment: its own bytes, and all of the encoded run that it is part of."""

    span: Span
    run: Span


def as_it_lies(span: Span) -> Lying:
    """Where a span lies that nothing encodes."""
    return Lying(span, span)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a fragment: as it lies there, or with what is encoded in it decoded.

    ``matches`` are those in ``data``; ``lies`` leads from a span of it back to the fragment.
    """

    data: bytes
    matches: list[Match]
    lies: Callable[[Span], Lying] = as_it_lies


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands, as an editor counts: lines and columns from 1, columns in characters, the end excluded."""

    line: int
    column: int
    end_line: int
    end_column: int

    def behind(self, passed: Passed) -> Place:
        """The same place in what a window was cut from."""
        return Place(
            self.line + passed.lines,
            self.column + (passed.columns if self.line == 1 else 0),
            self.end_line + passed.lines,
            self.end_column + (passed.columns if self.end_line == 1 else 0),
        )


@dataclass(frozen=True, slots=True)
class Person:
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
    """

    origin: Origin
    place: Place
    excerpt: str = ""
    exposure: Exposure | None = None
    commented: str = ""


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


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A match that is no finding, and the reason. ``place`` and ``mask`` say which, without saying what.

    ``accepted_by``: what a person has accepted it with ("comment"); such dismissals are counted and shown.
    """

    rule: str
    reason: str
    place: Place
    mask: str
    accepted_by: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in scope that was not read: ``what`` names it, ``reason`` says why."""

    what: str
    reason: str


# What findings are hidden by, as ``Receipt.suppressed`` counts them; a comment and a baseline do so as well.
ALLOW_LIST, RULES_OFF, IGNORED_PATHS = "allow_list", "rules_off", "ignored_paths"


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


def show_path(path: bytes | None) -> str:
    """A path as text that ``os.fsencode`` turns back into the same bytes (PEP 383)."""
    return "" if path is None else path.decode("utf-8", "surrogateescape")


JSONValue = dict[str, Any]
