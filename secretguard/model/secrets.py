"""A secret value, and what may be shown of it: a mask and a fingerprint."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from secretguard.canonical import canonical

ARMOUR = "-----BEGIN "  # of a PEM key, whose lines are no words
FINGERPRINT_KEY = b"secretguard fingerprint v1"


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


class Trace(NamedTuple):
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
    if len(words) > 2 and not value.startswith(ARMOUR):
        return f"********** ({len(words)} words)"
    head = shown_head(value)
    return f"{head}…{value[-2:]} ({len(value)} characters)" if head else f"********** ({len(value)} characters)"


def shown_head(value: str) -> str:
    """What a mask shows of the beginning: three characters of a single word that has many more, else nothing."""
    return value[:3] if len(value) >= 24 and len(value.split()) == 1 else ""
