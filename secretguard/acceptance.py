"""The last step of every scan: what the run's baseline accepts is counted, not reported."""

from __future__ import annotations

from enum import Enum

from secretguard.config import Config
from secretguard.model import Report, UserError


class Extent(Enum):
    """How much of a repository was scanned, and so what is asked of its baseline."""

    PART = "part"  # a commit that waits, another repository: the baseline is read only if something was found
    TREE = "tree"  # all files, or all that commits introduce: a damaged baseline is told, found or not
    HISTORY = "history"  # all it ever held: entries that nothing was found for are mentioned, too


def accepted(report: Report, config: Config, extent: Extent = Extent.PART) -> Report:
    """The report without what the baseline accepts.

    Raises UserError: a baseline that can't be read, or was replaced since the run began.
    """
    if config.baseline is None or not (report.findings or extent is not Extent.PART):
        return report
    from datetime import UTC, datetime  # noqa: PLC0415 - a clean hook has no use for any of this

    from secretguard.baseline.accept import absent, accept  # noqa: PLC0415
    from secretguard.baseline.file import load  # noqa: PLC0415

    baseline = load(config.baseline).baseline
    if baseline.key != config.fingerprint_key:
        raise UserError(f"{config.baseline}: changed while this ran: run it again")
    if extent is Extent.HISTORY and report.complete and (number := len(absent(report.findings, baseline))):
        report.receipt.notes.append(
            f"nothing was found for {number:,} of {len(baseline.lines):,} entries of the baseline; "
            "'secretguard baseline prune' removes what is in neither tree nor history"
        )
    return accept(report, baseline, datetime.now(UTC).date().isoformat())
