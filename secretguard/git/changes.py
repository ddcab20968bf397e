"""What the index or a run of commits brings that no parent has, and what was there before."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from secretguard.git.names import GITLINK, head
from secretguard.git.process import DAMAGED, GitError, records, run, understood
from secretguard.git.repository import Repository, small_file

EMPTY_TREE = {
    20: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    32: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
RAW = ("--raw", "-z", "--no-abbrev")
RENAMES = ("-M", "-l1000")  # among more files than this git pairs only those of the same content
OID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
TYPES = ("blob", "commit", "tag", "tree")


class NewFile(NamedTuple):
    """A file that no parent has as it is: of a commit, or of the index (``commit`` None).

    ``added``: no parent has anything at its path. The content of a link is its text.
    """

    commit: str | None
    path: bytes
    oid: str
    added: bool


class Row(NamedTuple):
    """One line of git's raw output. ``old`` is the side of the only parent; ``status`` has a letter for each parent."""

    commit: str | None
    path: bytes
    mode: int
    oid: str
    old: str
    status: str


def staged(repo: Repository) -> list[NewFile]:
    """What the next commit brings: the index against HEAD, and in a merge against each other parent too.

    Raises GitError: an index that can't be read, unmerged paths, a bare repository that has no index.
    """
    if repo.bare:
        refuse_without_index(repo)
    first, *others = [
        {row.path: row for row in index_rows(repo, parent, "--no-renames")} for parent in index_parents(repo)
    ]
    return [
        NewFile(None, row.path, row.oid, all(side[row.path].status == "A" for side in (first, *others)))
        for row in first.values()
        if readable(row) and all(row.path in side for side in others)
    ]


def refuse_without_index(repo: Repository) -> None:
    """Raise GitError where nothing can be staged. Scripts give a bare repository an index, and GIT_INDEX_FILE may."""
    path, _ = run(repo.where, "rev-parse", "--git-path", "index")
    if not Path(repo.where.directory, os.fsdecode(path.removesuffix(b"\n"))).exists():
        raise GitError(f"{repo.git_dir}: a bare repository without an index, in which nothing can be staged")


def committed(repo: Repository, commits: Sequence[str]) -> list[NewFile]:
    """What the commits bring that none of their parents has, commit by commit. Raises GitError."""
    rows = commit_rows(repo, commits, "-c", "--no-renames")
    return [NewFile(row.commit, row.path, row.oid, not row.status.strip("A")) for row in rows if readable(row)]


def old_sides(repo: Repository, files: Iterable[NewFile]) -> dict[NewFile, list[str]]:
    """The blobs that the files were made from: one for each parent that has the file, or one renamed to it.

    A copy has none, nor has what was of another type (a link that became a file). Raises GitError.
    """
    found: dict[tuple[str | None, bytes], list[str]] = {}
    files = list(files)
    commits = list(dict.fromkeys(file.commit for file in files if file.commit))
    rows = list(commit_rows(repo, commits, "-m", *RENAMES)) if commits else []
    if any(file.commit is None for file in files):
        rows += [row for parent in index_parents(repo) for row in index_rows(repo, parent, *RENAMES)]
    for row in rows:
        if row.status[0] in "MR":
            found.setdefault((row.commit, row.path), []).append(row.old)
    return {file: found.get((file.commit, file.path), []) for file in files}


def readable(row: Row) -> bool:
    """Whether the new side is content: it is there, and is no submodule."""
    return row.mode not in (0, GITLINK)


def index_parents(repo: Repository) -> list[str]:
    """What the next commit will have as parents, as far as the index's git directory tells. Raises GitError."""
    merged = (small_file(repo.git_dir / "MERGE_HEAD") or b"").decode("ascii", "replace").split()
    if not all(map(OID.fullmatch, merged)):
        raise GitError("MERGE_HEAD can't be read: it is damaged")
    return ["HEAD", *merged]


