"""Which blobs the other repositories of one run have shown to be clean: forks and mirrors share most of theirs.

A file that all workers of this machine open. Two forks that are swept at the same time begin at different ends of what
they share, and meet.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from secretguard.git import split
from secretguard.model import UserError

PATIENCE = 60.0  # seconds for another worker to finish writing


class Seen:
    """The ids in the database at ``path``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Make it. Raises UserError."""
        try:
            with closing(self._open()) as database:
                database.execute("PRAGMA journal_mode = WAL")
                database.execute("CREATE TABLE clean (id BLOB PRIMARY KEY) WITHOUT ROWID")
        except sqlite3.Error as error:
            raise UserError(f"{self.path.parent}: can't be written: {error}") from None

    def missing(self, ids: bytes, width: int) -> bytes:
        """Those of the ids, laid end to end, that nobody has shown to be clean, in the same order.

        Where the file can't be used (a full disk) that is all of them: then more is read, and nothing is missed.
        """
        found: set[bytes] = set()
        with suppress(sqlite3.Error), closing(self._open()) as database:
            database.execute("CREATE TEMP TABLE asked (id BLOB PRIMARY KEY) WITHOUT ROWID")
            asked = ((oid,) for oid in sorted(split(ids, width)))
            database.executemany("INSERT OR IGNORE INTO asked VALUES (?)", asked)
            found.update(oid for (oid,) in database.execute("SELECT id FROM asked JOIN clean USING (id)"))
        return b"".join([oid for oid in split(ids, width) if oid not in found]) if found else ids

    def add(self, ids: Iterable[bytes]) -> None:
        """Note that these are clean, if that can be done."""
        with suppress(sqlite3.Error), closing(self._open()) as database, database:
            database.executemany("INSERT OR IGNORE INTO clean VALUES (?)", [(oid,) for oid in sorted(ids)])

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=PATIENCE)
        database.execute("PRAGMA synchronous = OFF")  # it lives as long as the run
        return database
