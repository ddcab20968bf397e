"""What we ship: the wheel holds every rule and every data file, and nothing else."""

from __future__ import annotations

import subprocess
import sys
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


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel built from a copy, so that a stale build folder can't add to it."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked(".", ""):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False)
    pip = [sys.executable, "-m", "pip"]
    if subprocess.run([*pip, "--version"], capture_output=True, check=False).returncode:
        pip = ["python3", "-m", "pip", "--python", sys.executable]  # our own environment was made without pip
    subprocess.run([*pip, "wheel", "-q", "--no-deps", "-w", out, source], check=True, capture_output=True)
    return set(zipfile.ZipFile(next(out.glob("*.whl"))).namelist())


def test_every_module_and_data_file_is_in_the_wheel(wheel: set[str]) -> None:
    expected = tracked("secretguard", ".py", ".txt", "py.typed")

    assert expected <= wheel


def test_every_rule_is_in_the_wheel_and_no_other(wheel: set[str]) -> None:
    expected = {f"secretguard/{name}" for name in tracked("patterns", ".toml")}

    assert {name for name in wheel if name.endswith(".toml")} == expected


def test_the_wheel_holds_no_test_and_no_benchmark(wheel: set[str]) -> None:
    assert not [name for name in wheel if name.startswith(("tests", "benchmarks", "patterns", "hooks"))]
