"""Repositories to measure on, made from local git snapshots, with no network."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

# Nothing of the user's or the machine's git configuration may change what is measured, nor may git go to a network.
GIT_ENV = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C.UTF-8",
}
EXPORT = (
    *("fast-export", "--no-data", "--branches", "--tags", "--reencode=no"),
    *("--signed-tags=strip", "--tag-of-filtered-object=drop"),
)
TRIED = 100  # commits, to find one that lacks about as many as is wanted
FORKS = 8
ALL_OBJECTS = "--batch-check=%(objectname) %(objecttype) %(objectsize)"


def git_argv(repository: Path, *arguments: str) -> list[str]:
    return ["git", "-C", str(repository), *arguments]


def git(repository: Path, *arguments: str, env: dict[str, str] | None = None) -> bytes:
    """The output of git, which must succeed."""
    environment = os.environ | GIT_ENV | (env or {})
    done = subprocess.run(git_argv(repository, *arguments), env=environment, check=True, capture_output=True)
    return done.stdout


def missing_objects(source: Path) -> set[bytes]:
    """Ids that its branches and tags name and that it does not hold (a snapshot may leave large blobs out)."""
    listing = git(source, "rev-list", "--objects", "--branches", "--tags", "--missing=print")
    return {line[1:] for line in listing.splitlines() if line.startswith(b"?")}


def drop_missing(source: IO[bytes], sink: IO[bytes], missing: set[bytes]) -> int:
    """Copy a fast-export stream without the ``M <mode> <id> <path>`` lines that name a missing blob."""
    dropped = 0
    while line := source.readline():
        if line.startswith(b"M ") and line.split(b" ", 3)[2] in missing:
            dropped += 1
            continue
        sink.write(line)
        if line.startswith(b"data "):
            # A message: copied by length, since its lines can look like commands.
            sink.write(source.read(int(line[5:])))
    return dropped


def rewrite(source: Path, target: Path, missing: set[bytes]) -> int:
    """``source`` without its missing blobs, as a bare repository that borrows the rest; the lines dropped."""
    git(target.parent, "init", "--quiet", "--bare", target.name)
    objects = os.fsdecode(git(source, "rev-parse", "--git-path", "objects").rstrip(b"\n"))
    alternates = target / "objects" / "info" / "alternates"
    alternates.write_text(f"{(source / objects).resolve()}\n")
    environment = os.environ | GIT_ENV
    export_argv = git_argv(source, *EXPORT)
    import_argv = git_argv(target, "fast-import", "--quiet", "--force")
    with (
        subprocess.Popen(export_argv, env=environment, stdout=subprocess.PIPE) as export,
        subprocess.Popen(import_argv, env=environment, stdin=subprocess.PIPE) as load,
    ):
        assert export.stdout is not None
        assert load.stdin is not None
        dropped = drop_missing(export.stdout, load.stdin, missing)
        load.stdin.close()
    if export.returncode or load.returncode:
        raise SystemExit(f"{source.name}: could not rewrite it without its missing blobs")
    git(target, "symbolic-ref", "HEAD", _head(source))
    return dropped


def _head(source: Path) -> str:
    return os.fsdecode(git(source, "rev-parse", "--symbolic-full-name", "HEAD").strip())


def prepare(source: Path, target: Path) -> Path:
    """A bare repository of its own in ``target``, with all that branches and tags reach and nothing missing."""
    if target.exists():
        return target
    source = source.resolve()
    borrowed = target.with_name(f"{target.name}.rewritten")
    shutil.rmtree(borrowed, ignore_errors=True)
    missing = missing_objects(source)
    if missing:
        rewrite(source, borrowed, missing)
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    origin = borrowed if missing else source
    # --no-local walks and copies what is reachable: no alternates, no leftovers, one pack.
    clone = ("clone", "--quiet", "--bare", "--no-local", str(origin), str(unfinished))
    git(target.parent, *clone)
    shutil.rmtree(borrowed, ignore_errors=True)
    unfinished.rename(target)
    return target


def files_of(repository: Path, target: Path) -> Path:
    """The files of HEAD without a ``.git``, which kingfisher and betterleaks would read as files too."""
    if not target.exists():
        target.mkdir()
        index = {"GIT_INDEX_FILE": str(target.with_name(f"{target.name}.index"))}
        git(repository, "read-tree", "HEAD", env=index)
        git(repository, f"--work-tree={target}", "checkout-index", "--all", "--quiet", env=index)
    return target


def checkout_of(repository: Path, target: Path) -> Path:
    """An ordinary clone with its work tree."""
    if not target.exists():
        git(repository, "clone", "--quiet", str(repository), str(target))
    return target


def copy_of(repository: Path, target: Path) -> Path:
    """A bare repository of its own beside the prepared one, for what may write into it."""
    if not target.exists():
        git(repository, "clone", "--quiet", "--bare", "--no-hardlinks", str(repository), str(target))
    return target


def base_of(repository: Path, commits: int) -> tuple[str, int]:
    """The ancestor of HEAD that lacks the fewest of its commits, if no fewer than so many; and how many it lacks."""
    near = git(repository, "rev-list", "--date-order", f"--skip={commits}", f"--max-count={TRIED}", "HEAD")
    lacking = {oid: int(git(repository, "rev-list", "--count", f"{oid}..HEAD")) for oid in near.decode().split()}
    if not lacking:
        raise SystemExit(f"{repository}: less than {commits} commits")
    base = min(lacking, key=lacking.__getitem__)
    return base, lacking[base]


def forks_of(repository: Path, folder: Path) -> list[Path]:
    """Bare repositories that hold ever more of the early history of one: what they have in common, each has."""
    commits = git(repository, "rev-list", "--reverse", "HEAD").decode().split()
    forks = []
    for number in range(1, FORKS + 1):
        fork = folder / f"{number}.git"
        if not fork.exists():
            folder.mkdir(exist_ok=True)
            git(folder, "init", "--quiet", "--bare", fork.name)
            newest = commits[len(commits) // 4 * number // FORKS - 1]
            git(repository, "push", "--quiet", str(fork), f"{newest}:refs/heads/main")
        forks.append(fork)
    return forks


def grown_since(repository: Path, target: Path, old: str, between: Callable[[Path], None]) -> Path:
    """A bare repository that held what the commit ``old`` reaches, was given to ``between``, and then got HEAD."""
    if not target.exists():
        git(target.parent, "init", "--quiet", "--bare", target.name)
        git(repository, "push", "--quiet", str(target), f"{old}:refs/heads/main")
        between(target)
        git(repository, "push", "--quiet", str(target), "HEAD:refs/heads/main")
    return target


def tiny(target: Path, commits: int = 10) -> Path:
    """A small bare repository, the same on every machine: what a start costs when there is little to read."""
    if not target.exists():
        git(target.parent, "init", "--quiet", "--bare", "--initial-branch=main", target.name)
        load = git_argv(target, "fast-import", "--quiet", "--force")
        stream = b"".join(_tiny_commits(commits))
        subprocess.run(load, input=stream, env=os.environ | GIT_ENV, check=True)
    return target


def _tiny_commits(count: int) -> Iterator[bytes]:
    for number in range(count):
        text = "".join(f"def price_{line}():\n    return {line * number}\n" for line in range(50))
        when = f"Example <example@example.com> {1_600_000_000 + number} +0000"
        yield f"commit refs/heads/main\ncommitter {when}\ndata 7\nchange\n\n".encode()
        yield f"M 100644 inline bot_{number % 3}.py\ndata {len(text)}\n{text}\n".encode()


def blob_shares(repository: Path, folder: Path, parts: int) -> list[Path]:
    """The ids of all blobs in pack order, cut into files of about equal bytes: input for git's own reading."""
    listing = git(repository, "cat-file", "--batch-all-objects", "--unordered", ALL_OBJECTS)
    rows = (line.split() for line in listing.splitlines())
    blobs = [(oid, int(size)) for oid, kind, size in rows if kind == b"blob"]
    shares = []
    for number, part in enumerate(split_by_size(blobs, parts)):
        shares.append(folder / f"{repository.name}-{parts}-{number}.ids")
        shares[-1].write_bytes(b"".join(oid + b"\n" for oid in part))
    return shares


def split_by_size(blobs: Iterable[tuple[bytes, int]], parts: int) -> list[list[bytes]]:
    """Runs of neighbours, each with about the same number of bytes."""
    blobs = list(blobs)
    total = sum(size for _, size in blobs) or 1
    shares: list[list[bytes]] = [[] for _ in range(parts)]
    seen = 0
    for oid, size in blobs:
        shares[min(seen * parts // total, parts - 1)].append(oid)
        seen += size
    return shares
