"""Why a value that another scanner reports need not be a credential: a list of reasons, tried in order.

Judged by the value, the name it stands under and the path, and by nothing else: small enough to check by eye.
What no reason explains is marked for a look by hand, and so is what stands under a credential's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePosixPath

from findings import Sighting

LOOK_TEST = "under a credential's name in a test: look"
LOOK = "not explained: look"
LOOKS = frozenset({LOOK_TEST, LOOK})

HEX = re.compile(r"(?:0x)?[0-9a-fA-F]+")
ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
BASE58 = re.compile(r"[1-9A-HJ-NP-Za-km-z]{32,44}")
HASH = re.compile(r"(?:0x)?[0-9a-fA-F]{64}")
ASSET = re.compile(r"0x[0-9a-fA-F]{32}")
NAME = re.compile(r"[A-Za-z_][\w.-]*")
IDENTIFIER = re.compile(r"[A-Za-z_]\w*(?:[.=][A-Za-z_]\w*)*")
WORDS = re.compile(r"[A-Za-z]+(?:[-_. ]?[A-Za-z]+)*\d{0,3}(?:\.\w{1,4})?")
TEMPLATE = re.compile(r"\$\{|\$\(|\{\{|\{\w*\}|<[A-Za-z_ -]+>|%\(\w+\)|%s")
PLACEHOLDER = re.compile(
    r"test|example|dummy|fake|mock|sample|placeholder|your|changeme|removed|redacted|none|some"
    r"|xxxx|\*\*\*|01234|12345|abcdef|fedcba|98765|deadbeef",
    re.IGNORECASE,
)
LOCK_FILES = re.compile(r"(?:.*\.lock|package-lock\.json|npm-shrinkwrap\.json|go\.sum|.*lock\.yaml)")
TEST_FOLDERS = frozenset({"test", "tests", "testing", "spec", "__tests__", "fixtures", "manual-tests"})
SUBJECTS = {
    "address": re.compile(r"address|contract|mint|wallet_?id|token(?!_?secret)", re.IGNORECASE),
    "hash": re.compile(r"hash|tx|digest|block|order_?id|signature|nonce|salt", re.IGNORECASE),
    "public": re.compile(r"pub(?:lic)?[_-]?key|stark_?key", re.IGNORECASE),
    "session": re.compile(r"session|listen_?key|^token$|get_token", re.IGNORECASE),
    "credential": re.compile(r"key|secret|passw|passphrase|private|mnemonic|seed|token|auth|credential", re.IGNORECASE),
}


def field_of(sighting: Sighting) -> str:
    """The name nearest before the value in what the tool matched; '' if the tool does not show that."""
    before, found, _ = sighting.context.partition(sighting.value)
    names = NAME.findall(before) if found else []
    # "mock.return_value = ..." is about the mock.
    names = [name.removesuffix(".return_value") for name in names]
    return names[-1].rpartition(".")[2] if names else ""


def names(kind: str, sighting: Sighting) -> bool:
    """Whether the value stands under a name of this kind."""
    return bool(SUBJECTS[kind].search(field_of(sighting)))


def in_tests(path: str) -> bool:
    return not TEST_FOLDERS.isdisjoint(PurePosixPath(path.lower()).parts)


def _lock_file(sighting: Sighting) -> bool:
    file = PurePosixPath(sighting.path).name
    return bool(LOCK_FILES.fullmatch(file)) or sighting.value.startswith(("sha256-", "sha512-"))


def _placeholder(sighting: Sighting) -> bool:
    value = sighting.value
    return bool(PLACEHOLDER.search(value)) or (len(value) >= 16 and len(set(value.lower())) <= 7)


def _address(sighting: Sighting) -> bool:
    if ADDRESS.fullmatch(sighting.value):
        return True
    return names("address", sighting) and bool(BASE58.fullmatch(sighting.value))


def _identifier(sighting: Sighting) -> bool:
    """``api_key=self.api_key``, ``__pyx_f_9``: names in code, which have few digits."""
    value = sighting.value
    digits = sum(char.isdigit() for char in value)
    in_code = "_" in value or "=" in value
    return in_code and digits * 5 <= len(value) and bool(IDENTIFIER.fullmatch(value))


def _other_field(sighting: Sighting) -> bool:
    return bool(field_of(sighting)) and not names("credential", sighting)


REASONS: tuple[tuple[str, Callable[[Sighting], bool]], ...] = (
    ("template", lambda s: bool(TEMPLATE.search(s.value))),
    ("hash in a lock file", _lock_file),
    ("placeholder or counted-up digits", _placeholder),
    ("name in code", _identifier),
    ("public key", lambda s: names("public", s)),
    ("address", _address),
    ("hash of a password", lambda s: "password_hash" in field_of(s).lower()),
    ("transaction, block or order hash", lambda s: names("hash", s) and bool(HASH.fullmatch(s.value))),
    ("id of an asset", lambda s: bool(ASSET.fullmatch(s.value))),
    ("session of a recorded reply", lambda s: names("session", s) and in_tests(s.path)),
    ("ordinary word", lambda s: len(s.value) < 24 and bool(WORDS.fullmatch(s.value))),
    ("hex constant", lambda s: _other_field(s) and bool(HEX.fullmatch(s.value))),
    ("not a credential's field", _other_field),
    (LOOK_TEST, lambda s: in_tests(s.path)),
)


def reason(sighting: Sighting) -> str:
    """The first reason that holds."""
    return next((text for text, holds in REASONS if holds(sighting)), LOOK)
