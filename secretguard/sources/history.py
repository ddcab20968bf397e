"""Everything a repository has ever held, by content: each object of its store once, whatever leads to it or nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, filterfalse
from typing import NamedTuple

from secretguard.git import (
    EMPTY,
    GITLINK,
    Catalogue,
    GitError,
    Ids,
    Object,
    Repository,
    described,
    detached_heads,
    head,
    index_entries,
    object_names,
    objects,
    present,
    read_objects,
    refs,
    shallow_boundary,
    split,
    unreached,
)
from secretguard.model import MAX_SIZE, Fragment, Origin, OriginKind, Receipt
from secretguard.sources.known import IdSet, Known, differing

SMALL = 8 << 20  # bytes; a history no larger than this is one share: more would cost more starts than they save
FEW = 4096  # objects asked for one by one; more are better read in pack order
OVERHEAD = 400  # what one object costs beside its bytes, in bytes
NAMED = 3  # ids told in a message about many
SEEN_LIMIT = 1 << 18  # tree entries remembered so as to look at each once
NAMED_LIMIT = 1 << 17  # ids of headers that wait to be looked up together
NAMES = re.compile(rb"^(?:tree|parent|object) ([0-9a-f]+)$", re.MULTILINE).findall
NAMES_CUT = re.compile(
    rb"^tree ([0-9a-f]+)$", re.MULTILINE
).findall  # the parents behind a shallow boundary are not here


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a history for one worker: raw object ids laid end to end, in pack order, and their bytes in all.

    ``known`` holds the ids of every object of the store, in the one share whose objects name others (None elsewhere).
    """

    repo: Repository
    ids: bytes = field(repr=False)
    size: int
    known: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """The shares of a history, the largest kind of work first, and what is known before any is read.

    ``todo`` is what the shares hold, ``kept`` what an earlier sweep has seen that is still there.
    """

    repo: Repository
    shares: tuple[Share, ...]
    todo: Catalogue = field(repr=False)
    kept: Known = field(repr=False)
    receipt: Receipt

    def seen(self, again: Collection[bytes]) -> Known:
        """Every object of the store; ``again`` has the raw ids of those that a later sweep has to read again."""
        return self.kept.with_read(self.todo, again)

    def catalogue(self, seen: Known) -> Catalogue:
        """Every object of the store by type."""
        return seen.catalogue() if len(self.kept) else self.todo


def plan(
    repo: Repository, shares: int, max_size: int = MAX_SIZE, known: Known | None = None, *, apart: bool = False
) -> Plan:
    """Divide the objects of ``repo`` into about ``shares`` shares of like size, and one for all that is no blob.

    What ``known`` says that an earlier sweep found clean is left out. ``apart``: blobs never share a share with what is
    none. The plan's receipt has an error for each object above ``max_size`` bytes, for what git can't make out, and for
    a history that is cut. Raises GitError.
    """
    store = unseen(repo, known) if known else None
    todo, kept, every = store or everything(repo)
    receipt = Receipt(errors=list(todo.errors))
    if repo.shallow:
        receipt.errors.append("shallow clone: what lies behind its boundary was not read; run `git fetch --unshallow`")
    if repo.partial:
        receipt.notes.append("partial clone: what was never fetched can't be read")
    if spared := len(every) // repo.id_size - sum(map(len, (todo.commit, todo.tag, todo.tree, todo.blob))):
        receipt.notes.append(f"{spared:,} objects that an earlier sweep found clean were not read again")
    readable = [within(ids, max_size, receipt) for ids in (todo.commit, todo.tag, todo.tree, todo.blob)]
    sizes = [sum(ids.sizes) for ids in readable]
    named = b"".join(bytes(ids.raw) for ids in readable[:3])
    blobs = readable[3]
    if not apart and (sum(sizes) <= SMALL or shares <= 1):
        parts = [Share(repo, named + bytes(blobs.raw), sum(sizes), every)]
    else:
        parts = [Share(repo, named, sum(sizes[:3]), every), *cut(repo, blobs, shares)]
    return Plan(repo, tuple(parts), todo, kept, receipt)


