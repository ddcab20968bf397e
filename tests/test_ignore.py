"""Patterns in gitignore's language, held against git's own answers."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard.ignore import IgnoreFiles, complaint, crowded, patterns

NAMES = st.sampled_from(["a", "b", "ab", "a.b", "!a", "#a", " a", "a ", "[a]", "é", "A", ".a", "a-b"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
USUAL = [
    "a",
    "b",
    "ab",
    ".",
    "*",
    "*.",
    "**",
    "/",
    "/",
    "/",
    "/**/",
    "?",
    "[ab]",
    "[!a]",
    "[a-b]",
    "!",
    "#",
    "\\a",
    "\\ ",
    " ",
]
ODD = [
    "[^a]",
    "[]a]",
    "[!]a]",
    "[z-a]",
    "[a-]",
    "[a",
    "]",
    "[[:alpha:]]",
    "[\\]]",
    "\\",
    "\\*",
    "\t",
    "é",
    "\r",
    "[!a-",
]


def lines_of(atoms: list[str]) -> st.SearchStrategy[list[str]]:
    line = st.lists(st.sampled_from(atoms), max_size=6).map("".join)
    return st.lists(line.filter(lambda each: not crowded(each)), max_size=4)


def answers(top: Path, paths: list[str], files: dict[str, list[str]]) -> tuple[set[str], set[str]]:
    """Of the paths those that git ignores by files of rules in these folders, and those that we leave out."""
    for path in paths:
        with suppress(OSError):  # a name that is a folder already, or a folder that is a file
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).touch()
    found = sorted(str(path.relative_to(top)) for path in top.rglob("*") if path.is_file())
    for folder, lines in files.items():
        for name in (".gitignore", ".secretguardignore") if (top / folder).is_dir() else ():
            (top / folder / name).write_bytes("\n".join(lines).encode() + b"\n")
    git = ["git", "-C", str(top)]
    subprocess.run([*git, "init", "-q", "--template="], check=True)
    asked = "\0".join(found).encode() + b"\0"
    check = [*git, "check-ignore", "--no-index", "--stdin", "-z"]
    said = subprocess.run(check, input=asked, capture_output=True, check=False).stdout.decode()
    own = IgnoreFiles(top)
    return set(said.split("\0")) - {""}, {path for path in found if own.ignored(os.fsencode(path))}


CASE = {"paths": st.lists(PATHS, min_size=1, max_size=6), "folder": PATHS}


@settings(max_examples=150)
@given(top=lines_of(USUAL), inner=lines_of(USUAL), **CASE)
def test_usual_patterns_mean_what_git_says(paths, folder, top, inner):
    with TemporaryDirectory() as place:
        git, own = answers(Path(place), paths, {"": top, folder: inner})
    assert own == git


@settings(max_examples=150)
@given(top=lines_of(USUAL + ODD), inner=lines_of(USUAL + ODD), **CASE)
def test_whatever_a_line_says_nothing_is_left_out_that_git_would_keep(paths, folder, top, inner):
    with TemporaryDirectory() as place:
        git, own = answers(Path(place), paths, {"": top, folder: inner})
    assert own <= git


def test_a_link_on_the_way_is_not_followed(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / ".secretguardignore").write_text("*\n")
    (tmp_path / "top").mkdir()
    (tmp_path / "top" / "link").symlink_to("../outside")
    (tmp_path / "top" / ".secretguardignore").symlink_to("../outside/.secretguardignore")
    assert not IgnoreFiles(tmp_path / "top").ignored(b"link/a")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / ".secretguardignore")
    assert not IgnoreFiles(tmp_path).ignored(b"a")


def test_a_list_of_patterns_also_means_what_lies_below():
    docs = patterns(("docs/", "!docs/keys.md", "*.md"))
    assert docs(b"docs/a/b") and docs(b"docs/keys.md") and docs(b"a.md") and not docs(b"a/docs") and not docs(b"b")


@pytest.mark.parametrize("line", ["a[z", "# a", "", "!", "*a*b*c*d", "a/**/a/**/a/**/b"])
def test_what_is_no_pattern_is_told(line):
    assert complaint(line)
