"""What is no secret whatever stands around it: placeholders, templates, lookups, words, public forms."""

from __future__ import annotations

import functools
import re

# Words of up to four letters count only as whole words: random values of 64 letters hold "foo" once in 400 times.
_PLACEHOLDER = re.compile(
    r"""(?xi)
    (?: ^|[^a-z] ) (?: your|my|our|the|insert|enter|put|paste|fill|add|type|change|replace|set|use|get|provide )
        [\s_\-]+ (?: [a-z]+ [\s_\-]+ ){0,4}
        (?: api|key|apikey|secret|token|pass|password|passphrase|phrase|here|me|this|with|private|own|in|from
          |wallet|value )
    | your_? (?: api|key|secret|token|pass|private|wallet|mnemonic|seed|binance|exchange ) | \byour[_\-\s]
    | change[\s_\-]?me | replace[\s_\-]?me | place[\s_\-]?holder | redacted | censored | removed | hidden | masked
    | omitted | example | sample | dummy | lorem | fixme | deadbeef | c0ffee | abcdefg | qwerty | undefined
    | x{5} | \.\.\. | \*\*\* | … | ____ | ---- | \#\#\# | <[^>]*> | 1234567 | 0123456 | 9876543
    | (?<![a-z0-9]) (?: foo|bar|baz|foobar|todo|tbd|n/?a|fake|mock|none|null|test|tests|testing|xxx+ ) (?![a-z0-9])
    | not[\s_\-] (?: a|the|your|set|real|needed )
    | secret[\s_\-]?(?:here|key|value)\b | test[\s_\-]?(?:key|secret|token|pass)
    | some[\s_\-]?(?:key|secret|token|pass|value) | optional | required | default | invalid | unused
    | \b(?:tu|su|ihr|dein|votre|mon|sua|seu|twoj|вставь|ваш|твой)[\s_\-]
    | 你的|您的|请填|填写|替换|あなた|여기|ここ
    """
)
_MADE_UP = re.compile(
    r"(?i)your_|your(?:api|key|secret|token|pass)|change_?me|place_?holder|redacted|example|sample|dummy|deadbeef|abcdefg|x{5}|\.\.\.|\*\*\*|…|<[^>]*>|0123456|1234567"
)
_TEMPLATE = re.compile(
    r"\(\?[:=!P<]|\$\{|\$\(|\{\{|\}\}|%\(|%[sd]\b|<%|%>|#\{|\{[a-zA-Z_][\w.]*\}"
    r"|^\$[A-Za-z_]|^%[A-Za-z_]+%$|^@[A-Z_]+@$|\$[A-Z_]{3,}"
)
_LOOKUP = re.compile(
    r"""(?xi) \b (?: environ | getenv | process\.env | env\[ | env\. | import\.meta | config\. | settings\. | self\.
    | this\. | secrets\. | vault[:.] | keyring | ssm[:.] | secretsmanager | op:// | arn:aws | gcp:// | akv:// | ref\+
    | file:// | sops | enc\[ | kms: )"""
)
_CODE = re.compile(
    r"[A-Za-z_][\w.]*\(|\)\s*$|^[A-Za-z_]+\d{0,2}(?:\.[A-Za-z_]+\d{0,2})+$|^[A-Za-z_]\w*\[|=>|==.|^!!|^&|^\*[a-z]"
)
_HASHED = re.compile(
    r"^(?:(?:sha(?:1|256|384|512)|md5|blake2b|h1|ssri|pbkdf2|scrypt)[-:=$_]|bafy|bafk|Qm[1-9A-Za-z]{44}"
    r"|\$2[aby]\$|\$argon2)"
)
_ENCRYPTED = re.compile(r"^(?:ENC\[|vault:v\d|AQICA|U2FsdGVkX1|gAAAAA|\{cipher\}|-----BEGIN (?:PGP|AGE))")
_IDENTIFIER = re.compile(r"^[A-Za-z]+(?:[_\-. /:][A-Za-z]+)*\d{0,3}$")
_VARIABLE = re.compile(r"^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+=?$")
_SNAKE = re.compile(r"^_*(?:[A-Za-z]{1,16}\d{0,4}|\d{1,4})(?:_+(?:[A-Za-z]{1,16}\d{0,4}|\d{1,4})){2,}$")
_CLASS = re.compile(r"(?=.*[01]-9).*(?:A-Z|a-z|A-F|a-f|A-H)")
_NUMBER = re.compile(r"^[\d.,:+\-/ TZ_]+$")
_PATH = re.compile(
    r"^(?:\.{0,2}/|~/|[A-Za-z]:\\|[a-z][a-z0-9+.\-]{1,15}://(?:[^:/@]*@)?[^@]*$|[\w\-]+(?:/[\w.\-]+){2,}$)"
)
_FILE = re.compile(
    r"^[\w\-./]+\.(?:py|js|ts|json|ya?ml|toml|txt|md|pem|key|crt|env|cfg|ini|sol|go|rs|java|html?|css|png|svg|com|io|org|net)$"
)
# No part of a path: twenty characters between slashes with lower case, upper case and a digit, as in base64.
_RANDOM = re.compile(r"(?=[A-Za-z0-9+]*[a-z])(?=[A-Za-z0-9+]*[A-Z])(?=[A-Za-z0-9+]*[0-9])[A-Za-z0-9+]{20}")
_PUBLIC_KEYS = (66, 96, 128, 130, 192)  # hexadecimal digits: of secp256k1, compressed or not, and of BLS
_REPEATED = re.compile(r"(.)\1{7}")
_KEYBOARD = "0123456789abcdefghijklmnopqrstuvwxyz0123456789"


