"""WIF, BIP-32, BIP-38 and mini keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks import CHECKS, base58, bip32, secp256k1, wif
from secretguard.checks.samples import fill

SCALARS = st.integers(1, secp256k1.ORDER - 1)


def test_the_key_one_as_every_manual_has_it() -> None:
    # Address of the generator point itself: BIP-173's example, and the P2PKH address of the uncompressed key 1.
    short, long = wif.encode_wif(1), wif.encode_wif(1, compressed=False)
    assert (short[:5], len(short), long[:5], len(long)) == ("KwDiB", 52, "5HpHa", 51)
    assert CHECKS["wif"](short).wallet == "Bitcoin bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
    assert CHECKS["wif"](long).wallet == "Bitcoin 1EHNa6Q4Jz2uvNExL497mE43ikXhwF6kZm"


def test_testnet_and_other_coins() -> None:
    testnet = CHECKS["wif"](wif.encode_wif(1, version=0xEF))
    assert testnet.wallet == "Bitcoin tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx"
    litecoin = CHECKS["wif"](wif.encode_wif(1, version=0xB0))
    assert "Litecoin" in litecoin.detail
    assert litecoin.wallet == f"public key {secp256k1.public_key(1).hex()}"


def test_without_ripemd160_the_public_key_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secp256k1, "hash160", lambda data: None)
    public = f"public key {secp256k1.public_key(1).hex()}"
    assert CHECKS["wif"](wif.encode_wif(1)).wallet == public
    assert CHECKS["bip32"](bip32.encode_master(1, bytes(32))).wallet == public
    assert "public key" in str(CHECKS["xrpl"](fill("<xrpl-seed>", "x")).wallet)


@given(scalar=SCALARS, compressed=st.booleans(), place=st.integers(0, 60))
def test_wif_round_trip(changed: Callable[[str, int, str], str], scalar: int, compressed: bool, place: int) -> None:
    text = wif.encode_wif(scalar, compressed=compressed)
    assert CHECKS["wif"](text).proven
    assert not CHECKS["wif"](changed(text, place, base58.BITCOIN)).ok


@pytest.mark.parametrize("scalar", [0, secp256k1.ORDER, 2**256 - 1])
def test_a_scalar_out_of_range_fails(scalar: int) -> None:
    assert not CHECKS["wif"](wif.encode_wif(scalar)).ok
    assert not CHECKS["bip32"](bip32.encode_master(scalar, bytes(32))).ok


def test_an_address_is_no_wif() -> None:
    assert not CHECKS["wif"](base58.encode_check(b"\0" + bytes(20))).ok


def test_bip32_vector_1() -> None:
    # Test vector 1 of BIP-32: its seed is the bytes 0 to 15, its master fingerprint is published.
    scalar, chain = bip32.master(bytes(range(16)))
    text = bip32.encode_master(scalar, chain)
    assert (text[:12], len(text)) == ("xprv9s21ZrQH", 111)
    proof = CHECKS["bip32"](text)
    assert proof.proven
    assert proof.wallet == "BIP-32 fingerprint 3442193e"


def test_bip32_vector_1_derivation() -> None:
    # m/0'/1 of test vector 1: the identifier that the published public key hashes to.
    child, _ = bip32.derive(*bip32.master(bytes(range(16))), (bip32.HARDENED,))
    digest = secp256k1.hash160(secp256k1.public_key(child))
    assert digest is not None
    assert digest[:4].hex() == "5c1bd648"


@pytest.mark.parametrize("name", bip32.VERSIONS)
def test_the_version_bytes_give_the_prefix(name: str) -> None:
    text = fill(f"<{name}>", "x")
    assert text.startswith(name)
    assert name in CHECKS["bip32"](text).detail


@given(scalar=SCALARS, chain=st.binary(min_size=32, max_size=32), place=st.integers(0, 120))
def test_bip32_round_trip(changed: Callable[[str, int, str], str], scalar: int, chain: bytes, place: int) -> None:
    text = bip32.encode_master(scalar, chain, "zprv")
    assert CHECKS["bip32"](text).proven
    assert not CHECKS["bip32"](changed(text, place, base58.BITCOIN)).ok


def test_public_and_inconsistent_extended_keys_fail() -> None:
    public = (0x0488B21E).to_bytes(4, "big") + bytes(41) + secp256k1.public_key(1)
    private = (0x0488ADE4).to_bytes(4, "big")
    orphan = private + b"\0" + b"\1" * 8 + bytes(33) + (1).to_bytes(32, "big")
    assert not CHECKS["bip32"](base58.encode_check(public)).ok
    assert not CHECKS["bip32"](base58.encode_check(orphan)).ok


@given(body=st.binary(min_size=36, max_size=36), multiplied=st.booleans())
def test_bip38(body: bytes, multiplied: bool) -> None:
    head = b"\x01\x43\x20" if multiplied else b"\x01\x42\xc0"
    text = base58.encode_check(head + body)
    assert text.startswith("6P")
    assert len(text) == 58
    assert CHECKS["bip38"](text).proven
    assert not CHECKS["bip38"](base58.encode_check(head[:2] + b"\x11" + body)).ok


def test_the_typo_check_of_mini_keys_lets_one_in_256_pass() -> None:
    texts = [fill("S<base58:29>", str(i)) for i in range(2000)]
    assert sum(CHECKS["minikey"](text).ok for text in texts) < 30
    assert CHECKS["minikey"](fill("<minikey>", "x")).ok
