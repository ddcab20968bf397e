"""What we ship: the wheel holds every rule and every data file, and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.skipif(not (ROOT / "setup.cfg").is_file(), reason="needs the checkout")


def tracked(folder: str, *endings: str) -> set[str]:
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    return {name for name in names if name.endswith(endings) and (ROOT / name).is_file()}


def copied(source: Path) -> Path:
    """A copy of what is tracked, so that a stale build folder can't add to it."""
    for name in tracked(".", ""):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
        target.chmod((ROOT / name).stat().st_mode)
    return source


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two folders with a wheel and an sdist each, built in different places, at different times, by different masks."""
    folders = []
    for number, mask in enumerate((0o022, 0o077)):
        before = os.umask(mask)
        try:
            source, out = copied(tmp_path_factory.mktemp("source")), tmp_path_factory.mktemp("dist")
            for path in source.rglob("*.py"):
                os.utime(path, (10**9 + number, 10**9 + number))
            subprocess.run([sys.executable, ROOT / ".ci" / "dist.py", source, out], check=True, capture_output=True)
        finally:
            os.umask(before)
        folders.append(out)
    return folders


@pytest.fixture(scope="module")
def wheel(built: list[Path]) -> set[str]:
    """The names in a wheel."""
    return set(zipfile.ZipFile(next(built[0].glob("*.whl"))).namelist())


def test_built_twice_it_is_the_same_bit_for_bit(built: list[Path]) -> None:
    one, two = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in built)

    assert len(one) == 2
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


def test_the_sdist_holds_what_the_wheel_is_made_of_and_nothing_that_is_not_tracked(built: list[Path]) -> None:
    with tarfile.open(next(built[0].glob("*.tar.gz"))) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames() if "/" in name}
        owners = {(item.uid, item.uname, item.mode & 0o022) for item in sdist}
    made = {"PKG-INFO", "setup.cfg"}

    assert tracked("secretguard", ".py", ".txt") | tracked("patterns", ".toml") | tracked("hooks", "") <= names
    files = {name for name in names if not name.startswith("exchange_secretguard.egg-info")}
    assert {name for name in files if "." in name} - made <= tracked(".", "")
    assert owners == {(0, "", 0)}


def test_every_module_and_data_file_is_in_the_wheel(wheel: set[str]) -> None:
    expected = tracked("secretguard", ".py", ".txt", "py.typed")

    assert expected <= wheel


def test_every_rule_is_in_the_wheel_and_no_other(wheel: set[str]) -> None:
    expected = {f"secretguard/{name}" for name in tracked("patterns", ".toml")}

    assert {name for name in wheel if name.endswith(".toml")} == expected


def test_the_wheel_holds_no_test_and_no_benchmark(wheel: set[str]) -> None:
    assert not [name for name in wheel if name.startswith(("tests", "benchmarks", "patterns", "hooks"))]
