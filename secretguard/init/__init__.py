"""Setting a repository up: what there is to do, as steps that say what they do before they do it. Nothing twice."""

from __future__ import annotations

from secretguard.git import Repository
from secretguard.init.hooks import (
    CALL,
    CALL_FIRST,
    FOLDER,
    HOOKS,
    calling,
    calls,
    hook_file,
    hook_step,
    in_place,
    runs,
    text_in,
    with_call,
)
from secretguard.init.ignored import IGNORED, NEVER, ignore_step, tracked
from secretguard.init.merging import merge_step
from secretguard.init.pre_commit import CONFIG, INSTALL, LOCAL, config_step, in_pre_commit, lacking, with_entry
from secretguard.init.step import ByHand, Step, repository, top_of

__all__ = [
    "CALL",
    "CALL_FIRST",
    "CONFIG",
    "FOLDER",
    "HOOKS",
    "IGNORED",
    "INSTALL",
    "LOCAL",
    "NEVER",
    "WAYS",
    "ByHand",
    "Step",
    "calling",
    "calls",
    "config_step",
    "hook_file",
    "hook_step",
    "ignore_step",
    "in_pre_commit",
    "lacking",
    "merge_step",
    "repository",
    "runs",
    "text_in",
    "top_of",
    "tracked",
    "usual_way",
    "with_call",
    "with_entry",
]

WAYS = ("hooks", "pre-commit")


def usual_way(repo: Repository) -> str | None:
    """How the repository has its hooks already, or None if it has none."""
    if (top_of(repo) / CONFIG).exists():
        return "pre-commit"
    return "hooks" if in_place(repo) else None
