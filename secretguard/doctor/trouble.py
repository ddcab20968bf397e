"""What a check of the doctor's finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """``what`` is wrong, in one line; ``mend`` is the line that mends it; ``fix`` does so, where that harms nothing.

    ``part`` says what it is about: files, hooks, configuration, baseline, clone.
    """

    part: str
    what: str
    mend: str
    fix: Callable[[], None] | None = None
