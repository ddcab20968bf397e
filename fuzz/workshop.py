"""A place to make repositories in: real git, objects written by hand where git would refuse, and planted secrets."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from secretguard.checks.samples import fill
from secretguard.judge.noise import noise
from secretguard.model import FINGERPRINT_KEY, Sealer, Secret

FAMILY = "value"  # of kraken-api-secret
PERSON = "Ann Author <ann@example.org>"
DATE = "1700000000 +0200"
WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ann Author"), ("EMAIL", "ann@example.org"), ("DATE", DATE))
}
LITERAL = {"GIT_LITERAL_PATHSPECS": "1"}
Content = str | bytes


class GitRefusedError(Exception):
    """The git that builds a repository would not do what it was told."""


def isolated(root: Path) -> dict[str, str]:
    """An environment out of reach of the configuration of whoever runs this."""
    kept = {name: os.environ[name] for name in ("PATH", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    home = {"HOME": str(root), "XDG_CONFIG_HOME": str(root), "XDG_CACHE_HOME": str(root / "cache")}
    return (
        kept | home | WHO | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"} | LITERAL
    )


@dataclass
class Workshop:
    """One repository in the making, below a folder of its own.

    ``path``: what is to be scanned; ``environ``: what the scanner's environment has beside the isolated one.
    """

    root: Path
    seed: str
    path: Path = field(init=False)
    environ: dict[str, str] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    born: bool = False
    _git: Path | None = None

    def __post_init__(self) -> None:
        self.path = self.root / "repo"

    @property
    def store(self) -> Path:
        """The git directory."""
        return self._git or self.path / ".git"

    @store.setter
    def store(self, path: Path) -> None:
        self._git = path

    def secret(self) -> str:
        """A new line that holds a secret, which from now on is to be found."""
        drawn = (fill("<base64:64>", f"{self.seed}/{len(self.values)}/{n}") for n in itertools.count())
        value = next(each for each in drawn if not noise(each, quoted=True))  # one in a thousand reads "test" somewhere
        self.values.append(value)
        return f'kraken_api_secret = "{value}"\n'

    def init(self, *options: str, path: Path | None = None, commit: bool = True) -> None:
        """Make the repository, with one harmless commit."""
        self.path, self.born = path or self.path, True
        self.call("git", "init", "-q", *options, str(self.path), cwd=self.root)
        if "--bare" in options:
            self.store = self.path
        if commit and "--bare" not in options:
            self.commit({"readme": "nothing here\n"})

    def call(self, *argv: str, feed: bytes = b"", cwd: Path | None = None, **env: str) -> str:
        """Run a program; its output without the last newline. Raises GitRefusedError."""
        done = subprocess.run(
            argv, cwd=cwd or self.path, input=feed, capture_output=True, env=isolated(self.root) | env, check=False
        )
        if done.returncode:
            raise GitRefusedError(f"{argv}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def git(self, *args: str, feed: bytes = b"", cwd: Path | None = None, **env: str) -> str:
        """Run git in the repository."""
        return self.call("git", *args, feed=feed, cwd=cwd, **env)

    def write(self, files: Mapping[str, Content]) -> None:
        """Write files of the work tree."""
        for name, data in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data)

    def stage(self, files: Mapping[str, Content]) -> None:
        """Write files and add them to the index. Raises GitRefusedError where git looks away and stores none of it."""
        self.write(files)
        self.git("add", "-f", "--", *files)
        self.kept(*files.values())

    def kept(self, *contents: Content) -> None:
        """Raises GitRefusedError where git has not stored all of them, as they are."""
        for oid in (self.oid("blob", data) for data in contents):
            if not self.loose(oid).exists():
                self.git("cat-file", "-e", oid)

    def commit(self, files: Mapping[str, Content] | None = None, message: str = "m") -> str:
        """Write files, stage them and commit; the commit's id."""
        if files:
            self.stage(files)
        self.git("commit", "-q", "--allow-empty", "--cleanup=verbatim", "-F", "-", feed=message.encode())
        return self.git("rev-parse", "HEAD")

    def blob(self, data: Content) -> str:
        """A blob that nothing leads to; its id."""
        return self.raw("blob", data)

    def raw(self, kind: str, data: Content) -> str:
        """A loose object, however malformed; its id."""
        path = self.loose(oid := self.oid(kind, data))
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_bytes(zlib.compress(whole(kind, data)))
        return oid

    def oid(self, kind: str, data: Content) -> str:
        """The id of an object."""
        return (hashlib.sha256 if self.sha256 else hashlib.sha1)(whole(kind, data)).hexdigest()

    def loose(self, oid: str) -> Path:
        """Where the object of that id lies loose; writable if it is there."""
        path = self.store / "objects" / oid[:2] / oid[2:]
        if path.exists():
            path.chmod(0o644)
        return path

    @property
    def sha256(self) -> bool:
        """Whether ids are SHA-256."""
        config = self.store / "config"  # not there before the repository is, which a clone has yet to make
        return config.is_file() and "sha256" in config.read_text("utf-8", "replace")

    def tree(self, *entries: tuple[str, bytes, str], sort: bool = True) -> str:
        """A tree of (mode, name, id) as they are given."""
        rows = sorted(entries, key=lambda e: e[1]) if sort else entries
        return self.raw(
            "tree", b"".join(m.encode() + b" " + name + b"\0" + bytes.fromhex(oid) for m, name, oid in rows)
        )

    def commit_of(self, tree: str, *parents: str, headers: Content = b"", message: Content = b"m\n") -> str:
        """A commit made by hand, with further headers."""
        lines = [f"tree {tree}", *(f"parent {each}" for each in parents), f"author {PERSON} {DATE}"]
        head = "\n".join([*lines, f"committer {PERSON} {DATE}", ""]).encode()
        more, text = (each.encode() if isinstance(each, str) else each for each in (headers, message))
        return self.raw("commit", head + more + b"\n" + text)

    def point(self, ref: str, oid: str) -> None:
        """Make a ref point to an object, whatever git thinks of it."""
        path = self.store / ref
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(oid + "\n")

    def plant(self, name: str = "a.py") -> str:
        """Commit a secret in a file; the commit's id."""
        return self.commit({name: self.secret()})

    def plant_raw(self, tree: str) -> str:
        """A branch whose commit, made by hand, has the tree."""
        oid = self.commit_of(tree)
        self.point(f"refs/heads/raw-{oid[:8]}", oid)
        return oid

    def neighbour(self, name: str = "other") -> Workshop:
        """Another repository beside this one and of its format, whose secrets are this one's to find."""
        other = Workshop(self.root, self.seed, values=self.values)
        other.init(*(("--object-format=sha256",) if self.sha256 else ()), path=self.root / name)
        return other

    def pack(self) -> Path:
        """Everything in one pack, and nothing lost; the pack. Raises GitRefusedError where there is nothing to pack."""
        self.git("repack", "-adkq")
        self.git("prune-packed", "-q")
        pack = next((self.store / "objects" / "pack").glob("*.pack"), None)
        if pack is None:
            raise GitRefusedError("there is nothing to pack")
        return pack

    def fingerprints(self) -> set[str]:
        """What the planted secrets are reported as."""
        sealer = Sealer(key=FINGERPRINT_KEY)
        return {sealer.seal(Secret(value), FAMILY).fingerprint for value in self.values}

    @contextmanager
    def inside(self) -> Iterator[None]:
        """In the repository's folder, with the environment that the scanner is meant to meet."""
        before, here, inside = dict(os.environ), Path.cwd(), isolated(self.root) | self.environ
        os.environ.clear()
        os.environ.update(inside)
        os.chdir(self.path)
        try:
            yield
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(before)


def whole(kind: str, data: Content) -> bytes:
    """An object as it is hashed and stored."""
    body = data.encode() if isinstance(data, str) else data
    return f"{kind} {len(body)}\0".encode() + body
