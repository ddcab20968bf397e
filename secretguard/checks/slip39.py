"""SLIP-39 shares: 20, 33 or more words of a list of 1024, with an RS1024 checksum of 30 bits."""

from __future__ import annotations

from collections.abc import Sequence

from secretguard.checks import words
from secretguard.checks.base import CheckError, Proof, offline
from secretguard.checks.polymod import polymod

_GENERATOR = (
    *(0xE0E040, 0x1C1C080, 0x3838100, 0x7070200, 0xE0E0009),
    *(0x1C0C2412, 0x38086C24, 0x3090FC48, 0x21B1F890, 0x3F3F120),
)
_OVERHEAD = 7  # words for identifier, flags, indexes, thresholds and checksum
_CHECKSUM = 3


def share_of(places: Sequence[int]) -> str:
    """The 10-bit words of a share without its checksum to the share's mnemonic."""
    rest = polymod([*_customisation(places), *places, 0, 0, 0], _GENERATOR, 10) ^ 1
    checksum = [rest >> 10 * (2 - i) & 1023 for i in range(_CHECKSUM)]
    listed = words.word_list("slip39")
    return " ".join(listed[place] for place in [*places, *checksum])


@offline(words.MAX_LENGTH)
def slip39(value: str) -> Proof:
    """A share of a secret of 128 bits or more: its words listed, its padding zero, its RS1024 checksum holding."""
    found = words.words_of(value)
    if not 20 <= len(found) <= 59:
        raise CheckError("no share has so many words")
    places = words.places(found, "slip39")
    padding = 10 * (len(found) - _OVERHEAD) % 16
    if padding > 8 or places[4] >> (10 - padding):
        raise CheckError("SLIP-39 padding is wrong")
    if polymod([*_customisation(places), *places], _GENERATOR, 10) != 1:
        raise CheckError("RS1024 checksum fails")
    return Proof(True, f"SLIP-39 share: RS1024 checksum holds ({len(found)} words)", proven=True)


def _customisation(places: Sequence[int]) -> bytes:
    """What the checksum starts with; the extendable flag is bit 4 of the second word."""
    return b"shamir_extendable" if places[1] >> 4 & 1 else b"shamir"
