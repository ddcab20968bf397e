"""The only room that starts git: plumbing commands, bytes in, bytes out.

Nothing in the configuration of a repository or of a user changes what is read, and nothing there is run.
"""

from secretguard.git.changes import (
    EMPTY_TREE,
    Cleanup,
    NewFile,
    cleanup,
    commits_of,
    committed,
    old_sides,
    related,
    resolve,
    staged,
)
from secretguard.git.names import (
    EMPTY,
    GITLINK,
    Head,
    IndexEntry,
    WorkFile,
    detached_heads,
    head,
    ignored_paths,
    index_entries,
    ls_files,
    reflog,
    refs,
    shallow_boundary,
    stashes,
    tree_entries,
    unreached,
)
from secretguard.git.process import Git, GitError, GitMissing
from secretguard.git.repository import NotARepository, Repository
from secretguard.git.store import Catalogue, Ids, Object, described, object_names, objects, present, read_objects, split
from secretguard.git.trees import Change, tree_changes

__all__ = [
    "EMPTY",
    "EMPTY_TREE",
    "GITLINK",
    "Catalogue",
    "Change",
    "Cleanup",
    "Git",
    "GitError",
    "GitMissing",
    "Head",
    "Ids",
    "IndexEntry",
    "NewFile",
    "NotARepository",
    "Object",
    "Repository",
    "WorkFile",
    "cleanup",
    "commits_of",
    "committed",
    "described",
    "detached_heads",
    "head",
    "ignored_paths",
    "index_entries",
    "ls_files",
    "object_names",
    "objects",
    "old_sides",
    "present",
    "read_objects",
    "reflog",
    "refs",
    "related",
    "resolve",
    "shallow_boundary",
    "split",
    "staged",
    "stashes",
    "tree_changes",
    "tree_entries",
    "unreached",
]
