"""Files as they lie in a folder: what git tracks or would track there; outside git, what .gitignore files leave."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from secretguard.git import (
    GITLINK,
    GitError,
    GitMissing,
    NotARepository,
    Repository,
    WorkFile,
    ignored_paths,
    ls_files,
)
from secretguard.ignore import FILE_NAME, MAX_RULES, REASON, IgnoreFiles, Ignores
from secretguard.model import MAX_SIZE, Fragment, Origin, OriginKind, Receipt, Skipped, show_path
from secretguard.regular import File, TooLarge, opened, read
from secretguard.windows import WHOLE, windows

KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFDIR: "a folder",
}
OTHER = "not a regular file"
NO_IGNORES = IgnoreFiles(None)


def files(
    paths: Iterable[str],
    receipt: Receipt,
    max_size: int = MAX_SIZE,
    own: IgnoreFiles = NO_IGNORES,
    include_ignored: bool = False,
) -> Iterator[Fragment]:
    """The files at and below ``paths``, sorted in each folder, each followed by one LF that is not part of it.

    Origins have the path as written by the user, or as reached from there. A file named directly is read whatever
    ignores it; links are never followed (their text is the data). What ``own`` leaves out is not read, and what git or
    a .gitignore file ignores only with ``include_ignored``. What was left out on purpose is in ``receipt.skipped``;
    what could not be read, or is above ``max_size`` bytes, or is not there, in ``receipt.errors``; so is a link, a pipe
    or a device that is named directly, since not its text was meant but what comes out of it. The counts are the
    caller's.
    """
    reader = Reader(receipt, max_size, own, include_ignored)
    for path in paths:
        name = os.fsencode(path)
        if reader.is_folder(name):
            yield from reader.folder(name.removeprefix(b"./") or name)
        else:
            yield from reader.named(name.removeprefix(b"./"))


def names(paths: Iterable[bytes]) -> Iterator[Fragment]:
    """The paths themselves, which may hold a secret as well, each with an LF."""
    for path in paths:
        yield Fragment(path + b"\n", Origin(OriginKind.NAME, path))


class Reader:
    """Reads files and folders, and keeps the receipt."""

    def __init__(self, receipt: Receipt, max_size: int, own: IgnoreFiles, include_ignored: bool) -> None:
        self._receipt = receipt
        self._max_size = max_size
        self._own = own
        self._include_ignored = include_ignored
        self._links: dict[tuple[bytes, bytes], bool] = {}

    def is_folder(self, path: bytes) -> bool:
        """Whether ``path`` is a directory and no link to one."""
        try:
            return stat.S_ISDIR(os.lstat(path).st_mode)
        except OSError:
            return False  # whatever it is, reading it will say

    def named(self, path: bytes) -> Iterator[Fragment]:
        """The file at ``path``, which the user has named."""
        why = unread(path)
        if why:
            self._receipt.errors.append(f"{show_path(path)}: not read: {why}")
        if not why or is_link(path):
            yield from self.file(path)

    def folder(self, path: bytes) -> Iterator[Fragment]:
        """A folder: by git if it lies in a work tree, else by a walk."""
        try:
            repo = Repository.open(os.fsdecode(path))
        except (NotARepository, GitMissing) as error:
            if isinstance(error, GitMissing) and in_repository(path):
                self._receipt.errors.append(f"{show_path(path)}: {error}")
            else:
                yield from self._walk(path, b"", Ignores())
            return
        except GitError as error:
            self._receipt.errors.append(str(error))
            return
        if repo.work_tree is None:
            what = "bare repository" if repo.bare else "git directory"
            self._receipt.errors.append(f"{show_path(path)}: a {what} has no files to scan; sweep reads its history")
        else:
            yield from self._tracked(path, repo)

    def _tracked(self, folder: bytes, repo: Repository) -> Iterator[Fragment]:
        """What git tracks in a folder of a work tree, and what is untracked there and not ignored."""
        try:
            listed = ls_files(repo, self._include_ignored)
            ignored = [] if self._include_ignored else ignored_paths(repo)
        except GitError as error:
            self._receipt.errors.append(f"{show_path(folder)}: {error}")
            return
        for item in listed:
            path = below(folder, item.path)
            if self._own.ignored_here(path):
                self._skip(path, REASON)
            elif item.mode == GITLINK:
                self._skip(path, "a submodule: a repository of its own")
            elif item.path.endswith(b"/"):
                self._skip(path, "a repository of its own")
            elif item.mode and self._gone(folder, item):
                self._skip(path, "not checked out" if item.skipped else "deleted in the work tree")
            else:
                yield from self.file(path)
        for name in ignored:
            self._skip(below(folder, name), "ignored by git")

    def _gone(self, folder: bytes, item: WorkFile) -> bool:
        """Whether the work tree has no such file: nothing, a folder, or something behind a link in its place."""
        parent = item.path.rpartition(b"/")[0]
        if parent and self._linked(folder, parent):
            return True
        try:
            return stat.S_ISDIR(os.lstat(below(folder, item.path)).st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False  # reading it will say what is wrong

    def _walk(self, root: bytes, inside: bytes, ignores: Ignores) -> Iterator[Fragment]:
        """The folder ``inside`` (empty, or with a final slash) of ``root``, outside git; a repository in it by git."""
        pending = [(inside, ignores)]
        while pending:
            inside, ignores = pending.pop()
            folder = below(root, inside) if inside else root
            try:
                entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
            except OSError as error:
                self._receipt.errors.append(f"{show_path(folder)}: {error.strerror}")
                continue
            names = {entry.name for entry in entries}
            if inside and b".git" in names:
                yield from self.folder(folder)
                continue
            if FILE_NAME in names and not self._include_ignored:
                ignores = self._with_rules(folder, inside, ignores)
            folders = []
            for entry in entries:
                is_folder = entry.is_dir(follow_symlinks=False)
                path = inside + entry.name + (b"/" if is_folder else b"")
                if (is_folder and entry.name == b".git") or self._left_out(below(root, path), path, ignores):
                    continue
                if is_folder:
                    folders.append((path, ignores))
                else:
                    yield from self.file(below(root, path))
            pending += reversed(folders)

    def _left_out(self, path: bytes, inside: bytes, ignores: Ignores) -> bool:
        """Whether something found by a walk is ignored; then the receipt has it."""
        reason = "ignored by .gitignore" if ignores.ignored(inside) else REASON if self._own.ignored_here(path) else ""
        if reason:
            self._skip(path, reason)
        return bool(reason)

    def _with_rules(self, folder: bytes, inside: bytes, ignores: Ignores) -> Ignores:
        """The rules with those of the folder's .gitignore file, which counts only as a regular file, as for git."""
        path = below(folder, FILE_NAME)
        try:
            if stat.S_ISREG(os.lstat(path).st_mode):
                return ignores.within(inside, read(path, MAX_RULES))
        except (OSError, TooLarge):
            pass  # it is scanned as well, and that tells
        return ignores

    def file(self, path: bytes) -> Iterator[Fragment]:
        """The one file at ``path``, if it can be read."""
        try:
            mode = os.lstat(path).st_mode
            if stat.S_ISLNK(mode):
                yield Fragment(os.readlink(path) + b"\n", Origin(OriginKind.FILE, path))  # noqa: PTH115 - bytes
            elif stat.S_ISREG(mode):
                yield from pieces(path, self._max_size, Origin(OriginKind.FILE, path))
            else:
                self._skip(path, KINDS.get(stat.S_IFMT(mode), OTHER))
        except TooLarge:
            self._receipt.errors.append(f"{show_path(path)}: not read: larger than {self._max_size >> 20} MB")
        except OSError as error:
            self._receipt.errors.append(f"{show_path(path)}: {error.strerror}")

    def _linked(self, folder: bytes, path: bytes) -> bool:
        """Whether the way from ``folder`` to ``path`` below it leads through a link (one's target may be anywhere)."""
        key = (folder, path)
        if key not in self._links:
            parent = path.rpartition(b"/")[0]
            self._links[key] = bool(parent and self._linked(folder, parent)) or is_link(below(folder, path))
        return self._links[key]

    def _skip(self, path: bytes, reason: str) -> None:
        self._receipt.skipped.append(Skipped(show_path(path), reason))


