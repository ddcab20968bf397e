"""The command line as a person meets it: exit codes, one line for a mistake, nothing that leaks."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from secretguard.checks.samples import fill

BINANCE = "BINANCE_API_SECRET=<base62:64>\n"


def run(*args: str, cwd: Path, feed: bytes = b"", **env: str) -> subprocess.CompletedProcess[str]:
    """The program, as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "secretguard", *args],
        cwd=cwd,
        input=feed,
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), **env},
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def leaks(value: str, text: str) -> bool:
    return any(value[i : i + 6] in text for i in range(len(value) - 5))


@pytest.fixture
def secret() -> tuple[str, str]:
    """A line with a secret, and the secret."""
    line = fill(BINANCE, "test_cli")
    return line, line.split("=")[1].strip()


class TestScan:
    """``secretguard scan``"""

    def test_a_finding_is_told_without_its_value_and_ends_in_1(self, tmp_path: Path, secret: tuple[str, str]) -> None:
        (tmp_path / "a.env").write_text(secret[0])

        done = run("scan", "a.env", cwd=tmp_path)

        assert (done.returncode, "a.env:1:20" in done.stdout, "Binance" in done.stdout) == (1, True, True)
        assert not leaks(secret[1], done.stdout + done.stderr)

    def test_clean_files_end_in_0_and_say_what_was_read(self, tmp_path: Path) -> None:
        (tmp_path / "work").mkdir()
        (tmp_path / "work" / "a.py").write_text("import os\nkey = os.environ['BINANCE_API_SECRET']\n")

        done = run("scan", cwd=tmp_path / "work")

        assert (done.returncode, "clean" in done.stdout, "1 file" in done.stdout) == (0, True, True)

    def test_standard_input_is_scanned(self, tmp_path: Path, secret: tuple[str, str]) -> None:
        done = run("scan", "-", "--format", "json", cwd=tmp_path, feed=secret[0].encode())

        report = json.loads(done.stdout)
        assert (done.returncode, report["complete"], len(report["findings"])) == (1, True, 1)
        assert report["findings"][0]["rule"] == "binance-api-secret"

    @pytest.mark.skipif(os.name == "nt", reason="the POSIX shell")
    def test_closed_standard_input_is_not_clean(self, tmp_path: Path) -> None:
        command = f"exec '{sys.executable}' -m secretguard scan - <&-"
        env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        done = subprocess.run(["/bin/sh", "-c", command], cwd=tmp_path, env=env, capture_output=True, check=False)

        assert (done.returncode, done.stdout, done.stderr.decode()) == (
            2,
            b"",
            "secretguard: '-': standard input is closed\n",
        )

    def test_secrets_are_shown_only_if_asked_for(self, tmp_path: Path, secret: tuple[str, str]) -> None:
        done = run("scan", "-", "--format", "json", "--show-secrets", cwd=tmp_path, feed=secret[0].encode())

        assert json.loads(done.stdout)["findings"][0]["secret"] == secret[1]

    def test_a_file_with_shown_secrets_is_for_its_owner_only(self, tmp_path: Path, secret: tuple[str, str]) -> None:
        out = tmp_path / "out.json"
        out.write_text("")
        out.chmod(0o644)

        run(
            "scan",
            "-",
            "--format",
            "json",
            "--show-secrets",
            "--output",
            str(out),
            cwd=tmp_path,
            feed=secret[0].encode(),
        )

        assert out.stat().st_mode & 0o777 == 0o600

    def test_a_path_that_is_not_there_is_not_clean_and_the_rest_is_scanned(
        self, tmp_path: Path, secret: tuple[str, str]
    ) -> None:
        (tmp_path / "a.env").write_text(secret[0])

        done = run("scan", "nowhere", "a.env", cwd=tmp_path)

        assert done.returncode == 2
        assert "nowhere" in done.stdout + done.stderr
        assert "Binance" in done.stdout

    @pytest.mark.parametrize("form", ["human", "json", "jsonl", "sarif", "gitlab", "junit", "github", "markdown"])
    def test_no_form_leaks(self, form: str, tmp_path: Path, secret: tuple[str, str]) -> None:
        done = run("scan", "-", "--format", form, cwd=tmp_path, feed=secret[0].encode())

        assert done.returncode == 1
        assert done.stdout.strip()
        assert not leaks(secret[1], done.stdout + done.stderr)

    def test_without_vectorscan_the_findings_are_the_same(self, tmp_path: Path, secret: tuple[str, str]) -> None:
        fast = run("scan", "-", "--format", "jsonl", cwd=tmp_path, feed=secret[0].encode())
        slow = run("scan", "-", "--format", "jsonl", "--no-vectorscan", cwd=tmp_path, feed=secret[0].encode())

        assert fast.stdout.splitlines()[0] == slow.stdout.splitlines()[0]

    def test_utf16_is_read_with_the_places_an_editor_shows(self, tmp_path: Path, secret: tuple[str, str]) -> None:
        for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
            (tmp_path / "a.txt").write_bytes(("first line of plain text\n" + secret[0]).encode(encoding))

            done = run("scan", "a.txt", "--format", "json", cwd=tmp_path)

            found = json.loads(done.stdout)["findings"][0]
            assert (found["line"], found["column"]) == (2, 20), encoding

    def test_utf16_without_a_final_newline_is_read_to_its_end(self, tmp_path: Path, secret: tuple[str, str]) -> None:
        (tmp_path / "a.txt").write_bytes(("X=1\r\n" + secret[0].strip()).encode("utf-16"))

        assert run("scan", "a.txt", cwd=tmp_path).returncode == 1

    def test_two_odd_bytes_in_front_hide_nothing(self, tmp_path: Path, secret: tuple[str, str]) -> None:
        (tmp_path / "a.env").write_bytes(b"\xff\xfe" + secret[0].encode())

        assert run("scan", "a.env", cwd=tmp_path).returncode == 1

    @pytest.mark.parametrize("tail", [b"\0", b"\x1b[0m", b". Then", b"**", b"#c", "\u00a0x".encode()])
    def test_what_hangs_on_a_bare_value_does_not_hide_it(
        self, tail: bytes, tmp_path: Path, secret: tuple[str, str]
    ) -> None:
        done = run("scan", "-", cwd=tmp_path, feed=b"x\n" + secret[0].strip().encode() + tail + b"\ny\n")

        assert done.returncode == 1

    def test_a_second_copy_on_the_line_is_masked_too(self, tmp_path: Path, secret: tuple[str, str]) -> None:
        line = f"{secret[0].strip()} # {secret[1]}"

        done = run("scan", "-", "--format", "json", cwd=tmp_path, feed=line.encode())

        assert done.returncode == 1
        assert not leaks(secret[1], done.stdout)

    def test_a_text_that_breaks_a_plugin_is_not_clean_and_stops_nothing(
        self, tmp_path: Path, secret: tuple[str, str]
    ) -> None:
        # As deep as a plugin is ever shown: above what Python 3.11 and 3.12 parse, and a token to Python 3.13.
        deep = base64.urlsafe_b64encode(b'{"a":' + b"[" * 2200 + b"]" * 2200 + b"}").decode().rstrip("=")
        head = base64.urlsafe_b64encode(b'{"alg":"HS256"}').decode().rstrip("=")
        (tmp_path / "a.txt").write_text(f"{head}.{deep}.{'A' * 43}\n")
        (tmp_path / "b.env").write_text(secret[0])

        done = run("scan", "a.txt", "b.env", cwd=tmp_path)

        told = "a.txt: not fully read (RecursionError)" in done.stdout
        assert done.returncode == (2 if told else 1)
        assert told or "JSON web token" in done.stdout
        assert told or sys.version_info >= (3, 13)
        assert "Binance" in done.stdout
        assert "Traceback" not in done.stderr


