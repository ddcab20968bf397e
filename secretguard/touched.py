"""Which files of a change say what becomes of its own findings. Then a reader should know that it brings them along."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from pathlib import Path

from secretguard.config import OWN, PYPROJECT, Config
from secretguard.ignore import OWN_FILE_NAME
from secretguard.model import ALLOW_LIST, LENIENT, RULES_OFF, Finding, Receipt, show_path

CONFIGURING = (OWN.encode(), PYPROJECT.encode())
HIDDEN = "what is hidden or does not block may be so because of that"
NOT_FOUND = "what is not found may be so because of that"


class Touched:
    """The files of a change that configure the look at it. ``top``: where paths start, None if nothing lies there."""

    def __init__(self, config: Config, top: Path | None) -> None:
        self._config, self._seen = config, set[bytes]()
        self._baseline = seen_from_top(top, [config.baseline] if config.baseline else [])
        self._files = {*CONFIGURING, *self._baseline, *seen_from_top(top, config.files)}
        folders = seen_from_top(top, config.rules[1:])
        self._rules = tuple(b"" if folder == b"." else folder + b"/" for folder in folders)

    def add(self, paths: Collection[bytes]) -> None:
        """Take in what a change touches. Raises UserError for a mistake in the baseline, which would stop others."""
        self._seen.update(path for path in paths if self._configures(path) or self._is_rule(path))
        if self._config.baseline and not self._baseline.isdisjoint(paths):
            from secretguard.baseline.file import load  # noqa: PLC0415 - few changes touch it, and a hook's start counts

            load(self._config.baseline)

    def notes(self, found: Collection[Finding], receipt: Receipt) -> list[str]:
        """What to say aloud of findings and of what is hidden, where either may be due to what came with the change."""
        hidden = {ALLOW_LIST, RULES_OFF} & receipt.suppressed.keys() or receipt.skipped
        lenient = any(LENIENT in each.evidence for each in found)
        # what the baseline accepts is not known yet: of what is left it may accept all
        telling = [
            p for p in self._seen if self._configures(p) and (found if p in self._baseline else hidden or lenient)
        ]
        return [*_note(telling, HIDDEN), *_note(filter(self._is_rule, self._seen), NOT_FOUND)]

    def _configures(self, path: bytes) -> bool:
        return path in self._files or path.endswith(OWN_FILE_NAME)

    def _is_rule(self, path: bytes) -> bool:
        return path.startswith(self._rules) and path.endswith(b".toml")


def _note(paths: Iterable[bytes], what: str) -> list[str]:
    names = ", ".join(map(show_path, sorted(paths)))
    return [f"this change also changes {names}: {what}"] if names else []


def seen_from_top(top: Path | None, paths: Iterable[Path]) -> set[bytes]:
    """The paths as git names them, of links both the link and what it leads to; those that lie elsewhere left out."""
    places = [place for path in paths for place in (path.resolve(), path.parent.resolve() / path.name)] if top else []
    root = top.resolve() if top and places else Path()
    return {os.fsencode(place.relative_to(root).as_posix()) for place in places if place.is_relative_to(root)}
