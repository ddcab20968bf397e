"""The JSON reports of the scanners, read into one shape: which value, by which rule, where."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Sighting:
    """One place where a tool saw a value. ``context`` is the text the tool matched, if it says so.

    Value and context stay out of ``repr``: a traceback is a place where secrets leak.
    """

    tool: str
    rule: str
    value: str = field(repr=False)
    path: str
    line: int
    commit: str = ""
    context: str = field(default="", repr=False)


def _ours(report: Json) -> list[Sighting]:
    return [
        Sighting(
            "secretguard",
            finding["rule"],
            finding["secret"],
            finding["path"] or "",
            finding["line"] or 0,
            finding.get("commit") or "",
        )
        for finding in report["findings"]
    ]


def _kingfisher(report: Json) -> list[Sighting]:
    return [_kingfisher_one(item["rule"]["id"], item["finding"]) for item in report["findings"]]


def _kingfisher_one(rule: str, finding: Json) -> Sighting:
    commit = (finding.get("git_metadata") or {}).get("commit", {}).get("id", "")
    rule = rule.removeprefix("betterleaks.")  # its rules are theirs
    return Sighting("kingfisher", rule, finding["snippet"], finding["path"], finding["line"], commit)


def _betterleaks(report: Json) -> list[Sighting]:
    return [
        Sighting(
            "betterleaks",
            finding["rule_id"],
            finding["match"]["value"],
            finding["location"]["path"],
            finding["location"]["start_line"],
            finding["attributes"].get("git.sha", ""),
            finding["match"]["full"],
        )
        for finding in report["findings"]
    ]


def _gitleaks(report: Json) -> list[Sighting]:
    return [
        Sighting(
            "gitleaks",
            finding["RuleID"],
            finding["Secret"],
            finding["File"],
            finding["StartLine"],
            finding["Commit"],
            finding["Match"],
        )
        for finding in report
    ]


READERS: dict[str, Callable[[Json], list[Sighting]]] = {
    "secretguard": _ours,
    "kingfisher": _kingfisher,
    "betterleaks": _betterleaks,
    "gitleaks": _gitleaks,
}


def read(tool: str, report: Path) -> list[Sighting]:
    """What the report holds. ``secretguard, a clone`` is secretguard under another heading."""
    document = json.loads(report.read_text(encoding="utf-8", errors="surrogateescape"))
    return READERS[tool.partition(",")[0]](document)


def count(tool: str, report: Path) -> int:
    """How many findings it holds, in the tool's own way of counting."""
    return len(read(tool, report))


def mask(value: str) -> str:
    """Three characters and the length; of a short value, which three would half give away, the length only."""
    head = value[:3] if len(value) >= 16 and value[:3].isprintable() else ""
    return f"{head}… ({len(value)})"
