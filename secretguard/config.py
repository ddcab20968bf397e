"""One frozen Config, built by a door and handed down; never global. And where a repository's own file is looked for."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from secretguard.model import FINGERPRINT_KEY, MAX_SIZE, Sealer, UserError

if TYPE_CHECKING:
    from secretguard.policy import Policy  # not needed where no file configures anything, as in most hooks

OWN, PYPROJECT = ".secretguard.toml", "pyproject.toml"
SECTION = b"tool.secretguard"


@dataclass(frozen=True, slots=True)
class Config:
    """What a run does. ``rules`` are the folders of rule files; ``cache`` None keeps nothing between runs.

    ``remember``: a sweep passes over what an earlier one found clean; ``portable``: it keeps that in the cache folder,
    not in the repository, which CI clones anew.
    ``baseline``: the file of what is accepted, whose key is then ``fingerprint_key``.
    ``files``: those that configure it.
    ``around``: how many lines around a finding are kept with it.
    ``max_size``: bytes of one fragment. ``policy``: what becomes of findings, None where all is reported. ``ignores``:
    the folder whose .secretguardignore files count. ``include_ignored``: read what git ignores. ``notes`` are for the
    receipt.
    """

    rules: tuple[Path, ...]
    cache: Path | None = None
    jobs: int = 1
    show_secrets: bool = False
    accelerate: bool = True
    around: int = 0
    max_size: int = MAX_SIZE
    remember: bool = True
    portable: bool = False
    baseline: Path | None = None
    fingerprint_key: bytes = FINGERPRINT_KEY
    policy: Policy | None = None
    ignores: Path | None = None
    include_ignored: bool = False
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    def sealer(self) -> Sealer:
        """Seals secrets as this run is allowed to show them."""
        asking = tuple(entry for entry in self.policy.allow if entry.words or entry.regexes) if self.policy else ()
        if not asking:
            return Sealer(self.show_secrets, self.fingerprint_key)
        from secretguard.allow import terms  # noqa: PLC0415 - few configurations ask about values

        return Sealer(self.show_secrets, self.fingerprint_key, partial(terms, asking))


class Scope(NamedTuple):
    """What a run is about: ``top`` is the folder its paths are seen from, ``own`` whether the current directory's
    repository (outside git: the current directory) holds all of it, so that the files of that one configure it."""

    top: Path
    own: bool


def scope_of(scanned: Iterable[str | os.PathLike[str]]) -> Scope:
    """The scope of a run over these paths; of none, the current directory's repository."""
    here = Path.cwd()
    home = root_of(here)
    paths = [Path(os.path.abspath(path)) for path in scanned] or [here]  # noqa: PTH100 - no link is resolved
    roots = {root_of(path) for path in paths}
    if roots == {home}:
        own = home is not None or all(path.is_relative_to(here) for path in paths)
        return Scope(home or here, own)
    return Scope((roots.pop() if len(roots) == 1 else None) or here, own=False)


def root_of(path: Path) -> Path | None:
    """The top of the repository that an absolute path lies in, found without git; None outside of any."""
    return next((folder for folder in (path, *path.parents) if (folder / ".git").exists()), None)


def own_file(top: Path) -> Path | None:
    """The file that configures a repository: .secretguard.toml, else a pyproject.toml with a section of ours."""
    if os.path.lexists(top / OWN):
        return top / OWN
    try:
        found = SECTION in (top / PYPROJECT).read_bytes() if (top / PYPROJECT).is_file() else False
    except OSError:
        return None
    return top / PYPROJECT if found else None


def built_in_rules() -> Path:
    """The folder of our own rule files. Raises UserError."""
    return shipped("patterns", "exchanges")


def shipped(name: str, content: str) -> Path:
    """A folder of ours, known by its content: beside the package in a wheel, one folder up in a checkout.

    Raises UserError where the installation lacks it.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / name, package.parent / name):
        if (folder / content).exists():
            return folder
    raise UserError(f"this installation lacks its folder {name}: install secretguard again")
