"""Many repositories: by path and URL, each once, whatever fails among them."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from secretguard.checks.samples import fill
from secretguard.config import Config
from secretguard.git import GitError, protocol_of, without_password
from secretguard.git.clone import settings
from secretguard.model import Receipt, Report, UserError
from secretguard.sweep import Terms, opened, sweep_many
from secretguard.sweep.record import has_fields, hints, read_back, written
from secretguard.sweep.seen import Seen
from secretguard.sweep.store import SCHEMA

LEAK = 'kraken_api_secret = "<base64:64>"\n'


@pytest.fixture
def config(few_rules: Config, tmp_path: Path) -> Config:
    return replace(few_rules, cache=tmp_path / "kept")


def swept(config: Config, *locations: Path | str, **terms) -> Report:
    return sweep_many([str(location) for location in locations], config, lambda done: None, Terms(**terms))


def homes(report: Report) -> list[list[str]]:
    """For each finding the last part of the names of the repositories that hold it."""
    return [sorted({Path(o.origin.repository or "").name for o in f.occurrences}) for f in report.findings]


@pytest.fixture
def three(make) -> list[Path]:
    """Two repositories with one secret in common, the second with another one, and a third with none."""
    repos = [make(name) for name in ("one", "two", "three")]
    repos[0].commit({"a.env": fill(LEAK, "shared")})
    repos[1].commit({"deep/b.env": "# the same\n" + fill(LEAK, "shared")})
    repos[1].commit({"c.env": fill(LEAK, "own")})
    repos[2].commit({"d": "nothing\n"})
    return [repo.path for repo in repos]


class TestTogether:
    @pytest.mark.parametrize("jobs", [1, 2])
    def test_a_secret_in_two_is_one_finding_and_a_warning(self, three, config, jobs) -> None:
        report = swept(replace(config, jobs=jobs), *three)
        assert sorted(homes(report)) == [["one", "two"], ["two"]]
        shared = next(f for f in report.findings if len(f.occurrences) == 2)
        assert "2 repositories hold it" in shared.evidence[-1]
        assert report.receipt.notes == [
            "secrets that more than one repository holds: 1; give each service a key of its own"
        ]
        assert report.exit_code() == 1

    def test_one_repository_named_twice_is_one(self, three, config) -> None:
        report = swept(config, three[0], f"{three[0]}/", three[0] / ".." / "one")
        assert homes(report) == [["one"]]
        assert report.receipt.counts["blob"] == 1

    def test_what_fails_is_told_and_the_rest_is_done(self, three, config, tmp_path) -> None:
        (tmp_path / "no").mkdir()
        report = swept(config, tmp_path / "no", three[1], tmp_path / "gone", "https+x://host/y", three[0])
        assert len(report.findings) == 2
        assert [error.partition(": ")[2] for error in sorted(report.receipt.errors)] == [
            "https+x is none of https, http, ssh, git, file",
            "no such directory",
            "not a git repository",
        ] or len(report.receipt.errors) == 3
        assert report.exit_code() == 2

    @pytest.mark.parametrize("jobs", [1, 2])
    def test_blobs_that_forks_share_are_read_once(self, make, config, jobs) -> None:
        first = make("first")
        for number in range(40):
            first.commit({"a": f"{number}", "leak.env": fill(LEAK, "x") if number == 3 else "nothing\n"})
        forks = [first.path, *(first.path.with_name(f"fork{number}") for number in range(3))]
        for fork in forks[1:]:
            subprocess.run(["git", "clone", "-q", "--mirror", str(first.path), str(fork)], check=True)
        report = swept(replace(config, jobs=jobs), *forks)
        assert homes(report) == [["first", "fork0", "fork1", "fork2"]]
        read = report.receipt.counts["blob"]
        assert read == 42 + 3 if jobs == 1 else read < 4 * 42  # what holds a finding is read in each

    def test_a_file_of_clean_blobs_that_is_damaged_hides_nothing(self, tmp_path) -> None:
        seen = Seen(tmp_path / "seen.sqlite")
        seen.create()
        seen.add([b"a" * 20])
        assert seen.missing(b"b" * 20 + b"a" * 20, 20) == b"b" * 20
        (tmp_path / "seen.sqlite").write_bytes(b"junk" * 1000)
        seen.add([b"b" * 20])
        assert seen.missing(b"b" * 20 + b"a" * 20, 20) == b"b" * 20 + b"a" * 20
        with pytest.raises(UserError, match="can't be written"):
            Seen(tmp_path / "no" / "seen.sqlite").create()

    def test_a_url_is_cloned_and_removed(self, three, config, tmp_path) -> None:
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        report = swept(config, f"file://{three[1]}", scratch=scratch)
        assert (len(report.findings), report.receipt.errors) == (2, [])
        assert list(scratch.iterdir()) == []

    def test_a_clone_that_does_not_fit(self, make, three, config, tmp_path) -> None:
        large = make("large")
        large.commit({f"f{number}": os.urandom(400_000) for number in range(10)})
        report = swept(config, f"file://{large.path}", f"file://{three[1]}", limit=2_000_000)
        assert len(report.findings) == 2
        assert "does not fit" in report.receipt.errors[0]


class TestUrls:
    def test_no_password_is_ever_told(self, config) -> None:
        url = "http://user:hunter2hunter2@127.0.0.1:9/team/bot.git"
        report = swept(config, url)
        assert "http://***@127.0.0.1:9/team/bot.git" in report.receipt.errors[0]
        assert "hunter2" not in repr(report)
        assert without_password("ssh://git@host/x") == "ssh://git@host/x"

    def test_git_gets_a_password_where_nobody_sees_it(self) -> None:
        found = settings("https://user:word@host/team/bot.git")
        assert found["GIT_CONFIG_KEY_0"] == "url.https://user:word@host/.insteadOf"
        assert found["GIT_CONFIG_VALUE_0"] == "https://host/"
        assert found["GIT_ALLOW_PROTOCOL"] == "https"

    @pytest.mark.parametrize(
        ("location", "protocol"),
        [("git@host:a/b", "ssh"), ("SSH://host/a", "ssh"), ("../a", None), ("/a@b:c/d", None), ("C:\\a", None)],
    )
    def test_what_is_a_url(self, location, protocol) -> None:
        assert protocol_of(location) == protocol

    @pytest.mark.parametrize("location", ["ext://x", "fd://3"])
    def test_helpers_that_run_programs_are_no_urls(self, location) -> None:
        with pytest.raises(GitError, match="is none of"):
            protocol_of(location)

    def test_a_remote_helper_is_a_path_that_is_not_there(self, config, tmp_path) -> None:
        report = swept(config, f"ext::touch {tmp_path}/run")
        assert "no such directory" in report.receipt.errors[0]
        assert not (tmp_path / "run").exists()


class TestStore:
    def test_what_was_swept_is_not_swept_again(self, three, config, tmp_path) -> None:
        store = tmp_path / "s.sqlite"
        cold = replace(config, remember=False)
        first = swept(cold, *three, store=store)
        (three[2] / "x").write_text(fill(LEAK, "new"))
        subprocess.run(["git", "add", "x"], cwd=three[2], check=True)
        second = swept(cold, *three, store=store)
        assert (len(first.findings), len(second.findings)) == (2, 3)
        with opened(store, create=False) as kept:
            assert {Path(name).name for name in kept.reports()} == {"one", "two", "three"}
            assert max(len(report.findings) for report in kept.reports().values()) == 2
        assert store.stat().st_mode & 0o777 == 0o600

    def test_one_that_failed_is_swept_again(self, three, config, tmp_path) -> None:
        store = tmp_path / "s.sqlite"
        away = three[0].rename(tmp_path / "away")
        assert swept(config, *three, store=store).exit_code() == 2
        away.rename(three[0])
        report = swept(config, *three, store=store)
        assert (len(report.findings), report.receipt.errors) == (2, [])

    def test_it_holds_no_secret(self, three, config, tmp_path) -> None:
        swept(config, *three, store=tmp_path / "s.sqlite")
        data = (tmp_path / "s.sqlite").read_bytes()
        value = fill(LEAK, "own").split('"')[1]
        assert not any(value[at : at + 8].encode() in data for at in range(len(value) - 7))

    def test_a_report_reads_back_as_it_was(self, three, config) -> None:
        report = swept(config, *three)
        assert read_back(written(report)) == report
        assert read_back(written(Report((), Receipt()))) == Report((), Receipt())

    def test_its_version_is_that_of_the_fields_of_a_report(self) -> None:
        told, kinds = [], [Report]
        for kind in kinds:  # grows
            for name, hint in hints(kind).items():
                told.append(f"{kind.__name__}.{name}: {hint}")
                inner = [hint, *get_args(hint)]
                kinds += [each for each in inner if isinstance(each, type) and has_fields(each) and each not in kinds]
        digest = hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()[:8]
        assert (SCHEMA, digest) == (2, "4eec5c32"), "the fields of a report changed: raise SCHEMA, and write this down"

    def test_a_damaged_one_is_one_line(self, three, tmp_path) -> None:
        run("sweep", str(three[0]), "--store", "s.sqlite", cwd=tmp_path)
        with sqlite3.connect(tmp_path / "s.sqlite") as database:
            database.execute("UPDATE repository SET report = '{}'")
        for command in (["report", "s.sqlite"], ["sweep", str(three[0]), "--store", "s.sqlite"]):
            done = run(*command, cwd=tmp_path)
            assert (done.returncode, done.stderr) == (2, "secretguard: s.sqlite: damaged\n")

    def test_one_in_use_a_newer_one_a_foreign_one_and_junk(self, three, config, tmp_path) -> None:
        store = tmp_path / "s.sqlite"
        with opened(store, create=True), pytest.raises(UserError, match="another sweep is using it"):
            swept(config, *three, store=store)
        for version, said in ((99, "newer secretguard"), (1, "older secretguard .* name another file")):
            with sqlite3.connect(store) as database:
                database.execute(f"PRAGMA user_version = {version}")
            with pytest.raises(UserError, match=said), opened(store, create=False):
                pass
        with sqlite3.connect(tmp_path / "other") as database:
            database.execute("CREATE TABLE x (y)")
        with pytest.raises(UserError, match="another program"), opened(tmp_path / "other", create=True):
            pass
        (tmp_path / "junk").write_text("x" * 5000)
        with pytest.raises(UserError, match="no store"), opened(tmp_path / "junk", create=True):
            pass
        with pytest.raises(UserError, match="no such file"), opened(tmp_path / "none", create=False):
            pass


def run(*args: str, cwd: Path, feed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "secretguard", *args], cwd=cwd, input=feed, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}, timeout=120,
    )  # fmt: skip


class TestCommand:
    def test_a_list_on_stdin_a_store_and_its_report(self, three, tmp_path) -> None:
        feed = f"# ours\n{three[0]}\n\n{three[1]}\n"
        done = run("sweep", "--from", "-", "--store", "s.sqlite", "--format", "json", cwd=tmp_path, feed=feed)
        assert done.returncode == 1, done.stderr
        report = json.loads(done.stdout)
        assert {o["repository"] for f in report["findings"] for o in f["occurrences"]} == set(map(str, three[:2]))
        again = run("report", "s.sqlite", "--format", "json", cwd=tmp_path)
        assert json.loads(again.stdout)["findings"] == report["findings"]
        assert "2 repositories hold it" in run("report", "s.sqlite", cwd=tmp_path).stdout

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("--executor", "slurm"), "--executor slurm: write"),
            (("--executor", "dask:tcp://127.0.0.1:9"), "no Dask scheduler answers at tcp://127.0.0.1:9"),
            (("--scratch-limit", "lots"), "is no size"),
            (("--from", "none"), "--from none: can't be read"),
            (("--store", "s", "--show-secrets"), "never holds a secret"),
            (("--store", "no/s"), "can't be opened"),
        ],
    )
    def test_mistakes_are_one_line(self, three, tmp_path, args, said) -> None:
        done = run("sweep", str(three[2]), *args, cwd=tmp_path)
        assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (2, True, False), done.stderr


@pytest.fixture
def dask_at(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler on loopback, and its two workers, each a process of its own."""
    pytest.importorskip("distributed")
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    loop = ("--host", "127.0.0.1", "--no-dashboard")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env, "cwd": tmp_path}
    told = tmp_path / "scheduler.json"
    scheduler = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_scheduler", *loop, "--port", "0", "--scheduler-file", str(told)],
        **quiet,
    )
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(told), "--no-nanny",
             "--nthreads", "1", *loop], **quiet,
        )
        for _ in range(2)
    ]  # fmt: skip
    try:
        for _ in range(600):
            if told.exists() and told.read_text().strip():
                break
            time.sleep(0.1)
        yield json.loads(told.read_text())["address"], workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


