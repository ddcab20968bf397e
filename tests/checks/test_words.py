"""The word lists are the published ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from secretguard.checks import words

# SHA-256 of the files as the standards publish them, shortened.
PUBLISHED = {
    "english": (2048, "2f5eed53a4727b4b"),
    "spanish": (2048, "46846a5a0139d1e3"),
    "french": (2048, "ebc3959ab7801a1d"),
    "italian": (2048, "d392c49fdb700a24"),
    "portuguese": (2048, "2685e9c194c82ae6"),
    "czech": (2048, "7e80e161c3e93d95"),
    "japanese": (2048, "2eed0aef492291e0"),
    "korean": (2048, "9e95f86c167de88f"),
    "chinese_simplified": (2048, "5c5942792bd8340c"),
    "chinese_traditional": (2048, "417b26b3d8500a4a"),
    "slip39": (1024, "bcc4555340332d16"),
    "monero": (1626, "eaa6bce7dd92f4d6"),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_length_and_hash(name: str) -> None:
    count, digest = PUBLISHED[name]
    path = Path(words.__file__).with_name("wordlists") / f"{name}.txt"
    assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(digest)
    assert len(set(words.word_list(name))) == count


def test_every_list_is_published() -> None:
    files = {path.stem for path in (Path(words.__file__).parent / "wordlists").glob("*.txt")}
    assert files == set(PUBLISHED)


def test_words_of() -> None:
    assert words.words_of("1) Abandon, zoo\n[WOLF]") == ["abandon", "zoo", "wolf"]
    assert words.words_of("的一 是") == ["的", "一", "是"]
    assert words.normalised("é" * 1000) == ""
