"""All checks, in the order in which they are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from secretguard.config import Config
from secretguard.doctor import files, hooks, rules
from secretguard.doctor.trouble import Trouble
from secretguard.git import Repository
from secretguard.layers import Layer, settled
from secretguard.scan import Scanner


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined: a repository opened at its top, its configuration, and how this program is installed.

    ``program``: where a hook would find secretguard, None if it would not; ``fresh``: a clone made for one run, as in
    CI, that nobody commits in and so needs no hooks. ``known``: what is known to be wrong already.
    """

    repo: Repository
    config: Config
    layers: Sequence[Layer]
    program: str | None
    fresh: bool = False
    known: Sequence[Trouble] = ()


def examine(patient: Patient, errors: list[str]) -> list[Trouble]:
    """The troubles of a repository; what could not be looked at goes to ``errors``. No secret is told of any."""
    troubles = [*patient.known, *_found(patient, errors)]
    if not troubles:
        return []
    masked = Scanner(patient.config).masked
    return [replace(each, what=masked(each.what), mend=masked(each.mend)) for each in troubles]


def _found(patient: Patient, errors: list[str]) -> Iterator[Trouble]:
    repo, config = patient.repo, patient.config
    yield from files.tracked(repo, config, errors)
    yield from files.unignored(repo, config, errors)
    if not patient.fresh:
        yield from hooks.uncalled(repo, patient.program)
    yield from rules.permissive(patient.layers, config)
    yield from rules.unread(repo)
    yield from rules.outlived(repo, config, settled(patient.layers)["require"])
    if repo.shallow:
        mend = "git fetch --unshallow    (GitHub Actions: fetch-depth: 0 under actions/checkout)"
        yield Trouble("clone", "this is a shallow clone: what it does not have can't be scanned", mend)
