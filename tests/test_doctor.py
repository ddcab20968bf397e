"""``secretguard doctor``: what it finds in real repositories, what it mends, and that it is content afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from secretguard import init
from secretguard.checks.samples import fill
from secretguard.cli.doctor import configured
from secretguard.doctor import Trouble, examine
from secretguard.doctor.examine import Patient
from secretguard.git import Repository

LINE = fill("KRAKEN_PRIVATE_KEY=<base64:64>\n", "doctor")
BIN = Path(sys.executable).parent


def doctor(path: Path, *args: str, **env: str) -> tuple[int, list[dict], str]:
    """Exit code, troubles, and all that it said."""
    command = [sys.executable, "-m", "secretguard", "doctor", "--format", "json", *args]
    settings = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **env}
    done = subprocess.run(command, cwd=path, env=settings, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)["troubles"] if done.stdout else []
    return done.returncode, told, done.stdout + done.stderr


@pytest.fixture(autouse=True)
def no_ci(monkeypatch):
    monkeypatch.delenv("CI", raising=False)


@pytest.fixture
def healthy(repo, monkeypatch):
    """A repository that is set up, and is the current directory."""
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    for step in (init.hook_step, init.ignore_step, init.merge_step):
        step(Repository.open()).apply()
    return repo


@pytest.fixture
def look(healthy, few_rules):
    """The troubles of one part, found in this process."""

    def run(part: str, program: str | None = "secretguard", fresh: bool = False) -> list[Trouble]:
        known, config, layers = configured({})
        config = replace(config, rules=few_rules.rules, cache=few_rules.cache)
        patient = Patient(Repository.open(healthy.path), config, layers, program, fresh, known)
        return [each for each in examine(patient, []) if each.part == part]

    return run


@pytest.fixture
def told(look):
    """The same in words."""
    return lambda part, **how: [each.what for each in look(part, **how)]


def test_an_empty_repository_is_mended(repo):
    code, troubles, _ = doctor(repo.path)
    assert (code, [each["part"] for each in troubles]) == (1, ["files", "hooks"])
    assert all(each["mend"] for each in troubles)
    code, troubles, _ = doctor(repo.path, "--fix")
    assert (code, [each["mended"] for each in troubles]) == (0, [True, True])
    assert doctor(repo.path)[:2] == (0, [])


@pytest.mark.skipif(sys.platform == "win32", reason="git finds a home of its own")
def test_nobody_needs_a_home(repo, monkeypatch):
    doctor(repo.path, "--fix")
    monkeypatch.delenv("HOME")
    assert doctor(repo.path)[:2] == (0, [])


@pytest.mark.parametrize("path", [".env", "bot/.env.production", "keys/UTC--2020--x", "wallet.dat", "a-keypair.json"])
@pytest.mark.parametrize("committed", [True, False])
def test_what_should_never_be_tracked(healthy, told, path, committed):
    healthy.write({path: "A=1\n"})
    healthy.git("add", "-f", path)
    if committed:
        healthy.git("commit", "-qnm", "m")
    (what,) = told("files")
    assert path in what
    healthy.git("rm", "-q", "--cached", path)
    assert told("files") == []


def test_what_is_harmless_by_name_or_content(healthy, told):
    healthy.write({".env.example": "A=\n", "cert.pem": "public\n", "id.json": "{}", "user_data/config.json": "{}"})
    healthy.git("add", "-f", ".")
    assert told("files") == []


@pytest.mark.parametrize("path", ["user_data/config.json", "config-live.yml", "user/config.json"])
def test_a_bot_configuration_with_a_live_key(healthy, told, path):
    healthy.write({path: LINE})
    healthy.git("add", "-f", path)
    (what,) = told("files")
    assert path in what and "live" in what


def test_what_the_next_add_would_take(healthy, told):
    (healthy.path / ".gitignore").write_text("!.env\n", "utf-8")
    healthy.write({".env": LINE})
    what = told("files")
    assert ".env lies here" in what[0] and all(line in what[1] for line in (".env", "*.pem", "wallet.dat"))


def test_candles_are_not_read_for_a_configuration(healthy, told):
    (healthy.path / ".gitignore").write_text("", "utf-8")
    healthy.write({"user_data/data/binance/BTC_USDT-1m.json": LINE, "user_data/strategies/mine/a.py": LINE})
    assert [what for what in told("files") if "lies here" in what] == [
        "user_data/strategies/mine/a.py lies here and holds a live secret, and git does not ignore it"
    ]


@pytest.mark.parametrize("path", ["my key.pem", "user_data/config.json", "config-live.yml"])
def test_what_the_next_add_would_take_by_its_content(healthy, told, path):
    (healthy.path / ".gitignore").write_text((healthy.path / ".gitignore").read_text() + f"\n!{path}\n", "utf-8")
    healthy.write({path: "A=1\n"})
    assert told("files") == []
    healthy.write({path: LINE})
    (what,) = told("files")
    assert what == f"{path} lies here and holds a live secret, and git does not ignore it"
    healthy.git("add", path)
    (what,) = told("files")
    assert what.startswith(f"git tracks {path}")


def test_a_link_to_a_configuration_is_no_configuration(healthy, told, tmp_path):
    (healthy.path / ".gitignore").write_text(
        (healthy.path / ".gitignore").read_text() + "\n!config-live.yml\n", "utf-8"
    )
    (tmp_path / "elsewhere.yml").write_text(LINE)
    (healthy.path / "config-live.yml").symlink_to(tmp_path / "elsewhere.yml")
    assert told("files") == []


def test_no_secret_is_told(healthy, look):
    name = f".env.{fill('KRAKEN_PRIVATE_KEY=<base64:64>', 'no slash 1')}"
    value = name.partition("=")[2]
    assert "/" not in value
    healthy.write({name: LINE})
    healthy.git("add", "-f", ".")
    said = str(look("files"))
    assert ".env" in said and not any(value[at : at + 8] in said for at in range(len(value) - 7))


def test_hooks_that_are_passed_over(healthy, told):
    hook = healthy.path / ".git" / "secretguard-hooks" / "pre-commit"
    hook.chmod(0o644)
    assert "not executable" in told("hooks")[0]
    hook.chmod(0o755)
    hook.write_text("#!/bin/sh\nexec secretguard hook pre-commit # an older one\n")
    assert "another version" in told("hooks")[0]
    assert doctor(healthy.path, "--fix")[0] == 0
    assert "not on PATH" in told("hooks", program=None)[0]


@pytest.mark.parametrize(
    ("folder", "script"),
    [("other", "other/pre-commit"), (".husky/_", ".husky/pre-commit"), (None, ".git/hooks/pre-commit")],
)
def test_hooks_of_others(healthy, told, look, folder, script):
    healthy.git("config", "--unset", "core.hooksPath")
    if folder:
        healthy.git("config", "core.hooksPath", folder)
        assert len(told("hooks")) == 1
    healthy.write({script: "#!/bin/sh\nnpm test\n"})
    (healthy.path / script).chmod(0o755)
    (trouble,) = look("hooks")
    assert "does not call secretguard" in trouble.what and "secretguard doctor --fix" in trouble.mend
    code, troubles, _ = doctor(healthy.path, "--fix")
    assert code == 0 and [each["what"].split("/")[-1] for each in troubles] == [
        "pre-commit, which does not call secretguard",
        "commit-msg is not there, which looks at messages",
        "pre-push is not there, which looks at what is pushed",
    ]
    assert all(each["mended"] for each in troubles)
    path = healthy.path / script
    assert path.read_text() == "#!/bin/sh\nsecretguard hook pre-commit || exit\nnpm test\n"
    assert path.with_name("commit-msg").read_text() == '#!/bin/sh\nexec secretguard hook commit-msg "$@"\n'
    assert os.access(path.with_name("pre-push"), os.X_OK)
    assert doctor(healthy.path, "--fix")[:2] == (0, [])


@pytest.mark.parametrize("folder", ["my hooks", ".husky/_", "~/hooks"])
def test_a_folder_of_hooks_that_is_empty_or_not_there(healthy, look, folder):
    healthy.git("config", "core.hooksPath", folder)
    (trouble,) = look("hooks")
    if folder.startswith("~"):
        assert trouble.fix is None
        subprocess.run(trouble.mend, shell=True, check=True, cwd=healthy.path)
        assert [each.fix for each in look("hooks")] == [None, None], "outside of the repository nothing is written"
        for each in look("hooks"):
            subprocess.run(each.mend, shell=True, check=True, cwd=healthy.path)
    assert doctor(healthy.path, "--fix")[0] == 0
    assert look("hooks") == []


def test_a_hook_for_pushes_keeps_what_it_reads(healthy, look, make):
    """As git-lfs has one, which stands beside others of its own."""
    healthy.git("config", "--unset", "core.hooksPath")
    for name in ("pre-push", "post-checkout"):
        healthy.write({f".git/hooks/{name}": "#!/bin/sh\ncat > .git/read\n"})
        (healthy.path / ".git/hooks" / name).chmod(0o755)
    assert doctor(healthy.path, "--fix")[0] == 0
    assert healthy.git("config", "core.hooksPath", fails=True) == "" and look("hooks") == []
    there = make("there.git", "--bare")
    healthy.commit({"a": "x\n"})
    healthy.git("push", "-q", str(there.path), "main")
    head = healthy.oid("main")
    assert (healthy.path / ".git/read").read_text() == f"refs/heads/main {head} refs/heads/main {'0' * 40}\n"
    healthy.write({"a": LINE})
    healthy.git("commit", "-qanm", "past the hook")
    healthy.git("push", "-q", str(there.path), "main", fails=True)
    assert there.oid("main") == head


def test_a_hook_that_is_no_ones_to_change_is_told_of(healthy, look):
    healthy.git("config", "--unset", "core.hooksPath")
    for name, text in {"pre-commit": f"#!/bin/sh\n{init.CALL}\n", "commit-msg": "#!/usr/bin/perl\n"}.items():
        healthy.write({f".git/hooks/{name}": text})
        (healthy.path / ".git/hooks" / name).chmod(0o755)
    healthy.write({".git/hooks/pre-push": '#!/bin/sh\nexec secretguard hook pre-push "$@"\n'})
    (healthy.path / ".git/hooks/pre-push").chmod(0o644)
    message, push = look("hooks")
    assert (
        "does not call" in message.what and message.fix is None and 'secretguard hook commit-msg "$@"' in message.mend
    )
    assert "not executable" in push.what and push.mend.startswith("chmod +x ")


@pytest.mark.parametrize("end", ["exit 0", "exit", "exit $?", "exit 0  # done", "exec npm test"])
def test_a_call_that_is_never_reached(healthy, look, end):
    healthy.git("config", "--unset", "core.hooksPath")
    healthy.write({".git/hooks/pre-commit": f"#!/usr/bin/env bash\nnpm test\n{end}\nsecretguard hook pre-commit\n"})
    (healthy.path / ".git/hooks/pre-commit").chmod(0o755)
    trouble, *_ = look("hooks")
    assert "ends before it calls secretguard" in trouble.what
    trouble.fix()
    assert not [each for each in look("hooks") if "pre-commit" in each.what]
    lines = (healthy.path / ".git/hooks/pre-commit").read_text().splitlines()
    assert lines[:3] == ["#!/usr/bin/env bash", init.CALL, "npm test"]


@pytest.mark.parametrize(
    "line", ["exec </dev/tty", "exec 2>&1", "test -f x && {\n  exit 0\n}", "# exit", "exit_code=0"]
)
def test_a_call_that_is_reached(healthy, told, line):
    healthy.git("config", "--unset", "core.hooksPath")
    healthy.write({".git/hooks/pre-commit": f"#!/bin/sh\n{line}\nexec secretguard hook pre-commit\n"})
    (healthy.path / ".git/hooks/pre-commit").chmod(0o755)
    assert not [what for what in told("hooks") if "pre-commit" in what]


@pytest.mark.parametrize("script", ["#!/usr/bin/env python3\n# secretguard\n", "#!/usr/bin/fish\n", "a\0"])
def test_a_hook_that_is_no_shell_script_is_left_alone(healthy, look, script):
    healthy.git("config", "--unset", "core.hooksPath")
    healthy.write({".git/hooks/pre-commit": script})
    (healthy.path / ".git/hooks/pre-commit").chmod(0o755)
    (trouble,) = look("hooks")
    assert "does not call" in trouble.what and trouble.fix is None and init.CALL in trouble.mend


def test_pre_commit(healthy, told):
    healthy.git("config", "--unset", "core.hooksPath")
    healthy.write({".pre-commit-config.yaml": "repos: []\n"})
    assert "its hooks are not" in told("hooks")[0]
    command = [sys.executable, "-m", "pre_commit", "install"]
    subprocess.run(command, cwd=healthy.path, check=True, capture_output=True)
    assert "does not name secretguard" in told("hooks")[0]
    entry = "repos:\n  - repo: https://x.example/y\n    rev: v0.0.1\n    hooks:\n      - id: secretguard\n"
    healthy.write({".pre-commit-config.yaml": entry})
    assert "secretguard 0.0.1" in told("hooks")[0]
    local = init.LOCAL.partition("    - id: secretguard-pre-push")[0]
    healthy.write({".pre-commit-config.yaml": "repos:\n" + local})
    message, push = told("hooks")
    assert "commit-msg, which git does not run" in message and "does not name secretguard-pre-push" in push
    healthy.write({".pre-commit-config.yaml": "repos:\n" + init.LOCAL})
    subprocess.run([*command, "-t", "commit-msg", "-t", "pre-push"], cwd=healthy.path, check=True, capture_output=True)
    assert told("hooks") == []


def test_nobody_commits_in_ci(healthy, told):
    healthy.git("config", "--unset", "core.hooksPath")
    assert told("hooks") and not told("hooks", fresh=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[allow]]\nreason = "x"\nregexes = [".+"]', "matches any value"),
        ('[[allow]]\nreason = "x"\npaths = ["*"]', "all paths"),
        ('[[allow]]\nreason = "x"\npaths = ["**/*"]\nrules = ["kraken"]', "all paths"),
        ('severity = "critical"', "do not block"),
        ('off = ["krakn"]', "did you mean 'kraken'"),
        ('of = ["kraken"]', "did you mean 'off'"),
    ],
)
def test_a_configuration_that_lets_everything_through(healthy, told, text, said):
    healthy.write({".secretguard.toml": text})
    (what,) = told("configuration")
    assert said in what and ".secretguard.toml" in what


def test_a_configuration_that_means_something(healthy, told):
    healthy.write({".secretguard.toml": '[[allow]]\nreason = "x"\npaths = ["docs/"]\nregexes = ["test_.+"]'})
    healthy.write({".secretguardignore": "docs/\n"})
    assert told("configuration") == []
    healthy.write({".secretguardignore": "*\n", "a/.secretguard.toml": ""})
    healthy.git("add", "-A")
    assert len(told("configuration")) == 2


def test_a_baseline(healthy, told):
    healthy.write({"a.txt": LINE})
    command = [sys.executable, "-m", "secretguard", "baseline", "create"]
    subprocess.run(command, cwd=healthy.path, check=True, capture_output=True)
    assert "not in git" in told("baseline")[0]
    healthy.commit()
    assert told("baseline") == []
    path = healthy.path / ".secretguard.baseline"
    path.write_text(path.read_text().replace(" path=a.txt", " path=gone.txt expires=2020-01-01"))
    assert [word in " ".join(told("baseline")) for word in ("expired", "no longer there")] == [True] * 2
    path.write_text("<<<<<<< ours\n")
    assert "a merge left a conflict" in doctor(healthy.path)[2]


def test_a_shallow_clone(healthy, told, tmp_path):
    healthy.commit({"a": "1"})
    healthy.commit({"a": "2"})
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", healthy.path.as_uri(), tmp_path / "shallow"],
        check=True,
        env={**os.environ, "GIT_CONFIG_COUNT": "0"},
    )
    assert "this is a shallow clone" in doctor(tmp_path / "shallow")[2]


def test_where_there_is_nothing_to_look_at(tmp_path, make):
    assert doctor(tmp_path)[0] == 2
    assert doctor(make("bare.git", "--bare").path)[0] == 2


def test_what_can_not_be_mended_keeps_nothing_else_from_it(repo, tmp_path):
    (repo.path / ".gitignore").symlink_to(tmp_path / "elsewhere")
    (repo.path / ".git" / "secretguard-hooks").write_text("")
    code, troubles, said = doctor(repo.path, "--fix")
    assert code == 1 and [(each["part"], each["mended"]) for each in troubles] == [("files", False), ("hooks", False)]
    assert "symbolic link" in troubles[0]["mend"] and "secretguard-hooks" in said
    (repo.path / ".git" / "secretguard-hooks").unlink()
    code, troubles, _ = doctor(repo.path, "--fix")
    assert code == 1 and [(each["part"], each["mended"]) for each in troubles] == [("files", False), ("hooks", True)]


def test_init_warns_of_what_is_staged(repo):
    repo.write({".env": "A=1\n"})
    repo.git("add", ".env")
    command = [sys.executable, "-m", "secretguard", "init", "--yes"]
    done = subprocess.run(command, cwd=repo.path, capture_output=True, text=True, check=False)
    assert "git tracks .env" in done.stderr and "git rm --cached" in done.stderr
