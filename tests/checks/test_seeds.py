"""TON, Electrum, Algorand, Monero and SLIP-39."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard.checks import CHECKS, seeds, slip39, words
from secretguard.checks.samples import fill

SCHEMES = {
    "ton": "<ton>",
    "electrum": "<electrum>",
    "algorand": "<algorand>",
    "monero": "<monero>",
    "slip39": "<slip39:20>",
}
LISTS = {"monero": "monero", "slip39": "slip39"}


@pytest.mark.parametrize("name", SCHEMES)
def test_a_sample_passes_and_no_bip39_gate_would_see_it(name: str) -> None:
    values = [fill(SCHEMES[name], str(i)) for i in range(3)]
    assert all(CHECKS[name](value.upper()).proven for value in values)
    assert not all(CHECKS["bip39"](value).ok for value in values)


# The chance that a random word in a random place still passes: 2/256, 1/256 + 3/4096, 2**-11, 1/24, none.
@pytest.mark.parametrize(
    ("name", "most"), [("ton", 8), ("electrum", 8), ("algorand", 3), ("monero", 35), ("slip39", 0)]
)
def test_one_changed_word_fails_as_often_as_promised(name: str, most: int) -> None:
    rng = random.Random(name)
    parts = fill(SCHEMES[name], "x").split()
    passed = 0
    for _ in range(250):
        changed = list(parts)
        place = rng.randrange(len(parts))
        changed[place] = rng.choice([w for w in words.word_list(LISTS.get(name, "english")) if w != parts[place]])
        passed += CHECKS[name](" ".join(changed)).ok
    assert passed <= most


@pytest.mark.parametrize("name", SCHEMES)
def test_a_word_more_or_less_or_foreign_fails(name: str) -> None:
    parts = fill(SCHEMES[name], "x").split()
    assert not CHECKS[name](" ".join(parts[:-3])).ok
    assert not CHECKS[name](" ".join([*parts[:-1], "xyzzy"])).ok
    assert not CHECKS[name](" ".join(words.word_list(LISTS.get(name, "english"))[: len(parts)])).ok


def test_algorand_of_zeros() -> None:
    # Algorand's zero address is in its documentation; the mnemonic of the zero key ends in "invest".
    mnemonic = seeds.algorand_mnemonic_of(bytes(32))
    assert mnemonic.endswith(" invest")
    assert CHECKS["algorand"](mnemonic).ok
    assert seeds.algorand_address(bytes(32)) == "A" * 52 + "Y5HFKQ"


@settings(max_examples=50)
@given(key=st.binary(min_size=32, max_size=32))
def test_algorand_round_trip(key: bytes) -> None:
    assert CHECKS["algorand"](seeds.algorand_mnemonic_of(key)).proven


def test_algorand_holds_32_bytes_and_no_more() -> None:
    parts = seeds.algorand_mnemonic_of(b"\xff" * 32).split()
    parts[23] = words.word_list("english")[2047]
    assert CHECKS["algorand"](" ".join(parts)).detail == "more than 32 bytes"


def test_electrum_in_other_languages() -> None:
    rng = random.Random(1)
    for language in ("spanish", "japanese"):
        separator = "" if language == "japanese" else " "
        chosen: list[str] = []
        while not chosen or not seeds.electrum_kind(chosen, separator):
            chosen = rng.choices(words.word_list(language), k=12)
        assert CHECKS["electrum"](" ".join(chosen)).proven


def test_mymonero_has_thirteen_words() -> None:
    chosen = random.Random(2).choices(words.word_list("monero"), k=12)
    mnemonic = " ".join([*chosen, seeds.monero_checksum_word(chosen)])
    assert CHECKS["monero"](mnemonic).proven


@given(places=st.sampled_from([17, 30]).flatmap(lambda n: st.lists(st.integers(0, 1023), min_size=n, max_size=n)))
def test_slip39_round_trip(places: list[int]) -> None:
    padding = 10 * (len(places) - 4) % 16
    places[4] >>= padding
    assert CHECKS["slip39"](slip39.share_of(places)).proven
    places[4] |= 1 << 9
    assert CHECKS["slip39"](slip39.share_of(places)).detail == "SLIP-39 padding is wrong"
