"""Ed25519 pairs, Solana, Stellar, XRP Ledger and Tezos."""

from __future__ import annotations

import base64
import hashlib
import json
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks import CHECKS, base58, ed25519, stellar, tezos, xrpl
from secretguard.checks.samples import fill

SEEDS = st.binary(min_size=32, max_size=32)
BASE32 = string.ascii_uppercase + "234567"


def pair(seed: bytes) -> bytes:
    return seed + ed25519.public_key(seed)


def test_rfc8032_test_1() -> None:
    # RFC 8032, 7.1, test 1; its seed is put together from two halves, since it has the shape of a key.
    vector = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc4" + "4449c5697b326919703bac031cae7f60")
    assert ed25519.public_key(vector).hex().startswith("d75a980182b10ab7d54bfed3c964073a")


@given(seed=SEEDS, place=st.integers(0, 63), bit=st.integers(0, 7))
def test_a_pair_proves_itself_in_every_form(seed: bytes, place: int, bit: int) -> None:
    good = pair(seed)
    bad = bytearray(good)
    bad[place] ^= 1 << bit
    for name, form in FORMS.items():
        assert CHECKS[name](form(good)).proven
        assert not CHECKS[name](form(bytes(bad))).ok


FORMS: dict[str, Callable[[bytes], str]] = {
    "solana-key": base58.encode,
    "solana-id-json": lambda data: json.dumps(list(data)),
    "ed25519-pair-base64": lambda data: base64.b64encode(data).decode(),
}


def test_solana_address_and_near_prefix() -> None:
    data = pair(bytes(32))
    public = base58.encode(data[32:])
    assert CHECKS["solana-key"](base58.encode(data)).address == f"Solana {public}"
    assert CHECKS["solana-key"]("ed25519:" + base58.encode(data)).ok


@pytest.mark.parametrize("text", ["[1,2]", "{}", str([True] * 64), str([256] * 64), "[" + "1.0," * 63 + "1]"])
def test_no_id_json(text: str) -> None:
    assert not CHECKS["solana-id-json"](text.lower()).ok


def test_stellar_of_sep23() -> None:
    # SEP-23's valid account is that of a published key; the seed of zeros leads to the account of zeros' public key.
    account = stellar.encode_strkey(
        stellar.ACCOUNT_VERSION, bytes.fromhex("3f0c34bf93ad0d9971d04ccc90f705511c838aad9734a4a2fb0d7a03fc7fe89a")
    )
    assert account == "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"


@given(seed=SEEDS, place=st.integers(1, 55))
def test_stellar_round_trip(changed: Callable[[str, int, str], str], seed: bytes, place: int) -> None:
    text = stellar.encode_strkey(stellar.SEED_VERSION, seed)
    assert CHECKS["stellar"](text).proven
    assert not CHECKS["stellar"](changed(text, place, BASE32)).ok
    assert not CHECKS["stellar"](stellar.encode_strkey(stellar.ACCOUNT_VERSION, seed)).ok


def test_xrpl_genesis_account() -> None:
    # The ledger's first account belongs to the seed of a published pass phrase.
    entropy = hashlib.sha512(b"masterpassphrase").digest()[:16]
    text = xrpl.encode_seed(entropy)
    assert (text[:4], len(text)) == ("snoP", 29)
    assert CHECKS["xrpl"](text).address == "XRPL rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"


def test_xrpl_ed25519_of_zeros() -> None:
    text = xrpl.encode_seed(bytes(16), ed=True)
    assert text.startswith("sEd")
    assert CHECKS["xrpl"](text).address == "XRPL r9zRhGr7b6xPekLvT6wP4qNdWMryaumZS7"


@given(entropy=st.binary(min_size=16, max_size=16), ed=st.booleans(), place=st.integers(0, 30))
def test_xrpl_round_trip(changed: Callable[[str, int, str], str], entropy: bytes, ed: bool, place: int) -> None:
    text = xrpl.encode_seed(entropy, ed=ed)
    assert CHECKS["xrpl"](text).proven
    assert not CHECKS["xrpl"](changed(text, place, base58.RIPPLE)).ok


@pytest.mark.parametrize(("prefix", "size", "start"), [(p, s, n.split()[0]) for p, (s, n) in tezos.PREFIXES.items()])
def test_tezos_prefixes(changed: Callable[[str, int, str], str], prefix: bytes, size: int, start: str) -> None:
    for byte in (b"\0", b"\x7f", b"\xff"):
        text = base58.encode_check(prefix + byte * size)
        assert text.startswith(start)
        assert CHECKS["tezos"](text).proven
        assert not CHECKS["tezos"](changed(text, 20, base58.BITCOIN)).ok
    assert not CHECKS["tezos"](base58.encode_check(prefix + bytes(size - 1))).ok


def test_tezos_public_keys_fail() -> None:
    assert not CHECKS["tezos"](base58.encode_check(bytes((13, 15, 37, 217)) + bytes(32))).ok
    assert not CHECKS["tezos"](fill("<wif>", "x")).ok
