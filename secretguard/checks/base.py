"""What every check gives back, and the guard that keeps a check from raising. Standard library only."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check says of a value. Neither ``detail`` nor ``address`` ever shows any of the value.

    ``proven`` is True where passing is strong evidence by itself: a checksum of 16 bits or more, a public half that
    matches, a structure that nothing else has. ``address`` is a public address or key that follows from the value;
    where that takes a millisecond or more, ``derive`` gives it when it is asked for, and takes that long but once.
    """

    ok: bool
    detail: str
    proven: bool = False
    address: str | None = None
    derive: Callable[[], str] | None = None

    @property
    def wallet(self) -> str | None:
        """The address, derived now if it has not been."""
        return self.derive() if self.derive else self.address


Check = Callable[[str], Proof]


class CheckError(Exception):
    """A check's own words why a value does not pass. The words are ours alone, so they can be shown."""


def offline(limit: int) -> Callable[[Check], Check]:
    """Make a check total: at most ``limit`` characters, outer white space gone, and no input makes it raise."""

    def wrap(prove: Check) -> Check:
        @functools.wraps(prove)
        def check(value: str) -> Proof:
            if len(value) > limit:
                return Proof(False, f"longer than {limit} characters")
            try:
                return prove(value.strip())
            except CheckError as reason:
                return Proof(False, str(reason))
            except (ValueError, RecursionError):
                # The words of a decoder's error can quote the value: they are dropped.
                return Proof(False, "does not decode")

        return check

    return wrap
