"""Samples to medians, ratios and Markdown."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from contest import Result

MEGABYTE = 1_000_000
TIMES = (
    *("tool", "runs", "wall, s", "fastest to slowest", "CPU, s", "findings"),
    *("first ÷ this, wall", "first ÷ this, CPU", "cores others used"),
)
MEMORIES = ("tool", "runs", "peak PSS, MB", "peak sum of RSS, MB", "first ÷ this, PSS")


@dataclass(frozen=True, slots=True)
class Times:
    """The medians of one tool in one case."""

    tool: str
    runs: int
    wall: float
    fastest: float
    slowest: float
    cpu: float
    findings: int | None
    others: float


def times_of(result: Result) -> Times:
    walls = [sample.wall for sample in result.samples]
    return Times(
        result.entry.tool,
        len(walls),
        median(walls),
        min(walls),
        max(walls),
        median(sample.cpu for sample in result.samples),
        result.findings,
        sum(sample.others for sample in result.samples) / (sum(walls) or 1),
    )


def times_table(results: Sequence[Result]) -> str:
    """Medians, and the first line's median as a share of each: below 1, the first needed less."""
    rows = [times_of(result) for result in results]
    if not rows:
        return ""
    first = rows[0]
    return markdown(
        TIMES,
        [
            (
                row.tool,
                str(row.runs),
                seconds(row.wall),
                f"{seconds(row.fastest)} to {seconds(row.slowest)}",
                seconds(row.cpu),
                "" if row.findings is None else str(row.findings),
                ratio(first.wall, row.wall),
                ratio(first.cpu, row.cpu),
                f"{row.others:.1f}",
            )
            for row in rows
        ],
    )


def memory_table(results: Sequence[Result]) -> str:
    """Median of the peaks of the whole process tree."""
    rows = []
    for result in results:
        peaks = [sample.memory for sample in result.samples if sample.memory]
        pss, rss = median(p.pss for p in peaks), median(p.rss for p in peaks)
        rows.append((result.entry.tool, len(peaks), pss, rss))
    return markdown(
        MEMORIES,
        [(tool, str(runs), megabytes(pss), megabytes(rss), ratio(rows[0][2], pss)) for tool, runs, pss, rss in rows],
    )


def ratio(ours: float, theirs: float) -> str:
    return f"{ours / theirs:.2f}" if theirs else ""


def seconds(value: float) -> str:
    """Three digits that mean something, down to the millisecond."""
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def megabytes(value: float) -> str:
    return f"{value / MEGABYTE:.0f}"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; a bar inside a cell is escaped, or it would end the cell."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def tell(text: str, output: Path | None) -> None:
    """Write a report to the file, or to stdout where none is given."""
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