class TestMistakes:
    """One line that says what is wrong, and exit 2."""

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("sweep", "nowhere"), "nowhere"),
            (("sweep", "."), "not a git repository"),
            (("scan", "-", "a"), "can't be mixed"),
            (("scan", "--format", "xml"), "--format"),
            (("rules", "show", "nobody"), "'secretguard rules list' names them all"),
            (("explain", "nowhere.py"), "nowhere.py: can't be read"),
            (("scan", "--rules", "nowhere"), "no such folder of rules"),
            (("hook", "post-office"), "post-office"),
            (("wibble",), "wibble"),
        ],
    )
    def test_a_mistake_is_one_line_without_a_traceback(self, args: tuple[str, ...], said: str, tmp_path: Path) -> None:
        done = run(*args, cwd=tmp_path)

        assert done.returncode == 2
        assert said in done.stderr
        assert "Traceback" not in done.stderr

    def test_a_rule_with_a_mistake_names_file_rule_and_key(self, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "acme.toml").write_text(
            'provider = "Acme"\n[[rule]]\nid = "acme-key"\nkind = "token"\nregex = "(?P<secret>acme_[a-z]{20}"\n'
            'examples = ["x"]\nnegative_examples = ["y"]\n'
        )

        done = run("scan", "-", "--rules", "mine", cwd=tmp_path, feed=b"x")

        assert done.returncode == 2
        assert "acme-key" in done.stderr
        assert "regex" in done.stderr
        assert "Traceback" not in done.stderr

    def test_an_output_that_cannot_be_written_is_told(self, tmp_path: Path) -> None:
        done = run("scan", "-", "--output", "no/such/folder.txt", cwd=tmp_path, feed=b"x")

        assert (done.returncode, "can't be written" in done.stderr) == (2, True)

    def test_a_closed_pipe_is_no_traceback_and_not_clean(self, tmp_path: Path, secret: tuple[str, str]) -> None:
        (tmp_path / "a.env").write_text(secret[0])
        read, write = os.pipe()
        os.close(read)

        done = subprocess.run(
            [sys.executable, "-m", "secretguard", "scan", "a.env"],
            cwd=tmp_path, stdout=write, stderr=subprocess.PIPE, check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )  # fmt: skip
        os.close(write)

        assert done.returncode in (1, 2)
        assert b"Traceback" not in done.stderr
        assert b"Exception ignored" not in done.stderr


