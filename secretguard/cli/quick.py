"""``secretguard hook pre-commit`` without options, as git calls it."""

from __future__ import annotations

import os

from secretguard.cli.settings import config_of
from secretguard.hook import Call, run_hook


def pre_commit() -> int:
    """Scan what is staged; the command line's own machinery is needed only where there is something to say."""
    config = config_of({}, accepting=True)
    report = run_hook("pre-commit", Call((), bytes, os.environ), config)
    if report.complete and not report.findings and not report.receipt.notes:
        return 0
    from secretguard.cli.hook import finish

    finish(report, config, {"form": "human", "output": None, "quiet": False})
    return report.exit_code()