class TestDask:
    def test_it_finds_what_processes_find_though_a_worker_is_killed(self, make, three, config, dask_at) -> None:
        address, workers = dask_at
        slow = [make(f"slow{number}") for number in range(4)]
        for number, repo in enumerate(slow):
            repo.commit({f"f{each}": os.urandom(300_000).hex() for each in range(10)} | {"k": fill(LEAK, f"s{number}")})
        places = [*three, *(repo.path for repo in slow)]
        by_processes = swept(replace(config, remember=False), *places)
        killed = []

        def watch(done) -> None:
            if done.objects == 1 and not killed:
                workers[0].send_signal(signal.SIGKILL)
                killed.append(workers[0])

        terms = Terms(f"dask:{address}")
        report = sweep_many([str(p) for p in places], replace(config, remember=False), watch, terms)
        assert killed
        assert report.findings == by_processes.findings
        assert report.receipt.errors == []

    def test_a_worker_with_other_rules_is_refused(self, three, config, dask_at, tmp_path) -> None:
        rules = tmp_path / "changing"
        rules.mkdir()
        source = next(config.rules[0].rglob("*.toml"))
        (rules / "a.toml").write_bytes(source.read_bytes())
        changing = replace(config, rules=(rules,))
        swept(changing, three[0])
        (rules / "a.toml").write_bytes(source.read_bytes() + b"\n")
        report = swept(changing, three[0], executor=f"dask:{dask_at[0]}")
        assert "another version" in report.receipt.errors[0]