class TestSweep:
    """``secretguard sweep``"""

    def test_a_secret_that_head_no_longer_has_is_found_with_who_and_when(self, repo, secret: tuple[str, str]) -> None:
        first = repo.commit({"conf/a.env": secret[0]})
        repo.commit({"conf/a.env": "BINANCE_API_SECRET=\n"})

        done = run("sweep", "--format", "json", cwd=repo.path)

        found = json.loads(done.stdout)["findings"][0]
        assert (done.returncode, found["path"], found["commit"]) == (1, "conf/a.env", first)
        exposure = found["occurrences"][0]["exposure"]
        assert (exposure["commits"], exposure["in_head"], exposure["author"]["name"]) == (1, False, "Ann Author")

    def test_a_repository_without_commits_is_clean(self, repo) -> None:
        done = run("sweep", cwd=repo.path)

        assert (done.returncode, "clean" in done.stdout) == (0, True)

    def test_a_corrupt_object_is_not_clean(self, repo, secret: tuple[str, str]) -> None:
        repo.commit({"a.env": secret[0], "b.txt": "b"})
        repo.loose(repo.oid("HEAD:b.txt")).write_bytes(b"garbage")

        done = run("sweep", cwd=repo.path)

        assert done.returncode == 2
        assert "INCOMPLETE" in done.stdout
        assert "Binance" in done.stdout

    def test_two_processes_find_what_one_finds(self, repo, secret: tuple[str, str]) -> None:
        for number in range(30):
            repo.write({f"big{number}.txt": f"line {number} of a large file\n" * 12_000})
        repo.commit({"a.env": secret[0]})

        args = ("sweep", "--no-cache", "--format", "json", "--jobs")
        reports = [json.loads(run(*args, n, cwd=repo.path).stdout) for n in "12"]

        one, two = ([f["fingerprint"] for f in report["findings"]] for report in reports)
        assert one == two
        assert reports[0]["receipt"]["fragments"] == reports[1]["receipt"]["fragments"]

    def test_ctrl_c_ends_at_once_with_130_and_no_orphan(self, repo) -> None:
        for number in range(60):
            repo.write({f"big{number}.txt": os.urandom(400_000).hex()})
        repo.commit()
        process = subprocess.Popen(
            [sys.executable, "-m", "secretguard", "sweep", "--jobs", "2"],
            cwd=repo.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )  # fmt: skip
        time.sleep(0.6)

        os.killpg(process.pid, signal.SIGINT)
        _, stderr = process.communicate(timeout=20)

        assert process.returncode in (130, 0)  # 0: it was done before the signal came
        assert b"Traceback" not in stderr
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)

    @pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="finds the workers in /proc")
    def test_what_a_killed_worker_had_is_done_again(self, repo, secret: tuple[str, str]) -> None:
        for number in range(60):
            repo.write({f"big{number}.txt": os.urandom(400_000).hex()})
        repo.commit({"a.env": secret[0]})
        process = subprocess.Popen(
            [sys.executable, "-m", "secretguard", "sweep", "--jobs", "2", "--format", "json"],
            cwd=repo.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )  # fmt: skip
        workers = _workers(process.pid)

        os.kill(workers[0], signal.SIGKILL)
        stdout, stderr = process.communicate(timeout=60)

        report = json.loads(stdout)
        assert (process.returncode, len(report["findings"]), report["errors"]) == (1, 1, [])
        assert report["receipt"]["counts"]["blob"] == 61
        assert b"Traceback" not in stderr

    def test_the_cache_is_shown_cleared_and_passed_by(self, repo) -> None:
        for number in range(3):
            repo.commit({"a": f"{number}"})
        run("sweep", cwd=repo.path)
        assert "passes over 9 objects" in run("cache", "show", cwd=repo.path).stdout
        assert "9 objects that an earlier sweep" in run("sweep", "--format", "json", cwd=repo.path).stdout
        assert "earlier sweep" not in run("sweep", "--no-cache", "--format", "json", cwd=repo.path).stdout

        assert "bytes removed" in run("cache", "clear", cwd=repo.path).stdout

        assert not (repo.path / ".git/secretguard").exists()
        assert "passes over 0 objects" in run("cache", "show", cwd=repo.path).stdout


