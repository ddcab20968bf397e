"""Vectorscan: expressions -> (expression number, end offset) for each place where one may match.

The only room that imports ``hyperscan``. Where there is no wheel for the machine, ``AVAILABLE`` is False and the engine
runs on ``regex`` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from secretguard.model import UserError

hyperscan: Any
try:
    import hyperscan
except ImportError:  # no wheel for this platform: the same findings, slower
    hyperscan = None

AVAILABLE = hyperscan is not None
OnMatch = Callable[[int, int, int, int, Any], None]


@dataclass(frozen=True, slots=True)
class Expression:
    """One candidate expression; ``once`` asks for its first match in a fragment only; ``of`` says whose it is."""

    pattern: str
    caseless: bool = False
    once: bool = False
    of: str = ""


class Database:
    """A compiled set of expressions and the scratch space it needs. One per process: scratch is not shared."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._scratch = hyperscan.Scratch(database)

    def scan(self, data: bytes, on_match: OnMatch) -> None:
        """Call ``on_match(number, 0, end offset, flags, None)`` for every match. No state is kept between calls."""
        self._database.scan(data, match_event_handler=on_match, scratch=self._scratch)

    def dump(self) -> bytes:
        """The serialised form, for ``load`` of the same version on the same kind of processor."""
        return bytes(hyperscan.dumpb(self._database))

    @classmethod
    def load(cls, data: bytes) -> Database:
        """A database from what ``dump`` gave. Raises ValueError for anything else."""
        try:
            return cls(hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK))
        except (hyperscan.HyperscanError, TypeError, ValueError) as error:
            raise ValueError(str(error)) from None

    @classmethod
    def compile(cls, expressions: Sequence[Expression]) -> Database:
        """Compile. Raises UserError that names the first expression Vectorscan refuses."""
        database = hyperscan.Database()
        try:
            database.compile(
                expressions=[each.pattern.encode() for each in expressions],
                ids=list(range(len(expressions))),
                flags=[_flags(each) for each in expressions],
                elements=len(expressions),
            )
        except hyperscan.HyperscanError as error:
            if "allocate memory" in str(error):
                raise MemoryError from None  # no fault of any rule's
            raise UserError(_refused(expressions, error)) from None
        return cls(database)


def _flags(expression: Expression) -> int:
    flags: int = hyperscan.HS_FLAG_CASELESS if expression.caseless else 0
    if expression.once:
        flags |= hyperscan.HS_FLAG_SINGLEMATCH
    if "(?<" in expression.pattern or "(?=" in expression.pattern or "(?!" in expression.pattern:
        flags |= hyperscan.HS_FLAG_PREFILTER  # an approximation that misses nothing; the regex confirms
    return flags


def _refused(expressions: Sequence[Expression], error: Exception) -> str:
    for each in expressions:
        try:
            hyperscan.Database().compile(expressions=[each.pattern.encode()], flags=[_flags(each)], ids=[0], elements=1)
        except hyperscan.HyperscanError as own:
            return f"{each.of}: key 'regex': the engine refuses {each.pattern!r}: {own}"
    return f"the engine refuses the rules together: {error}"


def version() -> str:
    """What a serialised database depends on: the binding, and through it the library built into it."""
    return str(hyperscan.__version__) if AVAILABLE else "none"
