"""Files that spare work the next time: kept by content, with a checksum, never trusted.

A cache holds nothing of what was scanned. What is damaged, cut short or not ours counts as missing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

_MAGIC = b"secretguard cache 1\n"


class Cache:
    """A folder of checksummed files, one for each key. A folder that can't be used makes an empty cache, no error."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """What was put under the key, or None where it is missing, damaged or could be another's."""
        if self._folder is None:
            return None
        try:
            if not _private(self._folder):
                return None
            data = (self._folder / _file_of(key)).read_bytes()
        except OSError:
            return None
        head, digest, body = data[: len(_MAGIC)], data[len(_MAGIC) : len(_MAGIC) + 32], data[len(_MAGIC) + 32 :]
        sound = head == _MAGIC and digest == _digest(key, body)
        return body if sound else None

    def put(self, key: str, data: bytes) -> None:
        """Keep it: written beside and renamed, so nobody reads half of it. A full or read-only disk is no error."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not _private(self._folder):
                return
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_MAGIC + _digest(key, data) + data)
                Path(name).replace(self._folder / _file_of(key))
            except OSError:
                Path(name).unlink()


def _file_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def _digest(key: str, body: bytes) -> bytes:
    return hashlib.sha256(key.encode() + b"\0" + body).digest()


def _private(folder: Path) -> bool:
    """Whether the folder is ours and nobody else can write to it (always so where there are no owners: Windows)."""
    if not hasattr(os, "geteuid"):
        return True
    status = folder.lstat()
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022 and folder.is_dir() and not folder.is_symlink()
