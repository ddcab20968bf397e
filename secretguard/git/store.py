"""The object store: which objects there are, and what is in them."""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass, field
from itertools import compress
from typing import IO, NamedTuple

from secretguard.git.process import DAMAGED, PIPE_SIZE, Git, GitError, complaint, run, understood
from secretguard.git.repository import Repository
from secretguard.model import Fragment, Origin, OriginKind
from secretguard.windows import WHOLE, windows

TYPES = ("blob", "commit", "tag", "tree")
SHAPE = "--batch-check=%(objecttype) %(objectsize) %(objectname)"
MISSING = re.compile(rb"^([0-9a-f]+) missing\n", re.MULTILINE)
OF_ONE = re.compile(
    r"error: (inflate:|unable to (unpack|parse) |garbage at end of loose|invalid object type|bad loose)"
)
SHOWN = 3  # ids told in a message about many
AT_ONCE = 1 << 16  # ids that one git is asked for: as text they take up more room than anything else of a share
RESTARTS = 200  # a corrupt object ends git; a store with more of them than this is not read on


@dataclass(slots=True)
class Ids:
    """Object ids in pack order: ``raw`` has ``width`` bytes for each, ``sizes`` their inflated sizes in bytes."""

    width: int
    raw: bytearray = field(default_factory=bytearray)
    sizes: array[int] = field(default_factory=lambda: array("Q"))

    def __len__(self) -> int:
        return len(self.sizes)

    def only(self, wanted: Collection[bytes]) -> Ids:
        """Those that are wanted, in the same order."""
        kept = Ids(self.width)
        for oid, size in zip(split(self.raw, self.width), self.sizes, strict=True):
            if oid in wanted:
                kept.raw += oid
                kept.sizes.append(size)
        return kept


@dataclass(slots=True)
class Catalogue:
    """Every object of the store by type, and what git could not make out (``errors``: one line each)."""

    blob: Ids
    commit: Ids
    tag: Ids
    tree: Ids
    errors: list[str] = field(default_factory=list)

    def only(self, wanted: Collection[bytes]) -> Catalogue:
        """The objects whose raw ids are wanted, in the same order, and all errors."""
        blob, commit, tag, tree = (ids.only(wanted) for ids in (self.blob, self.commit, self.tag, self.tree))
        return Catalogue(blob, commit, tag, tree, self.errors)


class Object(NamedTuple):
    """An object as read: its hexadecimal id, its type, and its contents followed by one LF that is not part of it.

    Of a large blob there is one for each window, if windows were asked for.
    """

    oid: str
    type: bytes
    data: bytes
    window: Fragment | None = None


def objects(repo: Repository) -> Catalogue:
    """Every object the store holds, its alternates included, reached by something or not, each once, in pack order.

    Costs 20 (32) bytes of id and 8 of size per object. What git can't make out is in ``errors``; with a pack too
    damaged to be read in its order, the order is that of the ids. Raises GitError if git can't list the objects at all.
    """
    try:
        return listed(repo, "--unordered")
    except GitError as error:
        catalogue = listed(repo)
        catalogue.errors.insert(0, str(error))
        return catalogue


@understood
def listed(repo: Repository, *options: str) -> Catalogue:
    """One listing by git, of which nothing is believed if git breaks off: GitError."""
    catalogue = empty_catalogue(repo)
    missing: list[bytes] = []
    rest = b""
    with Git(repo.where, ["cat-file", "--batch-all-objects", "--buffer", SHAPE, *options]) as git:
        while block := git.out.read1(PIPE_SIZE):  # type: ignore[attr-defined]
            lines, newline, rest = (rest + block).rpartition(b"\n")
            missing += enter(catalogue, lines + newline)
        code, stderr = git.finish()
    if code != 0 or rest:
        raise GitError(complaint(stderr, code) if code else DAMAGED)
    catalogue.errors += complaints(stderr)
    lacking(catalogue, missing)
    return catalogue


@understood
def object_names(repo: Repository) -> bytes:
    """The raw ids of every object of the store, each once, sorted: half the work of ``objects``, and no types.

    Raises GitError where git complains of anything: then only ``objects`` tells what can be read.
    """
    ids, rest = bytearray(), b""
    with Git(repo.where, ["cat-file", "--batch-all-objects", "--buffer", "--batch-check=%(objectname)"]) as git:
        while block := git.out.read1(PIPE_SIZE):  # type: ignore[attr-defined]
            lines, _, rest = (rest + block).rpartition(b"\n")
            if b" " in lines:
                raise GitError("objects are missing or corrupt")
            ids += bytes.fromhex(lines.decode())
        code, stderr = git.finish()
    if code != 0 or rest or complaints(stderr):
        raise GitError(complaint(stderr, code))
    return bytes(ids)


@understood
def described(repo: Repository, ids: bytes) -> Catalogue:
    """The objects whose raw ids are laid end to end, by type and with their sizes. Raises GitError."""
    catalogue = empty_catalogue(repo)
    if ids:
        feed = ids.hex("\n", repo.id_size).encode() + b"\n"
        lines, _ = run(repo.where, "cat-file", "--buffer", SHAPE, feed=feed)
        lacking(catalogue, enter(catalogue, lines))
    return catalogue


def empty_catalogue(repo: Repository) -> Catalogue:
    """A catalogue of nothing."""
    blob, commit, tag, tree = (Ids(repo.id_size) for _ in TYPES)
    return Catalogue(blob, commit, tag, tree)


def lacking(catalogue: Catalogue, missing: list[bytes]) -> None:
    """Enter the error for hexadecimal ids that git could not make out, if there are any."""
    if missing:
        shown = b", ".join(missing[:SHOWN]).decode() + (", ..." if len(missing) > SHOWN else "")
        catalogue.errors.append(f"{len(missing)} objects can't be read, they are missing or corrupt: {shown}")