def _workers(parent: int) -> list[int]:
    """The worker processes of a sweep, as soon as there are any. A git about to start looks like one for a moment."""
    found: list[int] = []
    for _ in range(400):
        before, found = found, _alike(parent)
        lasting = [pid for pid in found if pid in before]
        if lasting:
            return lasting
        time.sleep(0.02)
    raise AssertionError("no worker appeared")


def _alike(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(pid) for pid in children if b"secretguard" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_every_command_has_help_and_stands_in_the_readme(tmp_path: Path) -> None:
    from secretguard.cli.app import COMMANDS

    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        done = run(name, "--help", cwd=tmp_path)
        assert (done.returncode, "Usage:" in done.stdout) == (0, True)
        assert f"secretguard {name}" in readme


def test_explain_says_why_a_match_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(fill('kraken_tx_hash = "0x<hex:64>"\n', "x"))

    done = run("explain", "a.py:1", cwd=tmp_path)

    assert (done.returncode, "no finding" in done.stdout) == (0, True)


def test_explain_names_a_part_on_its_own_line(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text(fill("OKX_SECRET_KEY=<HEX:32>\nOKX_PASSPHRASE=<password:14>\n", "x"))

    done = run("explain", "a.env:2", cwd=tmp_path)

    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    assert "okx-passphrase: a part of okx-api-secret on line 1" in done.stdout


def test_a_piped_report_is_as_wide_as_columns_says(tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(fill('KRAKEN_PRIVATE_KEY = "<base64:64>"', "wide") + "\n")
    widths = {}
    for columns in ("50", "200"):
        environ = {**os.environ, "COLUMNS": columns}
        args = [sys.executable, "-m", "secretguard", "scan", "bot.py"]
        done = subprocess.run(args, cwd=tmp_path, env=environ, capture_output=True, check=False, text=True)
        widths[columns] = max(len(line) for line in done.stdout.splitlines() if "https://" not in line)

    assert widths["50"] <= 50 < widths["200"] <= 200
