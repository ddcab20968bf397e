"""What a sweep of many repositories has done so far, in one SQLite file: it goes on where it stopped.

Findings are in it as a report tells them, sealed: masks and fingerprints, no secret. The file is its owner's alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from secretguard.model import Report, UserError
from secretguard.sweep.record import read_back, written

SCHEMA = 2  # to be raised with each change to the fields of a report: tests/test_many.py knows them
APPLICATION = 0x5365_6747  # SQLite's application_id: whose file it is
TABLE = """CREATE TABLE repository (
    name TEXT PRIMARY KEY, -- path or URL, without a password
    state TEXT NOT NULL, -- a hash of what its refs and reflogs held when it was swept
    identity TEXT NOT NULL, -- a hash of the rules, configuration and program that swept it
    complete INTEGER NOT NULL,
    report TEXT NOT NULL -- JSON
) WITHOUT ROWID"""


class Store:
    """An open store."""

    def __init__(self, path: Path, database: sqlite3.Connection) -> None:
        self._path = path
        self._database = database

    def state(self, name: str, identity: str) -> str | None:
        """The state in which a repository was swept to its end by rules and a program of this identity, if it was."""
        query = "SELECT state FROM repository WHERE name = ? AND identity = ? AND complete"
        found = self._database.execute(query, (name, identity)).fetchone()
        return found[0] if found else None

    def report(self, name: str) -> Report:
        """The report of a repository that was swept. Raises UserError for a damaged file."""
        query = "SELECT report FROM repository WHERE name = ?"
        with self._told():
            return read_back(self._database.execute(query, (name,)).fetchone()[0])

    def reports(self) -> dict[str, Report]:
        """Every report. Raises UserError for a damaged file."""
        with self._told():
            found = self._database.execute("SELECT name, report FROM repository").fetchall()
            return {name: read_back(text) for name, text in found}

    def put(self, name: str, state: str, identity: str, report: Report) -> None:
        """Write down that a repository was swept, at once. Raises UserError for a full disk."""
        row = (name, state, identity, report.complete, written(report))
        with self._told(), self._database:
            self._database.execute("INSERT OR REPLACE INTO repository VALUES (?, ?, ?, ?, ?)", row)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            raise UserError(f"{self._path}: {why(error)}") from None


@contextmanager
def opened(path: Path, *, create: bool) -> Iterator[Store]:
    """The store in a file, for this process alone as long as it is open.

    Raises UserError: not there, not a store, of another version, in use by another sweep.
    """
    try:
        if create:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        elif not path.is_file():
            raise UserError(f"{path}: no such file; 'secretguard sweep --store {path} REPO...' makes it")
        with closing(sqlite3.connect(path, timeout=0)) as database:
            prepare(database, path)
            yield Store(path, database)
    except OSError as error:
        raise UserError(f"{path}: can't be opened: {error.strerror}") from None


def prepare(database: sqlite3.Connection, path: Path) -> None:
    """Lock it and make its table if it is new. Raises UserError."""
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("BEGIN EXCLUSIVE")
        version, owner, tables = (database.execute(query).fetchone()[0] for query in ASKED)
        if not tables:
            database.execute(TABLE)
            database.execute(f"PRAGMA application_id = {APPLICATION}")
            database.execute(f"PRAGMA user_version = {SCHEMA}")
        database.commit()
    except sqlite3.Error as error:
        raise UserError(f"{path}: {why(error)}") from None
    if tables and owner != APPLICATION:
        raise UserError(f"{path}: another program's database; name another file")
    if version > SCHEMA:
        raise UserError(f"{path}: written by a newer secretguard (store {version}, here {SCHEMA}); install that one")
    if tables and version < SCHEMA:
        raise UserError(f"{path}: written by an older secretguard (store {version}, here {SCHEMA}); name another file")


ASKED = ("PRAGMA user_version", "PRAGMA application_id", "SELECT count(*) FROM sqlite_master")


def why(error: Exception) -> str:
    """What is wrong with a store, in a few words."""
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return "another sweep is using it; wait for it, or name another file"
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return "no store of secretguard, or damaged"
    return f"can't be used: {error}" if isinstance(error, sqlite3.Error) else "damaged"
