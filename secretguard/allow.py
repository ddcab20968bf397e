"""Which words and regular expressions of an allow-list a value meets. Expressions are a user's: refused, and timed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import cache

import regex

from secretguard.policy import Allow

SECONDS = 0.5  # for one expression and one value: who takes longer accepts nothing
TOTAL = 10.0  # seconds for all expressions and values of one process: then none accepts anything any more
LONGEST = 1000  # characters of an expression
_slow: set[str] = set()  # has taken too long once in this process: it is not asked again
_spent = [0.0]  # seconds


def complaint(expression: str) -> str:
    """What is wrong with an expression, or nothing. A value has to match as a whole."""
    if len(expression) > LONGEST:
        return f"has more than {LONGEST} characters"
    try:
        return "matches the empty text" if _fits(expression, "") else ""
    except (regex.error, TimeoutError, OverflowError, RecursionError) as error:
        return f"is no valid expression: {error}"


def terms(entries: Sequence[Allow], value: str) -> tuple[int, ...]:
    """The numbers of those entries whose words the value has in it, and whose expressions it matches."""
    return tuple(entry.number for entry in entries if _meets(entry, value))


def _meets(entry: Allow, value: str) -> bool:
    lowered = value.casefold()
    return (not entry.words or any(word.casefold() in lowered for word in entry.words)) and (
        not entry.regexes or any(matches(each, value) for each in entry.regexes)
    )


def matches(expression: str, value: str) -> bool:
    """Whether the expression matches the whole value, in time."""
    try:
        return expression not in _slow and _fits(expression, value)
    except TimeoutError:
        _slow.add(expression)
        return False


def _fits(expression: str, value: str) -> bool:
    """The same. Raises TimeoutError where this one takes too long, or all together have."""
    if _spent[0] > TOTAL:
        raise TimeoutError("all expressions together take too long")
    began = time.monotonic()
    try:
        return _compiled(expression).fullmatch(value, timeout=SECONDS) is not None
    finally:
        _spent[0] += time.monotonic() - began


@cache
def _compiled(expression: str) -> regex.Pattern[str]:
    return regex.compile(expression)
