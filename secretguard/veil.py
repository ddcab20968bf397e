"""Names that hold secrets: paths, refs, people and errors are told with every secret of the run masked in them.

A secret is known here by its trace only, so that this works on what comes from other processes, and after git was
asked who, when and where.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from secretguard.model import (
    Exposure,
    Finding,
    Origin,
    Person,
    Report,
    Sealed,
    Sealer,
    Skipped,
    Trace,
    show_path,
)

LONGEST = 8192  # characters; no name is longer, and what an excerpt holds of its own file's secrets is masked already

Tell = Callable[[str], str]


class Veil:
    """Masks the secrets of ``seals`` wherever they stand in a text. ``sealer`` is the one that sealed them."""

    def __init__(self, sealer: Sealer, seals: Iterable[Sealed]) -> None:
        self._sealer = sealer
        self._masks: dict[Trace, str] = {}
        self._lengths: dict[str, set[int]] = {}  # by what the text begins with there
        for seal in seals:
            if seal.trace is not None:
                self._masks[seal.trace] = seal.mask
                self._lengths.setdefault(seal.trace.head, set()).add(seal.trace.length)
        self._lead = functools.cache(sealer.lead)
        self.text = functools.cache(self._text)  # the same refs and authors stand at many places

    def _text(self, text: str) -> str:
        """The text with the secrets in it masked; one of more than ``LONGEST`` characters is left as it is."""
        told, end = "", 0
        for at, to, mask in self._found(text) if len(text) <= LONGEST else ():
            if at >= end:
                told += text[end:at] + mask
            end = max(end, to)
        return told + text[end:]

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where a secret begins, where it ends, and its mask, in the order of the text."""
        nothing: set[int] = set()
        for at in range(len(text)):
            lead = self._lead(text[at : at + 2])
            for length in self._lengths.get(lead, nothing) | self._lengths.get(text[at : at + 3], nothing):
                mask = self._masks.get(self._sealer.trace(text[at : at + length]))
                if mask is not None:
                    yield at, at + length, mask


def veiled(report: Report, sealer: Sealer, look: Callable[[Iterable[str]], Iterable[Sealed]]) -> Report:
    """The report without secrets in its names: those it reports, and what ``look`` finds in the names themselves."""
    names: dict[str, None] = {}

    def note(text: str) -> str:
        names[text] = None
        return text

    retold(report, note)
    found = [piece.secret for finding in report.findings for piece in finding.pieces]
    veil = Veil(sealer, [*found, *look(names)])
    return retold(report, veil.text, veil.text)


def retold(report: Report, name: Tell, line: Tell = str) -> Report:
    """The report with each name in it (and each line of source) as the functions tell it."""
    receipt = replace(
        report.receipt,
        errors=[name(error) for error in report.receipt.errors],
        notes=[name(note) for note in report.receipt.notes],
        skipped=[Skipped(name(each.what), each.reason) for each in report.receipt.skipped],
    )
    findings = tuple(_finding(finding, name, line) for finding in report.findings)
    return replace(report, findings=findings, receipt=receipt, subject=name(report.subject))


def _finding(finding: Finding, name: Tell, line: Tell) -> Finding:
    occurrences = tuple(
        replace(
            o,
            origin=_origin(o.origin, name),
            excerpt=line(o.excerpt),
            exposure=_exposure(o.exposure, name),
            before=tuple(map(line, o.before)),
            after=tuple(map(line, o.after)),
        )
        for o in finding.occurrences
    )
    parts = tuple(
        replace(
            p,
            origin=_origin(p.origin, name) if p.origin else None,
            excerpt=line(p.excerpt),
            exposure=_exposure(p.exposure, name),
        )
        for p in finding.parts
    )
    return replace(finding, occurrences=occurrences, parts=parts, evidence=tuple(map(name, finding.evidence)))


def _origin(origin: Origin, name: Tell) -> Origin:
    path = show_path(origin.path)
    told = name(path) if path else path
    return origin if told == path else replace(origin, path=told.encode("utf-8", "surrogateescape"), masked=True)


def _exposure(exposure: Exposure | None, name: Tell) -> Exposure | None:
    if exposure is None:
        return None
    return replace(exposure, author=_person(exposure.author, name), refs=tuple(map(name, exposure.refs)))


def _person(person: Person | None, name: Tell) -> Person | None:
    return None if person is None else person._replace(name=name(person.name), email=name(person.email))
