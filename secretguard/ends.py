"""From what a CI run is about to two commits that are here. What is missing is an error with the command that mends it.

Where the commit before a push is not known, more is read, never less: what the default branch has not, or all.
"""

from __future__ import annotations

from dataclasses import dataclass

from secretguard.ci import Range
from secretguard.git import Repository, commits_of, resolve, shallow_boundary
from secretguard.git.bases import branch_tip, commit_of, contains, default_branch
from secretguard.git.fetching import UNSHALLOW, absent, tracking
from secretguard.model import UserError


@dataclass(frozen=True, slots=True)
class Ends:
    """The commits that ``head`` has and ``base`` has not (all of its history if None), and why these, in words.

    ``head`` may be a tag: its text is new as well.
    """

    head: str
    base: str | None
    why: str


def ends_of(repo: Repository, wanted: Range) -> Ends:
    """The ends of the range, both of them here and the history between them whole. Raises UserError, GitError."""
    head = commit_of(repo, wanted.head)
    if head is None:
        raise _shallow(wanted) if repo.shallow else UserError(absent(repo, wanted.head))
    base, why = _base(repo, wanted, head)
    known = [base] if base else []
    if repo.shallow and not shallow_boundary(repo).isdisjoint(commits_of(repo, [head], known)):
        raise _shallow(wanted)
    (tip,) = resolve(repo, [wanted.head])
    return Ends(tip[0] if tip else head, base, f"{wanted.what}: {why}")


def refuse_shallow(repo: Repository, wanted: Range) -> None:
    """Raise UserError if all there is should be read and the clone has only the end of it."""
    if repo.shallow:
        raise _shallow(wanted)


def _base(repo: Repository, wanted: Range, head: str) -> tuple[str | None, str]:
    if wanted.base is not None:
        found = commit_of(repo, wanted.base) or branch_tip(repo, wanted.base)
        if found:
            return found, f"what {head[:12]} has and {found[:12]} has not"
        if repo.shallow:
            raise _shallow(wanted)
        if wanted.onto is None and wanted.pull:
            raise UserError(absent(repo, wanted.base))
    if wanted.pull:
        if wanted.onto is None:
            raise UserError(f"{wanted.system} does not say what {wanted.what} is against: give --base")
        return _onto(repo, wanted, wanted.onto)
    return _before(repo, wanted, head)


def _before(repo: Repository, wanted: Range, head: str) -> tuple[str | None, str]:
    """What to measure a push from, if the commit before it is not known: it is the first of its branch, or forced."""
    onto = wanted.onto or default_branch(repo)
    gone = f"the commit before, {wanted.base[:12]}, is gone; " if wanted.base else ""
    if onto is None or wanted.branch == onto:
        return None, f"{gone}all of the history of {head[:12]}"
    tip, why = _onto(repo, wanted, onto)
    if wanted.branch is None and contains(repo, tip, head):
        return None, f"{gone}all of the history of {head[:12]}, which {onto} has already"
    return tip, gone + why


def _onto(repo: Repository, wanted: Range, branch: str) -> tuple[str, str]:
    tip = branch_tip(repo, branch)
    if tip is None:
        if repo.shallow:
            raise _shallow(wanted)
        how = f"git fetch origin {tracking('origin', branch)}"
        raise UserError(f"branch {branch} is not in this clone, so what is new can't be told: {how}")
    return tip, f"what {branch} has not"


def _shallow(wanted: Range) -> UserError:
    how = f"in {wanted.system} set '{wanted.depth}', or run: " if wanted.system else ""
    return UserError(f"this clone is shallow and does not hold all of {wanted.what}; {how}{UNSHALLOW}")
