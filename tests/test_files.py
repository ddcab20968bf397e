"""Files: what git would take, what .gitignore leaves, no link followed, nothing unreadable called read."""

from __future__ import annotations

import os
import socket
import sys

import pytest

from secretguard.git import listing
from secretguard.ignore import Ignores
from secretguard.model import Receipt, Skipped
from secretguard.sources.files import files

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def scanned(*paths: object, max_size: int = 1 << 20) -> tuple[dict[bytes | None, bytes], Receipt]:
    """The files below the paths by path, in the order they came, and the receipt."""
    receipt = Receipt()
    found = list(files([os.fspath(path) for path in paths], receipt, max_size))
    assert len({item.origin.path for item in found}) == len(found)
    assert all(item.data.endswith(b"\n") for item in found)
    return {item.origin.path: item.data[:-1] for item in found}, receipt


def put(folder, names: dict[str, str]) -> None:
    for name, text in names.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def here(repo, monkeypatch):
    """A repository that is the current directory."""
    monkeypatch.chdir(repo.path)
    return repo


@pytest.fixture
def plain(tmp_path, monkeypatch):
    """A folder outside git that is the current directory."""
    folder = tmp_path / "plain"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_tracked_and_untracked_and_not_ignored(here):
    here.commit({"tracked": "old", "d/tracked.log": "t", "gone": "x", ".gitignore": "x"})
    here.write({".gitignore": "*.log\nbuild/\n", "tracked": "new", "u.log": "u", "build/x": "b", "d/new": "n"})
    (here.path / "gone").unlink()
    found, receipt = scanned(".")
    assert list(found) == [b".gitignore", b"d/new", b"d/tracked.log", b"tracked"]
    assert found[b"tracked"] == b"new"
    assert receipt.skipped == [
        Skipped("gone", "deleted in the work tree"),
        Skipped("build/", "ignored by git"),
        Skipped("u.log", "ignored by git"),
    ]
    assert receipt.errors == []
    assert list(scanned("d")[0]) == [b"d/new", b"d/tracked.log"]
    assert list(scanned("./d/", "u.log")[0]) == [b"d/new", b"d/tracked.log", b"u.log"]
    assert list(scanned(here.path / "d")[0]) == [
        os.fsencode(here.path / "d/new"),
        os.fsencode(here.path / "d/tracked.log"),
    ]


def test_paths_of_any_bytes_in_git(here):
    names = {b"new\nline": "1", b"\xff\xfe": "2", b"--help": "3", b"*": "4", b":(top)": "5"}
    here.commit(names)
    found, receipt = scanned(".")
    assert found == {name: text.encode() for name, text in names.items()}
    assert receipt.errors == []


def test_links_are_text_and_never_a_way_out(here, tmp_path):
    put(tmp_path / "outside", {"secret": "outside", "d/x": "outside"})
    here.commit({"d/x": "mine"})
    (here.path / "link").symlink_to(tmp_path / "outside" / "secret")
    (here.path / "folder").symlink_to(tmp_path / "outside")
    (here.path / "d" / "x").unlink()
    (here.path / "d").rmdir()
    (here.path / "d").symlink_to(tmp_path / "outside" / "d")
    found, receipt = scanned(".")
    outside = os.fsencode(tmp_path / "outside")
    assert found == {b"d": outside + b"/d", b"folder": outside, b"link": outside + b"/secret"}
    assert receipt.skipped == [Skipped("d/x", "deleted in the work tree")]
    assert receipt.errors == []


def test_a_link_that_is_named_is_not_taken_for_what_it_leads_to(here, tmp_path):
    put(tmp_path / "outside", {"secret": "outside"})
    for name, target in {"folder": "../outside", "file": "../outside/secret", "dangling": "nowhere"}.items():
        (here.path / name).symlink_to(target)
    found, receipt = scanned("folder", "./file", "dangling")
    assert list(found) == [b"folder", b"file", b"dangling"] and found[b"dangling"] == b"nowhere"
    told = "not read: a link; name what it leads to"
    assert receipt.errors == [f"folder: {told}", f"file: {told}"]


def test_submodules_and_nested_repositories(here, make):
    inner = make("inner")
    inner.commit({"a": "x"})
    here.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "sub")
    here.git("clone", "-q", str(inner.path), "nested")
    found, receipt = scanned(".")
    assert list(found) == [b".gitmodules"]
    assert receipt.skipped == [
        Skipped("nested/", "a repository of its own"),
        Skipped("sub", "a submodule: a repository of its own"),
    ]
    assert list(scanned("sub")[0]) == [b"sub/a"]


def test_sparse_checkout_and_conflicts(here):
    here.commit({"in/a": "a", "out/b": "b"})
    here.git("sparse-checkout", "set", "in")
    found, receipt = scanned(".")
    assert list(found) == [b"in/a"]
    assert receipt.skipped == [Skipped("out/b", "not checked out")]


