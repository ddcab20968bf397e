"""All ways to read a text: as it lies there, and with what is encoded in it decoded, and what is encoded in that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from secretguard.decode import DEPTH, LAYERS, Budget, View, decoded, encodings, kind_of
from secretguard.model import Encoding, Form, Fragment, Lying, Match, Origin, Reading, Span, as_it_lies

OPAQUE = frozenset({Encoding.BASE64, Encoding.HEX})  # what hides the letters of a secret
TOO_LARGE = "an archive too large to be unpacked"
Matches = Callable[[bytes], list[Match]]
Lies = Callable[[Span], Lying]


def readings(data: bytes, matches: list[Match], matches_in: Matches, budget: Budget) -> Iterator[Reading]:
    """The text as it is with its ``matches``, then each further reading with those that decoding brings.

    Only what was decoded is given to ``matches_in``, with its neighbourhood.
    """
    yield Reading(data, _secrets(matches))
    if all(match.form is Form.REGEX for match in matches) and b"\0" not in data:
        return
    where = [Span(0, len(data))]
    lies: Lies = as_it_lies
    for layer in range(LAYERS + 1):
        view = decoded(data, matches, where, budget, lambda packed: _opened(packed, budget))
        if view is None:
            return
        if layer == LAYERS:
            if OPAQUE.intersection(encodings(data, matches)):
                budget.cut(f"encoded more than {LAYERS} times over")
            return  # of escapes there is no end where an escape makes another; nobody reads them back
        data, where, lies = view.data, view.windows(), _through(view, lies)
        matches = [each for window in where for each in _matches(view, window, matches_in)]
        yield Reading(data, _secrets(matches), lies)


def _opened(packed: bytes, budget: Budget) -> bytes:
    if not kind_of(packed):
        return b""
    from secretguard.decode.containers import text_of  # noqa: PLC0415 - few texts hold a compressed file

    return text_of(packed, budget, DEPTH)


def inside(fragment: Fragment, budget: Budget, depth: int = DEPTH) -> Iterator[Fragment]:
    """The files within an archive, and those of archives within it, as fragments; nothing of any other fragment.

    Nothing of what is judged by its fresh bytes: an archive's change throughout, and don't tell what in it is new.
    """
    if not kind_of(fragment.data):
        return
    if fragment.passed is not None and not fragment.passed.size:
        budget.cut(TOO_LARGE)
    if fragment.fresh is not None:
        return
    from secretguard.decode.containers import CONTENT, NESTED, members  # noqa: PLC0415 - few fragments are archives

    for name, data in members(fragment.data, budget):
        nested = kind_of(data)
        added = b"" if nested and name == CONTENT else b"!" + name  # a tar in a gzip is one archive to everybody
        member = fragment._replace(data=data + b"\n", origin=_within(fragment.origin, added))
        yield member
        if nested and depth == 1:
            budget.cut(NESTED)
        elif nested:
            yield from inside(member, budget, depth - 1)


def _within(origin: Origin, added: bytes) -> Origin:
    return replace(origin, member=origin.member + added)


def _secrets(matches: list[Match]) -> list[Match]:
    return [match for match in matches if match.form is not Form.ENCODED]


def _matches(view: View, window: Span, matches_in: Matches) -> Iterator[Match]:
    """The matches in a window of which some part was decoded."""
    for match in matches_in(view.data[window.start : window.end]):
        span, name = _moved(match.span, window.start), match.name and _moved(match.name, window.start)
        if match.form is Form.ENCODED or view.touches(min(span.start, (name or span).start) - 1, span.end + 1):
            yield match._replace(span=span, name=name)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _through(view: View, lies: Lies) -> Lies:
    """From a span in the view to where it lies in the fragment, by way of what the view was made from."""

    def back(span: Span) -> Lying:
        own, run = view.lies(span)
        return Lying(lies(own).span, lies(run).run)

    return back
