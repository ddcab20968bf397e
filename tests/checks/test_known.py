"""Published sample values."""

from __future__ import annotations

import base64
import hmac
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks import base58, bip32, bip39, ed25519, wif, words
from secretguard.checks.known import is_known_example
from secretguard.checks.samples import fill

HARDHAT = "test " * 11 + "junk"
H = bip32.HARDENED


def account(number: int) -> int:
    return bip32.derive(*bip32.master(bip32.seed_of(HARDHAT)), (44 + H, 60 + H, H, 0, number))[0]


@pytest.mark.parametrize("number", range(20))
@pytest.mark.parametrize("form", ["{:064x}", "0x{:064x}", "0x{:064X}"])
def test_the_twenty_accounts_of_hardhat(number: int, form: str) -> None:
    assert is_known_example(form.format(account(number)))


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_the_vectors_of_bip39_in_every_language(language: str) -> None:
    for byte in (b"\0", b"\x7f", b"\x80", b"\xff"):
        for size in (16, 24, 32):
            assert is_known_example(bip39.mnemonic_of(byte * size, language))


def test_bip32_vector_1() -> None:
    assert is_known_example(bip32.encode_master(*bip32.master(bytes(range(16))))) == "bip32 test vector"


# RFC 8032, 7.1: the seeds of tests 1, 2 and SHA(abc), in groups of eight, and how their public keys begin.
RFC_8032 = """
d75a9801 9d61b19d effd5a60 ba844af4 92ec2cc4 4449c569 7b326919 703bac03 1cae7f60
3d4017c3 4ccd089b 28ff96da 9db6c346 ec114e0f 5b8a319f 35aba624 da8cf6ed 4fb8a6fb
ec172b93 833fe624 09237b9d 62ec7758 7520911e 9a759cec 1d19755b 7da901b9 6dca3d42
"""


@pytest.mark.parametrize("row", RFC_8032.strip().splitlines())
def test_the_vectors_of_rfc_8032_in_every_form(row: str) -> None:
    public, _, seed = row.partition(" ")
    pair = bytes.fromhex(seed) + ed25519.public_key(bytes.fromhex(seed))
    assert pair[32:].hex().startswith(public)
    for data in (pair[:32], pair):
        forms = (data.hex(), base64.b64encode(data).decode(), base58.encode(data))
        assert {is_known_example(form) for form in forms} == {"RFC 8032 test vector"}
    assert is_known_example(urlsafe(pair[:32]))  # as in a JWK, RFC 8037


def test_case_and_spaces_do_not_matter_for_mnemonics() -> None:
    assert is_known_example(HARDHAT.upper().replace(" ", "\n  "))
    assert is_known_example(bip39.mnemonic_of(b"\xff" * 20))


@pytest.mark.parametrize("number", [1, 2, 16, 100])
def test_tiny_private_keys(number: int) -> None:
    assert is_known_example(f"0x{number:064x}")
    assert is_known_example(f"{number:064X}")


# What exchanges sign with in their documentation, in groups of eight: so no scanner stops at this file.
DOCUMENTED = """
Kraken kQH5HW/8 p1uGOVjb gWA7FunA mGO8lsSU XNsu3eow 76sz84Q1 8fWxnyRz BHCd3pd5 nE9qa99H AZtuZuj6 F1huXg==
Kraken-Futures rttp4Azw RfYEdQ7R 7X8Z/04Y 4TZPa97p qCypi3xX xAqftygf tnI6H9yG V+OcUOOJ eFtZkr8m VwbAndU3 Kz4Q+eG
BitMEX chNOOS4K vNXR_Xq4 k4c9qsfo KWvnDecL ATCRlcBw yKDYnWgO
OKX 22582BD0 CFF14C41 EDBF1AB9 8506286D
Binance 2b5eb11e 18796d12 d88f13dc 27dbbd02 c2cc51ff 7059765e d9821957 d82bb4d9
MEXC 45d0b3c2 6f2644f1 9bfb98b0 7741b2f5
BingX mheO6dR8 ovSsxZQC OYEFCtel puxcWGTf Hw7te326 y6jOwq5W pvFQ9JNl joTwBXZG v5It07m9 RXSPpDQE K2w
WOO QHKRXHPA W1MC9YGZ MAT8YDJG 2HPR
BitMart 6c6c9854 4461bbe7 1db2bca4 c6d7fd00 21e0ba9e fc215f9c 6ad41852 df9d9df9
CoinEx B51068CF 10B34E77 89C374AB 932696A0 5E0A629B E7BFC62F
"""


@pytest.mark.parametrize("line", DOCUMENTED.strip().splitlines())
def test_secrets_of_exchanges_documentation(line: str) -> None:
    exchange, sample = line.partition(" ")[0], line.partition(" ")[2].replace(" ", "")
    assert is_known_example(sample) == f"{exchange.replace('-', ' ')} documentation sample"
    other = ("a" if sample[5] != "a" else "b").join((sample[:5], sample[6:]))
    assert is_known_example(other) is None


@pytest.mark.parametrize(
    ("claims", "key"), [("iat", b"your-256-bit-secret"), ("admin", b"secret"), ("iat", b"mine"), ("admin", b"mine")]
)
def test_the_tokens_of_jwt_io(claims: str, key: bytes) -> None:
    more = {"iat": '"iat":1516239022', "admin": '"admin":true'}[claims]
    parts = ('{"alg":"HS256","typ":"JWT"}', f'{{"sub":"1234567890","name":"John Doe",{more}}}')
    signed = ".".join(urlsafe(part.encode()) for part in parts)
    token = f"{signed}.{urlsafe(hmac.digest(key, signed.encode(), 'sha256'))}"
    assert is_known_example(token) == (None if key == b"mine" else "jwt.io documentation sample")


def urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "value", ["", "0" * 64, f"{101:064x}", f"{1:063x}", "0" * 63 + "g", "1 " * 12, "x" * 10**6, "\ud800"]
)
def test_what_is_not_known(value: str) -> None:
    assert is_known_example(value) is None


@pytest.mark.parametrize("kind", ["mnemonic:12", "eth-key", "xprv", "wif", "base62:64", "keystore", "uuid"])
def test_made_up_values_are_not_known(kind: str) -> None:
    assert all(is_known_example(fill(f"<{kind}>", str(seed))) is None for seed in range(20))


@given(text=st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_text_makes_it_raise(text: str) -> None:
    is_known_example(text)


def test_a_lookup_is_fast() -> None:
    is_known_example(wif.encode_wif(7))
    start = time.perf_counter()
    for _ in range(1000):
        is_known_example("x" * 77)
    assert time.perf_counter() - start < 0.1
