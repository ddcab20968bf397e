"""Which paths are never scanned: what .gitignore files say, outside git. The only room that knows pathspec."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

FILE_NAME = b".gitignore"


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
        lines = text.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").splitlines()
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
    from pathspec.patterns.gitignore.base import GitIgnorePatternError  # noqa: PLC0415

    good = []
    for line in lines:
        try:
            good += list(GitIgnoreSpec.from_lines([line]).patterns)
        except GitIgnorePatternError:
            continue
    spec = GitIgnoreSpec(good)
    return lambda path: spec.check_file(path).include
