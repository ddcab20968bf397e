"""Which paths are never scanned: what .gitignore files say, outside git. The only room that knows pathspec."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

FILE_NAME = b".gitignore"
STARS = 3  # a hostile pattern with more could take for ever on a long name: then rather scan than ignore


class Rules(NamedTuple):
    """The rules of one .gitignore file. ``base``: the path of its directory, with a final slash, or nothing."""

    base: str
    verdict: Callable[[str], bool | None]  # of a path below the base: ignored, kept, or nothing said


@dataclass(frozen=True, slots=True)
class Ignores:
    """The rules in force in a directory, from the outermost .gitignore file to the innermost."""

    rules: tuple[Rules, ...] = ()

    def within(self, directory: bytes, text: bytes) -> Ignores:
        """The rules in force in ``directory`` (relative, final slash or empty), whose .gitignore file says ``text``."""
        base = directory.decode("utf-8", "surrogateescape")
        lines = text.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").split("\n")
        return Ignores((*self.rules, Rules(base, compiled(lines))))

    def ignored(self, path: bytes) -> bool:
        """Whether ``path`` (relative to where the walk began; a final slash for a directory) is ignored.

        The innermost file that says something decides. Nothing below an ignored directory is ever asked for.
        """
        if not self.rules:
            return False
        name = path.decode("utf-8", "surrogateescape")
        for rules in reversed(self.rules):
            verdict = rules.verdict(name[len(rules.base) :])
            if verdict is not None:
                return verdict
        return False


def compiled(lines: Sequence[str]) -> Callable[[str], bool | None]:
    """The lines of a .gitignore file as a function. A line that is no pattern is passed over, as git does."""
    # imported here because it takes 40 ms, and most runs meet no .gitignore file outside git
    from pathspec import GitIgnoreSpec  # noqa: PLC0415

    patterns = []
    for line in lines:
        if line.count("*") - 2 * line.count("**") > STARS:
            continue
        with suppress(ValueError):
            patterns += list(GitIgnoreSpec.from_lines([line.removesuffix("\r")]).patterns)
    spec = GitIgnoreSpec(patterns)
    return lambda path: spec.check_file(path).include
