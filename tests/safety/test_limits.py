"""A full disk, a closed pipe, little memory, files that can't be read, a clock that jumps, two at once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
    (tmp_path / "a.py").write_text(LINE)
    for number in range(40):  # each is told in the report, which no deadline makes shorter
        os.mkfifo(tmp_path / f"{'long ' * 40}{number}")

    done = run("scan", ".", "--format", "json", "--output", "out.json", cwd=tmp_path, shell='ulimit -f 8; "$@"')

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


@pytest.mark.parametrize("limit", [60_000, 67_500, 75_000, 82_500, 90_000])
def test_processes_that_share_a_tree_and_have_little_memory(limit: int, tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number}.py").write_text(LINE + "one more line of a market's data\n" * 3000)

    done = run("scan", ".", "--jobs", "2", cwd=tmp_path, shell=f'ulimit -v {limit}; "$@"')

    if done.returncode == 127:  # the C library ends any program whose thread gets no memory: refused, and no result
        assert (done.stdout, done.stderr) == ("", "cannot allocate memory for thread-local data: ABORT\n")
        return
    assert done.returncode == 2 or (done.returncode == 1 and "40 places" in done.stdout), done.stdout + done.stderr
    assert len(done.stderr.splitlines()) <= 1


def test_a_scratch_disk_that_is_full_is_told_and_the_rest_is_swept(make, tmp_path: Path) -> None:
    large, leaky, scratch = make("large"), make("leaky"), tmp_path / "scratch"
    large.commit({"a": os.urandom(3 << 20)})
    leaky.commit({"a.py": LINE})
    scratch.mkdir()
    full = f'unshare -rm sh -c \'mount -t tmpfs -o size=1m none {scratch} && exec "$@"\' sh "$@"'
    if shutil.which("unshare") is None or subprocess.run(["sh", "-c", full, "sh", "true"], check=False).returncode:
        pytest.skip("no file system can be mounted here")

    urls = (f"file://{large.path}", f"file://{leaky.path}")
    done = run("sweep", "--scratch", str(scratch), *urls, cwd=tmp_path, shell=full)

    assert done.returncode == 2
    assert "No space left on device" in done.stdout
    assert "1 secret in 1 place" in done.stdout


class Shut(BaseHTTPRequestHandler):
    """Asks everybody for a password, and takes none."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="closed"')
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def shut() -> Iterator[str]:
    """A host and a port where a password is asked for."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Shut) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("user", ["", "bot:hunter2hunter2@"])
def test_a_url_that_asks_for_a_password_is_told_and_nobody_is_asked(user: str, shut: str, repo, tmp_path: Path) -> None:
    repo.commit({"a.py": LINE})
    program, asked = tmp_path / "ask", tmp_path / "asked"
    program.write_text(f"#!/bin/sh\ntouch {asked}\n")
    program.chmod(0o755)
    environ = {"SSH_ASKPASS": str(program), "DISPLAY": ":0"}

    done = run("sweep", f"http://{user}{shut}/bot.git", str(repo.path), cwd=tmp_path, **environ)

    assert done.returncode == 2
    assert re.search(rf"- http://(\*\*\*@)?{shut}/bot.git: git: ", done.stdout)
    assert "1 secret in 1 place" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
    assert not asked.exists()


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


def test_no_clock_that_may_jump_decides_what_is_read() -> None:
    lines = [line for path in (ROOT / "secretguard").rglob("*.py") for line in path.read_text("utf-8").splitlines()]

    told = [line for line in lines if re.search(r"\btime\.time\b|\.now\(|\butcnow\b|\btoday\(", line)]
    # What a report says of when it was made, and on which day an acceptance ends.
    assert not [line for line in told if "finished=time.time()" not in line and "now(UTC).date()" not in line]
