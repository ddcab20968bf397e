"""Why each match in a file is a finding, or is none: what the judge, the configuration and the baseline say of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from secretguard.acceptance import accepted
from secretguard.config import Config
from secretguard.model import Dismissal, Finding, Fragment, Origin, OriginKind, Part, Place, Receipt, Report, UserError
from secretguard.reports.text import printable
from secretguard.scan import Scanner

Outcome = Finding | Dismissal


def explain(target: str, config: Config) -> tuple[str, bool]:
    """What each match in a file, or on one line of it, is and why; and whether one of them is a finding.

    ``target``: a path, with ``:`` and a line's number (from 1) behind it or without. Raises UserError: no such file or
    line, or a baseline that can't be read.
    """
    path, line = _target(target)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path}: can't be read: {error.strerror}") from None
    fragment = Fragment(data, Origin(OriginKind.FILE, str(path).encode("utf-8", "surrogateescape")))
    if line is not None and not 1 <= line <= data.count(b"\n") + 1:
        raise UserError(f"{path} has no line {line}")
    scanner, unread = Scanner(config), list[str]()
    outcomes = _settled(scanner.scan(fragment, unread, explain=True), config)
    name = printable(scanner.masked(str(path)))
    told = [_outcome(o, name) for o in sorted(outcomes, key=_line) if line in (None, _line(o))]
    findings = [outcome for outcome in outcomes if isinstance(outcome, Finding)]
    told += [_part(p, f, name) for f in findings for p in f.parts if line in (None, p.place.line)]
    told += [f"{name}: not fully read: {reason}" for reason in dict.fromkeys(unread)]
    found = any(line is None or line in _lines(finding) for finding in findings)
    return "\n".join(told) or f"{name}: nothing here looks like a secret", found


def _settled(outcomes: Iterable[Outcome], config: Config) -> list[Outcome]:
    """The outcomes, with what the configuration or the baseline hides as dismissals of that reason."""
    settled: list[Outcome] = []
    for each in outcomes:
        if isinstance(each, Finding) and config.policy and (why := config.policy.why_hidden(each)):
            settled.append(_dismissed(each, why))
        elif isinstance(each, Finding) and config.policy:
            settled += config.policy.applied([each], Receipt())
        else:
            settled.append(each)
    return _accepted(settled, config)


def _accepted(outcomes: list[Outcome], config: Config) -> list[Outcome]:
    """The outcomes as the baseline has them: a credential that is accepted in part leaves the rest of it."""
    findings = [each for each in outcomes if isinstance(each, Finding)]
    left = accepted(Report(tuple(findings), Receipt()), config).findings
    standing = {_known(each) for each in left}
    gone = [_dismissed(each, "the baseline accepts it") for each in findings if _known(each) not in standing]
    return [*(each for each in outcomes if isinstance(each, Dismissal)), *left, *gone]


def _known(finding: Finding) -> tuple[str, Place]:
    return finding.secret.fingerprint, finding.occurrences[0].place


def _dismissed(finding: Finding, why: str) -> Dismissal:
    return Dismissal(finding.rule, why, finding.occurrences[0].place, finding.secret.mask)


def _target(target: str) -> tuple[Path, int | None]:
    path, _, line = target.rpartition(":")
    if path and line.isdigit() and not Path(target).exists():
        return Path(path), int(line)
    return Path(target), None


def _line(outcome: Outcome) -> int:
    return (outcome.occurrences[0].place if isinstance(outcome, Finding) else outcome.place).line


def _lines(finding: Finding) -> set[int]:
    """The lines of a finding and of the further pieces of its credential."""
    return {each.place.line for each in finding.pieces}


def _part(part: Part, finding: Finding, path: str) -> str:
    said = f"{part.rule}: a part of {finding.rule} on line {_line(finding)}"
    return printable(f"{path}:{part.place.line}:{part.place.column}: {part.secret.mask}: {said}")


def _outcome(outcome: Outcome, path: str) -> str:
    if isinstance(outcome, Dismissal):
        place, mask, said = outcome.place, outcome.mask, f"no finding: {outcome.reason}"
    else:
        place, mask = outcome.occurrences[0].place, outcome.secret.mask
        evidence = "; ".join([*outcome.evidence, *(["it blocks"] if outcome.blocking else [])])
        said = f"{outcome.severity} {outcome.rule} ({outcome.confidence} confidence): {evidence}"
    return printable(f"{path}:{place.line}:{place.column}: {mask}: {said}")