def index_rows(repo: Repository, parent: str, *options: str) -> list[Row]:
    """The index against a commit; against nothing if that is HEAD and there is no commit yet. Raises GitError."""
    args = ("diff-index", "--cached", *RAW, *options)
    try:
        output, _ = run(repo.where, *args, parent, "--")
    except GitError:
        if parent != "HEAD" or head(repo).oid is not None:
            raise
        output, _ = run(repo.where, *args, EMPTY_TREE[repo.id_size], "--")
    found = rows_of(output)
    unmerged = sorted({row.path.decode(errors="surrogateescape") for row in found if "U" in row.status})
    if unmerged:
        more = f" and {len(unmerged) - 1} more" if unmerged[1:] else ""
        raise GitError(f"unmerged: {unmerged[0]}{more}; resolve the conflict and 'git add' the file first")
    if not all(row.path and (row.mode or row.status == "D") for row in found):  # git reads past the end of a cut one
        raise GitError("the index is damaged; 'git reset' makes a new one from HEAD")
    return found


def commit_rows(repo: Repository, commits: Sequence[str], *options: str) -> list[Row]:
    """Each commit against its parents, or against nothing if it has none."""
    feed = "".join(f"{oid}\n" for oid in commits).encode()
    output, _ = run(repo.where, "diff-tree", "--stdin", "-r", "--root", *RAW, *options, feed=feed)
    return rows_of(output)


@understood
def rows_of(output: bytes) -> list[Row]:
    """Raw output with -z: ``commit``, then for each of its files ``:modes ids status``, ``path`` and a new path."""
    commit = None
    found = []
    tokens = iter(records(output))
    for token in tokens:
        if not token.startswith(b":"):
            commit = token.decode().strip()
            if not OID.fullmatch(commit):
                raise ValueError
            continue
        parents = len(token) - len(token.lstrip(b":"))
        fields = token.decode().lstrip(":").split(" ")
        modes, oids, status = fields[: parents + 1], fields[parents + 1 : -1], fields[-1]
        if not all(map(OID.fullmatch, oids)):
            raise ValueError
        path = next(tokens)
        if status[0] in "RC" and parents == 1:
            path = next(tokens)
        letters = status if parents > 1 else status[0]
        found.append(Row(commit, path, int(modes[-1], 8), oids[-1], oids[0], letters))
    return found


def resolve(repo: Repository, names: Sequence[str]) -> list[tuple[str, str] | None]:
    """The id and the type of the object that each name stands for; None where there is no such thing here."""
    feed = "".join(name.replace("\n", " ") + "\n" for name in names).encode("utf-8", "surrogateescape")
    output, _ = run(repo.where, "cat-file", "--batch-check=%(objectname) %(objecttype)", feed=feed)
    lines = [line.decode("utf-8", "replace").split(" ") for line in records(output, b"\n")]
    if len(lines) != len(names):
        raise GitError(DAMAGED)
    return [(line[0], line[1]) if OID.fullmatch(line[0]) and line[1] in TYPES else None for line in lines]


@understood
def commits_of(repo: Repository, tips: Iterable[str], known: Iterable[str], *options: str) -> list[str]:
    """The commits that ``tips`` reach and ``known`` don't, parents first.

    ``options``: what else is known, as in ``--remotes=origin``. Raises GitError.
    """
    feed = "".join([*(f"{oid}\n" for oid in tips), *(f"^{oid}\n" for oid in known)]).encode()
    args = ("rev-list", "--topo-order", "--reverse", "--stdin", *(("--not", *options) if options else ()))
    output, _ = run(repo.where, *args, feed=feed)
    return [line.decode() for line in records(output, b"\n")]


def related(repo: Repository, one: str, other: str) -> bool:
    """Whether two commits have an ancestor in common. Raises GitError."""
    _, code = run(repo.where, "merge-base", one, other, accept=(0, 1))
    return code == 0


class Cleanup(NamedTuple):
    """What git does to a message behind its editor.

    ``mark`` begins a line of comment (``core.commentChar``, which may be ``auto``); ``mode`` is ``commit.cleanup``.
    """

    mark: bytes = b"#"
    mode: bytes = b"default"


def cleanup(repo: Repository) -> Cleanup:
    """How the configuration has messages cleaned; what an option of ``git commit`` says, no hook is told."""
    wanted = r"^(core\.comment(char|string)|commit\.cleanup)$"
    output, _ = run(repo.where, "config", "-z", "--get-regexp", wanted, accept=(0, 1))
    entries = [entry.partition(b"\n")[::2] for entry in records(output)]
    modes = [value for key, value in entries if key == b"commit.cleanup" and value]
    marks = [value for key, value in entries if key != b"commit.cleanup" and value]
    return Cleanup(*marks[-1:] or (b"#",), *modes[-1:] or (b"default",))
