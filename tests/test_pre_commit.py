"""Real pre-commit installs us from a clone of this checkout, and runs us in all stages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from secretguard.checks.samples import fill

CHECKOUT = Path(__file__).parent.parent
IDS = ("secretguard", "secretguard-all", "secretguard-commit-msg", "secretguard-pre-push")
CONFIG = """
default_install_hook_types: [pre-commit, commit-msg, pre-push]
repos:
- repo: {source}
  rev: {rev}
  hooks:
  - id: secretguard
  - id: secretguard-all
    stages: [manual]
  - id: secretguard-commit-msg
  - id: secretguard-pre-push
"""


def line(seed: str = "one") -> str:
    return f'kraken_api_secret = "{fill("<base64:64>", seed)}"\n'


@pytest.fixture
def source(make):
    """A repository of what lies in this checkout, committed or not."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=CHECKOUT, check=True, capture_output=True).stdout
    copy = make("source")
    for name in filter(None, names.decode().split("\0")):
        if (CHECKOUT / name).is_file():
            (copy.path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, copy.path / name)
    copy.commit()
    return copy


def run(repo, *args: str, fails: bool = False) -> str:
    """Run a program there; what it said, which must hold no secret."""
    done = subprocess.run(args, cwd=repo.path, capture_output=True, check=False, text=True)
    said = done.stdout + done.stderr
    assert bool(done.returncode) is fails, said
    assert fill("<base64:64>", "one") not in said
    return said


def test_pre_commit_installs_and_runs_us(repo, make, source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    text = CONFIG.format(source=source.path, rev=source.oid("HEAD"))
    repo.write({".pre-commit-config.yaml": text, "a.py": "x = 1\n"})
    run(repo, "pre-commit", "install", "--install-hooks")
    run(repo, "git", "add", "-A")
    run(repo, "git", "commit", "-m", "clean")
    make("bare.git", "--bare")
    repo.git("remote", "add", "origin", str(tmp_path / "bare.git"))
    run(repo, "git", "push", "origin", "main")

    repo.write({"a.py": line()})
    assert "a.py:1:22" in run(repo, "git", "commit", "-am", "staged", fails=True)
    assert "commit message" in run(repo, "git", "commit", "--allow-empty", "-m", line(), fails=True)
    run(repo, "git", "add", "-A")
    repo.write({"a.py": "x = 1\n"})
    assert "a.py:1:22" in run(repo, "git", "commit", "-m", "not what lies on disk", fails=True)

    repo.write({"a.py": line()})
    run(repo, "git", "commit", "-anm", "past the hook")
    assert "a.py:1:22" in run(repo, "git", "push", "origin", "main", fails=True)
    run(repo, "git", "push", "--no-verify", "origin", "main")
    run(repo, "git", "branch", "other")
    run(repo, "git", "push", "origin", "other")
    make("second.git", "--bare")
    repo.git("remote", "add", "second", str(tmp_path / "second.git"))
    assert "a.py:1:22" in run(repo, "git", "push", "second", "main", fails=True)

    run(repo, "pre-commit", "run", "--all-files")
    everything = ("pre-commit", "run", "secretguard-all", "--all-files", "--hook-stage", "manual")
    assert "a.py:1:22" in run(repo, *everything, fails=True)
    between = ("pre-commit", "run", "--from-ref", "HEAD~1", "--to-ref", "HEAD")
    assert "a.py:1:22" in run(repo, *between, fails=True)


def test_every_hook_is_offered_with_no_file_names_but_the_message() -> None:
    text = (CHECKOUT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    hooks = text.split("- id: ")[1:]

    assert tuple(hook.splitlines()[0] for hook in hooks) == IDS
    assert ["pass_filenames: false" in hook for hook in hooks] == [name != "secretguard-commit-msg" for name in IDS]
    assert all("always_run: true" in hook for hook in hooks)
