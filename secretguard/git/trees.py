"""What changed between two trees, for many pairs of trees at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

from secretguard.git.process import PIPE_SIZE, Git
from secretguard.git.repository import Repository

ARGS = ("diff-tree", "--stdin", "-r", "--no-renames", "--raw", "--no-abbrev", "-z")
NARROW = 400  # ids that fit on every system's command line; git then leaves everything else out by itself
RESTARTS = 50  # a missing tree ends git; it is started again behind that pair at most so often
NO_MODE = b"000000"


class Change(NamedTuple):
    """One path that differs in pair number ``pair``; an id is None where that side has nothing."""

    pair: int
    path: bytes
    old: str | None
    new: str | None


def tree_changes(
    repo: Repository,
    pairs: Sequence[tuple[str, str]],
    oids: Collection[str],
    names: Collection[bytes] = (),
    jobs: int = 2,
) -> Iterator[Change]:
    """The changes from the first tree to the second of each pair that touch a wanted object or a wanted entry name.

    Pairs must all differ from each other. Trees that can't be read end nothing: their pairs are passed over.
    """
    wanted = Wanted(frozenset(oid.encode() for oid in oids), frozenset(names))
    queue: SimpleQueue[list[Change] | None] = SimpleQueue()
    size = -(-len(pairs) // jobs) or 1
    readers = [
        Reader(repo, pairs, range(at, min(at + size, len(pairs))), wanted, queue) for at in range(0, len(pairs), size)
    ]
    try:
        for reader in readers:
            reader.start()
        left = len(readers)
        while left:
            changes = queue.get()
            if changes is None:
                left -= 1
            else:
                yield from changes
    finally:
        for reader in readers:
            reader.stop()


class Wanted(NamedTuple):
    """What to look for: object ids in hexadecimal, names of tree entries."""

    oids: frozenset[bytes]
    names: frozenset[bytes]

    def args(self) -> list[str]:
        """What makes git print no more than needed (and, for names, folders as entries of their own)."""
        if self.names:
            return ["-t"]
        return [f"--find-object={oid.decode()}" for oid in self.oids] if len(self.oids) <= NARROW else []


class Reader(Thread):
    """Runs git over a stretch of the pairs and puts lists of changes in the queue, None at the end."""

    def __init__(
        self,
        repo: Repository,
        pairs: Sequence[tuple[str, str]],
        stretch: range,
        wanted: Wanted,
        queue: SimpleQueue[list[Change] | None],
    ) -> None:
        super().__init__(daemon=True)
        self._repo, self._pairs, self._stretch, self._wanted, self._queue = repo, pairs, stretch, wanted, queue
        self._git: Git | None = None
        self._stopped = False

    def stop(self) -> None:
        """End at once."""
        self._stopped = True
        if self._git is not None:
            self._git.kill()
        if self.is_alive():
            self.join()

    def run(self) -> None:
        try:
            start = self._stretch.start
            for _ in range(RESTARTS):
                if self._stopped or start >= self._stretch.stop:
                    break
                start = self._read(start)
        finally:
            self._queue.put(None)

    def _read(self, start: int) -> int:
        """Read from pair number ``start`` on; the number of the pair to go on with."""
        feed = "".join([f"{old} {new}\n" for old, new in self._pairs[start : self._stretch.stop]])
        pair, rest = start - 1, b""
        with Git(self._repo.where, [*ARGS, *self._wanted.args()], feed.encode()) as self._git:
            while block := self._git.out.read1(PIPE_SIZE):  # type: ignore[attr-defined]
                *tokens, rest = (rest + block).split(b"\0")
                if len(tokens) % 2:
                    rest = tokens.pop() + b"\0" + rest
                pair, changes = self._changes(tokens, pair)
                self._queue.put(changes)
            code, _ = self._git.finish()
        return self._stretch.stop if code == 0 else pair + rest.count(b"\n") + 1

    def _changes(self, tokens: list[bytes], pair: int) -> tuple[int, list[Change]]:
        """The wanted among ``[pair headers]:modes ids status, path, ...``, and the pair come to."""
        oids, names = self._wanted
        width = self._repo.id_size * 2
        middle, last = 15 + width, 16 + 2 * width
        changes = []
        for meta, path in zip(tokens[::2], tokens[1::2], strict=True):
            if meta[0] != 58:  # a colon; else one line for each pair begun stands before it
                pair += meta.count(b"\n")
                meta = meta[meta.rindex(b"\n") + 1 :]
            old, new = meta[15:middle], meta[middle + 1 : last]
            if old in oids or new in oids or (names and path.rpartition(b"/")[2] in names):
                changes.append(
                    Change(
                        pair,
                        path,
                        None if meta[1:7] == NO_MODE else old.decode(),
                        None if meta[8:14] == NO_MODE else new.decode(),
                    )
                )
        return pair, changes
