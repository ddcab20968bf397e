"""What reads git's output, over output that is nearly git's: it understands it, or says that it is damaged."""

from __future__ import annotations

import random
from collections.abc import Callable

import mutate
from target import Target

from secretguard.git import GitError
from secretguard.git.changes import rows_of
from secretguard.git.names import entry
from secretguard.git.process import complaint, records, understood
from secretguard.git.store import complaints, empty_catalogue, enter
from secretguard.sources.exposure import person

OID, ZERO = "1f" * 20, "0" * 40
SEEDS = (
    f"{OID} blob 12 x\n".encode(),
    f"blob 12 {OID}\ntree 40 {OID}\n{OID} missing\n".encode(),
    f":000000 100644 {ZERO} {OID} A\0a.py\0:100644 100644 {OID} {OID} R100\0a\0b\0".encode(),
    f"{OID}\0::100644 100644 100644 {OID} {OID} {OID} MM\0merged.py\0".encode(),
    f"100644 {OID} 0\ta.py\x00100644 blob {OID}\tb.py\0".encode(),
    b"tree x\nauthor A <a@b> 1700000000 +0200\ncommitter B <b> 1 +0000\nencoding latin-1\n\nm\n",
    b"error: inflate: data stream error\nfatal: loose object is corrupt\nwarning: ignoring broken ref refs/heads/x\n",
)


class Store:
    """As much of a repository as an empty catalogue wants."""

    id_size = 20


READERS: tuple[Callable[[bytes], object], ...] = (
    rows_of,
    lambda data: enter(empty_catalogue(Store()), data),  # type: ignore[arg-type]
    lambda data: [entry(line) for line in records(data)],
    person,
    lambda data: complaint(data, 1),
    complaints,
)


def make(rng: random.Random) -> bytes:
    """Some of git's output, changed."""
    return mutate.mutated(rng, b"".join(rng.choices(SEEDS, k=rng.randint(1, 3))), rng.randint(0, 5))


def read(data: bytes) -> None:
    """Every reader gives an answer or a GitError."""
    for reader in READERS:
        try:
            understood(reader)(data)
        except GitError:
            continue


TARGETS = {"parsers": Target(make, read)}
