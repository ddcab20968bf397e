"""One frozen Config, built by a door and handed down; never global."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from secretguard.model import FINGERPRINT_KEY, MAX_SIZE, Sealer, UserError


@dataclass(frozen=True, slots=True)
class Config:
    """What a run does. ``rules`` are the folders of rule files; ``cache`` None keeps nothing between runs.

    ``remember``: a sweep passes over what an earlier one found clean; ``portable``: it keeps that in the cache folder,
    not in the repository, which CI clones anew.
    ``baseline``: the file of what is accepted, whose key is then ``fingerprint_key``.
    """

    rules: tuple[Path, ...]
    cache: Path | None = None
    jobs: int = 1
    show_secrets: bool = False
    accelerate: bool = True
    max_size: int = MAX_SIZE
    remember: bool = True
    portable: bool = False
    baseline: Path | None = None
    fingerprint_key: bytes = FINGERPRINT_KEY

    def sealer(self) -> Sealer:
        """Seals secrets as this run is allowed to show them."""
        return Sealer(self.show_secrets, self.fingerprint_key)


def built_in_rules() -> Path:
    """The folder of our own rule files: beside the package in a wheel, one folder up in a checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "patterns", here.parent / "patterns"):
        if (folder / "exchanges").is_dir():
            return folder
    raise UserError("this installation has no rule files (patterns/ is missing): install secretguard again")
