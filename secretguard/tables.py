"""A TOML table read with care: every complaint names file, section and key, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, NoReturn

from secretguard.model import UserError


def guess(word: str, choices: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the nearest choice, or nothing."""
    near = difflib.get_close_matches(word, list(choices), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


class Table:
    """A TOML table and how to complain of it. ``entry`` says which table of the file it is, if not all of it."""

    def __init__(self, file: str, entry: str, table: dict[str, Any]) -> None:
        self.file, self.entry, self.table = file, entry, table

    def wrong(self, key: str, problem: str) -> NoReturn:
        """Raise UserError for this key."""
        entry = f" {self.entry}:" if self.entry else ""
        raise UserError(f"{self.file}:{entry} key {key!r}: {problem}")

    def known(self, keys: frozenset[str]) -> None:
        """Raise UserError for a key that is not one of ``keys``."""
        for key in self.table:
            if key not in keys:
                hint = guess(key, keys) or f"; there are {', '.join(sorted(keys))}"
                self.wrong(key, f"not a key of the format{hint}")

    def text(self, key: str, required: bool = False) -> str:
        """A text, empty where the key is missing."""
        value = self.table.get(key, "")
        if not isinstance(value, str):
            self.wrong(key, f"must be text, not {type(value).__name__}")
        if required and not value:
            self.wrong(key, "is missing")
        return str(value)

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self.table.get(key, list(default))
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.wrong(key, "must be text or a list of texts")
        return tuple(value)

    def listed(self, key: str) -> tuple[str, ...]:
        """A list of texts, and nothing else."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.wrong(key, f'must be a list of texts: {key} = ["..."]')  # not quoted: it may be a secret
        return tuple(value)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.table.get(key, default)
        if not isinstance(value, bool):
            self.wrong(key, "must be true or false")
        return bool(value)

    def number(self, key: str, default: int) -> float:
        """A number, 0 or more."""
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            self.wrong(key, "must be a number, 0 or more")
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number from ``least`` to ``most``."""
        value = self.table.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.wrong(key, f"must be a whole number from {least:,} to {most:,}")
        return value

    def tables(self, key: str) -> list[Table]:
        """The ``[[key]]`` tables, each knowing its number."""
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.wrong(key, f"must be [[{key}]] tables")
        return [Table(self.file, f"{key} {number}", each) for number, each in enumerate(value, 1)]

    def choice(self, key: str, choices: tuple[str, ...], default: str = "") -> str:
        """One of ``choices``."""
        value = self.text(key, required=not default) or default
        if value not in choices:
            self.wrong(key, f"{value!r} is none of {', '.join(choices)}{guess(value, choices)}")
        return value
