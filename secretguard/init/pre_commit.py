"""The configuration of pre-commit."""

from __future__ import annotations

import re
from functools import partial

from secretguard.git import Repository
from secretguard.init.hooks import HOOKS
from secretguard.init.step import ByHand, Step, text_of, top_of, write

CONFIG = ".pre-commit-config.yaml"

LOCAL = """\
- repo: local
  hooks:
    - id: secretguard
      name: secretguard (staged changes)
      entry: secretguard hook pre-commit
      language: system
      stages: [pre-commit]
      pass_filenames: false
      always_run: true
    - id: secretguard-commit-msg
      name: secretguard (commit message)
      entry: secretguard hook commit-msg
      language: system
      stages: [commit-msg]
      always_run: true
    - id: secretguard-pre-push
      name: secretguard (what is pushed)
      entry: secretguard hook pre-push
      language: system
      stages: [pre-push]
      pass_filenames: false
      always_run: true
"""
REMOTE = """\
- repo: {url}
  rev: {rev}
  hooks:
    - id: secretguard
    - id: secretguard-commit-msg
    - id: secretguard-pre-push
"""
TYPES = f"default_install_hook_types: [{', '.join(HOOKS)}]\n"
INSTALL = f"pre-commit install {' '.join(f'-t {name}' for name in HOOKS)}"
_PRESENT = re.compile(r"secretguard hook pre-commit|^[ -]*id:[ ]*['\"]?secretguard['\"]?[ ]*(?:#.*)?$", re.MULTILINE)
_KEY = re.compile(r"[A-Za-z_]+:")
_REPOS = re.compile(r"^repos:[ \t]*(?:#.*)?\r?$", re.MULTILINE)


def config_step(repo: Repository, url: str | None, rev: str | None) -> Step:
    """Write or extend .pre-commit-config.yaml. Raises ByHand where that is not safe."""
    path = top_of(repo) / CONFIG
    entry = REMOTE.format(url=url, rev=rev) if url else LOCAL
    if not path.exists() and not path.is_symlink():
        text = TYPES + "repos:\n" + _indented(entry, "  ")
        return Step(f"write {CONFIG}; then run: {INSTALL}", partial(write, path, text))
    text = text_of(path)
    if in_pre_commit(text):
        return Step(f"{CONFIG} has secretguard already")
    extended = with_entry(text, entry)
    if extended is None:
        raise ByHand(f"{CONFIG} can't be extended safely as it is written: add these lines under repos:", entry)
    return Step(f"add secretguard to {CONFIG}; then run: {INSTALL}", partial(write, path, extended))


def in_pre_commit(text: str) -> bool:
    """Whether a configuration of pre-commit's names secretguard."""
    return _PRESENT.search(text) is not None


def lacking(text: str) -> list[str]:
    """The hooks beside pre-commit that a configuration of pre-commit's has no call of ours for."""
    return [name for name in HOOKS[1:] if not re.search(rf"secretguard(?:-| hook ){name}\b", text)]


def with_entry(text: str, entry: str) -> str | None:
    """The text with the entry as the last of ``repos:``, all else as it was; None if its place is not certain."""
    if len(_REPOS.findall(text)) != 1 or "\t" in text:
        return None
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    start = next(at for at, line in enumerate(lines) if _REPOS.match(line.rstrip()))
    indent, last = None, start
    for at in range(start + 1, len(lines)):
        line = lines[at].rstrip()
        depth = len(line) - len(line.lstrip())
        if not line or (line.lstrip().startswith("#") and depth <= (indent or 0)):
            continue
        if indent is None:
            if not line.lstrip().startswith("- "):
                return None
            indent = depth
        if depth < indent or (depth == indent and not line.lstrip().startswith("- ")):
            if not _KEY.match(line):
                return None
            break
        last = at
    if indent is None or any(line.startswith(("---", "...")) for line in lines[start:]):
        return None
    added = _indented(entry, " " * indent).replace("\n", end)
    before = "".join(lines[: last + 1])
    return before + ("" if before.endswith("\n") else end) + added + "".join(lines[last + 1 :])


def _indented(entry: str, indent: str) -> str:
    return "".join(indent + line for line in entry.splitlines(keepends=True))
