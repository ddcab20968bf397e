"""A run of commits: those that some tips reach and what is known does not, and the tags that led to them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from secretguard.git import (
    GITLINK,
    NewFile,
    Repository,
    commits_of,
    read_objects,
    related,
    resolve,
    shallow_boundary,
    tree_entries,
)
from secretguard.git.fetching import UNSHALLOW, absent
from secretguard.model import Fragment, Origin, OriginKind, UserError
from secretguard.sources.staged import packed

OBJECT = re.compile(rb"object ([0-9a-f]+)\n")
TWO_DOTS = re.compile(r"(.*?)\.\.\.?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Range:
    """What ``tips`` (ids) reach, and neither ``known`` (ids) nor ``held`` (options of rev-list) does."""

    tips: tuple[str, ...]
    known: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


@dataclass(slots=True)
class Contents:
    """The commits of a range, parents first; what tips hold that is no commit; texts of tags."""

    commits: list[str] = field(default_factory=list)
    files: list[NewFile] = field(default_factory=list)
    tags: list[Fragment] = field(default_factory=list)


def range_of(repo: Repository, text: str) -> Range:
    """``BASE..HEAD``; with three dots the same, for what HEAD brings since it left BASE are the same commits.

    Raises UserError with the command that mends it: a side that is not here, or that has nothing to do with the other.
    """
    sides = TWO_DOTS.fullmatch(text)
    if sides is None:
        raise UserError(f"{text!r} is no range of commits; write BASE..HEAD, as in origin/main..HEAD")
    base, tip = (side or "HEAD" for side in sides.groups())
    found = resolve(repo, [f"{base}^{{commit}}", f"{tip}^{{commit}}"])
    for name, each in zip((base, tip), found, strict=True):
        if each is None:
            raise UserError(absent(repo, name))
    ids = [each[0] for each in found if each]
    if not related(repo, ids[0], ids[1]):
        if repo.shallow:
            raise UserError(f"{text}: the shallow clone does not reach back to where they part; '{UNSHALLOW}'")
        raise UserError(f"{text}: they have no commit in common; for the whole history: 'secretguard sweep'")
    return Range((ids[1],), (ids[0],))


def contents(repo: Repository, wanted: Range, errors: list[str], max_size: int) -> Contents:
    """What a range holds. Raises UserError where a shallow clone cuts it; unreadable tips are in ``errors``."""
    found = Contents()
    tips = peeled(repo, wanted.tips, found, errors, max_size)
    if tips:
        found.commits = commits_of(repo, tips, wanted.known, *wanted.held)
    if repo.shallow and not shallow_boundary(repo).isdisjoint(found.commits):
        raise UserError(f"the shallow clone cuts the commits that are to be read; '{UNSHALLOW}'")
    return found


def peeled(repo: Repository, tips: Iterable[str], found: Contents, errors: list[str], max_size: int) -> list[str]:
    """The commits that tips are or that tags lead to; tags, blobs and trees go to ``found``."""
    commits: list[str] = []
    seen: set[str] = set()
    todo = list(dict.fromkeys(tips))
    while todo:
        seen.update(todo)
        further: list[str] = []
        for item in read_objects(repo, packed(todo), errors, max_size):
            if item.type == b"commit":
                commits.append(item.oid)
            elif item.type == b"blob":
                found.files.append(NewFile(None, b"", item.oid, True))
            elif item.type == b"tree":
                entries = [entry for entry in tree_entries(repo, item.oid) if entry.mode != GITLINK]
                found.files += [NewFile(None, entry.path, entry.oid, True) for entry in entries]
            else:
                found.tags.append(Fragment(item.data, Origin(OriginKind.TAG, oid=item.oid)))
                target = OBJECT.match(item.data)
                further += [target[1].decode()] if target else []
        todo = [oid for oid in dict.fromkeys(further) if oid not in seen]
    return commits
