"""How git merges baselines."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from secretguard.baseline.header import NAME
from secretguard.git import Repository
from secretguard.git.settings import merge_driver, set_merge_driver
from secretguard.init.step import Step, text_of, top_of, write

DRIVER = "secretguard"
MERGE = f"{DRIVER} baseline merge %O %A %B %P"
ATTRIBUTES = f"{NAME} merge={DRIVER} text eol=lf"


def merge_step(repo: Repository) -> Step:
    """Let git merge baselines by entries: a line of .gitattributes, which is shared, and a command, which is not."""
    path = top_of(repo) / ".gitattributes"
    text = text_of(path) if path.exists() or path.is_symlink() else ""
    attributed = f"merge={DRIVER}" in text
    if attributed and merge_driver(repo, DRIVER) == MERGE:
        return Step(f"{NAME} is merged by secretguard already")
    end = "\r\n" if "\r\n" in text else "\n"
    line = "" if attributed else ("" if not text or text.endswith("\n") else end) + ATTRIBUTES + end
    return Step(f"merge {NAME} by secretguard (.gitattributes, git config)", partial(_driver, repo, path, text + line))


def _driver(repo: Repository, path: Path, text: str) -> None:
    set_merge_driver(repo, DRIVER, "accepted secrets, entry by entry", MERGE)
    write(path, text)
