"""Files that spare work the next time: kept by content, with a checksum, never trusted.

A cache holds nothing of what was scanned. What is damaged, cut short or not ours counts as missing.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import hmac
import os
import re
from pathlib import Path

from secretguard.regular import beginning

_MAGIC = b"secretguard cache 1\n"
_LARGEST = 1 << 30  # bytes of one file; what is longer fails its checksum
_OURS = re.compile(r"[0-9a-f]{40}|\.new-.*")


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
            data = read_plain(self._folder / _file_of(key))
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
            write_private(self._folder / _file_of(key), _MAGIC + _digest(key, data) + data)

    def drop(self, key: str) -> None:
        """Forget what was put under the key."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / _file_of(key)).unlink()

    def secret(self, name: str) -> bytes | None:
        """32 random bytes that only this user has, made when first asked for; None where nothing can be kept."""
        kept = self.get(name)
        if kept is None:
            import secrets  # noqa: PLC0415 - brings much with it, and a hook that only reads has no use for it

            self.put(name, secrets.token_bytes(32))
            kept = self.get(name)
        return kept

    def clear(self) -> int:
        """Remove all that is kept; the bytes that were freed."""
        freed = 0
        for path in self.files():
            with contextlib.suppress(OSError):
                size = path.stat().st_size
                path.unlink()
                freed += size
        return freed

    def files(self) -> list[Path]:
        """What is kept, as files."""
        if self._folder is None or not self._folder.is_dir():
            return []
        return [path for path in self._folder.iterdir() if _OURS.fullmatch(path.name) and path.is_file()]


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, at once or not at all. Raises OSError, also where others could.

    Its folder is made if it is not there; one that is a link or that others can write to is refused.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _private(path.parent):
        raise PermissionError(errno.EPERM, "others can write to its folder", str(path.parent))
    beside = path.with_name(f".new-{os.urandom(8).hex()}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(beside, flags, 0o600), "wb") as file:
            file.write(data)
        beside.replace(path)
    except BaseException:  # a signal among them, whenever it comes: half a file is not left lying
        beside.unlink(missing_ok=True)
        raise


def read_plain(path: Path) -> bytes:
    """What is in a regular file, if it can be ours. Raises OSError, also for a link, a pipe, an endless file."""
    return beginning(os.fsencode(path), _LARGEST)


def sign(key: bytes, name: str, body: bytes) -> bytes:
    """The body behind a proof that who wrote it under this name has the key."""
    return hmac.digest(key, name.encode() + b"\0" + body, "sha256") + body


def signed(key: bytes, name: str, data: bytes) -> bytes | None:
    """The body of what ``sign`` gave; None where anything else was written or it was damaged since."""
    proof, body = data[:32], data[32:]
    return body if hmac.compare_digest(proof, hmac.digest(key, name.encode() + b"\0" + body, "sha256")) else None


def _file_of(key: str) -> str:
    return hashlib.sha256(_bytes(key)).hexdigest()[:40]


def _digest(key: str, body: bytes) -> bytes:
    return hashlib.sha256(_bytes(key) + b"\0" + body).digest()


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogateescape")  # a key may name a folder


def _private(folder: Path) -> bool:
    """Whether the folder is ours and nobody else can write to it (always so where there are no owners: Windows)."""
    if not hasattr(os, "geteuid"):
        return True
    status = folder.lstat()
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022 and folder.is_dir() and not folder.is_symlink()
