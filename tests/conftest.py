"""Real repositories to test on, out of reach of the configuration of whoever runs the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from secretguard.config import Config

PATTERNS = Path(__file__).parent.parent / "patterns"
FEW = ("exchanges/kraken", "general/pem", "wallets/wif")
Make = Callable[..., "Repo"]
# How busy the machine is decides no test; the folder that the examples of one test share is fresh where it matters.
IGNORED = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile("no clock", deadline=None, suppress_health_check=IGNORED)
settings.load_profile("no clock")


@dataclass(frozen=True)
class Repo:
    """A repository on disk, driven with real git."""

    path: Path

    def git(self, *args: str | bytes, feed: bytes = b"", fails: bool = False, **env: str) -> str:
        """Run git there; its output without the last newline. ``fails``: a failure is fine."""
        done = subprocess.run(
            ["git", *args], cwd=self.path, input=feed, capture_output=True, env={**os.environ, **env}, check=False
        )
        assert fails or done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, files: dict[str | bytes, str | bytes | None]) -> None:
        """Write files (text as UTF-8); None removes one."""
        for name, data in files.items():
            path = self.path / os.fsdecode(name)
            if data is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data)

    def commit(self, files: dict[str | bytes, str | bytes | None] | None = None, message: str = "m") -> str:
        """Write files and commit all there is; the commit's id. Each commit is a minute later than the last."""
        self.write(files or {})
        self.git("add", "-A")
        number = int(self.git("rev-list", "--all", "--reflog", "--count"))
        date = f"{1_700_000_000 + 60 * number} +0200"
        self.git("commit", "-q", "--allow-empty", "-m", message, GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)
        return self.git("rev-parse", "HEAD")

    def oid(self, name: str) -> str:
        """The object id of a revision."""
        return self.git("rev-parse", name)

    def blob(self, data: str) -> str:
        """A blob that nothing leads to; its id."""
        return self.git("hash-object", "-w", "--stdin", feed=data.encode())

    def loose(self, oid: str) -> Path:
        """Where a loose object lies, made writable."""
        path = self.path / ".git" / "objects" / oid[:2] / oid[2:]
        path.chmod(0o644)
        return path


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of this machine, and no variable of a git that may be running the tests as a hook."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    settings = {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Ann Author",
        "GIT_AUTHOR_EMAIL": "ann@example.org",
        "GIT_COMMITTER_NAME": "Carl Committer",
        "GIT_COMMITTER_EMAIL": "carl@example.org",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes repositories in folders of their own."""

    def new(name: str = "repo", *options: str) -> Repo:
        path = tmp_path / name
        done = subprocess.run(["git", "init", "-q", *options, str(path)], check=False, capture_output=True)
        if done.returncode == 129:
            pytest.skip(f"this git has no {' '.join(options)}")
        assert done.returncode == 0, done.stderr.decode()
        made = Repo(path)
        made.git("symbolic-ref", "HEAD", "refs/heads/main")  # git 2.25 knows no other way to name it
        return made

    return new


@pytest.fixture
def repo(make: Make) -> Repo:
    """An empty repository."""
    return make()


@pytest.fixture(scope="session")
def few_rules(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A few of our rule files: enough for tests of where a secret is looked for."""
    folder = tmp_path_factory.mktemp("rules")
    for name in FEW:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(PATTERNS / f"{name}.toml", folder / f"{name}.toml")
    return Config(rules=(folder,), cache=tmp_path_factory.mktemp("cache"))
