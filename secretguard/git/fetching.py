"""Which commands bring a commit here that a range names and that is not here."""

from __future__ import annotations

import re
import shlex

from secretguard.git.changes import OID, resolve
from secretguard.git.process import records, run
from secretguard.git.repository import Repository

UNSHALLOW = "git fetch --unshallow"
# A name that a ref of a remote could have (git-check-ref-format), and steps from there to ancestors (gitrevisions).
NAME = re.compile(r"((?!-)(?!.*(?:\.\.|@\{))[^\0-\x20~^:?*\[\\\x7f]+)((?:[~^]\d*)*)")
# Names that are this repository's own, and no fetch writes.
LOCAL = re.compile(r"@|[A-Z_]*HEAD")
CUT_ID = re.compile(r"[0-9a-f]{4,}")


def absent(repo: Repository, name: str) -> str:
    """That no commit has the name here, in one line, with the commands that bring it, if there are such."""
    commands = " or ".join(fetches(repo, name))
    return f"{name!r} is no commit here{': ' * bool(commands)}{commands}"


def fetches(repo: Repository, name: str) -> list[str]:
    """Commands, one of which may bring what the name stands for; none for what no fetch can bring."""
    parts = NAME.fullmatch(name)
    remotes = _remotes(repo) if parts else []
    if not parts or not remotes:
        return []
    ref = parts[1]
    (here,) = resolve(repo, [f"{ref}^{{commit}}"])
    if here or LOCAL.fullmatch(ref):
        return [UNSHALLOW] if here and repo.shallow else []
    if CUT_ID.fullmatch(ref) and not OID.fullmatch(ref):
        return [UNSHALLOW] if repo.shallow else ["git fetch --all"]
    wanted = _wanted(ref, remotes)
    start = UNSHALLOW if repo.shallow and len(wanted) == 1 else "git fetch"  # git refuses it the second time
    return [f"{start} {each}" for each in wanted]


def _wanted(ref: str, remotes: list[str]) -> list[str]:
    """What to fetch, and from where: what has no place of its own here must be given one, or it stays nameless."""
    branch = ref.removeprefix("refs/remotes/")
    owner = next((remote for remote in remotes if branch.startswith(f"{remote}/")), None)
    if owner:
        return [f"{shlex.quote(owner)} {tracking(owner, branch.removeprefix(f'{owner}/'))}"]
    remote = "origin" if "origin" in remotes else shlex.quote(remotes[0])
    if OID.fullmatch(ref):
        return [f"{remote} {ref}"]
    named = f"{remote} {shlex.quote(f'{ref}:{ref}')}"
    return [named] if ref.startswith("refs/") else [named, f"{remote} tag {shlex.quote(ref)}"]


def tracking(remote: str, branch: str) -> str:
    """The refspec, quoted for a shell, that fetches a branch to where its remote's branches are kept."""
    return shlex.quote(f"+refs/heads/{branch}:refs/remotes/{remote}/{branch}")


def _remotes(repo: Repository) -> list[str]:
    """The names of its remotes, longest first: ``a/b/main`` is of ``a/b`` before it is of ``a``."""
    output, _ = run(repo.where, "config", "-z", "--name-only", "--get-regexp", r"^remote\..+\.url$", accept=(0, 1))
    names = [each.decode("utf-8", "surrogateescape") for each in records(output)]
    return sorted((name.removeprefix("remote.").removesuffix(".url") for name in names), key=len, reverse=True)
