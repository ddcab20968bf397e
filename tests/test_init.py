"""``secretguard init``: what it changes in real repositories, and what it leaves alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.init import CONFIG, LOCAL, with_entry

BIN = Path(sys.executable).parent


def init(path: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "secretguard", "init", *args]
    return subprocess.run(command, cwd=path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def everything(path: Path) -> dict[str, bytes]:
    """The files of a repository, without git's objects and index."""
    found = (p for p in path.rglob("*") if p.is_file() and not {"objects", "logs"} & set(p.parts) and p.name != "index")
    return {str(p): p.read_bytes() for p in found}


def test_hooks_stop_a_commit(repo, monkeypatch):
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    done = init(repo.path, "--yes")
    assert done.returncode == 0 and "done: set core.hooksPath" in done.stdout and "done: add" in done.stdout
    repo.commit({"a.py": "x = 1\n"})
    line = fill('KRAKEN_PRIVATE_KEY = "<base64:64>"', "s")
    repo.write({"bot.py": line + "\n"})
    repo.git("add", "bot.py")
    stopped = subprocess.run(["git", "commit", "-qm", "m"], cwd=repo.path, capture_output=True, text=True, check=False)
    assert stopped.returncode == 1 and "bot.py" in stopped.stdout + stopped.stderr
    repo.write({"bot.py": line + "  # secretguard: allow - a test\n"})
    repo.git("add", "bot.py")
    repo.git("commit", "-qm", "m")


@pytest.mark.parametrize("args", [["--with", "hooks"], ["--with", "pre-commit"], []])
def test_nothing_is_done_twice(repo, args):
    assert init(repo.path, "--yes", *args).returncode == 0
    before = everything(repo.path)
    again = init(repo.path, "--yes", *args)
    assert again.returncode == 0
    assert [line.partition(":")[0] for line in again.stdout.splitlines()] == ["nothing to do"] * 3
    assert everything(repo.path) == before
    assert init(repo.path).returncode == 0, "nobody need be asked"


def test_without_anybody_to_ask_it_only_says_what_it_would_do(repo):
    before = everything(repo.path)
    done = init(repo.path)
    assert done.returncode == 2 and "would: set core.hooksPath" in done.stdout and "--yes" in done.stderr
    assert everything(repo.path) == before


def test_a_linked_work_tree_shares_the_hooks(repo, tmp_path):
    repo.commit({"a": "1"})
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "-q", str(linked))
    assert init(linked, "--yes").returncode == 0
    folder = repo.git("config", "core.hooksPath")
    assert folder == str(repo.path.resolve() / ".git" / "secretguard-hooks")
    assert all(os.access(Path(folder, name), os.X_OK) for name in ("pre-commit", "commit-msg", "pre-push"))
    assert (linked / ".gitignore").exists() and not (repo.path / ".gitignore").exists()
    assert "nothing to do: core.hooksPath" in init(repo.path, "--yes").stdout


@pytest.mark.parametrize("where", ["bare", "git directory", "outside"])
def test_where_there_is_nothing_to_set_up(make, tmp_path, where):
    path = tmp_path / "outside"
    path.mkdir()
    if where == "bare":
        path = make("bare", "--bare").path
    elif where == "git directory":
        path = make().path / ".git"
    before = everything(path)
    done = init(path, "--yes")
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and not done.stdout
    assert everything(path) == before


@pytest.mark.parametrize("scope", ["--local", "--global"])
def test_other_hooks_are_left_in_force(repo, tmp_path, monkeypatch, scope):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    repo.git("config", scope, "core.hooksPath", ".husky")
    before = everything(repo.path)
    done = init(repo.path, "--yes")
    assert done.returncode == 2 and ".husky" in done.stderr and "secretguard hook pre-commit" in done.stderr
    assert "run 'secretguard doctor --fix'" in done.stderr and len(done.stderr.splitlines()) == 1
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == ["done", "done"], "the other steps"
    assert repo.git("config", scope, "core.hooksPath") == ".husky"
    assert everything(repo.path).keys() - before.keys() == {
        str(repo.path / name) for name in (".gitattributes", ".gitignore")
    }
    again = init(repo.path)
    assert (again.returncode, again.stderr) == (2, done.stderr), "nothing else is left to do"


