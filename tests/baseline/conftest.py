"""The program as people call it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def run() -> Callable[..., str]:
    """Runs the program in a repository: what it says, both streams. ``code`` is the exit code that it must have."""

    def call(repo, *args: str, code: int = 0, feed: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "secretguard", *args],
            cwd=repo.path,
            input=feed.encode(),
            capture_output=True,
            check=False,
            timeout=120,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        told = (done.stdout + done.stderr).decode()
        assert done.returncode == code, told
        return told

    return call
