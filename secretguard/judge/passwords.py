"""What a person chose: whether it is a password worth the name."""

from __future__ import annotations

import base64
import re
from urllib.parse import unquote

from secretguard.checks.likelihood import gibberish
from secretguard.judge.names import words_of

GIBBERISH_MIN = 4.9  # bits per character: 0.3 % of unseen identifiers lie above, 99.5 % of random values
MACHINE_MADE = 5.7  # 99 % of 14 random letters and digits lie above
_SIGNS = re.compile(r"[^\w\s.\-/:,']")
_MIXED = re.compile(r"(?=.*[A-Za-z])(?=.*\d)")
_COMMON = re.compile(r"(?i)(?:pass(?:word|wd|phrase)?|secret|admin|root|user|guest|postgres|mysql|redis)[\W_]?\d{0,4}$")
# What stands in for letters in "P4ssw0rd" and "$3cr3t"; and what passwords of tests and manuals are made of.
_LEET = str.maketrans("013457$@", "oleastsa")
_TELLING = re.compile(
    r"password|passwd|passphrase|(?:^|[^a-z])pass(?![a-z])|p[ae]sswor[dt]|secret|sekret"
    r"|hunter\d|letmein|changeit|welcome|adminadmin|test\d?(?![a-z])|blank\d|minio|b[il]tnam[il]|qwer"
)
_ENDS_IN_PASS = re.compile(r"[a-z]pass\W*\d{2,3}(?:\D|$)")
_TRIAL = re.compile(r"test|demo|your|some|user|admin|root")
SAYS_PASS = "a password that says it is one"  # people do choose "kucoinpass99": a piece of what stands beside it
_OF_TESTS = frozenset("test tests testing dummy fake mock sample example simulator demo".split())
_CODE = re.compile(
    r"&&|\|\||=>|[\w)\]]\s?\?\?\s?\w|^[),;}\]]+[.,;]?[A-Za-z]|[A-Za-z_$]\)?\.[A-Za-z_$]\w*[.=()\[?!]|^!?\w*[a-z]\?\.[a-z]"
    r"|^!(?:[a-z]+[A-Z])+[a-z]+$|^[.,;]\s?\$?[A-Za-z_]\w*[.\[=(]|^[A-Za-z_]\w*\?\w\.\w|^--[a-z\-]+=$"
)
_ASSIGNED = re.compile(r"[A-Za-z_][\w.\-]*[A-Za-z_]=")
_COLOUR = re.compile(r"\[\d{1,2}(?:;\d{1,2})*m")
_VERSION = re.compile(r"[v^~]?\d+\.\d+\.\d+(?:[-+.][\w.+-]*)?")
# password.encode("latin1"): https://docs.python.org/3/library/codecs.html#standard-encodings
_ENCODING = re.compile(
    r"(?i)(?:utf[-_]?(?:7|8|16|32)(?:[-_]?(?:le|be|sig))?|(?:us[-_])?ascii|latin[-_]?\d{1,2}|iso[-_]?8859[-_]\d{1,2}"
    r"|(?:cp|windows[-_]?)\d{3,4})"
)
_TEMPLATE = re.compile(r"@[A-Z][A-Z0-9_]+@?|\*[A-Z]+\*|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")


def weak(value: str, name: str = "") -> str | None:
    """Why what a person chose is no password worth the name, or None. ``name``: what it is assigned to."""
    plain = decoded(unquote(value))
    if len(plain.split()) > 3:
        return "a sentence, not a password"
    random = len(plain) >= 10 and not plain.islower() and gibberish(plain) >= GIBBERISH_MIN
    if gibberish(plain) < MACHINE_MADE and _OF_TESTS.intersection(words_of(name)):
        return "made up for a test, as its name says"
    if len(set(plain)) < 5 or not (_MIXED.match(plain) or _SIGNS.search(plain) or random):
        return "words, not a password"
    return _told_by_form(plain) or _told_by_words(plain)


def _told_by_form(value: str) -> str | None:
    if _COLOUR.search(value):
        return "an escape of a terminal"
    if _CODE.search(value) or _ASSIGNED.fullmatch(value):
        return "an expression, not a value"
    if _ENCODING.fullmatch(value):
        return "the name of an encoding"
    if _VERSION.fullmatch(value):
        return "a version"
    return "a template" if _TEMPLATE.fullmatch(value) else None


def _told_by_words(value: str) -> str | None:
    if _foreign(value):
        return "words of a language, not a password"
    lower = value.lower()
    if _COMMON.match(value) or _TELLING.search(lower) or _TELLING.search(lower.translate(_LEET)):
        return "a password that everybody knows, or that says it is one"
    if _ENDS_IN_PASS.search(lower) or _ENDS_IN_PASS.search(lower.translate(_LEET)):
        return "made up for a test" if _TRIAL.search(lower) else SAYS_PASS
    return None


def _foreign(value: str) -> bool:
    """Letters beyond ASCII and no digit: what translations hold beside the word "password"."""
    if value.isascii() or any(char.isdigit() for char in value):
        return False
    return all(not char.isascii() or char.isalpha() or char in " .,'-()" for char in value)


def decoded(value: str) -> str:
    """What Base64 of readable text says, as in the Secrets of Kubernetes; any other value as it is."""
    if len(value) % 4 or len(value) < 8:
        return value
    try:
        text = base64.b64decode(value, validate=True).decode("ascii").strip()
    except ValueError:
        return value
    return text if text.isprintable() and text else value
