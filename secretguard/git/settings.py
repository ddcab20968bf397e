"""The hooks that a repository runs: where git looks for them, and what lies there."""

from __future__ import annotations

import os
from pathlib import Path

from secretguard.git.process import run
from secretguard.git.repository import Repository

KEY = "core.hooksPath"
# We give git a core.hooksPath of our own with every call, so each file is asked by itself, the strongest first.
SCOPES = ("--local", "--global", "--system")


def hooks_path(repo: Repository) -> str | None:
    """What core.hooksPath is set to for this repository, by itself, its user or its machine; None if it isn't."""
    for scope in SCOPES:
        value, code = run(repo.where, "config", scope, "--get", KEY, accept=(0, 1))
        if code == 0:
            return value.decode("utf-8", "surrogateescape").rstrip("\n")
    return None


def set_hooks_path(repo: Repository, folder: Path) -> None:
    """Make git look for hooks in ``folder``, in all work trees of the repository. Raises GitError."""
    run(repo.where, "config", "--local", KEY, str(folder))


def active_hooks(repo: Repository) -> list[str]:
    """The names of the hooks in the repository's own folder that git would run."""
    try:
        found = sorted((repo.common_dir / "hooks").iterdir())
    except OSError:
        return []
    return [each.name for each in found if each.suffix != ".sample" and each.is_file() and os.access(each, os.X_OK)]
