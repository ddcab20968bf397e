"""Bech32, Bech32m and the keys written in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks import CHECKS, bech32, secp256k1
from secretguard.checks.base import CheckError
from secretguard.checks.samples import fill

KEYS = {"nostr": "<nostr-nsec>", "sui": "<sui-key>", "age": "<age-pq-key>", "cardano": "<cardano-sk>"}


# BIP-173 and BIP-350, test vectors.
@pytest.mark.parametrize("text", ["A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "?1ezyfcl"])
def test_valid_bech32(text: str) -> None:
    bech32.decode_words(text)
    assert CHECKS["bech32"](text).proven


@pytest.mark.parametrize("text", ["A1LQFN3A", "a1lqfn3a", "?1v759aa"])
def test_valid_bech32m(text: str) -> None:
    bech32.decode_words(text, bech32.BECH32M)
    assert "Bech32m" in CHECKS["bech32"](text).detail


@pytest.mark.parametrize(
    "text", ["pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "10a06t8", "A12uEL5L"]
)
def test_invalid(text: str) -> None:
    assert not CHECKS["bech32"](text).ok


def test_a_segwit_address_of_bip173() -> None:
    program = bytes.fromhex("751e76e8199196d454941c45d1b3a323f1433bd6")
    address = bech32.encode_words("bc", [0, *bech32.regroup(program, 8, 5)])
    assert address == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


def test_padding_must_be_zero() -> None:
    with pytest.raises(CheckError):
        bech32.regroup([31], 5, 8)
    with pytest.raises(CheckError):
        bech32.regroup([0, 1], 5, 8)


@given(prefix=st.text("abcdefghijklmnop-_1", min_size=1, max_size=20), data=st.binary(max_size=128), m=st.booleans())
def test_round_trip(prefix: str, data: bytes, m: bool) -> None:
    constant = bech32.BECH32M if m else bech32.BECH32
    assert bech32.decode(bech32.encode(prefix, data, constant), constant) == (prefix, data)


@given(data=st.binary(min_size=16, max_size=64), place=st.integers(4, 200))
def test_one_changed_character_fails(changed: Callable[[str, int, str], str], data: bytes, place: int) -> None:
    text = bech32.encode("nsec", data)
    broken = text[:5] + changed(text[5:], place, bech32.ALPHABET)
    assert not CHECKS["bech32"](broken).ok


@pytest.mark.parametrize("name", KEYS)
def test_each_key_passes_only_its_own_check(name: str) -> None:
    value = fill(KEYS[name], "x")
    assert [other for other in KEYS if CHECKS[other](value).ok] == [name]


@pytest.mark.parametrize(("name", "prefix"), [("nostr", "nsec"), ("sui", "suiprivkey"), ("age", "age-secret-key-")])
def test_the_wrong_length_or_flag_fails(name: str, prefix: str) -> None:
    assert not CHECKS[name](bech32.encode(prefix, bytes(31))).ok
    assert not CHECKS[name](bech32.encode(prefix, b"\x07" * 34)).ok


def test_public_halves() -> None:
    # The age specification's identity of 32 bytes 42, and secp256k1's generator.
    age = CHECKS["age"](bech32.encode("age-secret-key-", b"\x42" * 32).upper())
    assert age.address == "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
    npub = str(CHECKS["nostr"](bech32.encode("nsec", (1).to_bytes(32, "big"))).address)
    assert bech32.decode(npub.removeprefix("Nostr ")) == ("npub", secp256k1.public_key(1)[1:])
    assert str(CHECKS["sui"](fill("<sui-key>", "x")).address).startswith("Sui 0x")
    assert CHECKS["sui"](bech32.encode("suiprivkey", b"\1" * 33)).address is None


def test_a_nostr_key_is_a_scalar() -> None:
    assert not CHECKS["nostr"](bech32.encode("nsec", bytes(32))).ok


def test_public_forms_are_no_keys() -> None:
    assert not CHECKS["nostr"](bech32.encode("npub", bytes(32))).ok
    assert not CHECKS["age"](bech32.encode("age", bytes(32))).ok
    assert not CHECKS["cardano"](bech32.encode("addr_vk", bytes(32))).ok