class Store(NamedTuple):
    """What there is: the objects to read, those of them and of the others that are known, and the ids of all."""

    todo: Catalogue
    kept: Known
    every: bytes


def everything(repo: Repository) -> Store:
    """The store, where nothing is known of it. Raises GitError."""
    todo = objects(repo)
    every = b"".join(bytes(ids.raw) for ids in (todo.commit, todo.tag, todo.tree, todo.blob))
    return Store(todo, Known(repo.id_size, b"", b""), every)


def unseen(repo: Repository, known: Known) -> Store | None:
    """The store without what is known to be clean; None where git can't list it without a complaint.

    Where something that was known is gone, what could name it (all but blobs) is read again. Raises GitError.
    """
    try:
        every = object_names(repo)
    except GitError:
        return None
    width = repo.id_size
    found = list(differing(every, known.ids, width))
    gone = b"".join(there for _, there in found)
    kept = known.without(split(gone, width)) if gone else known
    ids = b"".join(here for here, _ in found) + kept.again()
    if gone:
        ids += kept.clean("commit", "tag", "tree")
    wanted = set(split(ids, width))
    todo = described(repo, ids) if len(wanted) <= FEW else objects(repo).only(wanted)
    if todo.errors:  # what can't be described is not there
        wanted.difference_update(*(split(each.raw, width) for each in (todo.commit, todo.tag, todo.tree, todo.blob)))
        every = b"".join(filterfalse(wanted.__contains__, split(every, width)))
    return Store(todo, kept, every)


def within(ids: Ids, max_size: int, receipt: Receipt) -> Ids:
    """The ids without those of more than ``max_size`` bytes, which become errors of the receipt."""
    if not ids.sizes or max(ids.sizes) <= max_size:
        return ids
    kept = Ids(ids.width)
    for at, size in enumerate(ids.sizes):
        oid = ids.raw[at * ids.width : (at + 1) * ids.width]
        if size <= max_size:
            kept.raw += oid
            kept.sizes.append(size)
        else:
            receipt.errors.append(f"object {oid.hex()} was not read: larger than {max_size >> 20} MB")
    return kept


def cut(repo: Repository, ids: Ids, shares: int) -> Iterator[Share]:
    """Contiguous runs in pack order, so that each worker's git meets the deltas of a file together."""
    total = sum(ids.sizes) + OVERHEAD * len(ids)
    start = size = weight = done = 0
    for at, number in enumerate(ids.sizes, 1):
        size += number
        weight += number + OVERHEAD
        if weight * shares >= total * (done + 1) or at == len(ids):
            yield Share(repo, bytes(ids.raw[start * ids.width : at * ids.width]), size)
            start, size, done = at, 0, weight * shares // total


def fragments(share: Share, receipt: Receipt) -> Iterator[Fragment]:
    """What a share holds: blobs, raw commits and tags, each followed by one LF that is not part of it; names.

    The share that is no run of blobs also yields a fragment for each distinct name of a tree entry (its ``path``, with
    the id of a tree that has it) and for each ref name (with the id that the ref holds). What can't be read, objects
    that the history names and the store lacks among it, becomes errors of ``receipt``; the counts are the caller's.
    """
    if share.known is None:
        for item in read_objects(share.repo, share.ids, receipt.errors, windowed=True):
            yield item.window or Fragment(item.data, Origin(OriginKind.BLOB, oid=item.oid))
        return
    links = Links(share.repo, share.known)
    for item in read_objects(share.repo, share.ids, receipt.errors, windowed=True):
        if item.window:
            yield item.window
        elif item.type == b"tree":
            yield from links.tree(item)
        else:
            if item.type != b"blob":
                links.header(item)
            yield Fragment(item.data, Origin(OriginKind(item.type.decode()), oid=item.oid))
    yield from links.tips()
    links.check(receipt)


