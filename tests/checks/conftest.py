"""Shared by the tests of the gallery. No key stands in these files: every value is made at run time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Change = Callable[[str, int, str], str]


@pytest.fixture(scope="session")
def changed() -> Change:
    """A text with one character replaced: by the next in the alphabet after the one at that place."""

    def change(text: str, place: int, alphabet: str) -> str:
        place %= len(text)
        while text[place] not in alphabet:
            place = (place + 1) % len(text)
        other = alphabet[(alphabet.index(text[place]) + 1) % len(alphabet)]
        return text[:place] + other + text[place + 1 :]

    return change
