"""Rows of a database are read under the names of their columns, where they lie; no database can do harm."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.decode.sqlite import columns_of, sqlite_runs
from secretguard.model import Finding, Fragment, Origin, OriginKind
from secretguard.scan import Scanner
from secretguard.windows import CONTINUED

ACCOUNTS = """CREATE TABLE IF NOT EXISTS "accounts" (id INTEGER PRIMARY KEY, -- "odd", even
 exchange TEXT NOT NULL CHECK (length(exchange) > 1), [api key] VARCHAR(80), `api_secret` TEXT DEFAULT (lower('a,b')),
 note TEXT, UNIQUE(exchange, note), CONSTRAINT c CHECK (note <> 'x'))"""
KEY, SECRET = fill("<base62:64>", "database key"), fill("<base62:64>", "database secret")
MANY = 2000
SETTINGS = {
    "as it is": (),
    "small pages": ("PRAGMA page_size = 512",),
    "large pages": ("PRAGMA page_size = 65536",),
    "little endian": ("PRAGMA encoding = 'UTF-16le'",),
    "big endian": ("PRAGMA encoding = 'UTF-16be'",),
}


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(Config((built_in_rules(),), cache=tmp_path_factory.mktemp("cache"), show_secrets=True))


def database(path: Path, *statements: str | tuple[str, tuple[object, ...]]) -> bytes:
    with closing(sqlite3.connect(path / "bot.sqlite", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(*((statement,) if isinstance(statement, str) else statement))
    return (path / "bot.sqlite").read_bytes()


def account(note: str = "main") -> tuple[str, tuple[object, ...]]:
    return "INSERT INTO accounts VALUES (NULL, 'binance', ?, ?, ?)", (KEY, SECRET, note)


def found(scanner: Scanner, data: bytes) -> list[Finding]:
    outcomes = scanner.scan(Fragment(data, Origin(OriginKind.FILE, b"user_data/bot.sqlite")), [])
    return [each for each in outcomes if isinstance(each, Finding)]


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_row_is_one_credential_of_its_exchange(scanner: Scanner, tmp_path: Path, setting: str) -> None:
    (finding,) = found(scanner, database(tmp_path, *SETTINGS[setting], ACCOUNTS, account()))

    assert (finding.provider, finding.secret.shown) == ("binance", SECRET)
    assert [part.secret.shown for part in finding.parts] == [KEY]


def test_its_place_is_where_it_lies(scanner: Scanner, tmp_path: Path) -> None:
    data = database(tmp_path, ACCOUNTS, account())

    (finding,) = found(scanner, data)

    place = finding.occurrences[0].place
    line = data.split(b"\n")[place.line - 1].translate(None, CONTINUED)  # columns count characters
    assert line[place.column - 1 :].startswith(SECRET.encode())


def test_a_value_on_other_pages_is_read_whole(scanner: Scanner, tmp_path: Path) -> None:
    for pad in range(300, 560, 40):  # somewhere a page ends in the midst of the secret
        text = '{"pad": "' + "y " * (pad // 2) + '", "api_secret": "' + SECRET + '"}'
        folder = tmp_path / str(pad)
        folder.mkdir()
        table = "CREATE TABLE settings (name TEXT, value TEXT)"
        row = ("INSERT INTO settings VALUES ('binance_key', ?)", (text,))
        data = database(folder, "PRAGMA page_size = 512", table, row)

        assert SECRET in {finding.secret.shown for finding in found(scanner, data)}


def test_deleted_rows_are_read(scanner: Scanner, tmp_path: Path) -> None:
    rows = [account(f"{number} " * 200) for number in range(1, 100)]
    data = database(tmp_path, "PRAGMA secure_delete = OFF", ACCOUNTS, *rows, "DELETE FROM accounts")

    assert SECRET in {finding.secret.shown for finding in found(scanner, data)}


def test_the_key_beside_a_value_names_it(scanner: Scanner, tmp_path: Path) -> None:
    row = ("INSERT INTO settings VALUES ('bybit_api_secret', ?)", (SECRET,))
    (finding,) = found(scanner, database(tmp_path, "CREATE TABLE settings (key TEXT, value TEXT)", row))

    assert (finding.provider, finding.kind) == ("bybit", "api_secret")


def test_what_no_column_tells_of_is_left_alone(scanner: Scanner, tmp_path: Path) -> None:
    rows = [
        ("INSERT INTO trades VALUES (NULL, 'BTC/USDT', ?, ?)", (fill("<hex:64>", f"{n}"), fill("<uuid>", f"{n}")))
        for n in range(MANY)
    ]
    table = "CREATE TABLE trades (id INTEGER PRIMARY KEY, pair TEXT, tx_hash TEXT, order_id TEXT)"
    assert found(scanner, database(tmp_path, table, "BEGIN", *rows, "COMMIT")) == []


def test_the_columns_of_a_table() -> None:
    assert columns_of(ACCOUNTS.encode()) == (b"id", b"exchange", b"api_key", b"api_secret", b"note")
    assert columns_of(b"CREATE VIRTUAL TABLE x USING fts5") == ()
    assert columns_of(b"create table t(a,b c(") == (b"a",)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    rows = [account("n" * 40 * number) for number in range(40)]
    folder = tmp_path_factory.mktemp("sound")
    return database(folder, "PRAGMA page_size = 512", ACCOUNTS, *rows, "DELETE FROM accounts WHERE id % 3 = 0")


@settings(max_examples=200)
@given(st.data())
def test_no_damage_makes_it_raise_or_read_beyond(sound: bytes, data: st.DataObject) -> None:
    damaged = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 20))):
        page = data.draw(st.integers(0, len(sound) // 512 - 1)) * 512
        damaged[page + data.draw(st.one_of(st.integers(0, 40), st.integers(0, 511)))] = data.draw(st.integers(0, 255))
    text = bytes(damaged[: data.draw(st.integers(len(sound) // 2, len(sound)))])

    pieces = list(sqlite_runs(text, None))

    assert all(0 <= piece.start <= piece.end <= len(text) for piece in pieces)
    assert len(pieces) <= 2 * len(text)


def test_pages_that_point_at_each_other_end(sound: bytes) -> None:
    looped = bytearray(sound)
    for page in range(512, len(looped), 512):
        looped[page : page + 12] = bytes([5, 0, 0, 1, 0, 1, 0, 0]) + (2).to_bytes(4, "big")
        looped[page + 12 : page + 512] = b"\0\1" * 250
    assert len(list(sqlite_runs(bytes(looped), None))) < len(looped)


def test_one_cell_named_a_thousand_times_is_read_as_often_as_it_has_room() -> None:
    page = bytearray(65536)
    page[:18] = b"SQLite format 3\0\0\1"
    page[100:108] = bytes([13, 0, 0, 0x7F, 0xFF, 0, 0, 0])
    for place in range(108, 60000, 2):
        page[place : place + 2] = (60100).to_bytes(2, "big")
    page[60100:60110] = bytes([0xA0, 0x00, 1, 0x8F, 0x7F, 0x21, 0x21, 0x21, 0x21, 0x21])
    assert len(list(sqlite_runs(bytes(page), None))) < len(page)
