"""The format ``jsonl``: one finding a line, then a line with the receipt, so a cut stream shows that it was cut."""

from __future__ import annotations

from secretguard.model import Report
from secretguard.reports.base import Advice, Style, ordered
from secretguard.reports.json_contract import dump, finding_object, head


def render(report: Report, advice: Advice, style: Style) -> str:
    """Lines of JSON, each an object with ``type``: ``finding`` for each secret, and ``receipt`` last."""
    lines = [dump({"type": "finding", **finding_object(finding)}) for finding in ordered(report)]
    return "".join([*lines, dump({"type": "receipt", **head(report)})])