def pieces(path: bytes, max_size: int, origin: Origin) -> Iterator[Fragment]:
    """The contents of a regular file and one LF: as one fragment, or if it is large in windows.

    Raises OSError, and TooLarge above ``max_size`` bytes.
    """
    with opened(path) as (descriptor, size):
        if size > max_size:
            raise TooLarge
        file = File(descriptor, max_size)
        if size > WHOLE:
            yield from windows(file.read, origin)
        else:
            yield Fragment(file.read(max_size + 2), origin)


def below(folder: bytes, path: bytes) -> bytes:
    """``path`` in ``folder``, as text: nothing is resolved, and the current directory's name is left off."""
    return path if folder in {b".", b"./"} else folder.rstrip(b"/") + b"/" + path


def is_link(path: bytes) -> bool:
    """Whether there is a symbolic link at ``path``."""
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except OSError:
        return False


def unread(path: bytes) -> str:
    """Why what ``path`` leads to is not read, and what would be; empty where it is, or where there is nothing."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - bytes
    except OSError:
        return ""  # reading it will say
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return "a link; name what it leads to" if is_link(path) else ""
    return f"{KINDS.get(stat.S_IFMT(mode), OTHER)}; '-' reads standard input"


def in_repository(path: bytes) -> bool:
    """Whether a ``.git`` stands in the folder or above it."""
    folder = Path(os.fsdecode(path)).absolute()
    return any((above / ".git").exists() for above in (folder, *folder.parents))
