"""What a repository's configuration says of hooks and merge drivers, and what lies in its folder of hooks."""

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
        if scope == "--global" and os.name == "posix" and not os.environ.get("HOME"):
            continue  # git refuses to look for it then
        value, code = run(repo.where, "config", scope, "--get", KEY, accept=(0, 1))
        if code == 0:
            return value.decode("utf-8", "surrogateescape").rstrip("\n")
    return None


def set_hooks_path(repo: Repository, folder: Path) -> None:
    """Make git look for hooks in ``folder``, in all work trees of the repository. Raises GitError."""
    run(repo.where, "config", "--local", KEY, str(folder))


def merge_driver(repo: Repository, name: str) -> str | None:
    """The command of a merge driver, None where there is none of that name."""
    value, code = run(repo.where, "config", "--local", "--get", f"merge.{name}.driver", accept=(0, 1))
    return value.decode("utf-8", "surrogateescape").rstrip("\n") if code == 0 else None


def set_merge_driver(repo: Repository, name: str, title: str, command: str) -> None:
    """Make git merge the files that .gitattributes gives to ``name`` with ``command``. Raises GitError."""
    run(repo.where, "config", "--local", f"merge.{name}.name", title)
    run(repo.where, "config", "--local", f"merge.{name}.driver", command)


def active_hooks(repo: Repository) -> list[str]:
    """The names of the hooks in the repository's own folder that git would run."""
    try:
        found = sorted((repo.common_dir / "hooks").iterdir())
    except OSError:
        return []
    return [each.name for each in found if each.suffix != ".sample" and each.is_file() and os.access(each, os.X_OK)]
