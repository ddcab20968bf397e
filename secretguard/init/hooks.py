"""Hooks of git's own, in a folder that core.hooksPath names."""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path

from secretguard.config import shipped
from secretguard.git import Repository
from secretguard.git.settings import active_hooks, hooks_path, set_hooks_path
from secretguard.init.step import Step, top_of
from secretguard.model import UserError
from secretguard.regular import TooLarge, read

FOLDER = "secretguard-hooks"  # in the git directory: git runs what lies there, and nobody commits it
HOOKS = ("pre-commit", "commit-msg", "pre-push")
CALL = "secretguard hook pre-commit || exit"  # in a hook of one's own
CALL_FIRST = f"put '{CALL}' after the first line (#!) of the pre-commit there"  # what stands at its end may never run
# What else stands in a hook for pushes, as of git-lfs, reads the same standard input.
PUSHED = 'refs=$(cat) && printf %s "$refs" | secretguard hook pre-push "$@" || exit\nexec <<END\n$refs\nEND'
CALLS = {"pre-commit": CALL, "commit-msg": 'secretguard hook commit-msg "$@" || exit', "pre-push": PUSHED}
LONGEST = 1 << 20  # bytes of a hook
_CALLS = re.compile(rb"^(?![ \t]*#).*secretguard", re.MULTILINE)
_SHELL = re.compile(rb"(?!#!)|#![ \t]*(?:/[\w./-]*/(?:env[ \t]+)?)?(?:ba|da|k|z|a)?sh\b[^\n]*\n")


def in_place(repo: Repository) -> bool:
    """Whether git runs the hooks of this folder."""
    return hooks_path(repo) == str(_folder(repo))


def _folder(repo: Repository) -> Path:
    return repo.common_dir.resolve() / FOLDER


def hook_step(repo: Repository) -> Step:
    """Set core.hooksPath. Raises UserError where that would put other hooks out of use."""
    folder, current = _folder(repo), hooks_path(repo)
    scripts, script = shims(), hook_file(repo)
    if script.parent != folder and calls(text_in(script) or b"") and runs(script):
        return Step(f"{script} calls secretguard already")
    if current is not None and current != str(folder):
        raise UserError(f"core.hooksPath is {current}, which stays: run 'secretguard doctor --fix', or {CALL_FIRST}")
    active = active_hooks(repo)
    if active and current is None:
        names = ", ".join(active)
        raise UserError(
            f"{repo.common_dir / 'hooks'} has hooks that would no longer run ({names}): "
            "run 'secretguard doctor --fix', which puts ours beside them, or use --with pre-commit"
        )
    if current and all(_same(folder / name, text) for name, text in scripts.items()):
        return Step(f"core.hooksPath is {folder} already")
    names = ", ".join(scripts)
    return Step(f"set core.hooksPath to {folder} ({names}), in all work trees", partial(_hook, repo, folder, scripts))


def calling(name: str) -> bytes:
    """A hook that does nothing but call secretguard."""
    return f'#!/bin/sh\nexec secretguard hook {name} "$@"\n'.encode()


def hook_file(repo: Repository) -> Path:
    """The file that git runs before a commit, whether it is there or not; husky's own runs the one beside it."""
    folder = hooks_path(repo)
    if folder is None:
        return repo.common_dir / "hooks" / "pre-commit"
    path = Path(top_of(repo), os.path.expanduser(folder))  # noqa: PTH111 - git expands the same
    return path.parent / "pre-commit" if path.name == "_" and path.parent.name == ".husky" else path / "pre-commit"


def text_in(script: Path) -> bytes | None:
    """What is in a hook, with one LF behind it; None for what can't be read."""
    try:
        return read(bytes(script.resolve()), LONGEST)
    except (OSError, RuntimeError, TooLarge):
        return None


def runs(script: Path) -> bool:
    """Whether git runs a hook that is there."""
    return os.name != "posix" or os.access(script, os.X_OK)


def calls(text: bytes) -> re.Match[bytes] | None:
    """Where a hook calls secretguard."""
    return _CALLS.search(text)


def with_call(script: bytes, name: str) -> bytes | None:
    """A hook of one's own that calls secretguard before all else; None for what is no shell script."""
    head = _SHELL.match(script)
    if head is None or b"\0" in script:
        return None
    return script[: head.end()] + CALLS[name].encode() + b"\n" + script[head.end() :]


def _same(path: Path, text: bytes) -> bool:
    return path.is_file() and os.access(path, os.X_OK) and path.read_bytes() == text


def _hook(repo: Repository, folder: Path, scripts: dict[str, bytes]) -> None:
    try:
        folder.mkdir(exist_ok=True)
        for name, text in scripts.items():
            (folder / name).write_bytes(text)
            (folder / name).chmod(0o755)
    except OSError as error:
        raise UserError(f"{folder}: can't be written: {error.strerror}") from None
    set_hooks_path(repo, folder)


def shims() -> dict[str, bytes]:
    """The scripts that git runs.

    Copied rather than pointed to: an installed file is not executable, and git passes such a hook over.
    Raises UserError where the installation lacks them.
    """
    folder = shipped("hooks", HOOKS[0])
    return {name: (folder / name).read_bytes() for name in HOOKS}
