"""The first line of a baseline: its format, and the salt that keys its fingerprints. All that a clean commit asks for.

# secretguard baseline 1 salt 0f5e...
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from secretguard.model import UserError
from secretguard.regular import NotRegular, beginning

NAME = ".secretguard.baseline"
FORMAT = 1
MARKERS = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_LINE = re.compile(r"# secretguard baseline (\d{1,9}) salt ([0-9a-f]{32})")
_CONFLICT = (b"<<<<<<<", b">>>>>>>")  # a single byte is looked for first, which takes a tenth of the time
MAX_BYTES = 256 << 20


def header(salt: str) -> str:
    """The first line of a baseline."""
    return f"# secretguard baseline {FORMAT} salt {salt}"


def salt_of(line: str, name: str) -> str:
    """The salt in a first line. Raises UserError for what is no baseline, or one of a later format."""
    match = _LINE.fullmatch(line.rstrip("\r"))
    if match is None:
        no_marker(line, f"{name}:1")
        raise UserError(f"{name}:1: not a baseline: one begins with '{header('...')}'")
    if int(match[1]) != FORMAT:
        raise UserError(f"{name}:1: format {match[1]} is not known here: update secretguard")
    return match[2]


def no_marker(line: str, where: str) -> None:
    """Raises UserError for a line that git writes around a conflict."""
    if line.startswith(MARKERS):
        raise UserError(f"{where}: a merge left a conflict here: keep the lines that are right, without the markers")


def read_key(path: Path) -> bytes | None:
    """The key of a baseline's fingerprints; None where there is no such file.

    Raises UserError: no baseline, a later format, a link, unreadable, a conflict of a merge, cut short.
    """
    try:
        data = read(path, MAX_BYTES)
    except FileNotFoundError:
        return None
    salt = salt_of(data.partition(b"\n")[0].decode("utf-8", "replace"), str(path))
    if not data.endswith(b"\n") or any(mark[:1] in data and mark in data for mark in _CONFLICT):
        from secretguard.baseline.text import parse  # noqa: PLC0415 - says which line it is, if it is one

        parse(data.decode("utf-8", "replace"), str(path))
    return bytes.fromhex(salt)


def read(path: Path, size: int) -> bytes:
    """At most ``size`` bytes of a regular file, never through a link. Raises FileNotFoundError, UserError."""
    try:
        if path.is_symlink():
            raise UserError(f"{path}: a symbolic link, which is not followed: put the baseline itself there")
        return beginning(os.fsencode(path), size)
    except FileNotFoundError:
        raise
    except NotRegular:
        raise UserError(f"{path}: not a regular file: put the baseline itself there") from None
    except OSError as error:
        raise UserError(f"{path}: the baseline can't be read: {error.strerror}") from None
