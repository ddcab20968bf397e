"""An expression that can't be run is refused before it is: file, rule, key, reason; with and without Vectorscan."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RULE = """provider = "Mine"
[[rule]]
id = "mine-key"
kind = "api_secret"
regex = '{regex}'
examples = ["MINE=mine_<base62:20>"]
negative_examples = ["MINE=theirs"]
"""
UNSOUND = [
    ("(?P<secret>mine_[a-z", "no regular expression"),
    ("(?P<secret>(?:mine)*)", "matches the empty text"),
    ("(?P<secret>mine_(?:[a-z]|[a-y])*!)", "needs exponential time"),
]


def secretguard(*argv: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "secretguard", *argv]
    return subprocess.run(command, input="MINE=mine_x", capture_output=True, text=True, check=False)


def folder_with(tmp_path: Path, regex: str) -> str:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "my.toml").write_text(RULE.format(regex=regex))
    return str(folder)


@pytest.mark.parametrize(("regex", "reason"), UNSOUND)
@pytest.mark.parametrize("command", [("scan", "-"), ("scan", "--no-vectorscan", "-"), ("rules", "check")])
def test_it_is_refused(tmp_path: Path, regex: str, reason: str, command: tuple[str, ...]) -> None:
    folder = folder_with(tmp_path, regex)
    argv = [*command, folder] if command[0] == "rules" else [*command, "--rules", folder]
    done = secretguard(*argv)
    assert done.returncode == 2
    assert "own/my.toml: rule 'mine-key': key 'regex': it " in done.stderr
    assert reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_sound_one_finds(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "(?P<secret>mine_[A-Za-z0-9]{20})")
    assert secretguard("rules", "check", folder).stdout == "1 rule, 0 complaints\n"


def test_a_part_of_our_own_rules_can_be_checked() -> None:
    wallets = Path(__file__).resolve().parents[1] / "patterns" / "wallets"
    assert secretguard("rules", "check", str(wallets)).returncode == 0
