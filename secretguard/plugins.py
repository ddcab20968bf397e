"""detect-secrets' plugins: what the engine looks for on their behalf, and their word on a line.

The only room that imports ``detect_secrets``, and only when first asked: importing it costs 0.2 s. Nothing is ever
verified: verifying sends a credential over the network.
"""

from __future__ import annotations

import functools
import re
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from secretguard.model import UserError

_NAMED_GROUP = re.compile(r"\(\?P<\w+>")
# A tail that may be empty: a candidate needs none of it, and would be reported for every byte of it.
_EMPTY_TAIL = re.compile(r"(?:\[(?:\\.|[^\]\\])+\]|(?<!\\)\.|\\[.swd])(?:\*|\?)\??$")
_REFUSED = re.compile(r"\(\?P=|\(\?P>|\(\?\(|(?<!\\)\\[1-9]|\(\?>")
_AROUND = " \t\r\n\"'`=:,;"  # what some of the expressions take along with the value
_ASSIGNED = re.compile(r"[A-Za-z]+=(?=.{16})")  # Azure's "AccountKey="
_WORD = re.compile(r"[A-Za-z0-9_\-]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LEAST = 8  # characters; a group of less with more after it is a prefix (GitHub's "ghp"), not the credential


@functools.cache
def version() -> str:
    """The installed version of detect-secrets, without importing it; empty where there is none.

    Read from its file of that purpose: ``importlib.metadata`` takes longer to import than a hook has time.
    """
    spec = PathFinder.find_spec("detect_secrets")
    if spec is None or spec.origin is None:
        return ""
    return Path(spec.origin).with_name("__version__.py").read_text("utf-8").strip()


def patterns_of(plugin: str) -> tuple[tuple[str, bool], ...]:
    """(expression, caseless) of each of a plugin's expressions, as the engine can take them as candidates.

    Groups lose their names and optional tails are cut; lookarounds stay. Raises UserError for a plugin that does not
    exist, that has no expressions of its own, or whose expression the engine can't take.
    """
    expressions = getattr(_instance(plugin), "denylist", None)
    if not expressions:
        raise UserError(f"plugin {plugin!r}: it has no expressions of its own (denylist), so the engine can't look")
    return tuple(_candidate(plugin, each) for each in expressions)


def values_in(plugin: str, line: str) -> list[str]:
    """The credentials that the plugin sees in a line, whole, in the order of the line.

    Some plugins give a part (GitHub's prefix, a token's first characters): the credential goes on to the end of its
    word. What starts in the midst of a longer word is none.
    """
    detector = _instance(plugin)
    line = _SURROGATE.sub("\ufffd", line)  # plugins hash what they find, and trip over these
    told = {
        each.secret_value or ""  # a group that took no part in the match
        for each in detector.analyze_line(filename="", line=line, line_number=0, context=None)
    }
    found: dict[int, str] = {}
    for value in told:
        for start, end in _places(detector, value, line):
            inside = start > 0 and line[start - 1].isalnum() and line[start].isalnum()
            if not inside:
                found[start] = max(found.get(start, ""), line[start:end], key=len)
    return list(dict.fromkeys(found[start] for start in sorted(found)))


def _places(detector: Any, value: str, line: str) -> list[tuple[int, int]]:
    """Where the whole of what a plugin calls ``value`` stands: the group if it holds all, else the whole match."""
    places = []
    for expression in getattr(detector, "denylist", ()):
        for match in expression.finditer(line):
            spans = [match.span(i) for i in range(expression.groups + 1) if (match[i] or "") == value]
            if spans:
                start, end = spans[-1]
                part = end - start < _LEAST and (start == match.start() or match.end() - end > _LEAST)
                places.append(_whole(line, *(match.span() if part else (start, end))))
    if not places and value:  # a plugin that finds its values in a way of its own
        places = [_whole(line, at, at + len(value)) for at in [line.find(value)] if at >= 0]
    return places


def _whole(line: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the signs around it, and on to the end of its word."""
    while start < end and line[start] in _AROUND:
        start += 1
    named = _ASSIGNED.match(line, start, end)
    start = named.end() if named else start
    while end > start and line[end - 1] in _AROUND.replace("=", ""):
        end -= 1
    return start, _word_end(line, end)


def _word_end(line: str, end: int) -> int:
    match = _WORD.match(line, end)
    return match.end() if match else end


def _candidate(plugin: str, expression: re.Pattern[str]) -> tuple[str, bool]:
    source = expression.pattern
    if expression.flags & re.VERBOSE and re.search(r"(?<!\\)[\s#]", source):
        raise UserError(f"plugin {plugin!r}: the engine takes no expression written with blanks: {source!r}")
    if _REFUSED.search(source):
        raise UserError(f"plugin {plugin!r}: the engine takes no back-references or conditions: {source!r}")
    plain = _NAMED_GROUP.sub("(?:", source)
    while True:
        cut = _EMPTY_TAIL.sub("", plain)
        if cut == plain:
            break
        plain = cut
    return plain, bool(expression.flags & re.IGNORECASE)


@functools.cache
def _instance(plugin: str) -> Any:
    """The plugin of that class name, with its verification taken out."""
    try:
        from detect_secrets.constants import VerifiedResult  # noqa: PLC0415
        from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class  # noqa: PLC0415
    except ImportError:
        raise UserError(f"plugin {plugin!r}: detect-secrets is not installed: pip install detect-secrets") from None
    classes = {each.__name__: each for each in get_mapping_from_secret_type_to_class().values()}
    if plugin not in classes:
        raise UserError(f"no plugin {plugin!r} in detect-secrets; there are {', '.join(sorted(classes))}")

    def verify(_self: Any, secret: str) -> Any:
        return VerifiedResult.UNVERIFIED

    return type(plugin, (classes[plugin],), {"verify": verify})()
