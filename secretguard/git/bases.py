"""What a range of commits rests on when its base is told by name, or not at all: the branches of a remote."""

from __future__ import annotations

from secretguard.git.changes import resolve
from secretguard.git.process import records, run
from secretguard.git.repository import Repository

REMOTE = "refs/remotes/origin/"
USUAL = ("main", "master")


def commit_of(repo: Repository, *names: str) -> str | None:
    """The id of the commit that the first of the names means that means one here (an id may be cut); else None."""
    found = resolve(repo, [f"{name}^{{commit}}" for name in names])
    return next((each[0] for each in found if each), None)


def branch_tip(repo: Repository, branch: str) -> str | None:
    """Where the remote's branch of that name stood when it was fetched; else the local branch."""
    return commit_of(repo, REMOTE + branch, f"refs/heads/{branch}")


def default_branch(repo: Repository) -> str | None:
    """The remote's default branch as the clone knows it, else the usual name that is there."""
    name, code = run(repo.where, "symbolic-ref", "--quiet", REMOTE + "HEAD", accept=(0, 1))
    if code == 0:
        return name.decode("utf-8", "surrogateescape").rstrip("\n").removeprefix(REMOTE)
    return next((branch for branch in USUAL if branch_tip(repo, branch)), None)


def held_by(repo: Repository, remote: str) -> list[str]:
    """What a remote is known to have, as options of rev-list: the refs that a fetch from it writes, and no others.

    ``refs/remotes/a/b/main`` may be of remote ``a`` or of ``a/b``: where two could have written it, it counts for none.
    """
    output, _ = run(repo.where, "config", "-z", "--get-regexp", r"^remote\..*\.fetch$", accept=(0, 1))
    own: list[str] = []
    others: list[str] = []
    for entry in [each.decode("utf-8", "surrogateescape") for each in records(output)]:
        key, _, refspec = entry.partition("\n")
        target = refspec.partition(":")[2]
        if target.startswith("refs/remotes/"):  # a mirror's refs are written by us as well
            (own if key == f"remote.{remote}.fetch" else others).append(target)
    excluded = [f"--exclude={target}" for target in others]
    globs = [f"--glob={each if '*' in each else f'{each[:-1]}[{each[-1]}]'}" for each in own]
    return [option for glob in globs or [f"--glob=refs/remotes/{remote}/*"] for option in (*excluded, glob)]


def contains(repo: Repository, outer: str, inner: str) -> bool:
    """Whether commit ``inner`` is in the history of commit ``outer``."""
    _, code = run(repo.where, "merge-base", "--is-ancestor", inner, outer, accept=(0, 1))
    return code == 0
