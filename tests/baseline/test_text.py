"""A baseline's text: what is written is read again, and each mistake is named with its line."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.baseline.entry import Entry, Verdict, entry_of
from secretguard.baseline.text import Baseline, new_salt, parse
from secretguard.model import UserError

SALT = "0123456789abcdef" * 2
FINGERPRINTS = st.integers(0, 2**128 - 1).map(lambda number: f"v1:{number:032x}")
DATES = st.one_of(st.just(""), st.dates(datetime.date(1000, 1, 1)).map(str))
TEXT = st.text(max_size=30)
ENTRIES = st.builds(
    Entry,
    fingerprint=FINGERPRINTS,
    verdict=st.sampled_from(Verdict),
    rule=st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True),
    path=st.one_of(TEXT, st.binary(max_size=20).map(lambda data: data.decode("utf-8", "surrogateescape"))),
    owner=TEXT,
    expires=DATES,
    rotated=DATES,
    reason=TEXT,
)
FIRST, SECOND = f"v1:{1:032x}", f"v1:{2:032x}"
HEAD = f"# secretguard baseline 1 salt {SALT}\n"


@given(st.lists(ENTRIES, max_size=8, unique_by=lambda entry: entry.fingerprint))
def test_what_is_written_is_read_again_in_any_order(entries: list[Entry]) -> None:
    baseline = Baseline.of(SALT, entries)
    text = baseline.text()

    again = parse(text.encode().decode(), "b")

    assert again.entries() == sorted(entries, key=lambda entry: entry.fingerprint)
    assert again.text() == text == Baseline.of(SALT, reversed(entries)).text()
    assert len(text.splitlines()) >= len(text.split("\n")) - 1 == len(entries) + 1


@given(ENTRIES)
def test_windows_line_ends_and_empty_lines_change_nothing(entry: Entry) -> None:
    text = Baseline.of(SALT, [entry]).text()

    assert parse(text.replace("\n", "\r\n") + "\r\n\n", "b").text() == text


def test_fields_are_read_in_any_order_and_written_in_ours() -> None:
    line = f'{FIRST} revoked reason="gone" path="a.py" rotated=2026-01-02 owner=ann'

    assert entry_of(line).line() == f"{FIRST} revoked path=a.py owner=ann rotated=2026-01-02 reason=gone"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "not a baseline"),
        ('{"version": "1.5.0"}\n', 1, "not a baseline"),
        ("\ufeff" + HEAD, 1, "not a baseline"),
        (f"# secretguard baseline 2 salt {SALT}\n", 1, "update secretguard"),
        (f"<<<<<<< HEAD\n{HEAD}", 1, "a merge left a conflict"),
        (f"{HEAD}<<<<<<< HEAD\n{FIRST} revoked\n", 2, "a merge left a conflict"),
        (f"{HEAD}{FIRST} revoked\n=======\n", 3, "a merge left a conflict"),
        (f"{HEAD}{FIRST} revoked\n>>>>>>> other\n", 3, "a merge left a conflict"),
        (f"{HEAD}{FIRST} revoked", 2, "no end"),
        (f"{HEAD}{FIRST}\n", 2, "one of unreviewed, false_positive"),
        (f"{HEAD}{FIRST} fine\n", 2, "one of unreviewed, false_positive"),
        (f"{HEAD}{FIRST} revoked reason=two words\n", 2, 'name="some words"'),
        (f'{HEAD}{FIRST} revoked reason="open\n', 2, 'name="some words"'),
        (f'{HEAD}{FIRST} revoked reason="a\\x"\n', 2, 'name="some words"'),
        (f"{HEAD}{FIRST} revoked  owner=ann\n", 2, "one blank"),
        (f"{HEAD}{FIRST} revoked owner=ann owner=bob\n", 2, "twice"),
        (f"{HEAD}{FIRST} revoked line=3\n", 2, "no field 'line'"),
        (f"{HEAD}{FIRST} revoked expires=2026-02-30\n", 2, "2027-01-31"),
        (f"{HEAD}{FIRST} revoked expires=tomorrow\n", 2, "2027-01-31"),
        (f"{HEAD}{FIRST} revoked\n{FIRST} test_data\n", 3, "keep one of the two"),
        (f"{HEAD}{FIRST.upper()} revoked\n", 2, "32 hexadecimal digits"),
        (f"{HEAD}v2:{1:032x} revoked\n", 2, "update secretguard"),
        (f"{HEAD}# a comment\n", 2, "begins with a fingerprint"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(text: str, line: int, words: str) -> None:
    with pytest.raises(UserError) as caught:
        parse(text, "folder/b")

    message = str(caught.value)
    assert message.startswith(f"folder/b:{line}: ")
    assert words in message
    assert "\n" not in message


def test_salts_differ() -> None:
    assert len({new_salt() for _ in range(50)}) == 50


def test_an_expiry_date_is_the_last_day() -> None:
    entry = Entry(SECOND, expires="2026-05-01")

    assert [entry.expired(day) for day in ("2026-04-30", "2026-05-01", "2026-05-02")] == [False, False, True]
    assert not Entry(SECOND).expired("9999-12-31")
