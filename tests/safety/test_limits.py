"""A full disk, a closed pipe, little memory, files that can't be read, a clock that jumps, two at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from secretguard.checks.samples import fill

ROOT = Path(__file__).resolve().parents[2]
LINE = f'kraken_api_secret = "{fill("<base64:64>", "limits")}"\n'
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits and devices of Linux")


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "secretguard", *args]


def run(*args: str, cwd: Path, shell: str = '"$@"', **environ: str) -> subprocess.CompletedProcess[str]:
    """secretguard within a line of shell."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    argv = ["sh", "-c", shell, "sh", *command(*args)]
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize("form", ["human", "json", "sarif"])
def test_a_full_disk_behind_standard_output(form: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LINE)

    done = run("scan", ".", "--format", form, cwd=tmp_path, shell='"$@" > /dev/full')

    assert done.returncode == 2
    assert "can't be written" in done.stderr


def test_a_full_device_is_no_report_and_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LINE)

    done = run("scan", ".", "--format", "json", "--output", "/dev/full", cwd=tmp_path)

    assert done.returncode == 2
    assert Path("/dev/full").is_char_device()


def test_a_report_above_the_limit_of_files_leaves_no_half(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("".join(LINE.replace("kraken", f"kraken{n}") for n in range(40)))

    done = run("scan", "a.py", "--format", "json", "--output", "out.json", cwd=tmp_path, shell='ulimit -f 8; "$@"')

    assert done.returncode == 2
    assert "can't be written" in done.stderr
    assert not (tmp_path / "out.json").exists()


def test_a_cache_that_can_not_be_written_is_no_obstacle(repo, tmp_path: Path) -> None:
    repo.commit({"a.py": LINE})

    for place in ("/proc/nowhere", str(repo.path / "a.py")):
        assert run("sweep", "--jobs", "2", cwd=repo.path, SECRETGUARD_CACHE=place).returncode == 1


def test_a_reader_that_goes_away(repo) -> None:
    repo.commit({f"{n}.py": LINE + f"x = {n}\n" for n in range(60)})

    done = run("scan", ".", "--format", "jsonl", cwd=repo.path, shell='"$@" | head -c 1')

    assert done.stderr == ""


def test_standard_streams_that_are_closed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LINE)

    for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
        assert run("scan", "a.py", cwd=tmp_path, shell=f'"$@" {closed}').returncode in (1, 2)


def test_a_file_that_memory_does_not_hold_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LINE)
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(60 << 20)

    done = run("scan", "a.py", "big.txt", cwd=tmp_path, shell='ulimit -v 240000; "$@"')

    assert done.returncode == 2 or (done.returncode == 1 and "kraken" in done.stdout)


def test_files_that_may_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LINE)
    (tmp_path / "closed.py").write_text(LINE)
    (tmp_path / "closed.py").chmod(0)
    if os.access(tmp_path / "closed.py", os.R_OK):
        pytest.skip("root reads everything")

    done = run("scan", ".", cwd=tmp_path)

    assert done.returncode == 2
    assert "closed.py: Permission denied" in done.stdout


@pytest.mark.parametrize("environ", [{"HOME": "/nowhere"}, {"HOME": "/proc"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_no_home_and_no_locale(environ: dict[str, str], repo) -> None:
    repo.commit({b"\xff\xc3\xa9.py": LINE})
    place = {"XDG_CACHE_HOME": "", "XDG_CONFIG_HOME": "", **environ}

    for args in (("scan", "."), ("sweep", "--jobs", "2")):
        done = run(*args, cwd=repo.path, **place)
        assert done.returncode == 1, done.stderr


def test_two_sweeps_and_two_hooks_at_once_and_a_repack_meanwhile(repo) -> None:
    repo.commit({f"{n}.py": LINE + f"x = {n}\n" for n in range(30)})
    repo.write({"new.py": LINE})
    repo.git("add", "-A")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    calls = [("sweep", "--jobs", "1"), ("sweep", "--jobs", "2"), ("hook", "pre-commit"), ("hook", "pre-commit")]
    running = [
        subprocess.Popen(command(*args), cwd=repo.path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for args in calls
    ]
    repo.git("repack", "-adq")
    repo.git("prune-packed")

    for process in running:
        said, errors = process.communicate(timeout=120)
        assert process.returncode in (1, 2), errors
        assert process.returncode == 1 or b"INCOMPLETE" in said
        assert b"Traceback" not in errors
