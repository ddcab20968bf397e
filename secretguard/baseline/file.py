"""The baseline as a file: read without following links, written whole or not at all, never over another's change."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from secretguard.baseline.header import MAX_BYTES, read
from secretguard.baseline.text import Baseline, parse
from secretguard.model import UserError


@dataclass(frozen=True, slots=True)
class Loaded:
    """A baseline and the bytes that it was read from: what a later write must find unchanged."""

    baseline: Baseline
    path: Path
    data: bytes


def load(path: Path) -> Loaded:
    """The whole baseline. Raises UserError: it is not there, or what ``read`` and ``parse`` complain about."""
    try:
        data = read(path, MAX_BYTES + 1)
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such baseline; 'secretguard baseline create' makes one") from None
    if len(data) > MAX_BYTES:
        raise UserError(f"{path}: larger than {MAX_BYTES >> 20} MB: not a baseline")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}:{line}: this line is not UTF-8") from None
    return Loaded(parse(text, str(path)), path, data)


def create(path: Path, baseline: Baseline) -> Loaded:
    """Write a first baseline. Raises UserError where something is at its path already."""
    if os.path.lexists(path):
        raise UserError(f"{path} is there already; 'secretguard baseline update' adds what is new")
    data = baseline.text().encode()
    _replace(path, data, 0o666, None)
    return Loaded(baseline, path, data)


def save(old: Loaded, baseline: Baseline) -> Loaded:
    """Write a baseline in place of the one that was loaded, with its mode. Raises UserError if that was changed."""
    data = baseline.text().encode()
    if data != old.data:
        _replace(old.path, data, stat.S_IMODE(old.path.lstat().st_mode), old.data)
    return Loaded(baseline, old.path, data)


def _replace(path: Path, data: bytes, mode: int, expected: bytes | None) -> None:
    """Write beside, flush to the disk, and rename, if the file still holds what is expected (None: nothing)."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(descriptor, "wb") as file:
            if expected is not None and hasattr(os, "fchmod"):
                os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        if _now(path) != expected:
            raise UserError(f"{path}: changed while this ran, so nothing was written: run it again")
        beside.replace(path)
    except OSError as error:
        raise UserError(f"{path}: can't be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            beside.unlink()


def _now(path: Path) -> bytes | None:
    try:
        return read(path, MAX_BYTES + 1)
    except FileNotFoundError:
        return None
