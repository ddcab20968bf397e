"""No six characters of a secret in a row leave the process: by any door, in any form, on any way out."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard import waves
from secretguard.checks.samples import fill
from secretguard.cli import main
from secretguard.model import Fragment, OriginKind, mask_of
from secretguard.reports import REPORTS
from secretguard.scan import Scanner

RUN = 6
TEMPLATES = ("BINANCE_API_SECRET=<base62:64>", "BINANCE_API_KEY=<base62:64>", "KUCOIN_API_SECRET=<uuid>")
WRAPPER = """#!/bin/sh
{{ printf '%s\\n' "$@"; env; }} >> '{log}'
exec '{git}' "$@"
"""
CRASH = "the words of a crash quote "


class Planted:
    """A repository with secrets in every place that git knows, a git that writes down what it is told, and a log."""

    def __init__(self, repo, folder: Path) -> None:
        self.repo, self.log, self.cache = repo, folder / "log", folder / "cache"
        self.clean: set[bytes] = set()  # what was looked at and leaks nothing
        self.lines = [fill(TEMPLATES[n % len(TEMPLATES)], f"leak {n}") for n in range(14)]
        self.values = [line.partition("=")[2] for line in self.lines]
        self.folder = folder
        self.base = repo.commit({"readme": "nothing\n"})
        name = iter(self.lines)
        repo.commit(
            {"config.env": f"{next(name)}\n{next(name)}\n", next(name): "x\n", f"{next(name)}/x": "y\n"}, next(name)
        )
        repo.git("tag", "-a", next(name), "-m", next(name))
        repo.git("branch", next(name))
        repo.git("notes", "add", "-m", next(name))
        author = {"GIT_AUTHOR_NAME": next(name), "GIT_AUTHOR_EMAIL": next(name)}
        repo.write({"other.env": next(name) + "\n"})
        repo.git("add", "-A")
        repo.git("commit", "-qm", "by somebody", **author)
        repo.write({"staged.env": next(name) + "\n", "MESSAGE": next(name) + "\n"})
        repo.git("add", "staged.env")

    def runs(self) -> Iterator[bytes]:
        """Every run of six characters of every secret; a UUID's dashes and digits alone are nobody's secret."""
        for value in self.values:
            yield from (value[at : at + RUN].encode() for at in range(len(value) - RUN + 1))


@pytest.fixture
def planted(repo, compiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planted:
    made = Planted(repo, tmp_path)
    shutil.copytree(compiled, made.cache)
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(WRAPPER.format(log=made.log, git=shutil.which("git")))
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SECRETGUARD_CACHE", str(made.cache))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(repo.path)
    return made


Told = Callable[..., tuple[int, str]]


@pytest.fixture
def told(planted: Planted, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """Runs the command line; its exit code and all it said."""

    def run(*args: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["secretguard", *args])
        with pytest.raises(SystemExit) as end:
            main()
        return int(end.value.code or 0), "".join(capfd.readouterr())

    return run


def leaks(planted: Planted, said: str) -> list[str]:
    """The runs of secrets in what was said and in all that was kept, logged or handed to another program."""
    kept = [planted.cache, planted.repo.path / ".git" / "secretguard", planted.log]
    files = [path for place in kept for path in (place.rglob("*") if place.is_dir() else [place]) if path.is_file()]
    texts = {said.encode("utf-8", "surrogateescape"), *(path.read_bytes() for path in files)} - planted.clean
    found = [run.decode() for run in planted.runs() if any(run in text for text in texts)]
    if not found:
        planted.clean |= texts
    return found


DOORS = {
    "files": ("scan", "."),
    "staged": ("scan", "--staged"),
    "range": ("scan", "--range", "HEAD~2..HEAD"),
    "sweep": ("sweep", "--jobs", "1"),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_report_of_any_door_leaks(door: str, planted: Planted, told: Told) -> None:
    for form in REPORTS if door == "staged" else ("human",):
        code, said = told(*DOORS[door], "--format", form)
        assert code == 1, said
        assert not leaks(planted, said), form


def test_hooks_and_the_rest_do_not_leak(planted: Planted, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    for args in (
        ("hook", "pre-commit"),
        ("hook", "commit-msg", "MESSAGE"),
        ("ci", "--base", planted.base, "--head", "HEAD"),
        ("explain", "config.env:1"),
        ("sweep", "--jobs", "2"),
        ("scan", "--no-vectorscan", "config.env"),
        ("rules", "list"),
        ("--help",),
    ):
        _, said = told(*args)
        assert said
        assert not leaks(planted, said), args


def test_processes_that_share_a_tree_do_not_leak(planted: Planted, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waves, "SMALL", 0)

    code, said = told("scan", ".", "--jobs", "2")

    assert code == 1, said
    assert not leaks(planted, said)
    assert not [path for path in planted.folder.iterdir() if path.name.startswith(("tmp", "pymp-"))]


def test_errors_that_quote_a_name_do_not_leak(planted: Planted, told: Told) -> None:
    line = planted.lines[0]
    (planted.repo.path / f"{line}.env").symlink_to("loop")
    for args in (
        ("scan", f"nowhere/{line}"),
        ("scan", "--range", f"{line}..HEAD"),
        ("sweep", line),
        ("hook", "commit-msg", line),
        ("explain", f"{line}:99999"),
        ("explain", line),
    ):
        code, said = told(*args)
        assert code == 2, (args, said)
        assert not leaks(planted, said), args
        assert len(said.splitlines()) < 8


@pytest.mark.parametrize(
    "args", [("scan", "."), ("sweep", "--jobs", "1"), ("sweep", "--jobs", "2"), ("hook", "pre-commit")]
)
def test_a_crash_quotes_nothing(
    args: tuple[str, ...], planted: Planted, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = Scanner.scan

    def crash(*args: Any, **options: Any) -> Any:
        if isinstance(args[1], Fragment) and args[1].origin.kind is OriginKind.TREE:
            return scan(*args, **options)  # how names are masked that an error quotes
        raise ValueError(CRASH + planted.values[0])

    for place in ("scan", "report"):
        with monkeypatch.context() as patch:
            patch.setattr(Scanner, place, crash)
            code, said = told(*args)
        assert code == 2, said
        assert not leaks(planted, said)
        assert CRASH not in said
        assert "Traceback" not in said


def test_secrets_that_are_asked_for_are_in_a_file_for_the_owner_alone(planted: Planted, told: Told) -> None:
    target = planted.folder / "report.json"
    target.write_text("older, and for everybody")
    target.chmod(0o644)

    told("scan", "config.env", "--format", "json", "--show-secrets", "--output", str(target))

    assert planted.values[0] in target.read_text()
    assert target.stat().st_mode & 0o777 == 0o600
    assert not leaks(planted, "")


def test_caches_are_for_the_owner_alone(planted: Planted, told: Told) -> None:
    shutil.rmtree(planted.cache)
    _, said = told("sweep", "--jobs", "1")
    folders = [planted.cache, planted.repo.path / ".git" / "secretguard"]

    for path in [path for folder in folders for path in (folder, *folder.rglob("*"))]:
        assert path.stat().st_mode & 0o077 == 0, path
    assert list(planted.cache.iterdir())
    assert not leaks(planted, said)


@given(st.text(min_size=1, max_size=200))
def test_no_mask_has_six_characters_of_its_secret_in_a_row(value: str) -> None:
    mask = mask_of(value)
    own = {str(len(value)), str(len(value.split()))}

    shown = re.sub(
        r"\((\d+) (?:characters|words)\)|\*{10}", lambda m: "" if m[1] is None or m[1] in own else m[0], mask
    )
    assert not any(value[at : at + RUN] in shown for at in range(len(value) - RUN + 1))
