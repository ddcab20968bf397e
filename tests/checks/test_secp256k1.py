"""secp256k1, Keccak-256 and Ethereum addresses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard.checks import CHECKS, base58, secp256k1
from secretguard.checks.keccak import keccak256


# The Keccak team's short messages, and the two hashes that every Ethereum client knows.
@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        (bytes.fromhex("80"), "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"),
        (bytes.fromhex("c0"), "1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"),
    ],
)
def test_keccak_vectors(data: bytes, digest: str) -> None:
    assert keccak256(data).hex() == digest


@pytest.mark.parametrize("size", [134, 135, 136, 137, 271, 272, 300])
def test_keccak_around_a_block(size: int) -> None:
    assert len({keccak256(bytes(size)), keccak256(bytes(size + 1)), keccak256(bytes(size)[:-1] + b"\1")}) == 3


# EIP-55, test cases.
@pytest.mark.parametrize(
    "address",
    [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_eip55(address: str) -> None:
    assert secp256k1.eip55(bytes.fromhex(address[2:])) == address


def test_the_address_of_the_key_one() -> None:
    proof = CHECKS["ethereum-key"]("0x" + "1".rjust(64, "0"))
    assert proof.ok
    assert not proof.proven
    assert proof.wallet == "Ethereum 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"


@settings(max_examples=30)
@given(scalar=st.integers(1, secp256k1.ORDER - 1), prefix=st.sampled_from(["", "0x", "0X"]))
def test_every_scalar_in_range_passes(scalar: int, prefix: str) -> None:
    assert CHECKS["secp256k1"](f"{prefix}{scalar:064x}").ok
    assert CHECKS["ethereum-key"](f"{prefix}{scalar:064X}").wallet


@pytest.mark.parametrize("scalar", [0, secp256k1.ORDER, 2**256 - 1])
def test_the_edges_of_the_range(scalar: int) -> None:
    assert not CHECKS["secp256k1"](f"{scalar:064x}").ok
    assert CHECKS["secp256k1"](f"{secp256k1.ORDER - 1:064x}").ok


@pytest.mark.parametrize("text", ["0x", "1" * 63, "1" * 65, "g" * 64, "0x" + "1" * 66, "1_" * 32, "+" + "1" * 63])
def test_no_64_digits(text: str) -> None:
    assert not CHECKS["secp256k1"](text).ok


def test_the_address_on_tron_is_the_same_account_under_another_version() -> None:
    address = secp256k1.tron_address(1)
    assert base58.decode_check(address) == b"\x41" + bytes.fromhex(secp256k1.ethereum_address(1)[2:])
    assert CHECKS["tron-key"]("1".rjust(64, "0")).wallet == f"Tron {address}"
