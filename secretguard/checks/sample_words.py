"""Made-up mnemonics of every scheme, for ``samples``."""

from __future__ import annotations

import random
from collections.abc import Callable

from secretguard.checks import bip39, seeds, slip39, words


def _mnemonic(rng: random.Random, parameter: str) -> str:
    """``N`` or ``N:language``: a BIP-39 mnemonic of N words."""
    count, _, language = (parameter or "12").partition(":")
    return bip39.mnemonic_of(rng.randbytes(int(count) * 4 // 3), language or "english")


def _listed(rng: random.Random, name: str, count: int) -> list[str]:
    return rng.choices(words.word_list(name), k=count)


def _electrum(rng: random.Random, _: str) -> str:
    while True:
        chosen = _listed(rng, "english", 12)
        if seeds.electrum_kind(chosen) == "standard":
            return " ".join(chosen)


def _ton(rng: random.Random, _: str) -> str:
    """24 words; one in 128 random choices is a seed of either kind."""
    while True:
        chosen = _listed(rng, "english", 24)
        if seeds.ton_kind(chosen):
            return " ".join(chosen)


def _algorand(rng: random.Random, _: str) -> str:
    return seeds.algorand_mnemonic_of(rng.randbytes(32))


def _monero(rng: random.Random, _: str) -> str:
    chosen = _listed(rng, "monero", 24)
    return " ".join([*chosen, seeds.monero_checksum_word(chosen)])


def _slip39(rng: random.Random, parameter: str) -> str:
    """``20`` or ``33`` words: a share whose padding is zero."""
    count = int(parameter or "20")
    places = [rng.randrange(1024) for _ in range(count - 3)]
    places[4] >>= 10 * (count - 7) % 16
    return slip39.share_of(places)


KINDS: dict[str, Callable[[random.Random, str], str]] = {
    "mnemonic": _mnemonic,
    "electrum": _electrum,
    "ton": _ton,
    "algorand": _algorand,
    "monero": _monero,
    "slip39": _slip39,
}