def enter(catalogue: Catalogue, lines: bytes) -> list[bytes]:
    """Add the lines ``type size id`` to the catalogue; the ids of lines ``id missing``. Raises ValueError."""
    missing = MISSING.findall(lines) if b" missing" in lines else []
    if missing:
        lines = MISSING.sub(b"", lines)
    words = lines.split()
    types, sizes, oids = words[::3], [int(size) for size in words[1::3]], words[2::3]
    if len(words) % 3 or not {name.encode() for name in TYPES}.issuperset(types):
        raise ValueError("no line of an object")
    for name in TYPES:
        chosen = [kind == name.encode() for kind in types]
        ids: Ids = getattr(catalogue, name)
        ids.sizes.extend(compress(sizes, chosen))
        ids.raw += bytes.fromhex(b"".join(compress(oids, chosen)).decode())
    return missing


def unreadable(oid: bytes, reason: str = "it is missing or corrupt") -> str:
    """The error line for an object, by its hexadecimal id."""
    return f"object {oid.decode()} can't be read: {reason}"


def complaints(stderr: bytes) -> list[str]:
    """The errors on git's stderr that name no single object (those are told by object): damaged packs, alternates."""
    lines = dict.fromkeys(stderr.decode("utf-8", "replace").splitlines())
    return ["git: " + line[7:] for line in lines if line.startswith("error: ") and not OF_ONE.match(line)]


def split(raw: bytes | bytearray, width: int) -> list[bytes]:
    """Raw ids laid end to end, one by one."""
    return [bytes(raw[at : at + width]) for at in range(0, len(raw), width)]


def read_objects(
    repo: Repository, ids: bytes, errors: list[str], limit: int = sys.maxsize, *, windowed: bool = False
) -> Iterator[Object]:
    """The objects whose raw ids are laid end to end in ``ids``, in this order; ``windowed``: large blobs in windows.

    What can't be read or has more than ``limit`` bytes gets a line in ``errors``, and the rest is still read: git ends
    at a corrupt object and is started again behind it. Raises GitError where git can't be started.
    """
    width = repo.id_size
    start, end, broken = 0, len(ids) // width, 0
    while start < end and broken < RESTARTS:
        stop = min(start + AT_ONCE, end)
        run_of = Run(repo, ids[start * width : stop * width], errors, limit, windowed)
        yield from run_of.read()
        start += run_of.done
        if start < stop:
            errors.append(unreadable(ids[start * width : (start + 1) * width].hex().encode(), run_of.reason))
            start, broken = start + 1, broken + 1
    if start < end:
        errors.append(f"{end - start} objects were not read: the object store is too damaged")


class Run:
    """What one git reads: ``done`` counts the objects, and ``reason`` is how it ended."""

    def __init__(self, repo: Repository, ids: bytes, errors: list[str], limit: int, windowed: bool) -> None:
        self.done, self.reason = 0, ""
        self._repo, self._ids, self._errors = repo, ids, errors
        self._limit, self._largest = limit, WHOLE if windowed else sys.maxsize

    def read(self) -> Iterator[Object]:
        """Each object; a blob above the largest size that is held whole in windows."""
        feed = self._ids.hex("\n", self._repo.id_size).encode() + b"\n"
        with Git(self._repo.where, ["cat-file", "--batch", "--buffer"], feed) as git:
            readline, read, largest = git.out.readline, git.out.read, min(self._limit, self._largest)
            while header := readline():
                words = header.split()
                if not self._asked(feed, words):
                    self.reason = DAMAGED
                    return
                if len(words) != 3:
                    self._errors.append(unreadable(words[0]))
                elif (size := int(words[2]) + 1) > largest + 1:
                    if not (yield from self._large(words[0].decode(), words[1], Rest(git.out, size))):
                        break
                elif len(data := read(size)) == size:
                    yield Object(words[0].decode(), words[1], data)
                else:
                    break
                self.done += 1
            code, stderr = git.finish()
        self.reason = complaint(stderr, code)

    def _asked(self, feed: bytes, words: list[bytes]) -> bool:
        """Whether git answers what was asked next, as git does."""
        width = 2 * self._repo.id_size
        at = self.done * (width + 1)
        return words[:1] == [feed[at : at + width]] and (len(words) != 3 or words[2].isdigit())

    def _large(self, oid: str, kind: bytes, rest: Rest) -> Generator[Object, None, bool]:
        """An object that is not held whole: told, or given in windows. Returns whether git gave all of it."""
        if rest.left > self._limit + 1:
            self._errors.append(f"object {oid} was not read: larger than {self._limit >> 20} MB")
            while rest.read(PIPE_SIZE):
                pass
        else:
            for window in windows(rest.read, Origin(OriginKind(kind.decode()), oid=oid)):
                yield Object(oid, kind, window.data, window)
        return not rest.left


class Rest:
    """The bytes of one object that are still to come."""

    def __init__(self, stream: IO[bytes], left: int) -> None:
        self._stream, self.left = stream, left

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer at the end of the object or where git broke off."""
        data = self._stream.read(min(size, self.left))
        self.left -= len(data)
        return data


@understood
def present(repo: Repository, ids: bytes) -> list[bytes]:
    """Those of the raw ids, laid end to end, whose objects the store has (now), in this order."""
    if not ids:
        return []
    feed = ids.hex("\n", repo.id_size).encode() + b"\n"
    output, _ = run(repo.where, "cat-file", "--batch-check=%(objecttype)", "--buffer", feed=feed)
    lines = output.splitlines()
    return [oid for oid, line in zip(split(ids, repo.id_size), lines, strict=True) if b" " not in line]
