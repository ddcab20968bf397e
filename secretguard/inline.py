"""Inline acceptance: a comment on a finding's line, or on the line before that says "next line", accepts it.

    secret = "..."  # secretguard: allow binance-api-secret - testnet key, no funds
    # secretguard: allow-next-line
    secret = "..."  # pragma: allowlist secret      (and "allowlist nextline secret": detect-secrets' comments)

Only words in a comment count, never words in a string, and where the two can't be told apart the finding stands.
Knows no files and no git.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from secretguard.languages import Language, language_of
from secretguard.model import Dismissal, Finding, Fragment, OriginKind

LINE_MAX = 8192  # bytes: a comment at the end of a minified file is not beside everything in it
MOST = 4  # markers of a line that are looked at
REST_MAX = 300  # bytes behind a marker that may name rules and a reason
BARE = b".txt"  # a kind of file without comments, in which the bare words accept: what no other kind does, this does
MISNAMED = "the comment that should accept it names a rule that does not exist ('secretguard rules list' has them all)"
MARKER = re.compile(
    rb"(?<!\w)(?<!\w-)(?:secretguard:[ \t]?allow(?P<next>-next-line)?"
    rb"|pragma: ?(?:allow|white)list[ -](?P<nextline>nextline[ -])?secret)(?!\w|-\w)"
)
# Some editors end a line at these and git does not, so what stands on one line is not certain.
_STRANGE_ENDS = re.compile(rb"\r(?!\n|\Z)|\x0b|\x0c|\xc2\x85|\xe2\x80[\xa8\xa9]")
_ID = rb"[a-z0-9]+(?:-[a-z0-9]+)*"
# However they are introduced or followed, names limit it: read too narrowly they would be taken for a mere reason.
_NAMES = re.compile(
    rb"[ \t]*(?:[:=,(\[][ \t]*)?(" + _ID + rb"(?:[ \t]*,[ \t]*" + _ID + rb"|[ \t]+" + _ID + rb")*)(?![\w-])"
)
_COMMENT_ENDS = re.compile(rb"\*/|-->|#\}|[\"\r\n]|[ \t](?:#|//)[ \t]")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The line of the comment that says so, and the rules that it is limited to (none: all).

    Its reason is for those who read the file: it is never shown, since what stands there may be the secret itself.
    """

    line: int
    next_line: bool
    rules: frozenset[str] = frozenset()

    def covers(self, rule: str) -> bool:
        """Whether it accepts findings of this rule."""
        return not self.rules or rule in self.rules


def accept(
    fragment: Fragment, outcomes: list[Finding | Dismissal], known: Collection[str]
) -> list[Finding | Dismissal]:
    """The outcomes of the fragment's scan, where each finding that a comment accepts has become a dismissal.

    ``known``: the ids of all rules; a comment that names another accepts nothing, and the finding says so. What a blob
    without a path says is settled when its paths are known: the findings are marked.
    """
    settled = fragment.origin.kind is not OriginKind.BLOB or fragment.origin.path is not None
    comments = Comments(fragment.data, fragment.origin.path if settled else BARE)
    return [
        _accepted(_told(each, comments, known), comments, settled) if isinstance(each, Finding) else each
        for each in outcomes
    ]


def _told(finding: Finding, comments: Comments, known: Collection[str]) -> Finding:
    """The finding, with a word on a comment beside it that names no rule. Not the name: it may be the secret."""
    named = comments.named(finding.occurrences[0].place.line)
    return replace(finding, evidence=(*finding.evidence, MISNAMED)) if not named <= set(known) else finding


def _accepted(finding: Finding, comments: Comments, settled: bool) -> Finding | Dismissal:
    place = finding.occurrences[0].place
    acceptance = comments.accepting(place.line, finding.rule) if finding.introduced else None
    if acceptance is None:
        return finding
    if not settled:
        return _waiting(finding)
    reason = f"accepted by the comment on line {acceptance.line}"
    return Dismissal(finding.rule, reason, place, finding.secret.mask, accepted_by="comment")


def _waiting(finding: Finding) -> Finding:
    """The finding, by itself, to be settled when its paths are known."""
    occurrence = replace(finding.occurrences[0], commented=finding.rule)
    return replace(finding, occurrences=(occurrence,), account=0)


class Comments:
    """The accepting comments of one text, looked for only on the lines that are asked about."""

    def __init__(self, data: bytes, path: bytes | None) -> None:
        self._data = data
        self._language: Language = language_of(path, data)

    def accepting(self, line: int, rule: str) -> Acceptance | None:
        """The comment that accepts a finding of this rule which begins on this line (from 1)."""
        return next((each for each in self._about(line) if each.covers(rule)), None)

    def named(self, line: int) -> frozenset[str]:
        """The rules that comments about a line name."""
        return frozenset[str]().union(*(each.rules for each in self._about(line)))

    def _about(self, line: int) -> Iterator[Acceptance]:
        yield from (each for each in self._on(line) if not each.next_line)
        yield from (each for each in self._on(line - 1) if each.next_line)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer(rb"\n", self._data))]

    @cached_property
    def _long_strings(self) -> list[tuple[int, int]]:
        return self._language.long_strings(self._data)

    def _in_long_string(self, offset: int) -> bool:
        before = bisect_left(self._long_strings, (offset,))
        return before > 0 and offset < self._long_strings[before - 1][1]

    def _on(self, number: int) -> Iterator[Acceptance]:
        """The acceptances that stand on a line."""
        if not 0 < number <= len(self._starts):
            return
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self._data)
        line = self._data[start:end]
        if len(line) > LINE_MAX or _STRANGE_ENDS.search(line):
            return
        for match in islice(MARKER.finditer(line), MOST):
            comment = self._language.comment_start(line, match.start())
            if comment is None or self._in_long_string(start + match.start()):
                continue
            acceptance = _read(match, number)
            if not acceptance.next_line or self._language.alone(line, comment):
                yield acceptance


def _read(match: re.Match[bytes], line: int) -> Acceptance:
    next_line = bool(match["next"] or match["nextline"])
    if not match[0].startswith(b"secretguard"):
        return Acceptance(line, next_line)
    rest = match.string[match.end() : match.end() + REST_MAX]
    if end := _COMMENT_ENDS.search(rest):
        rest = rest[: end.start()]
    return Acceptance(line, next_line, _rules(rest))


def _rules(rest: bytes) -> frozenset[str]:
    """The rules named behind the marker. Several words without a hyphen that end the comment are a reason."""
    named = _NAMES.match(rest.lower())
    if named is None:
        return frozenset()
    names = re.split(rb"[ \t,]+", named[1])
    if len(names) > 1 and b"-" not in named[1] and not rest[named.end() :].strip(b" \t)].!"):
        return frozenset()
    return frozenset(name.decode() for name in names)
