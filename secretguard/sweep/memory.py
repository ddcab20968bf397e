"""What a sweep leaves behind to spare the next one work: which objects it found clean. Ids only, and never trusted.

Kept in the repository's git directory, or where that can't be written in the user's cache. A key in the user's cache
signs it, together with all that decides what is found: what another user, another version, other rules or a hand have
written counts as missing. It says nothing of findings: what holds one is read again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from secretguard.cache import Cache, read_plain, sign, signed, write_private
from secretguard.config import Config
from secretguard.git import Repository, split
from secretguard.sources.known import Known

FOLDER, FILE = "secretguard", "clean-v1"
KEY = "key of what sweeps remember"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where something is kept, and its size in bytes."""

    where: str
    size: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """What one sweep leaves to the next: the objects, and of a complete sweep the trail of what it found."""

    known: Known
    pairs: set[tuple[str, str]] | None


class Memory:
    """What is remembered of one repository under one identity (see ``identity``)."""

    def __init__(self, repo: Repository, config: Config, identity: str) -> None:
        usable = config.remember and not repo.shallow  # what lies behind the boundary may still come
        self._cache = Cache(config.cache if usable else None)
        self._key = self._cache.secret(KEY)
        self._width = repo.id_size
        self._name = f"clean {identity} {repo.id_size}"
        self._path = repo.common_dir / FOLDER / FILE
        self._beside = not config.portable
        self._elsewhere = f"clean {repo.common_dir.resolve()}"

    def load(self) -> Remembered | None:
        """What the last sweep has seen; None where there is nothing that can be believed."""
        if self._key is None:
            return None
        for data in self._found():
            body = signed(self._key, self._name, data)
            if body is not None:
                return unpacked(body, self._width)
        return None

    def keep(self, remembered: Remembered) -> None:
        """Remember it for the next sweep, if that can be done. Of two sweeps at once the last one's is kept."""
        if self._key is None:
            return
        data = sign(self._key, self._name, packed(remembered))
        if not (self._beside and self._write(data)):
            self._cache.put(self._elsewhere, data)

    def _write(self, data: bytes) -> bool:
        with suppress(OSError):
            write_private(self._path, data)
            return True
        return False

    def kept(self) -> list[Kept]:
        """What lies there, whoever wrote it."""
        places = [Kept(str(self._path), self._path.stat().st_size)] if self._path.is_file() else []
        data = self._cache.get(self._elsewhere)
        return places + ([Kept("the user's cache", len(data))] if data else [])

    def clear(self) -> None:
        """Forget it. Raises OSError."""
        self._path.unlink(missing_ok=True)
        with suppress(OSError):
            self._path.parent.rmdir()
        self._cache.drop(self._elsewhere)

    def _found(self) -> Iterator[bytes]:
        with suppress(OSError):
            yield read_plain(self._path)
        data = self._cache.get(self._elsewhere)
        if data is not None:
            yield data


def packed(remembered: Remembered) -> bytes:
    """As bytes: the number of ids, the ids, their kinds; whether there is a trail, and its pairs of ids."""
    known, pairs = remembered.known, remembered.pairs
    trail = b"" if pairs is None else b"\1" + bytes.fromhex("".join([one + two for one, two in sorted(pairs)]))
    return len(known).to_bytes(8, "big") + known.ids + known.kinds + trail


def unpacked(body: bytes, width: int) -> Remembered:
    """What ``packed`` was given."""
    count = int.from_bytes(body[:8], "big")
    cut, end = 8 + count * width, 8 + count * (width + 1)
    pairs = [(raw[:width].hex(), raw[width:].hex()) for raw in split(body[end + 1 :], 2 * width)]
    known = Known(width, body[8:cut], body[cut:end])
    return Remembered(known, set(pairs) if body[end : end + 1] else None)
