"""What the text itself and its name say of a match: no more than the line is needed."""

from __future__ import annotations

import itertools
import re

from secretguard.checks.base import CheckError
from secretguard.checks.base58 import decode
from secretguard.checks.likelihood import gibberish, surprise
from secretguard.judge.names import Role, names_public, role_of, words_of
from secretguard.judge.noise import noise, public_form, wordlike
from secretguard.judge.passwords import GIBBERISH_MIN, MACHINE_MADE, decoded, weak

SURPRISE_MIN = 5.0  # one unseen identifier in 300 lies above
# Words that say of a token that it logs in, and is no coin.
_SESSION = frozenset("access api auth bearer bot personal refresh secret session webhook".split())
_ONE_CASE = re.compile(r"(?=.*[g-zG-Z])(?:[a-z0-9_-]+|[A-Z0-9_-]+)")
_MIXED = re.compile(r"(?=.*[A-Za-z])(?=.*\d)")


def local_reason(quoted: bool, value: str, name: str, known: frozenset[str]) -> str | None:
    """Reasons that need no more than the line. ``known``: words of the name that a rule expects there."""
    reason = noise(value, quoted)
    if reason:
        return reason
    public = names_public(name, known) if name else None
    if public:
        return f"the name says it is public ({public})"
    role = role_of(name) if name else Role.NONE
    if role not in (Role.WALLET, Role.SECRET) and public_form(value):
        return public_form(value)
    if role is Role.PASSPHRASE:
        return weak(value, name)
    return _chain_id(value, name) or _unlikely_token(value)


def _chain_id(value: str, name: str) -> str | None:
    """Where "token" means a coin: 32 bytes in Base58 are the address of a mint or of a program."""
    words = frozenset(words_of(name))
    if "token" not in words or words & _SESSION or not 43 <= len(value) <= 44:
        return None
    try:
        return "an address on a chain" if len(decode(value)) == 32 else None
    except CheckError:
        return None


def _unlikely_token(value: str) -> str | None:
    """Why a value under a telling name is not a random one."""
    plain = decoded(value)
    if plain != value and gibberish(plain) < GIBBERISH_MIN:
        return "words in Base64"
    if _random_letters(value):
        return None
    if wordlike(value):
        return "words joined together, not a random value"
    if " " in value or not _MIXED.match(value):
        return "no mixture of letters and digits"
    if len(value) < 48 and surprise(value) < SURPRISE_MIN:
        return "reads like words of code, not like a random value"
    return _of_one_case(value) if _ONE_CASE.fullmatch(value) else None


def _of_one_case(value: str) -> str | None:
    """Why a value of one case and digits, beyond hexadecimal ones, is not a random one: a slug, a hand on the keys."""
    if ("-" in value or "_" in value) and gibberish(value) < MACHINE_MADE:
        return "reads like words of code, not like a random value"
    return "too little variety for a random value" if len(set(value)) < min(12, len(value) // 2) else None


def _random_letters(value: str) -> bool:
    """Whether letters with hardly a digit read as a random value: of both cases all along, and unlike words."""
    changes = sum(one.islower() != other.islower() for one, other in itertools.pairwise(value))
    return len(value) >= 24 and value.isalnum() and 4 * changes >= len(value) and gibberish(value) >= GIBBERISH_MIN
