"""Ethereum keystore files: Web3 Secret Storage, version 3."""

from __future__ import annotations

import json
import re
from typing import Any

from secretguard.checks.base import CheckError, Proof, offline

_HEX = "(?:0x)?(?:[0-9a-fA-F]{2})+"
_ADDRESS = "(?:0x)?([0-9a-fA-F]{40})"
_KDFS = ("scrypt", "pbkdf2")


@offline(65536)
def keystore_v3(value: str) -> Proof:
    """A JSON object with ``version`` 3 and the fields that decryption needs; says how hard the password is to guess."""
    document = json.loads(value)
    if not isinstance(document, dict) or document.get("version") != 3:
        raise CheckError("no JSON object with version 3")
    crypto = document.get("crypto", document.get("Crypto"))
    if not isinstance(crypto, dict):
        raise CheckError("a keystore without crypto")
    _hex_field(crypto, "ciphertext", 32)
    _hex_field(crypto, "mac", 32)
    if crypto.get("kdf") not in _KDFS or not isinstance(crypto.get("kdfparams"), dict):
        raise CheckError("a keystore without a known key derivation")
    cost = crypto["kdfparams"].get("n", crypto["kdfparams"].get("c"))
    work = f", cost {cost}" if type(cost) is int and 0 < cost < 2**40 else ""
    return Proof(True, f"Ethereum keystore v3 ({crypto['kdf']}{work})", proven=True, address=_address(document))


def _hex_field(crypto: dict[str, Any], name: str, size: int) -> None:
    field = crypto.get(name)
    if not isinstance(field, str) or not re.fullmatch(_HEX, field) or len(field.removeprefix("0x")) != 2 * size:
        raise CheckError(f"a keystore without {name}")


def _address(document: dict[str, Any]) -> str | None:
    """The address that the file names; not proved, but public."""
    field = document.get("address")
    match = re.fullmatch(_ADDRESS, field) if isinstance(field, str) else None
    return f"Ethereum 0x{match[1].lower()}" if match else None
