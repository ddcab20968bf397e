from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.reports.text import cells, defuse, printable, shorten, shorten_middle, wrap
from secretguard.reports.words import count, day, duration, size, size_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("src/a b.py", "src/a b.py"),
        ("Ünïcode 漢字", "Ünïcode 漢字"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("abc\u202edef\u2066", "abc\\u202edef\\u2066"),
        ("\u200f\u200e\ufeff", "\\u200f\\u200e\\ufeff"),
        ("line\u2028end", "line\\u2028end"),
        ("\x9b31m\x85", "\\x9b31m\\x85"),
        (b"caf\xe9\xff".decode("utf-8", "surrogateescape"), "caf\\xe9\\xff"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
    ],
)
def test_printable_shows_what_would_act(text, expected):
    assert expected == printable(text)


@given(st.text(st.characters(codec=None)))
def test_printable_leaves_only_what_prints_and_is_stable(text):
    shown = printable(text)

    assert shown.isprintable()
    assert shown == printable(shown)
    shown.encode("utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "::error::x",
        "   ::stop-commands::x",
        "\x1b[1m::error::x",
        "a ##[error]x",
        "##vso[task.setvariable variable=a]b",
        "##teamcity[buildStatus]",
    ],
)
def test_defuse_breaks_commands_of_ci_systems(line):
    defused = defuse(f"first\n{line}")

    assert not defused.splitlines()[1].replace("\x1b[1m", "").lstrip().startswith("::")
    assert "##" not in defused


def test_defuse_leaves_plain_text_alone():
    for text in ("std::vector<int>", "## Heading", "a::b", "IPv6 ::1 here"):
        assert text == defuse(text)


def test_cells_counts_wide_characters_twice_and_marks_not_at_all():
    assert cells("ab漢c") == 5
    assert cells("e\u0301") == 1


@given(st.text(), st.integers(1, 60))
def test_shortened_text_fits(text, width):
    assert cells(shorten(text, width)) <= width
    assert cells(shorten_middle(text, width)) <= width


@given(st.text(st.characters(categories=["L", "N", "Zs"])), st.integers(2, 60), st.integers(0, 30))
def test_wrap_fits_and_loses_nothing(text, width, lead):
    lines = wrap(text, width, lead)

    assert text.replace(" ", "") == "".join(lines).replace(" ", "")
    assert all(cells(line) <= width for line in lines)
    assert cells(lines[0]) + lead <= width or not lines[0]


def test_wrap_keeps_a_url_whole():
    url = "https://exchange.example/settings/api-management"

    assert ["revoke", "it:", url] == wrap(f"revoke it: {url}", 8)


def test_numbers_read_as_people_say_them():
    assert [size(n) for n in (0, 1, 999, 1000)] == ["0 bytes", "1 byte", "999 bytes", "1.0 kB"]
    assert [size(n) for n in (34_000, 999_999, 1_402_345_678)] == ["34 kB", "1.0 MB", "1.4 GB"]
    assert size_of(430_000_000, 1_402_345_678) == "0.4 of 1.4 GB"
    assert size_of(0, 5) == "0 of 5 bytes"
    assert [count(n, "file") for n in (1, 50_581)] == ["1 file", "50,581 files"]
    assert [duration(s) for s in (3.12, 42.4, 185, 7800)] == ["3.1 s", "42 s", "3 min 5 s", "2 h 10 min"]


def test_a_day_no_calendar_reaches_is_still_told():
    assert day(1_680_350_000) == "2023-04-01"
    assert day(99999999999999999999) == "time 99999999999999999999"
