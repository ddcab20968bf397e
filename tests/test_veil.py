"""A secret that is itself a name, or part of one, is never told: not as a place, not as a person, not in an error."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.ci import range_of
from secretguard.config import Config
from secretguard.doors import render, scan_ci, scan_files, scan_range, scan_staged, sweep_repository
from secretguard.hook import Call, run_hook
from secretguard.model import Origin, Report, Sealer, Secret, mask_of
from secretguard.reports import REPORTS, Style
from secretguard.veil import Veil

WIF = fill("<wif>", "veil")
# a secret only where its name says so; one that can be a file's name
KEY = next(key for number in count() if "/" not in (key := fill("<base64:64>", f"veil {number}")))
SEALER = Sealer()


def veil(*values: str) -> Veil:
    return Veil(SEALER, [SEALER.seal(Secret(value), "exchange") for value in values])


# The veil itself.


@given(st.lists(st.sampled_from(["/", "a", ".txt", "\udcff", " ", WIF, KEY, "hunter2", "one two three"])))
def test_no_run_of_a_secret_is_left_in_any_text(parts: list[str]) -> None:
    told = veil(WIF, KEY, "hunter2", "one two three").text("".join(parts))

    assert not any(value in told for value in (WIF, KEY, "hunter2", "one two three"))
    plain = [part for part in parts if part in {"/", "a", ".txt", "\udcff", " "}]
    assert all(part in told for part in plain)


def test_secrets_that_overlap_leave_nothing() -> None:
    one, two = "first-shared", "shared-second"

    assert veil(one, two).text("first-shared-second!") == f"{mask_of(one)}!"


def test_a_trace_crosses_processes_and_holds_no_secret() -> None:
    sealed = pickle.loads(pickle.dumps(SEALER.seal(Secret(KEY), "exchange")))

    assert Veil(SEALER, [sealed]).text(f"a/{KEY}") == f"a/{mask_of(KEY)}"
    assert not any(KEY[at : at + 4] in repr(sealed) for at in range(len(KEY) - 3))


# Every way to scan, in every form.


def told(report: Report, config: Config) -> str:
    """What the person at the terminal is told; none of the forms may hold one of the secrets."""
    for form in REPORTS:
        text = render(report, config, form, Style())
        assert WIF not in text
        assert KEY not in text
    return render(report, config, "human", Style())


def places(report: Report) -> list[Origin]:
    return [occurrence.origin for finding in report.findings for occurrence in finding.occurrences]


@pytest.fixture
def config(repo, few_rules: Config, monkeypatch: pytest.MonkeyPatch) -> Config:
    monkeypatch.chdir(repo.path)
    return few_rules


def test_staged_names(repo, config: Config) -> None:
    repo.write({f"keys/{WIF}.txt": "x\n", f"env/{KEY}.py": f'kraken_api_secret = "{KEY}"\n'})
    repo.git("add", "-A")
    report = scan_staged(config)

    assert f"keys/{mask_of(WIF)}.txt:1:6" in told(report, config)
    assert repo.oid(f":env/{KEY}.py") in {origin.oid for origin in places(report) if origin.masked}
    first = json.loads(render(report, config, "json", Style()))["findings"][0]
    assert first["path_masked"]
    assert first["occurrences"][0]["path_masked"]


def test_an_old_name_of_a_file_with_a_new_secret(repo, config: Config) -> None:
    repo.commit({f"{WIF}.py": "x = 1\n"})
    repo.write({f"{WIF}.py": f'x = 1\nkraken_api_secret = "{KEY}"\n'})
    repo.git("add", "-A")

    assert f"{mask_of(WIF)}.py:2:" in told(scan_staged(config), config)


def test_names_of_a_range_and_its_people(repo, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a": "x\n"})
    monkeypatch.setenv("GIT_AUTHOR_NAME", f"Ann {WIF}")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", f"{WIF}@example.org")
    monkeypatch.setenv("GIT_COMMITTER_NAME", WIF)
    repo.commit({f"{KEY}.py": f'kraken_api_secret = "{KEY}"\n', f"{WIF}/b": "x\n"}, message=f"use {WIF}")
    report = scan_range("HEAD~1..HEAD", config)

    text = told(report, config)
    assert f"Ann {mask_of(WIF)} <{mask_of(WIF)}@example.org>" in " ".join(text.split())
    assert KEY not in text


def test_refs_that_are_pushed(repo, config: Config) -> None:
    line = f"refs/heads/{WIF} {repo.commit({'a': 'x'})} refs/heads/{WIF} {'0' * 40}\n"
    report = run_hook("pre-push", Call(["o", "u"], line.encode, {}), config)

    assert f"refs/heads/{mask_of(WIF)}:1:12" in told(report, config)


def test_the_note_of_a_ci_run(repo, config: Config) -> None:
    repo.commit({"a": "x\n"})
    wanted = range_of({}, None, f"{WIF}~0", None)
    repo.git("branch", WIF)
    repo.commit({"a": "y\n"})

    assert not scan_ci(wanted, config, lambda _: None).findings
    told(scan_ci(wanted, config, lambda _: None), config)


def test_a_sweep_with_several_processes(repo, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secretguard.sources.history.SMALL", 0)
    monkeypatch.setenv("GIT_AUTHOR_NAME", WIF)
    monkeypatch.setenv("GIT_COMMITTER_EMAIL", f"{WIF}@example.org")
    repo.commit({f"{KEY}/{WIF}.py": f'kraken_api_secret = "{KEY}"\n', "b.py": "x\n" * 99})
    repo.git("branch", WIF)
    repo.git("branch", f"b/{KEY}")
    repo.git("tag", "-a", f"t{KEY}", "-m", f"tag {WIF}")
    report = sweep_repository(repo.path, replace(config, jobs=2), lambda _: None)

    assert KEY not in told(report, config)
    exposures = [o.exposure for f in report.findings for o in f.occurrences if o.exposure]
    refs = {ref for exposure in exposures for ref in exposure.refs}
    assert {f"refs/heads/{mask_of(WIF)}", f"refs/heads/b/{mask_of(KEY)}"} <= refs
    assert {origin.kind for origin in places(report) if origin.masked} == {"blob", "tree", "ref"}


def test_files_and_what_can_not_be_read(tmp_path: Path, config: Config) -> None:
    path = tmp_path / f"{WIF}.py"
    path.write_text(f'kraken_api_secret = "{KEY}"\n')
    report = scan_files([str(path), str(tmp_path / f"no-{WIF}")], config)

    assert f"{mask_of(WIF)}.py:1:" in told(report, config)
    assert [mask_of(WIF) in error for error in report.receipt.errors] == [True]


def test_object_ids_in_errors_stay(repo, config: Config) -> None:
    repo.commit({"kraken_secret.py": f'kraken_api_secret = "{KEY}"\n', "b": "x\n"})
    oid = repo.oid("HEAD:b")
    repo.loose(oid).unlink()

    assert oid in told(sweep_repository(repo.path, config, lambda _: None), config)


def test_show_secrets_shows_names_as_they_are(repo, config: Config) -> None:
    repo.write({f"{WIF}.txt": "x\n"})
    repo.git("add", "-A")

    assert [origin.path for origin in places(scan_staged(replace(config, show_secrets=True)))] == [
        f"{WIF}.txt".encode()
    ]


# Lines that are no report.


def said(cwd: Path, *args: str, code: int) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "secretguard", *args], cwd=cwd, capture_output=True, check=False, text=True
    )
    assert done.returncode == code, done.stderr
    assert WIF not in done.stdout + done.stderr
    return done.stdout + done.stderr


def test_errors_that_quote_a_name(repo) -> None:
    repo.commit({f"{WIF}.py": "base\n"})
    repo.git("checkout", "-qb", "side")
    repo.commit({f"{WIF}.py": "theirs\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({f"{WIF}.py": "ours\n"})
    repo.git("merge", "side", fails=True)

    assert f"unmerged: {mask_of(WIF)}.py" in said(repo.path, "scan", "--staged", code=2)
    assert "is no commit here" in said(repo.path, "scan", "--range", f"{WIF}..HEAD", code=2)


def test_explain_does_not_repeat_a_secret_in_a_name(tmp_path: Path) -> None:
    path = tmp_path / f"{WIF}.py"
    path.write_text("x = 1\n")

    assert mask_of(WIF) in said(tmp_path, "explain", os.fspath(path), code=0)
