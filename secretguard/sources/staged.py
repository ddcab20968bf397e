"""Changed files as git has them, never as the work tree or a patch shows them: the blobs of the index or of commits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from secretguard.git import NewFile, Repository, read_objects
from secretguard.model import Fragment, Origin, OriginKind
from secretguard.windows import WHOLE


def new_sides(
    repo: Repository, files: Iterable[NewFile], kind: OriginKind, errors: list[str], max_size: int
) -> Iterator[Fragment]:
    """The whole content of the files, each blob once for each path it has, followed by one LF that is no part of it.

    A large one comes in windows. What can't be read or is larger than ``max_size`` bytes is in ``errors``.
    """
    paths: dict[str, dict[bytes, None]] = {}
    for file in files:
        paths.setdefault(file.oid, {})[file.path] = None
    for item in read_objects(repo, packed(paths), errors, max_size, windowed=True):
        for path in paths[item.oid]:
            origin = Origin(kind, path or None, item.oid)
            yield item.window._replace(origin=origin) if item.window else Fragment(item.data, origin)


def names(files: Iterable[NewFile]) -> Iterator[Fragment]:
    """The paths that are new, each once."""
    added = {file.path: file.oid for file in files if file.added and file.path}
    for path, oid in added.items():
        yield Fragment(path + b"\n", Origin(OriginKind.TREE, path, oid))


def versions(
    repo: Repository, groups: Iterable[Sequence[str]], errors: list[str], max_size: int
) -> Iterator[dict[str, bytes]]:
    """For each group of blobs their contents by id, without those that can't be read or held (see ``errors``)."""
    groups = list(groups)
    items = read_objects(repo, packed(oid for group in groups for oid in group), errors, min(max_size, WHOLE))
    item = next(items, None)
    for group in groups:
        found = {}
        for oid in group:
            if item is not None and item.oid == oid:
                found[oid] = item.data
                item = next(items, None)
        yield found


def packed(oids: Iterable[str]) -> bytes:
    """Hexadecimal ids as raw ones, laid end to end."""
    return bytes.fromhex("".join(oids))