def test_a_conflicted_file_comes_once(here):
    here.commit({"a": "base"})
    here.git("checkout", "-q", "-b", "side")
    here.commit({"a": "side"})
    here.git("checkout", "-q", "main")
    here.commit({"a": "main"})
    here.git("merge", "-q", "side", fails=True)
    assert list(scanned(".")[0]) == [b"a"]


def test_what_is_no_file(plain):
    os.mkfifo(plain / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        found, receipt = scanned(".")
    assert found == {}
    assert receipt.skipped == [Skipped("pipe", "a named pipe"), Skipped("socket", "a socket")]
    found, receipt = scanned("pipe")
    assert found == {} and receipt.skipped == []
    assert receipt.errors == ["pipe: not read: a named pipe; '-' reads standard input"]


@pytest.mark.parametrize("place", [".gitignore", "new/.gitignore", ".git/info/exclude"])
def test_git_is_not_left_waiting_for_a_pipe(here, monkeypatch, place):
    monkeypatch.setattr(listing, "PATIENCE", 0.1)
    here.commit({"a": "x"})
    here.write({"new/b": "y"})
    (here.path / place).unlink(missing_ok=True)
    os.mkfifo(here.path / place)
    found, receipt = scanned(".")
    assert found == {} and len(receipt.errors) == 1
    assert place in receipt.errors[0] and "named pipe" in receipt.errors[0]


def test_what_can_not_be_read(plain):
    put(plain, {"big": "x" * 2000, "small": "y"})
    found, receipt = scanned(".", "nowhere", max_size=1000)
    assert found == {b"small": b"y"}
    assert receipt.errors == ["big: not read: larger than 0 MB", "nowhere: No such file or directory"]


@pytest.mark.skipif(ROOT, reason="root can read everything")
def test_what_may_not_be_read(plain):
    put(plain, {"a": "x", "d/b": "y"})
    (plain / "a").chmod(0)
    (plain / "d").chmod(0)
    found, receipt = scanned(".")
    assert found == {}
    assert receipt.errors == ["a: Permission denied", "d/: Permission denied"]
    (plain / "d").chmod(0o755)


def test_gitignore_outside_git(plain):
    put(
        plain,
        {
            ".gitignore": "*.log\n!keep.log\n/only-top\nbuild/\n\\!odd\n!\n",
            "a.log": "",
            "keep.log": "",
            "only-top": "",
            "d/only-top": "",
            "build/x": "",
            "d/build": "",
            "d/.gitignore": "!a.log\nkeep.log\n",
            "d/a.log": "",
            "d/keep.log": "",
            "!odd": "",
            ".git/config": "not a repository",
        },
    )
    found, receipt = scanned(".")
    expected = [b".gitignore", b"keep.log", b"d/.gitignore", b"d/a.log", b"d/build", b"d/only-top"]
    assert list(found) == expected
    assert receipt.errors == []
    assert list(scanned("a.log")[0]) == [b"a.log"]


def test_a_folder_of_repositories(plain, make):
    put(plain, {"loose": "x"})
    repo = make("plain/project")
    repo.commit({"a": "x", ".gitignore": "*.log\n"})
    repo.write({"b.log": "ignored"})
    assert list(scanned(".")[0]) == [b"loose", b"project/.gitignore", b"project/a"]


def test_bare_repositories_and_git_directories_are_told(repo, tmp_path):
    repo.commit({"a": "x"})
    repo.git("clone", "-q", "--bare", ".", "../bare.git")
    for path in (tmp_path / "bare.git", repo.path / ".git"):
        found, receipt = scanned(path)
        assert found == {}
        assert "sweep" in receipt.errors[0]


def test_a_git_that_refuses_is_an_error(here):
    here.commit({"a": "x"})
    here.git("config", "core.repositoryFormatVersion", "99")
    found, receipt = scanned(".")
    assert found == {}
    assert len(receipt.errors) == 1


def test_without_git(plain, repo, monkeypatch):
    put(plain, {"a": "x"})
    repo.write({"a": "x"})
    monkeypatch.setenv("PATH", str(plain))
    assert list(scanned(".")[0]) == [b"a"]
    found, receipt = scanned(repo.path)
    assert found == {}
    assert "PATH" in receipt.errors[0]


def test_pathspec_is_not_imported_for_nothing(here):
    code = (
        "import sys; from secretguard.sources.files import files; from secretguard.model import Receipt;"
        "list(files(['.'], Receipt())); sys.exit('pathspec' in sys.modules)"
    )
    here.commit({"a": "x", ".gitignore": "x"})
    path = os.pathsep.join(sys.path)
    assert os.spawnve(os.P_WAIT, sys.executable, [sys.executable, "-c", code], {**os.environ, "PYTHONPATH": path}) == 0


def test_a_hostile_pattern_ends():
    rules = Ignores().within(b"", b"*a*a*a*a*a*a*a*a*a*a*a*b\n*.log\n")
    assert not rules.ignored(b"a" * 250)
    assert rules.ignored(b"x.log")
