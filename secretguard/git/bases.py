"""What a range of commits rests on: whether its ends are here, where branches stand, and where the history is cut."""

from __future__ import annotations

from secretguard.git.names import shallow_boundary
from secretguard.git.process import run
from secretguard.git.repository import Repository

USUAL = ("main", "master")


def commit_of(repo: Repository, name: str) -> str | None:
    """The full id of the commit that a name or an id (a cut one too) means, or None if it is not here."""
    if name.startswith("-"):
        return None
    output, code = run(repo.where, "rev-parse", "--quiet", "--verify", f"{name}^{{commit}}", accept=(0, 1, 128))
    return output.decode().strip() if code == 0 else None


def branch_tip(repo: Repository, branch: str) -> str | None:
    """Where the remote's branch of that name stood when it was fetched; else the local branch."""
    found = (commit_of(repo, f"{place}{branch}") for place in ("refs/remotes/origin/", "refs/heads/"))
    return next((oid for oid in found if oid), None)


def default_branch(repo: Repository) -> str | None:
    """The remote's default branch as the clone knows it, or the usual name that is there."""
    name, code = run(repo.where, "symbolic-ref", "--quiet", "refs/remotes/origin/HEAD", accept=(0, 1, 128))
    if code == 0:
        return name.decode("utf-8", "surrogateescape").strip().removeprefix("refs/remotes/origin/")
    return next((branch for branch in USUAL if branch_tip(repo, branch)), None)


def contains(repo: Repository, outer: str, inner: str) -> bool:
    """Whether commit ``inner`` is in the history of commit ``outer``."""
    _, code = run(repo.where, "merge-base", "--is-ancestor", inner, outer, accept=(0, 1))
    return code == 0


def is_cut(repo: Repository, base: str | None, head: str) -> bool:
    """Whether a shallow clone's boundary lies within the commits that ``head`` has and ``base`` has not."""
    boundary = shallow_boundary(repo) if repo.shallow else frozenset()
    if not boundary:
        return False
    output, _ = run(repo.where, "rev-list", head, *([f"^{base}"] if base else []), "--")
    return not boundary.isdisjoint(output.decode().split())
