"""What changed between two trees, for many pairs of trees at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

from secretguard.git.process import PIPE_SIZE, Git, GitError, understood
from secretguard.git.repository import Repository

ARGS = ("diff-tree", "--stdin", "-r", "--no-renames", "--raw", "--no-abbrev", "-z")
NARROW = 400  # ids that fit on every system's command line; git then leaves everything else out by itself
RESTARTS = 50  # a missing tree ends git; it is started again behind that pair at most so often
COLON = ord(":")
NO_MODE = b"000000"


Pair = tuple[str, str]  # the ids of two trees


class Change(NamedTuple):
    """One path that differs between the trees of ``pair``; an id is None where that side has nothing."""

    pair: Pair
    path: bytes
    old: str | None
    new: str | None


def tree_changes(
    repo: Repository,
    pairs: Sequence[Pair],
    oids: Collection[str],
    names: Collection[bytes] = (),
    jobs: int = 2,
) -> Iterator[Change]:
    """The changes from the first tree to the second of each pair that touch a wanted object or a wanted entry name.

    Runs git ``jobs`` times. Pairs of trees that can't be read are passed over. Raises GitError where git can't start.
    """
    wanted = Wanted(frozenset(oid.encode() for oid in oids), frozenset(names))
    queue: SimpleQueue[list[Change] | GitError | None] = SimpleQueue()
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
            elif isinstance(changes, GitError):
                raise changes
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
        pairs: Sequence[Pair],
        stretch: range,
        wanted: Wanted,
        queue: SimpleQueue[list[Change] | GitError | None],
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
        except GitError as error:
            self._queue.put(error)
        finally:
            self._queue.put(None)

    @understood
    def _read(self, start: int) -> int:
        """Read from pair number ``start`` on; the number of the pair to go on with."""
        feed = "".join([f"{old} {new}\n" for old, new in self._pairs[start : self._stretch.stop]])
        pair, rest = b"", b""
        with Git(self._repo.where, [*ARGS, *self._wanted.args()], feed.encode()) as self._git:
            while not self._stopped and (block := self._git.out.read1(PIPE_SIZE)):  # type: ignore[attr-defined]
                *tokens, rest = (rest + block).split(b"\0")
                if len(tokens) % 2:
                    rest = tokens.pop() + b"\0" + rest
                pair, changes = self._changes(tokens, pair)
                self._queue.put(changes)
            code, _ = self._git.finish()
        if code == 0:
            return self._stretch.stop
        begun = rest.rpartition(b"\n")[0].rpartition(b"\n")[2] or pair  # git names each pair before it looks into it
        return self._pairs.index(halves(begun), start) + 1 if begun else start + 1

    def _changes(self, tokens: list[bytes], pair: bytes) -> tuple[bytes, list[Change]]:
        """The wanted among ``[pairs, a line each]:modes ids status, path, ...``, and the pair come to."""
        oids, names = self._wanted
        width = self._repo.id_size * 2
        middle, last = 15 + width, 16 + 2 * width
        changes = []
        for token, path in zip(tokens[::2], tokens[1::2], strict=True):
            meta = token
            if token[0] != COLON:
                *_, pair, meta = token.rsplit(b"\n", 2)
            old, new = meta[15:middle], meta[middle + 1 : last]
            if old in oids or new in oids or (names and path.rpartition(b"/")[2] in names):
                before = None if meta[1:7] == NO_MODE else old.decode()
                after = None if meta[8:14] == NO_MODE else new.decode()
                changes.append(Change(halves(pair), path, before, after))
        return pair, changes


def halves(pair: bytes) -> Pair:
    """``tree tree`` as git repeats it, as a pair."""
    old, _, new = pair.decode().partition(" ")
    return old, new
