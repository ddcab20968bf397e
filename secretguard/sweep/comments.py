"""Accepting comments of the history: what a comment is depends on a file's name, and a blob is judged without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from secretguard.git import Repository, read_objects
from secretguard.inline import Comments
from secretguard.model import Finding, Fragment, Occurrence, Origin, OriginKind, Place
from secretguard.unicode import as_utf8

Spot = tuple[str | None, bytes | None, Place, str]


def spot(occurrence: Occurrence) -> Spot:
    """What tells a place at which a comment may accept from any other: blob, path, place, rule."""
    return occurrence.origin.oid, occurrence.origin.path, occurrence.place, occurrence.commented


def accepted(
    repo: Repository,
    findings: Iterable[Finding],
    paths: Mapping[str | bytes, Iterable[bytes | None]],
    errors: list[str],
) -> set[Spot]:
    """The places that a comment accepts, of all that wait for their paths; each blob with such places is read again."""
    waiting: dict[str, list[Occurrence]] = {}
    for finding in findings:
        for each in finding.occurrences:
            if each.commented and each.origin.oid:
                waiting.setdefault(each.origin.oid, []).append(each)
    found: set[Spot] = set()
    for item in read_objects(repo, bytes.fromhex("".join(waiting)), errors):
        data = as_utf8(Fragment(item.data, Origin(OriginKind.BLOB))).data
        for path in paths.get(item.oid) or (None,):
            comments = Comments(data, path)
            for each in waiting[item.oid]:
                if comments.accepting(each.place.line, each.commented):
                    found.add((item.oid, path, each.place, each.commented))
    return found
