"""The table of cases, and how a case enters it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from workshop import Workshop

Door = Literal["sweep", "staged", "files"]
Make = Callable[[Workshop], None]


@dataclass(frozen=True, slots=True)
class Case:
    """``door``: what is asked to find it. ``unread``: something can't be read here, and that has to be said; None where
    gits differ: then what is found must be all, or it is said.

    ``first``: it makes the repository itself, so nothing can come before it.
    """

    name: str
    make: Make
    door: Door
    unread: bool | None
    first: bool


CASES: dict[str, Case] = {}


def case(door: Door = "sweep", *, unread: bool | None = False, first: bool = False) -> Callable[[Make], Make]:
    """Enter the function in the table."""

    def enter(make: Make) -> Make:
        if make.__name__ in CASES:
            raise ValueError(f"two cases are called {make.__name__}")
        CASES[make.__name__] = Case(make.__name__, make, door, unread, first)
        return make

    return enter
