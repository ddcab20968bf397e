"""Where a repository is: at a path, or behind a URL cloned into a scratch folder and later removed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from secretguard.git import GitError, Repository, clone, protocol_of, remote_refs, size_of, state_of, without_password


class ScratchFull(GitError):  # noqa: N818 - says what is the case
    """There is no room for a clone while others are there."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """Where clones are put, and how many bytes all of them may take up."""

    folder: Path
    limit: int

    @contextmanager
    def checkout(self, location: str) -> Iterator[Repository]:
        """The repository at a path or a URL. Raises GitError; ScratchFull where it does not fit in."""
        if protocol_of(location) is None:
            yield Repository.open(location)
            return
        folder = Path(tempfile.mkdtemp(dir=self.folder, prefix="clone-"))
        try:
            self._clone(location, folder / "mirror.git")
            yield Repository.open(folder / "mirror.git")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _clone(self, location: str, folder: Path) -> None:
        if not clone(location, folder, self.limit - size_of(self.folder)):
            limit = f"the scratch folder's {self.limit >> 20:,} MB; see --scratch-limit"
            raise ScratchFull(f"{without_password(location)}: does not fit into {limit}")


def state_at(location: str) -> str:
    """What refs and reflogs hold at a path or a URL, as a hash. Raises GitError."""
    if protocol_of(location) is None:
        return state_of(Repository.open(location))
    return remote_refs(location)
