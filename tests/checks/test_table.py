"""What holds for every check of the table."""

from __future__ import annotations

import base64
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard.checks import CHECKS
from secretguard.checks.samples import fill

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=300)
NEARLY = st.text('0123456789abcdefABCDEF+/=_-.:{}[]",\\n SKLxprvnsecage1', max_size=200)
SAMPLES = {
    "age": "<age-key>",
    "algorand": "<algorand>",
    "base58check": "<wif>",
    "base64-16": "<base64:16>",
    "base64-32": "<base64url:32>",
    "base64-36": "<base64:36>",
    "base64-48": "<base64:48>",
    "base64-64": "<base64:64>",
    "base64-hex": base64.b64encode(b"0123456789abcdef").decode(),
    "base64-text": base64.b64encode(b"user:nobody").decode(),
    "bech32": "<btc-address>",
    "bip32": "<xprv>",
    "bip38": "<bip38>",
    "bip39": "<mnemonic:24>",
    "cardano": "<cardano-xsk>",
    "ed25519-pair-base64": "<ed25519-pair-base64>",
    "electrum": "<electrum>",
    "ethereum-key": "<eth-key>",
    "tron-key": "<hex:64>",
    "github-crc32": "<github-pat>",
    "hex-mixed": "<hex:32>",
    "jwt": "<jwt>",
    "keystore-v3": "<keystore>",
    "kucoin-key": "<kucoin-key>",
    "minikey": "<minikey>",
    "mixed-classes": "<base62:20>",
    "monero": "<monero>",
    "nostr": "<nostr-nsec>",
    "pem": "<pem-ec:escaped>",
    "phemex-secret": "<phemex-secret>",
    "pkcs8-base64": "<pkcs8-ec-base64>",
    "secp256k1": "<eth-key>",
    "slip39": "<slip39:33>",
    "solana-id-json": "<solana-id-json>",
    "solana-key": "<solana-base58>",
    "stellar": "<stellar-seed>",
    "sui": "<sui-key>",
    "telegram": "<telegram-token>",
    "tezos": "<tezos-edsk>",
    "ton": "<ton>",
    "uuid4": "<uuid>",
    "uuid4-hex": "<uuid4hex>",
    "wif": "<wif-uncompressed>",
    "xrpl": "<xrpl-seed>",
}


def test_every_check_has_a_sample_here() -> None:
    assert set(SAMPLES) == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_a_sample_passes_and_nothing_of_it_is_shown(name: str, seed: str) -> None:
    value = fill(SAMPLES[name], seed)
    proof = CHECKS[name](f" {value}\n")
    assert proof.ok, proof.detail
    assert value not in proof.detail
    assert value not in (proof.wallet or "")


@pytest.mark.parametrize("name", CHECKS)
@settings(max_examples=40)
@given(text=ANYTHING | NEARLY)
def test_no_text_makes_a_check_raise(name: str, text: str) -> None:
    proof = CHECKS[name](text)
    assert proof.ok or not proof.proven


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("text", ["", "\0", "\ud800", "=", "-----BEGIN PRIVATE KEY-----", "[" * 60000, "١" * 64])
def test_awkward_text_fails(name: str, text: str) -> None:
    assert not CHECKS[name](text).ok


@pytest.mark.parametrize("name", CHECKS)
@settings(max_examples=25)
@given(place=st.integers(0, 10**4), letter=st.characters(exclude_categories=()))
def test_a_damaged_sample_does_not_raise(name: str, place: int, letter: str) -> None:
    value = fill(SAMPLES[name], "a")
    place %= len(value)
    CHECKS[name](value[:place] + letter + value[place + 1 :])
    CHECKS[name](value[:place])


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("unit", ["a", "1 ", "abandon ", "{", "-----BEGIN A ", "00", "A", "的"])
def test_a_long_text_costs_little(name: str, unit: str) -> None:
    CHECKS[name]("abandon " * 24)  # load the lists
    start = time.perf_counter()
    CHECKS[name](unit * 500_000)
    CHECKS[name]((unit * 8000)[:60000])
    assert time.perf_counter() - start < 0.5


def test_importing_the_gallery_loads_neither_lists_nor_cryptography() -> None:
    code = (
        "import sys, secretguard.checks as c\n"
        "from secretguard.checks import words\n"
        "assert not [m for m in sys.modules if m.startswith('cryptography')]\n"
        "assert 'secretguard.checks.samples' not in sys.modules\n"
        "assert words.word_list.cache_info().currsize == 0\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
