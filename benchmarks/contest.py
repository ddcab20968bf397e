"""One case: several commands, taken in turns, so that a disturbance of the machine meets all of them alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from findings import count
from measure import Command, Sample, run


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table. ``report`` is the JSON it writes; ``once`` is for what takes minutes."""

    tool: str
    command: Command
    report: Path | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured, and by whom. The first entry is ours, or whatever the others are laid against."""

    title: str
    entries: tuple[Entry, ...]
    memory: bool = False
    least_rounds: int = 1
    most_rounds: int = 1000


@dataclass(frozen=True, slots=True)
class Result:
    """An entry, what was measured of it, and how many findings its report held."""

    entry: Entry
    samples: tuple[Sample, ...]
    findings: int | None


def hold(case: Case, rounds: int, say: Callable[[str], None]) -> list[Result]:
    """A warm-up each, then rounds in which every tool has its turn, each round begun by another tool."""
    rounds = min(max(rounds, case.least_rounds), case.most_rounds)
    samples: dict[str, list[Sample]] = {entry.tool: [] for entry in case.entries}
    for report in (entry.report for entry in case.entries if entry.report):
        report.unlink(missing_ok=True)
    regular = [entry for entry in case.entries if not entry.once]
    if not case.memory:
        for entry in regular:
            say(f"{case.title}: warm-up: {entry.tool}")
            run(entry.command)
    for number in range(rounds):
        turn = number % max(len(regular), 1)
        extra = [entry for entry in case.entries if entry.once] if number == 0 else []
        for entry in [*regular[turn:], *regular[:turn], *extra]:
            sample = run(entry.command, memory=case.memory)
            samples[entry.tool].append(sample)
            say(f"{case.title}: {number + 1}/{rounds}: {entry.tool}: {sample.wall:.2f} s")
    return [_result(entry, samples[entry.tool]) for entry in case.entries]


def _result(entry: Entry, samples: list[Sample]) -> Result:
    """A report that is not there, or does not parse, is an error: some tools fail and exit 0."""
    findings = count(entry.tool, entry.report) if entry.report else None
    if entry.report:
        entry.report.unlink()
    return Result(entry, tuple(samples), findings)