@pytest.mark.parametrize("folder", [".husky/_", "own", None])
def test_hooks_of_others_that_call_us_are_enough(repo, monkeypatch, folder):
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    if folder:
        repo.git("config", "core.hooksPath", folder)
    else:
        (repo.path / ".git/hooks/post-checkout").write_text("#!/bin/sh\n")
        (repo.path / ".git/hooks/post-checkout").chmod(0o755)
    assert init(repo.path, "--yes").returncode == 2
    doctor = [sys.executable, "-m", "secretguard", "doctor", "--fix"]
    subprocess.run(doctor, cwd=repo.path, env={**os.environ, "CI": ""}, check=True, capture_output=True)
    done = init(repo.path, "--yes")
    assert done.returncode == 0 and "pre-commit calls secretguard already" in done.stdout


def test_active_hooks_are_not_put_out_of_use(repo):
    hook = repo.path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    hook.chmod(0o755)
    done = init(repo.path, "--yes")
    assert done.returncode == 2 and "doctor --fix" in done.stderr and "--with pre-commit" in done.stderr
    assert repo.git("config", "core.hooksPath", fails=True) == ""
    assert init(repo.path, "--yes", "--with", "pre-commit").returncode == 0


def test_gitignore_keeps_what_it_has(repo):
    repo.write({".gitignore": b"build/\r\n.env\r\n\xff\r\nlast"})
    assert init(repo.path, "--yes").returncode == 0
    data = (repo.path / ".gitignore").read_bytes()
    assert data.startswith(b"build/\r\n.env\r\n\xff\r\nlast\r\n") and data.count(b"\n") == data.count(b"\r\n")
    assert data.splitlines().count(b".env") == 1
    for name in (".env.local", "server.pem", "wallet.dat", "user_data/config.json", "id.json"):
        assert repo.git("check-ignore", "--no-index", name)
    assert repo.git("check-ignore", "--no-index", ".env.example", fails=True) == ""


def test_gitignore_can_be_left_alone(repo):
    assert init(repo.path, "--yes", "--no-gitignore").returncode == 0
    assert not (repo.path / ".gitignore").exists()


def test_pre_commit_is_used_where_it_is_used_already(repo):
    repo.write({CONFIG: "repos:\n- repo: https://example.org/x\n  rev: v1\n  hooks:\n  - id: x\n"})
    assert init(repo.path, "--yes").returncode == 0
    config = yaml.safe_load((repo.path / CONFIG).read_text())
    assert [r["repo"] for r in config["repos"]] == ["https://example.org/x", "local"]
    assert repo.git("config", "core.hooksPath", fails=True) == ""


def test_pre_commit_with_an_address(repo):
    assert init(repo.path, "--yes", "--url", "https://example.org/s", "--rev", "v1").returncode == 0
    (entry,) = yaml.safe_load((repo.path / CONFIG).read_text())["repos"]
    ids = ["secretguard", "secretguard-commit-msg", "secretguard-pre-push"]
    assert entry == {"repo": "https://example.org/s", "rev": "v1", "hooks": [{"id": name} for name in ids]}
    assert init(repo.path, "--yes", "--url", "https://example.org/s").returncode == 2


def test_pre_commit_runs_all_three_hooks(repo, monkeypatch):
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    assert init(repo.path, "--yes", "--with", "pre-commit").returncode == 0
    subprocess.run(["pre-commit", "install"], cwd=repo.path, check=True, capture_output=True)
    assert all((repo.path / ".git" / "hooks" / name).exists() for name in ("pre-commit", "commit-msg", "pre-push"))
    repo.write({"a.txt": "a\n"})
    repo.git("add", "-A")
    message = fill("KRAKEN_PRIVATE_KEY=<base64:64>", "message")
    stopped = subprocess.run(["git", "commit", "-qm", message], cwd=repo.path, capture_output=True, check=False)
    assert stopped.returncode == 1 and b"secretguard (commit message)" in stopped.stdout + stopped.stderr
    repo.git("commit", "-qm", "m")


def test_an_unsafe_config_is_left_alone_and_the_lines_are_told(repo):
    repo.write({CONFIG: "repos: [{repo: local, hooks: []}]\n"})
    before = everything(repo.path)
    done = init(repo.path, "--yes")
    assert done.returncode == 2 and done.stdout.endswith(f"\n{LOCAL}") and len(done.stderr.splitlines()) == 1
    after = everything(repo.path)
    assert after[str(repo.path / CONFIG)] == before[str(repo.path / CONFIG)] and str(repo.path / ".gitignore") in after


