"""Where findings of a history stand: one occurrence for each path, with who, when and where."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from secretguard.config import Config
from secretguard.ignore import IgnoreFiles
from secretguard.model import IGNORED_PATHS, Exposure, Finding, Occurrence, Origin, OriginKind, Part, Reach, Receipt
from secretguard.sources.exposure import Trail, expose
from secretguard.sources.history import Plan
from secretguard.sources.known import Known
from secretguard.sweep.comments import accepted, spot


def exposed(
    whole: Plan, seen: Known, findings: Iterable[Finding], jobs: int, trail: Trail | None
) -> tuple[tuple[Finding, ...], Trail]:
    """The findings with who, when and where: asked of git once for all of them, only if there are any.

    Each occurrence is one object at one of its paths, and so is each part.
    """
    findings = list(findings)
    origins = [o.origin for f in findings for o in f.occurrences]  # a part stands in one of them
    oids = {origin.oid for origin in origins if origin.oid and origin.kind in _BY_ID}
    names = {origin.path for origin in origins if origin.path is not None and origin.kind is OriginKind.TREE}
    if not oids and not names:
        return tuple(findings), Trail()
    known, trail = expose(whole.repo, whole.catalogue(seen), oids, names, jobs, trail=trail)
    passed = accepted(whole.repo, findings, known, whole.receipt.errors)
    if passed:
        whole.receipt.suppress("comment", len(passed))
    places = ((f, tuple(o for o in _placed(f.occurrences, known) if spot(o) not in passed)) for f in findings)
    return tuple(replace(f, occurrences=kept, parts=_parts(f, known)) for f, kept in places if kept), trail


_IN_FILES = (OriginKind.BLOB, OriginKind.TREE)
_BY_ID = (OriginKind.BLOB, OriginKind.COMMIT, OriginKind.TAG)
Places = Mapping[str | bytes, Mapping[bytes | None, Exposure]]


def _placed(occurrences: Iterable[Occurrence], known: Places) -> Iterator[Occurrence]:
    """Each occurrence at each of its paths."""
    for each in occurrences:
        key = each.origin.path if each.origin.kind is OriginKind.TREE else each.origin.oid
        places: Mapping[bytes | None, Exposure | None] = known.get(key or "") or {None: None}
        for path, exposure in places.items():
            origin = replace(each.origin, path=path) if path is not None else each.origin
            yield replace(each, origin=origin, exposure=exposure)


def _parts(finding: Finding, known: Places) -> tuple[Part, ...]:
    placed = ((part, _placed(_standing(part), known)) for part in finding.parts)
    return tuple(part.at(each) for part, places in placed for each in places)


def _standing(part: Part) -> tuple[Occurrence, ...]:
    """Where a part stands, as one occurrence or none."""
    return (Occurrence(part.origin, part.place, part.excerpt, part.exposure),) if part.origin else ()


def visible(findings: Iterable[Finding], config: Config, receipt: Receipt) -> Iterator[Finding]:
    """What the configuration and .secretguardignore leave of findings whose paths are known; the receipt counts."""
    ignores = IgnoreFiles(config.ignores)
    for finding in config.policy.applied(findings, receipt) if config.policy else findings:
        kept = tuple(o for o in finding.occurrences if not _ignored(o.origin, ignores))
        if len(kept) < len(finding.occurrences):
            receipt.suppress(IGNORED_PATHS, len(finding.occurrences) - len(kept))
        if kept:
            parts = tuple(p for p in finding.parts if not (p.origin and _ignored(p.origin, ignores)))
            yield replace(finding, occurrences=kept, parts=parts)


def _ignored(origin: Origin, ignores: IgnoreFiles) -> bool:
    return origin.kind in _IN_FILES and origin.path is not None and ignores.ignored(origin.path)


def joined(finding: Finding) -> Finding:
    """One occurrence for each path: the first of its versions, with what all of them add up to; first seen first.

    And of each further piece of the credential one part for each path, in the same way.
    """
    pieces: dict[tuple[str, str], list[Part]] = {}
    for part in finding.parts:
        pieces.setdefault((part.rule, part.secret.fingerprint), []).append(part)
    parts = (
        same[0].at(each) for same in pieces.values() for each in _by_path(at for part in same for at in _standing(part))
    )
    return replace(finding, occurrences=_by_path(finding.occurrences), parts=tuple(parts))


def _by_path(occurrences: Iterable[Occurrence]) -> tuple[Occurrence, ...]:
    paths: dict[tuple[OriginKind, bytes | str | None, bytes], Occurrence] = {}
    for new in occurrences:
        origin = new.origin
        where = (origin.kind, origin.oid if origin.path is None else origin.path, origin.member)
        old = paths.get(where)
        paths[where] = _joined(old, new) if old else new
    return tuple(sorted(paths.values(), key=lambda o: (_time(o), o.origin.path or b"")))


def _joined(a: Occurrence, b: Occurrence) -> Occurrence:
    """Two versions of one file that hold the secret: no commit has both, so their numbers add up."""
    early, late = sorted((a, b), key=_time)
    if early.exposure is None or late.exposure is None:
        return early
    one, two = early.exposure, late.exposure
    reach = min(one.reach, two.reach, key=list(Reach).index)
    exposure = replace(
        one,
        last=two.last or one.last,
        commits=one.commits + two.commits,
        in_head=one.in_head or two.in_head,
        refs=tuple(dict.fromkeys(one.refs + two.refs)),
        reach=reach,
    )
    return replace(early, exposure=exposure)


def _time(occurrence: Occurrence) -> float:
    author = occurrence.exposure.author if occurrence.exposure else None
    return author.time if author else math.inf
