"""The files that rules are read from. A hook on a harmless change needs to know no more than that they are the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

from secretguard.cache import Cache
from secretguard.model import UserError
from secretguard.regular import TooLarge, digest_of, read

SUFFIX = ".toml"
LARGEST = 16 << 20  # bytes of one file


class RuleFiles:
    """Every rule file below some folders. Raises UserError for a folder or a file that can't be read."""

    def __init__(self, folders: Iterable[Path], cache: Cache) -> None:
        self._folders = tuple(folders)
        self._cache = cache

    @cached_property
    def contents(self) -> list[tuple[str, bytes]]:
        """(name for messages, content) of every file, in a fixed order."""
        return sources(self._folders)

    @cached_property
    def digest(self) -> str:
        """A hash of names and contents, so that anything derived from the rules can be kept under it.

        To read three hundred files costs a hook 8 ms, to ask the file system for their state 1 ms: the hash is kept
        under that state. The time of change (ctime) is in it, which no program can set back.
        """
        key = f"digest of rules {_state(self._folders)}"
        kept = self._cache.get(key)
        if kept is not None:
            return kept.decode()
        digest = digest_of(self.contents)
        self._cache.put(key, digest.encode())
        return digest


def sources(folders: Iterable[Path]) -> list[tuple[str, bytes]]:
    """(name for messages, content) of every ``*.toml`` below the folders, in a fixed order. Raises UserError."""
    return [_read(name, entry) for folder in folders for name, entry in sorted(_entries(folder))]


def _entries(folder: Path) -> Iterator[tuple[str, str]]:
    """(name for messages, path) of every rule file below the folder."""
    if not folder.is_dir():
        raise UserError(f"{folder}: no such folder of rules")
    for parent, folders, names in os.walk(folder, onerror=_refuse):
        folders.sort()
        above = os.path.basename(parent)  # noqa: PTH119 - a Path for each of three hundred costs a hook 5 ms
        for name in names:
            if name.endswith(SUFFIX):
                yield f"{above}/{name}", os.path.join(parent, name)  # noqa: PTH118 - as above


def _refuse(error: OSError) -> None:
    raise UserError(f"{error.filename}: can't be read: {error.strerror}")


def _read(name: str, path: str) -> tuple[str, bytes]:
    try:
        return name, read(os.fsencode(path), LARGEST, follow=True)[:-1]
    except TooLarge:
        raise UserError(f"{path}: can't be read: larger than {LARGEST >> 20} MB") from None
    except OSError as error:
        raise UserError(f"{path}: can't be read: {error.strerror}") from None


def _state(folders: Iterable[Path]) -> str:
    """A hash of what the file system says of the files: where they are, their sizes and when they last changed."""
    total = hashlib.sha256()
    for folder in folders:
        for _, path in sorted(_entries(folder)):
            try:
                status = os.stat(path)  # noqa: PTH116 - as above
            except OSError as error:
                raise UserError(f"{path}: can't be read: {error.strerror}") from None
            state = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            total.update(f"{path}\0{state}\0".encode("utf-8", "surrogateescape"))
    return total.hexdigest()