def test_links_are_left_alone(repo, tmp_path):
    (tmp_path / "elsewhere").write_text("repos:\n- repo: local\n")
    (repo.path / CONFIG).symlink_to(tmp_path / "elsewhere")
    assert init(repo.path, "--yes").returncode == 2
    assert (tmp_path / "elsewhere").read_text() == "repos:\n- repo: local\n"


def test_one_step_that_fails_keeps_no_other_from_being_taken(repo, tmp_path):
    (tmp_path / "elsewhere").write_text("x\n")
    (repo.path / ".gitignore").symlink_to(tmp_path / "elsewhere")
    (repo.path / ".gitattributes").mkdir()
    done = init(repo.path, "--yes")
    assert done.returncode == 2 and done.stdout.startswith("done: set core.hooksPath")
    assert [line.split()[1] for line in done.stderr.splitlines()] == [".gitignore", ".gitattributes:"]
    assert (tmp_path / "elsewhere").read_text() == "x\n"


CONFIGS = {
    "flush": "repos:\n- repo: a\n  hooks:\n  - id: x\n",
    "indented": "# top\n\nrepos:\n  - repo: a\n    hooks:\n      - id: x  # why\n  # end\n",
    "deep": "repos:\n    -   repo: a\n        hooks:\n        -   id: x\n",
    "key behind": "fail_fast: true\nrepos: # ours\n  - repo: a\n    hooks:\n      - id: x\n\n# ci\nci:\n  skip: [x]\n",
    "no last newline": "repos:\n  - repo: a\n    hooks:\n      - id: x",
    "windows": "repos:\r\n  - repo: a\r\n    hooks:\r\n      - id: x\r\nci:\r\n  skip: [x]\r\n",
    "block scalar": "repos:\n- repo: a\n  hooks:\n  - id: x\n    args:\n    - |\n      one\n      # two\n",
    "flow inside": "repos:\n- repo: a\n  hooks: [\n    {id: x},\n  ]\nci: {}\n",
}
REFUSED = [
    "repos: []\n",
    "repos:\n",
    "repos:\n\n- {repo: a}\n---\nrepos: []\n",
    "---\nrepos:\n- repo: a\n...\n",
    "repos:\n- repo: a\n  hooks: [\n]\n",
    "repos:\n-\trepo: a\n",
    "repos: &r\n- repo: a\n",
    "x: |\n  y\nother: 1\n",
    "",
]


@pytest.mark.parametrize("name", CONFIGS)
def test_an_entry_is_added_and_all_else_stays(name):
    text = CONFIGS[name]
    extended = with_entry(text, LOCAL)
    assert extended is not None
    old, new = yaml.safe_load(text), yaml.safe_load(extended)
    assert new.pop("repos") == [*old.pop("repos"), *yaml.safe_load(LOCAL)]
    assert new == old
    kept, rest = list(text.splitlines()), iter(extended.splitlines())
    assert all(line in rest for line in kept), "every line is still there, in its order"


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_certain_is_refused(text):
    assert with_entry(text, LOCAL) is None


VALUES = st.sampled_from(["a", "it's", "x: y", "# no", "one\ntwo\n", "- z", "[", "é"])
HOOKS = st.fixed_dictionaries({"id": VALUES}, optional={"args": st.lists(VALUES, max_size=2), "files": VALUES})
REPOS = st.lists(st.fixed_dictionaries({"repo": VALUES, "hooks": st.lists(HOOKS, max_size=2)}), min_size=1, max_size=3)


@given(REPOS, st.booleans(), st.booleans(), st.integers(2, 6))
def test_whatever_yaml_is_there_the_result_means_the_same_and_one_more(repos, flow, behind, indent):
    old = {"repos": repos, **({"exclude": "x"} if behind else {})}
    text = yaml.safe_dump(old, sort_keys=False, default_flow_style=None if flow else False, indent=indent)
    extended = with_entry(text, LOCAL)
    if extended is not None:
        assert yaml.safe_load(extended) == {**old, "repos": [*repos, *yaml.safe_load(LOCAL)]}
    else:
        assert flow