class Links:
    """What commits, tags, trees, refs and the index name: the names to scan, and the ids that have to be there."""

    def __init__(self, repo: Repository, known: bytes) -> None:
        self._repo = repo
        self._width = width = repo.id_size
        # a tree entry: mode, name, NUL, raw id; nothing else stands in a tree
        self._entries = re.compile(rb"[^\0]+\0.{%d}" % width, re.DOTALL).findall
        self._seen: set[bytes] = set()
        self._names: set[bytes] = set()
        self._raw = known
        self._named: set[bytes] = set()  # hexadecimal
        self._missing: set[bytes] = set()
        self._damaged: list[str] = []
        self._held: set[str] = set()  # by refs, HEADs and the index: an older git passes over such refs without a word
        self._cut = shallow_boundary(repo)

    @cached_property
    def _known(self) -> IdSet:
        return IdSet(self._raw, self._width)

    def tree(self, item: Object) -> list[Fragment]:
        """Fragments for the names that no tree before had."""
        entries = self._entries(item.data)
        if sum(map(len, entries)) != len(item.data) - 1:
            self._damaged.append(f"tree {item.oid} is damaged: its names were not all read")
        fresh = list(filterfalse(self._seen.__contains__, entries))
        self._seen.update(fresh)
        names = {entry[entry.index(b" ") + 1 : -self._width - 1] for entry in fresh}
        if len(self._seen) > SEEN_LIMIT:
            self._forget()
        if names <= self._names:
            return []
        new = sorted(names - self._names)
        self._names.update(new)
        return [Fragment(name + b"\n", Origin(OriginKind.TREE, name, item.oid)) for name in new]

    def _forget(self) -> None:
        """Keep of the entries seen only the ids that are missing; those of submodules are not ours to have."""
        ours = (entry[-self._width :] for entry in self._seen if not entry.startswith(b"160000 "))
        self._missing |= self._known.lacking(ours)
        self._seen.clear()

    def header(self, item: Object) -> None:
        """Take note of what the header of a commit or tag names."""
        header = item.data[: item.data.find(b"\n\n")]
        self._named.update((NAMES_CUT if item.oid in self._cut else NAMES)(header))
        if len(self._named) > NAMED_LIMIT:
            self._look_up()

    def _look_up(self) -> None:
        """Keep of the ids that headers, refs and the index name only those that are missing."""
        named = (bytes.fromhex(oid.decode()) for oid in self._named if len(oid) == 2 * self._width)
        self._missing |= self._known.lacking(named)
        self._named.clear()

    def tips(self) -> Iterator[Fragment]:
        """A fragment for each ref; take note of what refs, HEADs and the index hold."""
        named = refs(self._repo, self._damaged)
        for name, oid in named:
            path = name.encode("utf-8", "surrogateescape")
            yield Fragment(path + b"\n", Origin(OriginKind.REF, path, oid))
        here = head(self._repo).oid
        entries = [] if self._repo.work_tree is None else index_entries(self._repo)
        tips = chain(
            (oid for _, oid in named + detached_heads(self._repo)),
            [here] if here else [],
            (entry.oid for entry in entries if entry.mode != GITLINK),
        )
        self._held.update(tips)
        self._named.update([oid.encode() for oid in self._held])

    def check(self, receipt: Receipt) -> None:
        """Say in the receipt what is damaged, and what is named and not there: a note if nothing leads to it now."""
        receipt.errors += self._damaged
        self._forget()
        self._look_up()
        missing = self._missing
        if missing and not self._repo.partial:  # what came since the plan; of a partial clone git might want to fetch
            missing.difference_update(present(self._repo, b"".join(sorted(missing))))
        gone = {oid.hex() for oid in missing} - EMPTY
        if not gone:
            return
        loose = unreached(self._repo, gone) - self._held
        why = "were never fetched (partial clone)" if self._repo.partial else "are missing"
        if gone - loose:
            receipt.errors.append(f"objects that the history names {why}: {some(gone - loose)}")
        if loose:
            receipt.notes.append(f"objects that only unreachable objects name {why}: {some(loose)}")


def some(oids: set[str]) -> str:
    """The number of ids and the first few of them."""
    shown = ", ".join(sorted(oids)[:NAMED])
    return f"{len(oids)} ({shown}{', ...' if len(oids) > NAMED else ''})"
