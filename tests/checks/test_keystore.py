"""Web3 Secret Storage, version 3."""

from __future__ import annotations

import json
from typing import Any

import pytest

from secretguard.checks import CHECKS
from secretguard.checks.samples import fill


def document() -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(fill("<keystore>", "x"))
    return parsed


def test_a_keystore_names_its_address_and_cost() -> None:
    proof = CHECKS["keystore-v3"](json.dumps(document(), indent=2))
    assert proof.proven
    assert proof.detail == "Ethereum keystore v3 (scrypt, cost 262144)"
    assert proof.address == f"Ethereum 0x{document()['address']}"


def test_pbkdf2_and_the_old_spelling() -> None:
    old = document()
    old["Crypto"] = {**old.pop("crypto"), "kdf": "pbkdf2", "kdfparams": {"c": 10240, "prf": "hmac-sha256"}}
    del old["address"]
    proof = CHECKS["keystore-v3"](json.dumps(old))
    assert proof.detail == "Ethereum keystore v3 (pbkdf2, cost 10240)"
    assert proof.address is None


@pytest.mark.parametrize("field", ["ciphertext", "mac", "kdf", "kdfparams"])
@pytest.mark.parametrize("value", [None, "", 3, [], "zz" * 32])
def test_a_spoilt_field_fails(field: str, value: object) -> None:
    spoilt = document()
    spoilt["crypto"][field] = value
    assert not CHECKS["keystore-v3"](json.dumps(spoilt)).ok


@pytest.mark.parametrize(
    "text", ["[]", "3", '{"version": 3}', '{"version": 4, "crypto": {}}', '{"version": 3, "crypto": 1}']
)
def test_other_json_fails(text: str) -> None:
    assert not CHECKS["keystore-v3"](text).ok


def test_an_odd_cost_or_address_is_not_repeated() -> None:
    odd = document()
    odd["crypto"]["kdfparams"]["n"] = "<script>"
    odd["address"] = "nonsense"
    proof = CHECKS["keystore-v3"](json.dumps(odd))
    assert (proof.detail, proof.address) == ("Ethereum keystore v3 (scrypt)", None)
