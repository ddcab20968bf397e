"""Who, when, where: what git knows of the objects that hold a secret, asked once for all of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from secretguard.git import (
    EMPTY_TREE,
    Catalogue,
    Change,
    Repository,
    detached_heads,
    head,
    index_entries,
    read_objects,
    reflog,
    refs,
    stashes,
    tree_changes,
)
from secretguard.model import Exposure, Person, Reach
from secretguard.sources.graph import holdings, reached, read_graph

PREFIXES = (("refs/heads/", Reach.BRANCH), ("refs/remotes/", Reach.REMOTE), ("refs/tags/", Reach.TAG))
RANK = list(Reach)  # the strongest first
PERSON = re.compile(rb"^(?:author|tagger) (.*?) ?<([^>\n]*)>(?: (-?\d{1,18}) ([-+]\d{4}))?", re.MULTILINE)
ENCODING = re.compile(rb"^encoding (\S+)$", re.MULTILINE)

Exposures = dict[bytes | None, Exposure]  # by path; None for what has none


@dataclass(slots=True)
class Trail:
    """Where an inquiry met what it was after: the pairs of trees between which any of it came or went.

    A later inquiry after the same looks only there, and at the commits that were ``new`` since (hexadecimal ids).
    """

    pairs: set[tuple[str, str]] = field(default_factory=set)
    new: frozenset[str] = frozenset()


def expose(
    repo: Repository,
    catalogue: Catalogue,
    oids: Collection[str],
    names: Collection[bytes] = (),
    jobs: int = 2,
    *,
    trail: Trail | None = None,
) -> tuple[dict[str | bytes, Exposures], Trail]:
    """For each object id and each name of a tree entry: every path it ever had, and the exposure there.

    Blobs have their paths from all commits of ``catalogue``, whatever leads to those, and from the index (reach INDEX,
    if nothing else holds them). Commits, tags and what has no path are under None: a commit's ``in_head``
    says that HEAD's history has it. Names have the full paths that end in them. Runs ``jobs`` processes of git, and
    never more for more objects. With ``trail``, that of an inquiry after all of this that was here then, it looks at
    little. Raises GitError; what is damaged is passed over.
    """
    if not oids and not names:
        return {}, Trail()
    inquiry = Inquiry(repo, catalogue, trail)
    return inquiry.answer(set(oids), set(names), jobs), inquiry.trail


@dataclass(slots=True)
class Tips:
    """What history is reached from. Each ref has a bit (its place in ``names``); so have HEAD, stashes and reflogs."""

    names: list[str] = field(default_factory=list)
    masks: dict[Reach, int] = field(default_factory=dict)
    held: list[tuple[str, int]] = field(default_factory=list)  # object id and bits, tags peeled

    def add(self, oids: Iterable[str], reach: Reach, name: str = "") -> None:
        """One more tip (or group of tips without a ref's name)."""
        bit = 1 << len(self.names)
        self.names.append(name)
        self.masks[reach] = self.masks.get(reach, 0) | bit
        self.held += [(oid, bit) for oid in oids]

    def exposure(self, bits: int, in_head: bool) -> Exposure:
        """The refs that ``bits`` stand for and the strongest hold among them."""
        found = [reach for reach, mask in self.masks.items() if bits & mask and reach is not Reach.HEAD]
        reach = Reach.HEAD if in_head else min(found, key=RANK.index, default=Reach.NOTHING)
        named = [name for at, name in enumerate(self.names) if name and bits >> at & 1]
        return Exposure(in_head=in_head, refs=tuple(named), reach=reach)


@dataclass(slots=True)
class Hold:
    """The commits that hold something: their number, first and last place in the commit order, and the tips above."""

    commits: int = 0
    first: int = -1
    last: int = -1
    bits: int = 0

    def add(self, other: Hold) -> None:
        """Take in further commits."""
        self.commits += other.commits
        self.first = other.first if self.first < 0 else min(self.first, other.first)
        self.last = max(self.last, other.last)
        self.bits |= other.bits


class Inquiry:
    """One question to one repository."""

    def __init__(self, repo: Repository, catalogue: Catalogue, earlier: Trail | None = None) -> None:
        self.trail = Trail()
        self._earlier = earlier
        self._repo = repo
        self._catalogue = catalogue
        self._graph = read_graph(repo, bytes(catalogue.commit.raw))
        self._tags = {item.oid: item.data for item in read_objects(repo, bytes(catalogue.tag.raw), [])}
        self._empty = EMPTY_TREE[repo.id_size]
        self._head = head(repo)
        self._tips = self._find_tips()
        number = self._graph.number
        self._reached = reached(self._graph, [(number[oid], bit) for oid, bit in self._tips.held if oid in number])
        self._direct: dict[str, int] = {}
        for oid, bit in self._tips.held:
            if oid not in number:
                self._direct[oid] = self._direct.get(oid, 0) | bit

    def _find_tips(self) -> Tips:
        tips = Tips()
        here = [] if self._head.oid is None else [self._head.oid]
        tips.add(here, Reach.HEAD)
        if self._head.ref is None:
            tips.add(here, Reach.BRANCH, "HEAD")
        for name, oid in [*refs(self._repo), *detached_heads(self._repo)]:
            tips.add(self._peel(oid), reach_of(name), name)
        tips.add(stashes(self._repo), Reach.STASH)
        tips.add(reflog(self._repo), Reach.REFLOG)
        return tips

    def _peel(self, oid: str) -> list[str]:
        """The object, and if it is a tag, what it points to, and so on."""
        chain = [oid]
        while oid in self._tags:
            oid = self._tags[oid].partition(b"\n")[0].removeprefix(b"object ").decode("ascii", "replace")
            if oid in chain:
                break  # only in a store that somebody forged
            chain.append(oid)
        return chain

    def answer(self, oids: set[str], names: set[bytes], jobs: int) -> dict[str | bytes, Exposures]:
        """See ``expose``."""
        blobs = oids - self._graph.number.keys() - self._tags.keys()
        found: dict[str | bytes, Exposures] = {key: {} for key in sorted(blobs)}
        found |= {name: {} for name in sorted(names)}
        if found:
            self._place(found, blobs, names, jobs)
        for entry in index_entries(self._repo) if blobs and self._repo.work_tree else []:
            if entry.oid in blobs:
                found[entry.oid].setdefault(entry.path, Exposure(reach=Reach.INDEX))
        for key, places in found.items():
            bits = self._direct.get(key, 0) if isinstance(key, str) else 0
            if bits or not places:
                places[None] = self._tips.exposure(bits, in_head=False)
        for oid in sorted(oids - blobs):
            found[oid] = {None: self._of_itself(oid)}
        return self._signed(found)

    def _place(self, found: dict[str | bytes, Exposures], blobs: set[str], names: set[bytes], jobs: int) -> None:
        """Enter the exposures of blobs and names at each of their paths."""
        graph = self._graph
        keys: dict[tuple[str | bytes, bytes], int] = {}
        events: dict[tuple[str, str], tuple[int, int]] = {}
        for change in tree_changes(self._repo, self._pairs(), blobs, names, jobs):
            removed, added = events.get(change.pair, (0, 0))
            for key in wanted(change, blobs, names):
                bit = 1 << keys.setdefault((key, change.path), len(keys))
                removed |= bit if key == change.old or change.new is None else 0
                added |= bit if key == change.new or change.old is None else 0
            events[change.pair] = (removed, added)
        self.trail.pairs.update(events)
        held = holdings(graph, events, self._empty)
        holds = self._holds(held, len(keys))
        for oid, bits in self._direct.items():
            share(holds, events.get((self._empty, oid), (0, 0))[1], Hold(bits=bits))
        at_head = held[graph.number[self._head.oid]] if self._head.oid in graph.number else 0
        for (key, path), bit_number in keys.items():
            found[key][path] = self._told(holds[bit_number], in_head=bool(at_head >> bit_number & 1))

    def _pairs(self) -> list[tuple[str, str]]:
        """Each commit's tree against its first parent's, or the empty one; trees that refs hold directly also.

        Of commits that an earlier inquiry has looked at only where it met something.
        """
        graph, earlier = self._graph, self._earlier
        commits = [
            (graph.trees[parents[0]] if parents else self._empty, tree)
            for tree, parents in zip(graph.trees, graph.parents, strict=True)
        ]
        if earlier is not None:
            new = {commits[graph.number[oid]] for oid in earlier.new if oid in graph.number}
            commits = [pair for pair in commits if pair in earlier.pairs or pair in new]
        direct = [(self._empty, oid) for oid in self._direct if oid in self._trees()]
        return [pair for pair in dict.fromkeys(commits + direct) if pair[0] != pair[1]]

    def _trees(self) -> set[str]:
        ids = self._catalogue.tree
        return set(ids.raw.hex("\n", ids.width).split()) if self._direct else set()

    def _holds(self, held: list[int], count: int) -> list[Hold]:
        """For each of ``count`` bits what is known of the commits whose set in ``held`` has it."""
        groups: dict[int, Hold] = {}
        for position, here in enumerate(self._graph.order):
            if bits := held[here]:
                group = groups.get(bits)
                if group is None:
                    groups[bits] = Hold(1, position, position, self._reached[here])
                else:
                    group.commits += 1
                    group.last = position
                    group.bits |= self._reached[here]
        holds = [Hold() for _ in range(count)]
        for bits, group in groups.items():
            share(holds, bits, group)
        return holds

    def _told(self, hold: Hold, in_head: bool) -> Exposure:
        """A hold as an exposure, without the author yet."""
        exposure = self._tips.exposure(hold.bits, in_head)
        if not hold.commits:
            return exposure
        order, oids = self._graph.order, self._graph.oids
        first, last = oids[order[hold.first]], oids[order[hold.last]]
        return replace(exposure, first=first, last=last, commits=hold.commits)

    def _of_itself(self, oid: str) -> Exposure:
        """The exposure of a commit or tag as such: of its message and the people in it."""
        if oid in self._tags:
            exposure = self._tips.exposure(self._direct.get(oid, 0), in_head=False)
            return replace(exposure, author=person(self._tags[oid]))
        bits = self._reached[self._graph.number[oid]]
        exposure = self._tips.exposure(bits, in_head=bool(bits & self._tips.masks[Reach.HEAD]))
        return replace(exposure, first=oid, last=oid, commits=1)

    def _signed(self, found: dict[str | bytes, Exposures]) -> dict[str | bytes, Exposures]:
        """With the authors of the first commits."""
        firsts = {exposure.first for places in found.values() for exposure in places.values() if exposure.first}
        ids = bytes.fromhex("".join(sorted(firsts)))
        authors = {item.oid: person(item.data) for item in read_objects(self._repo, ids, [])}
        return {
            key: {
                path: replace(places[path], author=authors.get(places[path].first or "", places[path].author))
                for path in sorted(places, key=lambda path: path or b"")
            }
            for key, places in found.items()
        }


def wanted(change: Change, blobs: set[str], names: set[bytes]) -> set[str | bytes]:
    """The objects and the name in a change that somebody asked for."""
    ids = {oid for oid in (change.old, change.new) if oid in blobs}
    base = change.path.rpartition(b"/")[2]
    return ids | ({base} if base in names else set())


def share(holds: list[Hold], bits: int, hold: Hold) -> None:
    """Add ``hold`` to each of the holds whose bit is set."""
    while bits:
        low = bits & -bits
        holds[low.bit_length() - 1].add(hold)
        bits ^= low


def reach_of(ref: str) -> Reach:
    """What kind of hold a ref is, by its full name."""
    if ref == "refs/stash":
        return Reach.STASH
    if ref.endswith("/HEAD") and ref.startswith("worktrees/"):
        return Reach.BRANCH
    return next((reach for prefix, reach in PREFIXES if ref.startswith(prefix)), Reach.OTHER)


def person(data: bytes) -> Person | None:
    """The author of a raw commit, or the tagger of a raw tag; None if there is none that can be made out."""
    header = data[: data.find(b"\n\n") + 1]
    match = PERSON.search(header)
    if match is None:
        return None
    said = ENCODING.search(header)
    name, email = (as_text(text, said[1] if said else b"utf-8") for text in match.groups()[:2])
    return Person(name, email, int(match[3] or 0), (match[4] or b"+0000").decode())


def as_text(text: bytes, encoding: bytes) -> str:
    """Text in the encoding that the commit names; in Latin-1 if it isn't."""
    try:
        return text.decode(encoding.decode())
    except (LookupError, ValueError):
        return text.decode("latin-1")
