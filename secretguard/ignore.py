"""Paths in gitignore's language: what .gitignore and .secretguardignore files leave out, and lists of such patterns.

The only room that knows pathspec.
"""

from __future__ import annotations

import os
import re
import stat
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from secretguard.regular import TooLarge, read

FILE_NAME = b".gitignore"
OWN_FILE_NAME = b".secretguardignore"
REASON = "left out by .secretguardignore"
MAX_RULES = 1 << 20  # bytes of one such file
BYTES = "latin-1"  # a character for a byte: git's "?" is a byte
ANYTHING, DIRECTORY = ".", "ps_d"  # pathspec's expression for "*", and its name for the group of a directory's slash
CLASS = "[:"  # as in [[:alpha:]], which pathspec does not know
STRIPPED = (
    "\t",
    "\v",
    "\f",
    "\r",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x1f",
    "\x85",
    "\xa0",
)  # at the end, by pathspec and not by git
SET = re.compile(r"(\\.)|(\[\^?\]?(?:\\.|[^\]\\])*\])", re.DOTALL)  # in pathspec's expressions
# "a/**/" is every folder below a, which pathspec takes for a itself; all but what stands for every folder there is
BELOW = re.compile(r"(?!!?/?(?:\*\*/)+\Z)(.*?[^/])/(?:\*\*/)+\Z", re.DOTALL)
STARS, DOUBLES = 3, 2  # a hostile pattern with more could take for ever on a long name: then rather scan than ignore
LINES = 5000  # of one file: likewise


class Rules(NamedTuple):
    """The rules of one file. ``base``: the path of its directory, with a final slash, or nothing."""

    base: str
    verdict: Callable[[str], bool | None]  # of a path below the base: ignored, kept, or nothing said


@dataclass(frozen=True, slots=True)
class Ignores:
    """The rules in force in a directory, from those of the outermost file to those of the innermost."""

    rules: tuple[Rules, ...] = ()

    def within(self, directory: bytes, text: bytes) -> Ignores:
        """The rules in force in ``directory`` (relative, final slash or empty), whose file of rules says ``text``.

        A file of more than ``LINES`` lines leaves nothing out.
        """
        lines = text.removeprefix(b"\xef\xbb\xbf").decode(BYTES).split("\n")
        if len(lines) > LINES:
            return self
        return Ignores((*self.rules, Rules(directory.decode(BYTES), compiled(lines))))

    def ignored(self, path: bytes) -> bool:
        """Whether ``path`` (relative to where the walk began; a final slash for a directory) is ignored.

        The innermost file that says something decides. Nothing below an ignored directory is ever asked for.
        """
        if not self.rules:
            return False
        name = path.decode(BYTES)
        for rules in reversed(self.rules):
            verdict = rules.verdict(name[len(rules.base) :])
            if verdict is not None:
                return verdict
        return False


def seen_from(top: bytes, path: bytes) -> bytes | None:
    """A path, absolute or relative to the current directory, as seen from ``top`` and with slashes; None outside of it.

    No link is resolved.
    """
    whole, above = (os.path.abspath(each).replace(os.sep.encode(), b"/") for each in (path, top))  # noqa: PTH100
    above = above.rstrip(b"/") + b"/"
    return whole.removeprefix(above) if whole.startswith(above) else None


def covered(path: bytes, ignores: Callable[[bytes], Ignores]) -> bool:
    """Whether ``path`` (relative to the top) or a directory above it is ignored.

    ``ignores`` gives the rules in force in a directory (final slash, or empty for the top).
    """
    folder, at = b"", path.find(b"/")
    while at >= 0:
        inner = path[: at + 1]
        if ignores(folder).ignored(inner):
            return True
        folder, at = inner, path.find(b"/", at + 1)
    return ignores(folder).ignored(path)


class IgnoreFiles:
    """What the files of that name at and below ``top`` leave out: each is read, as it lies on disk, when needed.

    As for git they count only as regular files, and no way to one leads through a link.
    """

    def __init__(self, top: Path | None, name: bytes = OWN_FILE_NAME) -> None:
        self._name = name
        self._top = os.fsencode(top).rstrip(b"/") + b"/" if top else b""
        self._in_force = cache(self._read)

    def ignored(self, path: bytes) -> bool:
        """Whether a file at ``path``, relative to the top, is left out. Without a top nothing is."""
        return bool(self._top) and covered(path, self._in_force)

    def ignored_here(self, path: bytes) -> bool:
        """The same for a path that is absolute or relative to the current directory, with a final slash for a folder.

        Nothing outside of the top is left out.
        """
        inside = seen_from(self._top, path) if self._top else None
        return inside is not None and self.ignored(inside + (b"/" if path.endswith(b"/") else b""))

    def _read(self, folder: bytes) -> Ignores:
        outer = self._in_force(folder[: folder.rfind(b"/", 0, -1) + 1]) if folder else Ignores()
        try:
            if stat.S_ISDIR(os.lstat(self._top + folder.removesuffix(b"/")).st_mode):
                return outer.within(folder, read(self._top + folder + self._name, MAX_RULES))
        except (OSError, TooLarge):
            pass  # mostly: there is none; and what can't be read leaves nothing out
        return outer


