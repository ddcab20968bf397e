"""The commits of a repository as a graph, and what can be carried along it: who holds what, what reaches whom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from secretguard.git import Repository, read_objects

HEADER = re.compile(rb"tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)(?:.*\n)*?committer .* (\d{1,18}) [-+]\d+\n")
START = re.compile(rb"tree ([0-9a-f]+)\n((?:parent [0-9a-f]+\n)*)()")


@dataclass(slots=True)
class Graph:
    """Commits by number. ``order`` has every commit behind its parents, and otherwise by time: the commit order.

    Parents that the store lacks (shallow clones) are left out.
    """

    oids: list[str] = field(default_factory=list)
    trees: list[str] = field(default_factory=list)
    parents: list[list[int]] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    number: dict[str, int] = field(default_factory=dict)


def read_graph(repo: Repository, commits: bytes) -> Graph:
    """The graph of the commits whose raw ids are laid end to end; unreadable commits are left out."""
    graph = Graph()
    named: list[list[bytes]] = []
    times: list[int] = []
    for item in read_objects(repo, commits, []):
        match = HEADER.match(item.data) or START.match(item.data)
        if match is None:
            continue
        tree, parents, time = match.groups()
        graph.number[item.oid] = len(graph.oids)
        graph.oids.append(item.oid)
        graph.trees.append(tree.decode())
        named.append(parents.split()[1::2])
        times.append(int(time or 0))
    number = graph.number
    graph.parents = [[number[oid] for name in names if (oid := name.decode()) in number] for names in named]
    graph.order = commit_order(graph.parents, times)
    return graph


def commit_order(parents: list[list[int]], times: list[int]) -> list[int]:
    """All numbers, each behind its parents: by time, where a time before a parent's counts as just after it."""
    stamp: list[int | None] = [None] * len(parents)
    for first in sorted(range(len(parents)), key=times.__getitem__):
        stack = [first]
        while stack:
            here = stack[-1]
            waiting = [parent for parent in parents[here] if stamp[parent] is None]
            if waiting:
                stack += waiting
                continue
            stack.pop()
            stamp[here] = max([times[here], *((stamp[parent] or 0) + 1 for parent in parents[here])])
    return sorted(range(len(parents)), key=lambda at: (stamp[at] or 0, at))


def holdings(graph: Graph, events: dict[tuple[str, str], tuple[int, int]], empty: str) -> list[int]:
    """For each commit the set (bits) of what its tree holds, from how it differs from its first parent's.

    ``events`` has for a pair of trees the bits removed and added; ``empty`` stands for the tree before a first commit.
    """
    held = [0] * len(graph.oids)
    for here in graph.order:
        parents = graph.parents[here]
        before = held[parents[0]] if parents else 0
        change = events.get((graph.trees[parents[0]] if parents else empty, graph.trees[here]))
        held[here] = before if change is None else before & ~change[0] | change[1]
    return held


def reached(graph: Graph, tips: Iterable[tuple[int, int]]) -> list[int]:
    """For each commit the set (bits) of the tips it can be reached from. ``tips``: a commit's number and its bits."""
    bits = [0] * len(graph.oids)
    for here, bit in tips:
        bits[here] |= bit
    for here in reversed(graph.order):
        mine = bits[here]
        if mine:
            for parent in graph.parents[here]:
                if bits[parent] != mine:
                    bits[parent] |= mine
    return bits
