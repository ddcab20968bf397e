"""The last step of every scan: what the run's baseline accepts is counted, not reported."""

from __future__ import annotations

from secretguard.config import Config
from secretguard.model import Report, UserError


def accepted(report: Report, config: Config, whole: bool = False, hurried: bool = True) -> Report:
    """The report without what the baseline accepts. Where a commit waits (``hurried``), it is read only if something
    was found; elsewhere a damaged one is told at once.

    ``whole``: all of a repository's history was scanned; then entries that nothing was found for are mentioned, which
    a scan of the tree can't know. Raises UserError: a baseline that can't be read, or was replaced since the run began.
    """
    if config.baseline is None or not (report.findings or whole or not hurried):
        return report
    from datetime import UTC, datetime  # noqa: PLC0415 - a clean hook has no use for any of this

    from secretguard.baseline.accept import absent, accept  # noqa: PLC0415
    from secretguard.baseline.file import load  # noqa: PLC0415

    baseline = load(config.baseline).baseline
    if baseline.key != config.fingerprint_key:
        raise UserError(f"{config.baseline}: changed while this ran: run it again")
    if whole and report.complete and (number := len(absent(report.findings, baseline))):
        report.receipt.notes.append(
            f"nothing was found for {number:,} of {len(baseline.lines):,} entries of {config.baseline.name}; "
            "'secretguard baseline prune' removes what is in neither tree nor history"
        )
    return accept(report, baseline, datetime.now(UTC).date().isoformat())
