"""BIP-39: the published vectors rebuilt from their entropy, windows in texts, and the addresses that follow."""

from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from secretguard.checks import CHECKS, bip32, bip39, words

ENTROPY = st.sampled_from([16, 20, 24, 28, 32]).flatmap(lambda size: st.binary(min_size=size, max_size=size))
LANGUAGES = st.sampled_from(words.LANGUAGES)


# BIP-39's vectors (trezor/python-mnemonic, vectors.json): entropy, last word, start of the seed with "TREZOR".
@pytest.mark.parametrize(
    ("entropy", "last", "seed"),
    [
        ("00" * 16, "about", "c55257c360c07c72"),
        ("7f" * 16, "yellow", "2e8905819b8723fe"),
        ("80" * 16, "above", "d71de856f81a8acc"),
        ("ff" * 16, "wrong", "ac27495480225222"),
        ("00" * 24, "agent", "035895f2f481b1b0"),
        ("00" * 32, "art", "bda85446c6841370"),
        ("ff" * 32, "vote", "dd48c104698c30cf"),
    ],
)
def test_published_vectors(entropy: str, last: str, seed: str) -> None:
    mnemonic = bip39.mnemonic_of(bytes.fromhex(entropy))
    assert mnemonic.endswith(f" {last}")
    assert bip32.seed_of(mnemonic, "TREZOR").hex().startswith(seed)
    assert CHECKS["bip39"](mnemonic).proven


def test_ethereum_address_of_a_published_mnemonic() -> None:
    # The development mnemonics of Hardhat and Ganache, known by their hashes; the addresses are in their manuals.
    hardhat = "test " * 11 + "junk"
    assert CHECKS["bip39"](hardhat).wallet == "Ethereum 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    zeros = bip39.mnemonic_of(bytes(16))
    assert bip39.ethereum_address_of(zeros) == "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"


@settings(max_examples=60)
@given(entropy=ENTROPY, language=LANGUAGES)
def test_round_trip_in_every_language(entropy: bytes, language: str) -> None:
    mnemonic = bip39.mnemonic_of(entropy, language)
    parts = mnemonic.split()
    places = [words.index_of(language)[part] for part in parts]
    assume(not words.is_quoted_list(places))
    assert CHECKS["bip39"](mnemonic).proven
    assert bip39.mnemonic_spans(parts) == [(0, len(parts))]


@pytest.mark.parametrize("layout", [" ".join, ", ".join, '", "'.join, "\n".join, "-".join])
def test_what_separates_the_words_does_not_matter(layout: type[str]) -> None:
    parts = bip39.mnemonic_of(b"secretguard test").upper().split()
    assert CHECKS["bip39"](layout(parts)).ok
    assert CHECKS["bip39"]("\n".join(f"{i}. {word}" for i, word in enumerate(parts, 1))).ok


def test_accents_are_optional_in_spanish_and_french() -> None:
    for language in ("spanish", "french"):
        mnemonic = bip39.mnemonic_of(hashlib.sha256(language.encode()).digest(), language)
        assert CHECKS["bip39"](words.without_accents(mnemonic)).ok


def test_unseparated_chinese_passes_but_proves_nothing() -> None:
    mnemonic = bip39.mnemonic_of(b"secretguard test", "chinese_simplified")
    assert CHECKS["bip39"](mnemonic).proven
    together = CHECKS["bip39"](mnemonic.replace(" ", ""))
    assert together.ok
    assert not together.proven


def test_a_changed_word_is_found_as_often_as_the_checksum_promises() -> None:
    rng = random.Random(39)
    listed = words.word_list("english")
    passed = 0
    for _ in range(600):
        parts = bip39.mnemonic_of(rng.randbytes(16)).split()
        parts[rng.randrange(12)] = rng.choice(listed)
        passed += bip39.checksum_holds([words.index_of("english")[part] for part in parts])
    assert 10 <= passed <= 70  # one in 16 would be 37


@settings(max_examples=30)
@given(entropy=ENTROPY, before=st.integers(0, 30), after=st.integers(0, 30))
def test_spans_find_a_mnemonic_in_a_text(entropy: bytes, before: int, after: int) -> None:
    parts = bip39.mnemonic_of(entropy).split()
    assume(not words.is_quoted_list([words.index_of("english")[part] for part in parts]))
    text = ["xyzzy"] * before + parts + ["Plugh!"] * after
    assert bip39.mnemonic_spans(text) == [(before, before + len(parts))]


def test_two_neighbours_and_the_longer_of_two_readings() -> None:
    twelve = bip39.mnemonic_of(b"secretguard test").split()
    long = bip39.mnemonic_of(hashlib.sha256(b"a").digest()).split()
    assert bip39.mnemonic_spans([*twelve, "--", *long]) == [(0, 12), (13, 37)]


def test_quoted_word_lists_and_prose_are_no_mnemonics() -> None:
    for name in (*words.LANGUAGES, "slip39", "monero"):
        assert bip39.mnemonic_spans(words.word_list(name)) == []
    assert not CHECKS["bip39"](" ".join(words.word_list("english")[:24])).ok
    assert bip39.mnemonic_spans("the quick brown fox jumps over the lazy dog and runs far away".split()) == []
    assert bip39.mnemonic_spans(["abandon"] * 11) == []


@given(text=st.lists(st.text(st.characters(exclude_categories=())), max_size=40))
def test_no_words_make_it_raise(text: list[str]) -> None:
    bip39.mnemonic_spans(text)
