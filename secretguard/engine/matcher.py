"""Candidates: for each detector, the offsets where its expression may end. Vectorscan if there, else none needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from secretguard.engine.vectorscan import Database, Expression
from secretguard.model import Form

if TYPE_CHECKING:
    from secretguard.engine.expressions import Detector  # slow to import, and the screen has no use for it

GATE_NONE = ""
NOT_ASCII = r"[\x80-\xff]{1}"  # the one gate that Python itself opens faster than any expression


def expressions(detectors: Sequence[Detector]) -> dict[str, list[tuple[int, Expression]]]:
    """For each gate (``""``: always) the expressions to compile together, each with its detector's number.

    The gates themselves stand in the first database; the number of a gate is -1 minus its place in the table.
    """
    table: dict[str, list[tuple[int, Expression]]] = {GATE_NONE: []}
    for number, detector in enumerate(detectors):
        of = f"rule {', '.join(detector.rules)}"
        for gate, pattern in detector.candidates:
            once = detector.form is Form.ENCODED
            table.setdefault(gate, []).append((number, Expression(pattern, detector.caseless, once, of)))
    for place, gate in enumerate(table):
        if gate not in (GATE_NONE, NOT_ASCII):
            table[GATE_NONE].append((-1 - place, Expression(gate, once=True)))
    return table


class Matcher:
    """Vectorscan databases, one for what is always looked for and one behind each gate."""

    def __init__(self, numbers: Mapping[str, Sequence[int]], databases: Mapping[str, Database]) -> None:
        self._numbers = numbers
        self._gates = list(numbers)
        self._databases = databases

    def candidates(self, data: bytes) -> dict[int, list[int]]:
        """Detector number -> end offsets in ascending order, for every place worth a closer look."""
        found: dict[int, list[int]] = {}
        opened = self._scan(GATE_NONE, data, found)
        if NOT_ASCII in self._databases and not data.isascii():
            opened.append(NOT_ASCII)
        for gate in opened:
            self._scan(gate, data, found)
        return found

    def _scan(self, gate: str, data: bytes, found: dict[int, list[int]]) -> list[str]:
        hits: list[tuple[int, int]] = []
        add = hits.append
        self._databases[gate].scan(data, lambda number, _from, end, _flags, _context: add((number, end)))
        if not hits:
            return []
        numbers = self._numbers[gate]
        opened = []
        for number, end in hits:
            detector = numbers[number]
            if detector < 0:
                opened.append(self._gates[-1 - detector])
            else:
                found.setdefault(detector, []).append(end)
        return opened