@cache
def patterns(lines: tuple[str, ...]) -> Callable[[bytes], bool]:
    """Lines in gitignore's language as a question: is this path, relative to the top, one of them or below one?"""
    rules = Ignores((Rules("", compiled([line.encode("utf-8", "surrogateescape").decode(BYTES) for line in lines])),))
    return lambda path: covered(path, lambda _folder: rules)


def complaint(line: str) -> str:
    """What is wrong with a line as a pattern, or nothing."""
    if crowded(line):
        return f"has more than {STARS} stars or {DOUBLES} double ones"
    return "" if understood(line) else "is no pattern of gitignore's language"


def crowded(line: str) -> bool:
    """Whether a pattern has more stars than are safe."""
    doubles = line.count("**")
    return line.count("*") - 2 * doubles > STARS or doubles - line.endswith("/**") > DOUBLES


def compiled(lines: Sequence[str]) -> Callable[[str], bool | None]:
    """The lines of a file of rules as a function: what the last line that matches says."""
    last_first = [each for line in reversed(lines) if (each := pattern_of(line.removesuffix("\r")))]
    return lambda path: next((each.include for each in last_first if each.matches(path)), None)


class Pattern(NamedTuple):
    """One line, as git takes it: it speaks of an entry itself, never of what lies below a folder."""

    include: bool
    regex: re.Pattern[str]
    whole: bool  # it has a slash, and so means the whole path; else the name alone

    def matches(self, path: str) -> bool:
        """Whether it matches the entry at ``path`` (a final slash for a directory).

        pathspec's expressions also match whatever lies below, behind a group that marks the directory's slash.
        """
        name = path if self.whole else path[path.rfind("/", 0, -1) + 1 :]
        found = self.regex.search(name)
        if found is None or self.regex.pattern == ANYTHING:
            return found is not None
        if DIRECTORY not in self.regex.groupindex:
            return found.end() < len(name)  # it ends in "/**", which is what lies below
        return max(found.end(), found.end(DIRECTORY)) == len(name)


EVERYTHING = Pattern(False, re.compile(ANYTHING), whole=False)


def pattern_of(line: str) -> Pattern | None:
    """A line as a pattern; None if it is none, as for git, or none that we take: rather scan than ignore."""
    pattern = None if crowded(line) or CLASS in line else understood(line)
    negated = line.startswith("!") and trimmed(line) != "!"
    return EVERYTHING if pattern is None and negated else pattern


def understood(line: str) -> Pattern | None:
    """A line as pathspec takes it."""
    # imported here because it takes 30 ms, and most runs meet no such file
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # noqa: PLC0415

    text = BELOW.sub(r"\1/**/*/", trimmed(line))
    if text.endswith(STRIPPED):
        if "[" in text or "\\" in text:
            return None
        text = f"{text[:-1]}[{text[-1]}]"
    with suppress(ValueError, re.error), warnings.catch_warnings(action="ignore"):
        pattern = GitIgnoreSpecPattern(text)
        if pattern.include is not None and pattern.regex is not None:
            regex = re.compile(SET.sub(_no_slash, pattern.regex.pattern))
            return Pattern(pattern.include, regex, "/" in text.removesuffix("/"))
    return None


def _no_slash(found: re.Match[str]) -> str:
    """A [set] that matches no slash, as git has it; what is escaped outside of one stays as it is."""
    if found[2] and "\\" in found[2]:
        raise ValueError("in a set git takes a backslash as an escape, and pathspec as itself")
    return found[0] if found[1] or found[2] == "[^/]" else f"(?!/){found[2]}"


def trimmed(line: str) -> str:
    """The line without the blanks at its end, but for one behind a backslash."""
    text = line.rstrip(" ")
    if text != line and (len(text) - len(text.rstrip("\\"))) % 2:
        return text + " "
    return text
