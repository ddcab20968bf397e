"""One text for all the ways to write the same secret, so that reformatting and requoting leave its fingerprint alone.

What is thrown away (blanks, quotes, backslashes, the case of hexadecimal digits and of mnemonic words) is never what
keeps two keys apart: two values that differ in nothing else are one secret to whoever accepts it.
"""

from __future__ import annotations

import re
import unicodedata

_BREAK = re.compile(r"\\+[nrt]")  # a line break or a tab as JSON, .env files and source code write it
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
_LAYOUT = re.compile(r"[\s\\\"'`]+")
_JOINT = re.compile(r"""["'`][\s+,.\\]+["'`]""")  # between the literals that each hold a line of one PEM key
_HEX = re.compile(r"(?:0[xX])?([0-9a-fA-F]{32,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})")
_BETWEEN_WORDS = re.compile(r"[\s\\\"'`,;|\[\]{}()*>#-]+")
_NUMBERED = re.compile(r"\d{1,2}(?:[.):]|$)")
PHRASE_MIN = 10  # words; the shortest mnemonic has twelve


def canonical(value: str) -> str:
    """The text that a fingerprint is made of."""
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), _BREAK.sub(" ", value))
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    phrase = _phrase(text)
    if phrase:
        return phrase
    if text.startswith("-----BEGIN "):
        text = _JOINT.sub("", text)
    text = _LAYOUT.sub("", text)
    digits = _HEX.fullmatch(text)
    return digits[1].lower() if digits else text.rstrip("=")  # the padding of base64 says nothing


def _phrase(text: str) -> str:
    """The words of a mnemonic in lower case, without the signs, quotes and numbers between them; or nothing."""
    words = [_NUMBERED.sub("", word) for word in _BETWEEN_WORDS.split(text)]
    words = [word for word in words if word]
    letters = len(words) >= PHRASE_MIN and all(map(_is_word, words))
    return " ".join(words).casefold() if letters else ""


def _is_word(text: str) -> bool:
    return all(char.isalpha() or unicodedata.combining(char) for char in text)