@functools.lru_cache(maxsize=65536)
def noise(value: str, quoted: bool) -> str | None:
    """Why the value can be no secret, or None. ``quoted``: it stood in quotes, so it is no piece of code."""
    for reason, pattern in _REASONS:
        if pattern.search(value) and not (pattern is _PATH and _base64(value)):
            return reason
    if not quoted and _CODE.search(value):
        return "an expression, not a value"
    if _monotone(value) or (not value.startswith("0x") and _REPEATED.search(value)):
        return "a placeholder: characters repeat or run in order"
    return None


def _base64(value: str) -> bool:
    """Whether what has the form of a path is base64: one value in 64 begins with a slash, more hold several."""
    return any(map(_RANDOM.match, value.split("/"))) and not value.startswith((".", "~", "http", "ws"))


def made_up(value: str) -> str | None:
    """Why a value of a distinctive form is none all the same: only what no real one would hold."""
    if _TEMPLATE.search(value):
        return "a template"
    if _MADE_UP.search(value) or _monotone(value):
        return "a placeholder"
    return None


_REASONS = (
    ("a template", _TEMPLATE),
    ("a class of characters", _CLASS),
    ("a lookup, not a value", _LOOKUP),
    ("a placeholder", _PLACEHOLDER),
    ("a hash with its algorithm", _HASHED),
    ("encrypted at rest", _ENCRYPTED),
    ("a file name", _FILE),
    ("a path or an address of a page", _PATH),
    ("a number or a date", _NUMBER),
    ("the name of a variable", _VARIABLE),
    ("an identifier of code", _SNAKE),
)


def _monotone(value: str) -> bool:
    """Few different characters, one part repeated, or a stretch of the keyboard's order."""
    body = value.lower().removeprefix("0x")
    if len(set(body)) < min(6, 2 + len(body) // 8):
        return True
    if any(len(body) >= 3 * n and body[:n] * (len(body) // n) == body[: n * (len(body) // n)] for n in range(1, 9)):
        return True
    return any(body[i : i + 8] in _KEYBOARD for i in range(0, max(1, len(body) - 7), 4))


@functools.lru_cache(maxsize=65536)
def wordlike(value: str) -> bool:
    """Whether the value reads as words joined together: an identifier, a slug, a sentence."""
    return bool(_IDENTIFIER.match(value)) and len(value.split()) < 12


def public_form(value: str) -> str | None:
    """The kind of public chain data that the value has the form of, where its name or place must decide."""
    body = value.removeprefix("0x")
    if len(body) == 40 and value.startswith("0x"):
        return "an address"
    if value.startswith("0x") and (
        len(body) in _PUBLIC_KEYS or len(body) > 200 or (len(body) > 64 and len(body) % 64 == 8)
    ):
        return "bytecode, calldata or a public key"
    return None
