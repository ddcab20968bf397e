"""Which bytes are new. The judge asks one thing of the spans: whether a finding touches one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.model import Fragment, Origin, OriginKind, Span
from secretguard.sources.fresh import FINE, fresh_spans

SECRET = fill("<base64:64>", "fresh").encode()
OTHER = fill("<base64:64>", "another").encode()
LINES = st.lists(st.sampled_from([b"a = 1\n", b"b\n", b"}\n", b"\n", b'key = "x+y"\n', b"one two\n", b"a = 2\n"]))
TEXTS = st.one_of(st.binary(max_size=60), LINES.map(b"".join), st.text("ab +\n", max_size=60).map(str.encode))


def new(old: bytes, text: bytes, part: bytes, nth: int = 1) -> bool:
    """Whether the nth occurrence of a part of the new text counts as new."""
    at = -1
    for _ in range(nth):
        at = text.index(part, at + 1)
    fragment = Fragment(text, Origin(OriginKind.INDEX), fresh_spans(old, text))
    return fragment.introduces(Span(at, at + len(part)))


@given(TEXTS, TEXTS)
def test_spans_are_in_order_and_within_the_text(old: bytes, text: bytes) -> None:
    spans = fresh_spans(old, text)

    offsets = [offset for span in spans for offset in (span.start, span.end)]
    assert offsets == sorted(offsets)
    assert not offsets or (offsets[0] >= 0 and offsets[-1] <= len(text))


@given(TEXTS, TEXTS, st.data())
def test_what_is_not_new_stands_in_the_old_text_as_it_is(old: bytes, text: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    fragment = Fragment(text, Origin(OriginKind.INDEX), fresh_spans(old, text))

    assert fragment.introduces(Span(start, end)) or text[start:end] in old


@given(TEXTS)
def test_nothing_is_new_where_nothing_changed(text: bytes) -> None:
    assert not any(span.end > span.start for span in fresh_spans(text, text))
    assert not Fragment(text, Origin(OriginKind.INDEX), fresh_spans(text, text)).introduces(Span(0, len(text)))


@given(st.lists(st.binary(max_size=8)), st.data())
def test_lines_beside_an_edit_are_old(contents: list[bytes], data: st.DataObject) -> None:
    lines = [b"%d %s" % (at, each.replace(b"\n", b"")) for at, each in enumerate(contents)]
    at = data.draw(st.integers(0, len(lines)))
    edited = [*lines[:at], data.draw(st.binary(max_size=9)), *lines[at + data.draw(st.integers(0, 1)) :]]
    old, text = b"\n".join(lines), b"\n".join(edited)
    fragment = Fragment(text, Origin(OriginKind.INDEX), fresh_spans(old, text))

    start = 0
    for number, line in enumerate(edited):
        if number != at and number < at:
            assert not fragment.introduces(Span(start, start + len(line)))
        start += len(line) + 1


@given(st.lists(st.sampled_from([b"x = 1\n", b"y\n", b"\n"])), st.data())
def test_an_inserted_secret_is_new_and_a_replaced_one_too(lines: list[bytes], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines)))
    before = b"".join([*lines[:at], b'k = "%s"\n' % OTHER, *lines[at:]])
    after = b"".join([*lines[:at], b'k = "%s"\n' % SECRET, *lines[at:]])

    assert new(before, after, SECRET)
    assert new(b"".join(lines), after, SECRET)


@pytest.mark.parametrize(
    ("old", "text"),
    [
        (b'key = "%s"\n', b'key = "%s"  # rotate this\n'),
        (b'key = "%s"\n', b'api_key: str = "%s"\n'),
        (b'a = 1; key = "%s"; b = 2\n', b'a = 7; key = "%s"; b = 8\n'),
        (b'key = "%s"\nx\n', b'x\nif y:\n    key = "%s"\n'),
        (b'key = "%s"\r\nx\r\n', b'key = "%s"\nx\n'),
        (b'{"k": "%s", "n": 1}', b'{"n": 2, "k": "%s"}'),
        (b'one()\nkey = "%s"\ntwo()\n', b'two()\none()\nkey = "%s"\n'),
        (b"a\n" * 500 + b"k = %s\n" + b"a\n" * 500, b"a\n" * 400 + b"b\n" + b"a\n" * 90 + b"k = %s\n" + b"c\n" * 9),
    ],
)
def test_an_old_secret_beside_an_edit_stays_old(old: bytes, text: bytes) -> None:
    assert not new(old % SECRET, text % SECRET, SECRET)


def test_of_copies_as_many_are_old_as_there_were() -> None:
    line = b'key = "%s"\n' % SECRET

    assert not new(b"a\n" + line, line + b"a\n", line)
    assert [new(b"a\n" + line, line + b"a\n" + line, line, nth) for nth in (1, 2)].count(True) == 1
    assert new(line, line + line, SECRET, 2)
    assert new(line, line + b'url = "x?%s"\n' % SECRET, SECRET, 2)


def test_a_value_that_lost_its_middle_is_another_value() -> None:
    a, b, c = (fill("<base62:20>", seed).encode() for seed in "abc")

    assert new(b'"%s+%s+%s"' % (a, b, c), b'"%s+%s"' % (a, c), b"%s+%s" % (a, c))
    assert new(b"B\n1\n2\n3\nE\n", b"B\n1\n3\nE\n", b"B\n1\n3\nE\n")


def test_a_value_cut_short_is_another_value() -> None:
    assert new(b'"%s"' % (b"a1" * 40), b'"%s"' % (b"a1" * 32), b"a1" * 32)


def test_words_in_another_order_are_another_phrase() -> None:
    words = fill("<mnemonic:12>", "order").encode().split()
    old, text = b" ".join(words), b" ".join([*words[6:], *words[:6]])

    assert new(b'"%s"\n' % old, b'"%s"\n' % text, text)


def test_a_line_appended_to_a_large_file_costs_next_to_nothing() -> None:
    text = b"".join(b"%d,%d,%d\n" % (at, at * 7919 % 10007, at * 31) for at in range(600_000))
    assert len(text) > 12_000_000

    began = time.process_time()
    spans = fresh_spans(text, text + b"1,2,3\n")

    assert time.process_time() - began < 0.1
    assert spans == (Span(len(text), len(text) + 6),)


@pytest.mark.parametrize(
    ("old", "text"),
    [
        (b"a\n" * 400_000, b"b\n" + b"a\n" * 390_000 + b"c\n"),
        (b'"' * FINE, b"x" + b'"' * (FINE - 9) + b"y"),
        (b"ab," * 90_000, b"ba,x," * 90_000),
        (b"".join(b"%d\n" % at for at in range(90_000)), b"".join(b"%d\n" % at for at in range(90_000, 0, -1))),
    ],
    ids=["like lines", "like tokens", "alternating", "reversed"],
)
def test_hostile_pairs_stay_linear(old: bytes, text: bytes) -> None:
    began = time.process_time()
    fresh_spans(old, text)

    assert time.process_time() - began < 10  # a quadratic way would take hours


def test_large_changes_are_new_line_by_line() -> None:
    old, text = (
        b"%s\nkey = '%s'\n%s" % (head * FINE, SECRET, tail * FINE) for head, tail in ((b"-", b"+"), (b"*", b"="))
    )

    assert new(old, text, b"*" * FINE)
    assert not new(old, text, SECRET)
