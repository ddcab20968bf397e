"""A baseline on disk: written whole or not at all, with its mode, never through a link, never over a change."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from secretguard.baseline import file
from secretguard.baseline.entry import Entry, Verdict
from secretguard.baseline.file import create, load, save
from secretguard.baseline.header import read_key
from secretguard.baseline.text import Baseline
from secretguard.model import UserError

SALT = "0123456789abcdef" * 2
ONE = Baseline.of(SALT, [Entry(f"v1:{1:032x}", Verdict.REVOKED)])
TWO = Baseline.of(SALT, [Entry(f"v1:{1:032x}", Verdict.REVOKED), Entry(f"v1:{2:032x}")])
posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of POSIX")


def test_what_was_created_is_loaded_and_saved(tmp_path: Path) -> None:
    path = tmp_path / "b"
    create(path, ONE)

    saved = save(load(path), TWO)

    assert load(path).data == saved.data == TWO.text().encode()
    assert read_key(path) == bytes.fromhex(SALT)
    assert list(tmp_path.glob("b*")) == [path]


def test_none_is_created_over_anything(tmp_path: Path) -> None:
    path = tmp_path / "b"
    path.write_text("mine")

    with pytest.raises(UserError, match="is there already"):
        create(path, ONE)

    assert path.read_text() == "mine"


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "b"
    old = create(path, ONE)
    path.write_text("another's")

    with pytest.raises(UserError, match="changed while this ran"):
        save(old, TWO)

    assert path.read_text() == "another's"
    assert list(tmp_path.glob("b*")) == [path]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b"
    old = create(path, ONE)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file.os, "fsync", full)
    with pytest.raises(UserError, match="No space left"):
        save(old, TWO)

    assert path.read_bytes() == old.data
    assert list(tmp_path.glob("b*")) == [path]


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_a_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "b"
    old = create(path, ONE)
    path.chmod(mode)

    save(old, TWO)

    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
@pytest.mark.parametrize("target", ["real", "nowhere"])
def test_a_link_is_not_followed(tmp_path: Path, target: str) -> None:
    (tmp_path / "real").write_text(ONE.text())
    path = tmp_path / "b"
    path.symlink_to(target)

    for use in (load, read_key):
        with pytest.raises(UserError, match="symbolic link"):
            use(path)
    with pytest.raises(UserError, match="is there already"):
        create(path, TWO)

    assert (tmp_path / "real").read_text() == ONE.text()


@posix
def test_a_pipe_or_a_folder_is_no_baseline(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for name in ("pipe", "."):
        with pytest.raises(UserError, match="not a regular file"):
            read_key(tmp_path / name)


def test_what_is_no_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "b"
    path.write_bytes(ONE.text().encode() + b"\xff\n")

    with pytest.raises(UserError, match=r"b:3: this line is not UTF-8"):
        load(path)


def test_no_file_is_no_key_and_no_baseline(tmp_path: Path) -> None:
    assert read_key(tmp_path / "b") is None
    with pytest.raises(UserError, match="there is no such baseline"):
        load(tmp_path / "b")


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_must_not_be_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "b"
    create(path, ONE)
    path.chmod(0)

    with pytest.raises(UserError, match="can't be read: Permission denied"):
        read_key(path)
