"""What git lists of a work tree. It reads patterns from files there, and would wait for ever for a pipe among them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

from secretguard.git.process import Git, GitError, complaint
from secretguard.git.repository import Repository

PATIENCE = 5.0  # seconds until somebody looks what git may be waiting for
RULES = ".gitignore"


def listing(repo: Repository, *args: str) -> bytes:
    """The output of git in a work tree. Raises GitError; for a pipe in place of a file of patterns after a while."""
    pipes: list[Path] = []
    with Git(repo.where, args) as git:

        def look() -> None:
            pipes.extend(waited_for(repo))
            if pipes:
                git.kill()

        timer = Timer(PATIENCE, look)
        timer.start()
        try:
            output = git.out.read()
            code, stderr = git.finish()
        finally:
            timer.cancel()
    if pipes:
        raise GitError(f"{pipes[0]}: a named pipe, for which git would wait; remove it")
    if code != 0:
        raise GitError(complaint(stderr, code))
    return output


def waited_for(repo: Repository) -> Iterator[Path]:
    """The pipes that stand where git reads patterns of a repository with a work tree."""
    places = [repo.common_dir / "info" / "exclude"]
    for folder, folders, names in os.walk(repo.work_tree or repo.git_dir):
        folders[:] = [name for name in folders if name != ".git"]
        places += [Path(folder, RULES)] if RULES in names else []
    for place in places:
        if place.exists() and stat.S_ISFIFO(place.lstat().st_mode):
            yield place
