"""What names objects: refs, HEADs, reflogs, stashes, the index, the work tree."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from secretguard.git.listing import listing
from secretguard.git.process import Git, GitError, complaint, records, run, understood
from secretguard.git.repository import Repository, small_file

GITLINK = 0o160000
BROKEN_REF = re.compile(r"^warning: (ignoring broken ref .*)$", re.MULTILINE)
STANDARD = ("--exclude-standard",)  # .gitignore, .git/info/exclude, core.excludesFile
# the empty tree and the empty blob in SHA-1 and SHA-256: git knows them, the store need not have them
EMPTY = frozenset(
    {
        "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    }
)


class Head(NamedTuple):
    """Where HEAD is: the commit (None before the first one) and the branch's full name (None if detached)."""

    oid: str | None
    ref: str | None


class IndexEntry(NamedTuple):
    """One line of the index or of a tree."""

    mode: int
    oid: str
    path: bytes


class WorkFile(NamedTuple):
    """A path below a directory of the work tree; mode 0 is untracked, and then a final slash is a nested repository."""

    path: bytes
    mode: int
    skipped: bool  # left out of a sparse checkout


@understood
def refs(repo: Repository, errors: list[str] | None = None) -> list[tuple[str, str]]:
    """Every ref of the repository: its full name (surrogateescape) and the id it holds, which may be of any type.

    A ref that git can't read gets a line in ``errors``. Raises GitError.
    """
    with Git(repo.where, ["for-each-ref", "--format=%(objectname) %(refname)"]) as git:
        output = git.out.read()
        code, stderr = git.finish()
    if code != 0:
        raise GitError(complaint(stderr, code))
    if errors is not None:
        errors += [f"git: {line}" for line in BROKEN_REF.findall(stderr.decode("utf-8", "replace"))]
    pairs = [line.decode("utf-8", "surrogateescape").partition(" ") for line in records(output, b"\n")]
    return [(name, bytes.fromhex(oid).hex()) for oid, _, name in pairs]


@understood
def head(repo: Repository) -> Head:
    """Where HEAD is. Raises GitError if it can't be told."""
    name, code = run(repo.where, "symbolic-ref", "--quiet", "HEAD", accept=(0, 1))
    oid, found = run(repo.where, "rev-parse", "--quiet", "--verify", "HEAD", accept=(0, 1, 128))
    ref = name.decode("utf-8", "surrogateescape").rstrip("\n") if code == 0 else None
    return Head(bytes.fromhex(oid.decode()).hex() if found == 0 else None, ref)


def detached_heads(repo: Repository) -> list[tuple[str, str]]:
    """The detached HEADs of linked work trees: ``worktrees/<name>/HEAD`` and the commit's id."""
    found = []
    for path in sorted(repo.common_dir.glob("worktrees/*/HEAD")):
        oid = re.match(rb"[0-9a-f]{40,64}$", (small_file(path) or b"").strip())
        if oid:
            found.append((f"worktrees/{path.parent.name}/HEAD", oid[0].decode()))
    return found


def shallow_boundary(repo: Repository) -> frozenset[str]:
    """The commits of a shallow clone whose parents were not fetched."""
    return frozenset((small_file(repo.common_dir / "shallow") or b"").decode("ascii", "replace").split())


@understood
def reflog(repo: Repository) -> list[str]:
    """The commits that stand in any reflog, of any work tree. Those that are gone are left out."""
    output, _ = run(repo.where, "rev-list", "--no-walk=unsorted", "--ignore-missing", "--reflog", accept=(0, 128, 129))
    return output.decode().split()


def state_of(repo: Repository) -> str:
    """A hash of what refs, HEADs, reflogs and the index hold: another one where a sweep might find something else.

    Objects that nothing leads to are not in it. Raises GitError.
    """
    entries = index_entries(repo) if repo.work_tree else []
    held = [refs(repo), head(repo), detached_heads(repo), reflog(repo), stashes(repo), entries]
    return hashlib.sha256(repr(held).encode("utf-8", "surrogateescape")).hexdigest()


@understood
def stashes(repo: Repository) -> list[str]:
    """The commits of the stash list; the newest is refs/stash, the others stand only in its reflog."""
    name = "refs/stash"
    output, _ = run(repo.where, "rev-list", "--ignore-missing", "--walk-reflogs", name, accept=(0, 128, 129))
    return output.decode().split()


@understood
def index_entries(repo: Repository) -> list[IndexEntry]:
    """What the index holds, of every stage, with paths from the top of the work tree."""
    output, _ = run(repo.where, "ls-files", "--stage", "-z", "--full-name")
    return [entry(line) for line in records(output)]


@understood
def tree_entries(repo: Repository, treeish: str) -> list[IndexEntry]:
    """The files of a tree or commit, recursively. Raises GitError if a tree can't be read."""
    output, _ = run(repo.where, "ls-tree", "-r", "-z", "--full-tree", treeish)
    return [entry(line) for line in records(output)]


def entry(line: bytes) -> IndexEntry:
    """``mode oid stage<TAB>path`` of ls-files or ``mode type oid<TAB>path`` of ls-tree."""
    facts, _, path = line.partition(b"\t")
    mode, second, third = facts.split(b" ")
    return IndexEntry(int(mode, 8), (second if len(third) == 1 else third).decode(), path)


@understood
def ls_files(repo: Repository, include_ignored: bool = False) -> list[WorkFile]:
    """What git tracks below ``repo.where.directory`` and what is untracked there and not ignored, sorted by path.

    With ``include_ignored`` all that is untracked.
    """
    args = ("ls-files", "-z", "-t", "--stage", "--cached", "--others")
    output = listing(repo, *args, *(() if include_ignored else STANDARD))
    files = {}
    for line in records(output):
        if line.startswith(b"? "):
            path, mode = line[2:], 0
        else:
            facts, _, path = line[2:].partition(b"\t")
            mode = int(facts.split(b" ", 1)[0], 8)
        files[path] = WorkFile(path, mode, line.startswith(b"S "))
    return [files[path] for path in sorted(files)]


def ignored_paths(repo: Repository) -> list[bytes]:
    """What is untracked below ``repo.where.directory`` and ignored; of an ignored folder its name and a slash only."""
    output = listing(repo, "ls-files", "-z", "--others", "--ignored", "--directory", *STANDARD)
    return sorted(records(output))


@understood
def unreached(repo: Repository, oids: set[str]) -> set[str]:
    """Those of the missing objects ``oids`` that no ref, reflog or index entry leads to. Walks the whole history."""
    args = ("rev-list", "--objects", "--missing=print", "--no-object-names", "--all", "--reflog", "--indexed-objects")
    try:
        output, _ = run(repo.where, *args)
    except GitError:  # a missing commit ends it: then every one of them counts as reached
        return set()
    reached = {line[1:] for line in map(bytes.decode, records(output, b"\n")) if line.startswith("?")}
    return oids - reached
