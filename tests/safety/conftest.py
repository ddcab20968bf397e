"""What the tests of safety share."""

from __future__ import annotations

from pathlib import Path

import pytest

from secretguard.config import Config, built_in_rules
from secretguard.scan import Scanner


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that holds our rules, compiled: to do it in every test takes a second each."""
    folder = tmp_path_factory.mktemp("compiled") / "cache"
    Scanner(Config((built_in_rules(),), cache=folder)).load()
    return folder
