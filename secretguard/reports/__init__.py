"""The gallery of reports: pure functions from a Report to text, one file each, and this table.

A renderer's module is imported when it is first used, so that a hook pays for the one format it prints.
To add a format: one file with ``render``, and one line in ``MODULES``.
"""

from __future__ import annotations

from importlib import import_module

from secretguard.model import Report
from secretguard.reports.base import Advice, Render, RuleNote, Style

__all__ = ["REPORTS", "Advice", "Render", "RuleNote", "Style"]

MODULES = {
    "human": "human",
    "json": "json_contract",
    "jsonl": "jsonl",
    "sarif": "sarif",
    "gitlab": "gitlab",
    "junit": "junit",
    "github": "github",
    "markdown": "markdown",
    "html": "html",
}


def _lazy(module: str) -> Render:
    def render(report: Report, advice: Advice, style: Style) -> str:
        real: Render = import_module(f"{__name__}.{module}").render
        return real(report, advice, style)

    return render


REPORTS: dict[str, Render] = {name: _lazy(module) for name, module in MODULES.items()}
