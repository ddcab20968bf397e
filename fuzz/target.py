"""What is fuzzed: a name, where its inputs come from, and what has to hold for every one of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple


class BrokenError(Exception):
    """What had to hold does not."""


class Target(NamedTuple):
    """``make`` an input; ``check`` raises whatever is wrong with how it was taken.

    ``check`` gives the kind of what came to pass, which a run counts, or None where all rounds are of one kind.
    """

    make: Callable[[random.Random], bytes]
    check: Callable[[bytes], str | None]


def hold(claim: object, said: str) -> None:
    """Raise BrokenError unless the claim is true. An assert would be gone under ``python -O``."""
    if not claim:
        raise BrokenError(said)
