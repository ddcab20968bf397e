"""What the text itself and its name say of a match: no more than the line is needed."""

from __future__ import annotations

import itertools
import re

from secretguard.checks.base import CheckError
from secretguard.checks.base58 import decode
from secretguard.checks.bip39 import mnemonic_spans
from secretguard.checks.likelihood import gibberish, surprise
from secretguard.judge.names import Role, names_public, role_of, words_of
from secretguard.judge.noise import noise, public_form, wordlike
from secretguard.judge.passwords import GIBBERISH_MIN, decoded, weak
from secretguard.rules import Rule

SURPRISE_MIN = 5.0  # one unseen identifier in 300 lies above
# Words that say of a token that it logs in, and is no coin.
_SESSION = frozenset("access api auth bearer bot personal refresh secret session webhook".split())
_MIXED = re.compile(r"(?=.*[A-Za-z])(?=.*\d)")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u3099\u309a])*")  # accents may stand apart (NFD)


def credential_spans(rule: Rule, value: str) -> list[tuple[int, int]]:
    """Where in the matched text the credential lies: all of it, or the words of each mnemonic in a run of words.

    In the midst of a sentence twelve listed words in a row pass the 4 bits of a checksum by chance: a mnemonic has
    a border on either side, or a word before it that announces it.
    """
    if "bip39" not in rule.checks:
        return [(0, len(value))]
    words = list(_WORD.finditer(value))
    spans = mnemonic_spans([word[0].lower() for word in words])
    found = []
    for start, end in spans:
        low, high = words[start].start(), words[end - 1].end()
        joint = _signs(value[words[start].end() : words[start + 1].start()])
        if _bordered(value, high, joint) and (_bordered(value, low, joint, -1) or _announced(words, start)):
            found.append((low, high))
    return found


def _bordered(value: str, at: int, joint: str, step: int = 1) -> bool:
    """Whether more than blanks lies between an end of a mnemonic and the next word, or no word at all.

    ``joint``: the signs that join its words, as in a list; between it and the next word they are no border.
    """
    rest = value[at:] if step > 0 else value[:at][::-1]
    gap = rest[: next((i for i, char in enumerate(rest) if char.isalpha()), len(rest))]
    if len(gap) == len(rest):
        return True
    return bool(gap.strip(" \t")) and not (joint and _signs(gap[::step]) == joint)


def _signs(gap: str) -> str:
    return "".join(char for char in gap if not char.isspace() and not char.isdigit())


def _announced(words: list[re.Match[str]], at: int) -> bool:
    return at > 0 and words[at - 1][0].lower() in (
        "mnemonic",
        "phrase",
        "seed",
        "words",
        "backup",
        "recovery",
        "wallet",
    )


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
    return None


def _random_letters(value: str) -> bool:
    """Whether letters with hardly a digit read as a random value: of both cases all along, and unlike words."""
    changes = sum(one.islower() != other.islower() for one, other in itertools.pairwise(value))
    return len(value) >= 24 and value.isalnum() and 4 * changes >= len(value) and gibberish(value) >= GIBBERISH_MIN
