"""Hooks: what git (or pre-commit in its place) hands them; and real commits and pushes through ``hooks/``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from secretguard.checks.samples import fill
from secretguard.config import Config
from secretguard.git import Cleanup, NotARepository, Repository, cleanup
from secretguard.hook import Call, message, run_hook
from secretguard.model import Report, UserError, mask_of

HOOKS = Path(__file__).parent.parent / "hooks"
ZERO = "0" * 40
Hook = Callable[..., Report]


def line(seed: str = "one") -> str:
    return f'kraken_api_secret = "{fill("<base64:64>", seed)}"\n'


@pytest.fixture
def hook(repo, few_rules: Config, monkeypatch: pytest.MonkeyPatch) -> Hook:
    monkeypatch.chdir(repo.path)

    def call(name: str, *args: str, stdin: str | bytes = b"", **environ: str) -> Report:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        return run_hook(name, Call(args, lambda: data, environ), few_rules)

    return call


def found(report: Report) -> set[str]:
    assert not report.receipt.errors
    return {(o.origin.path or o.origin.kind.encode()).decode() for f in report.findings for o in f.occurrences}


# commit-msg


def test_a_secret_in_a_message(repo, hook: Hook) -> None:
    repo.write({"MSG": "Fix\n\n# a comment\nuse " + line()})
    report = hook("commit-msg", "MSG")

    assert found(report) == {"message"}
    assert report.findings[0].occurrences[0].place.line == 4


def test_what_git_leaves_out_of_a_message_is_not_scanned(repo, hook: Hook) -> None:
    scissors = "# ------------------------ >8 ------------------------\n"
    repo.write({"MSG": f"Fix\n# {line()}{scissors}# Do not touch\n+{line('diff')}"})

    assert found(hook("commit-msg", "MSG")) == set()
    assert found(hook("commit-msg", "MSG", GIT_EDITOR=":")) == {"message"}  # commit -m: git keeps all of it


@pytest.mark.parametrize("mark", [";", "auto"])
def test_another_comment_character(repo, hook: Hook, mark: str) -> None:
    repo.git("config", "core.commentChar", mark)
    repo.write({"MSG": f"#1 {line()}\n; {line('two')}"})

    assert [f.occurrences[0].place.line for f in hook("commit-msg", "MSG").findings] == [1]


def test_message_keeps_line_numbers() -> None:
    assert message(b"a\n#b\nc", Cleanup()) == b"a\n\nc"
    assert message(b"a\n; ------------------------ >8 ------------------------\n;\nb", Cleanup(b"auto")) == b"a"
    assert message(b"", Cleanup(b"auto")) == b""


CUT = "# ------------------------ >8 ------------------------\n"


@pytest.mark.parametrize(
    ("mode", "kept"),
    [
        ("default", "below"),
        ("strip", "below"),
        ("whitespace", "comment below"),
        ("verbatim", "comment below"),
        ("scissors", "comment"),
        ("no-such-mode", "comment below"),
    ],
)
def test_what_a_mode_of_cleanup_keeps_is_scanned(repo, hook: Hook, mode: str, kept: str) -> None:
    repo.git("config", "commit.cleanup", mode)
    texts = {"comment": f"Fix\n# {line('comment')}", "below": f"Fix\n{CUT}{line('below')}"}
    texts["diff"] = f"Fix\n{CUT}# Do not touch\n+{line('diff')}"
    for name, text in texts.items():
        repo.write({"MSG": text})
        assert bool(found(hook("commit-msg", "MSG"))) == (name in kept.split()), name


@pytest.mark.parametrize("mode", ["default", "strip", "whitespace", "verbatim", "scissors"])
@pytest.mark.parametrize("verbose", [(), ("-v",)], ids=["", "-v"])
def test_nothing_that_real_git_keeps_of_a_message_is_left_out(repo, mode: str, verbose: tuple[str, ...]) -> None:
    repo.commit({"a": "x\n"})
    repo.write({"a": "y\n"})
    repo.git("config", "commit.cleanup", mode)
    hook_file = repo.path / ".git" / "hooks" / "commit-msg"
    hook_file.parent.mkdir(exist_ok=True)
    hook_file.write_text('#!/bin/sh\ncp "$1" given\n')
    hook_file.chmod(0o755)
    text = f"Fix\n# comment\nkept\n{CUT}below\n# more\nlast\n"
    (repo.path / ".git" / "text").write_text(text)
    editor = repo.path / ".git" / "editor"
    editor.write_text('#!/bin/sh\ncat .git/text "$1" > .git/both && mv .git/both "$1"\n')
    editor.chmod(0o755)
    repo.git("commit", "-qa", *verbose, GIT_EDITOR=str(editor))

    given = (repo.path / "given").read_bytes()
    read = message(given, cleanup(Repository.open(repo.path))).split(b"\n")
    kept = repo.git("log", "-1", "--format=%B").encode().split(b"\n")
    assert set(kept) <= {line.rstrip() for line in read} | {b""}


@pytest.mark.parametrize(
    "args", [(), ("no-such-file",), ("a", "b"), (".",), ("",), ("pipe",), ("/dev/zero",), ("large",)]
)
def test_a_message_that_is_not_there(repo, hook: Hook, args: tuple[str, ...]) -> None:
    os.mkfifo(repo.path / "pipe")
    with (repo.path / "large").open("wb") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(UserError):
        hook("commit-msg", *args)


def test_a_message_behind_a_link(repo, hook: Hook) -> None:
    repo.write({"MSG": line()})
    (repo.path / "link").symlink_to("MSG")

    assert found(hook("commit-msg", "link")) == {"message"}


# pre-push


def push_line(new: str, old: str = ZERO, ref: str = "refs/heads/main") -> str:
    return f"{ref} {new} {ref} {old}\n"


def test_a_push_is_what_the_remote_does_not_have(repo, hook: Hook) -> None:
    first = repo.commit({"a.py": line("pushed")})
    second = repo.commit({"b.py": line("new")})

    assert found(hook("pre-push", "origin", "url", stdin=push_line(second))) == {"a.py", "b.py"}
    assert found(hook("pre-push", "origin", "url", stdin=push_line(second, first))) == {"b.py"}
    repo.git("update-ref", "refs/remotes/origin/main", first)
    assert found(hook("pre-push", "origin", "url", stdin=push_line(second, ref="refs/heads/new"))) == {"b.py"}
    assert found(hook("pre-push", "origin", "url", stdin=push_line(second, "f" * 40))) == {"b.py"}
    assert found(hook("pre-push", "other", "url", stdin=push_line(second))) == {"a.py", "b.py"}


@pytest.mark.parametrize("remote", ["*", "", "https://example.org/a.git", "o*", "[o]rigin", "git@example.org:x"])
def test_a_remote_without_a_name_hides_nothing(repo, hook: Hook, remote: str) -> None:
    new = repo.commit({"a.py": line()})
    repo.git("update-ref", "refs/remotes/origin/main", new)

    assert found(hook("pre-push", remote, "url", stdin=push_line(new))) == {"a.py"}


@pytest.mark.parametrize(
    ("fetch", "held"),
    [
        ({}, True),
        ({"a": "+refs/heads/*:refs/remotes/a/*"}, True),
        ({"a": "+refs/heads/b/main:refs/remotes/a/b/main"}, True),
        ({"a": "+refs/heads/other:refs/remotes/a/other"}, False),
        ({"a": "+refs/heads/*:refs/remotes/a/*", "a/b": "+refs/heads/*:refs/remotes/a/b/*"}, False),
        ({"a": "+refs/*:refs/*"}, True),
        ({"a": "refs/heads/main"}, True),
        ({"c": "+refs/heads/*:refs/remotes/a/*"}, False),
    ],
)
def test_a_remote_has_what_its_own_refs_say(repo, hook: Hook, fetch: dict[str, str], held: bool) -> None:
    new = repo.commit({"a.py": line()})
    repo.git("update-ref", "refs/remotes/a/b/main", new)
    for remote, refspec in fetch.items():
        repo.git("config", f"remote.{remote}.fetch", refspec)

    assert found(hook("pre-push", "a", "url", stdin=push_line(new))) == (set() if held else {"a.py"})


def test_all_refs_that_are_pushed_count_and_deletions_do_not(repo, hook: Hook) -> None:
    one = repo.commit({"a.py": line("a")})
    repo.git("checkout", "-q", "--orphan", "two")
    two = repo.commit({"b.py": line("b"), "a.py": "x\n"})
    lines = (
        push_line(one) + f"(delete) {ZERO} refs/heads/gone {one}\n" + f"HEAD@{{1 day ago}} {two} refs/heads/x {ZERO}\n"
    )

    assert found(hook("pre-push", "o", "u", stdin=lines)) == {"b.py"}
    lines = push_line(one) + push_line(two, ref="refs/heads/two")
    assert found(hook("pre-push", "o", "u", stdin=lines)) == {"a.py", "b.py"}
    assert found(hook("pre-push", "o", "u", stdin=f"(delete) {ZERO} refs/heads/gone {one}\n")) == set()
    assert found(hook("pre-push", "o", "u", stdin="")) == set()


def test_tags_and_what_they_hold(repo, hook: Hook) -> None:
    repo.commit({"a": "x\n"})
    repo.git("tag", "-a", "v1", "-m", line("tag"))
    repo.git("tag", "-a", "v2", "-m", "nested", "v1")
    repo.git("tag", "blob", repo.blob(line("blob")))
    repo.git("tag", "-a", "tree", "-m", "t", repo.oid("HEAD^{tree}"))

    assert found(hook("pre-push", "o", "u", stdin=push_line(repo.oid("v2"), ref="refs/tags/v2"))) == {"tag"}
    assert found(hook("pre-push", "o", "u", stdin=push_line(repo.oid("blob"), ref="refs/tags/blob"))) == {"blob"}
    assert found(hook("pre-push", "o", "u", stdin=push_line(repo.oid("tree"), ref="refs/tags/tree"))) == set()


def test_the_name_of_a_ref(repo, hook: Hook) -> None:
    name = fill("<wif>", "ref")
    line = push_line(repo.commit({"a": "x\n"}), ref=f"refs/heads/{name}")

    assert found(hook("pre-push", "o", "u", stdin=line)) == {f"refs/heads/{mask_of(name)}"}


@pytest.mark.parametrize(
    "garbage", ["x", "\n", "a b c d\n", f"refs/heads/main {'g' * 40} refs/heads/main {ZERO}\n", "\0\1\2"]
)
@pytest.mark.parametrize("name", ["pre-push", "pre-receive"])
def test_garbage_on_standard_input(repo, hook: Hook, name: str, garbage: str) -> None:
    with pytest.raises(UserError, match="standard input"):
        hook(name, *(("o", "u") if name == "pre-push" else ()), stdin=garbage)


@pytest.mark.parametrize("name", ["pre-push", "pre-receive"])
def test_an_object_that_is_not_here(repo, hook: Hook, name: str) -> None:
    repo.commit({"a": "x\n"})
    text = push_line("f" * 40) if name == "pre-push" else f"{ZERO} {'f' * 40} refs/heads/main\n"
    report = hook(name, *(("o", "u") if name == "pre-push" else ()), stdin=text)

    assert report.exit_code() == 2


# Under pre-commit


def test_a_push_under_pre_commit(repo, hook: Hook) -> None:
    first = repo.commit({"a.py": line("pushed")})
    second = repo.commit({"b.py": line("new")})
    under = {"PRE_COMMIT": "1", "PRE_COMMIT_REMOTE_NAME": "origin", "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/main"}

    assert found(hook("pre-push", **under)) == {"a.py", "b.py"}
    under |= {"PRE_COMMIT_FROM_REF": first, "PRE_COMMIT_TO_REF": second}
    assert found(hook("pre-push", **under)) == {"b.py"}
    assert found(hook("pre-commit", **under)) == {"b.py"}  # pre-commit run --from-ref --to-ref


@pytest.mark.parametrize(
    "variables",
    [
        {"FROM_REF": "HEAD~1"},
        {"TO_REF": "HEAD"},
        {"FROM_REF": "HEAD~1", "TO_REF": "HEAD", "LOCAL_BRANCH": "HEAD~1"},
        {"FROM_REF": "HEAD~1", "TO_REF": "nowhere"},
        {"FROM_REF": "nowhere", "TO_REF": "HEAD"},
        {"LOCAL_BRANCH": "nowhere"},
    ],
)
def test_variables_that_contradict_each_other(repo, hook: Hook, variables: dict[str, str]) -> None:
    repo.commit({"a.py": "1\n"})
    repo.commit({"a.py": "2\n"})

    with pytest.raises(UserError, match="PRE_COMMIT_"):
        hook("pre-push", PRE_COMMIT="1", **{f"PRE_COMMIT_{name}": value for name, value in variables.items()})


# Bad input


def test_an_unknown_hook(hook: Hook) -> None:
    with pytest.raises(UserError, match="pre-commit, commit-msg, pre-push, pre-receive"):
        hook("post-merge")


@pytest.mark.parametrize(("name", "args"), [("pre-commit", ("a",)), ("pre-push", ()), ("pre-receive", ("a",))])
def test_arguments_that_no_git_gives(hook: Hook, name: str, args: tuple[str, ...]) -> None:
    with pytest.raises(UserError, match="this hook takes"):
        hook(name, *args)


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg", "pre-push", "pre-receive"])
def test_outside_git(hook: Hook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    args = {"commit-msg": ("a",), "pre-push": ("o", "u")}.get(name, ())

    with pytest.raises(NotARepository):
        hook(name, *args)


# Real git


@pytest.fixture
def hooked(repo, monkeypatch: pytest.MonkeyPatch):
    """The repository with our hooks, and secretguard on PATH as this Python has it."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    repo.git("config", "core.hooksPath", str(HOOKS))
    return repo


def refused(repo, *args: str, **env: str) -> str:
    """What git and the hook said on the way to a failure."""
    done = subprocess.run(
        ["git", *args], cwd=repo.path, capture_output=True, env={**os.environ, **env}, check=False, text=True
    )
    assert done.returncode != 0
    return done.stdout + done.stderr


def test_real_commits(hooked) -> None:
    repo = hooked
    repo.write({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "clean")
    repo.write({"a.py": line(), "b.py": "y = 2\n"})

    assert "a.py:1:22" in refused(repo, "commit", "-qam", "all")
    assert "a.py:1:22" in refused(repo, "commit", "-qm", "one", "a.py")
    repo.git("commit", "-qm", "the other", "b.py")
    assert "commit message" in refused(repo, "commit", "-q", "--allow-empty", "-m", line())
    assert "a.py:1:22" in refused(repo, "commit", "-qa", "--amend", "-m", "amend")
    assert fill("<base64:64>", "one") not in refused(repo, "commit", "-qam", "all")
    assert repo.git("rev-list", "--count", "HEAD") == "2"


def test_a_real_commit_without_an_identity(hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    repo = hooked
    for role in ("AUTHOR", "COMMITTER"):
        for each in ("NAME", "EMAIL"):
            monkeypatch.delenv(f"GIT_{role}_{each}")
    repo.git("config", "user.useConfigOnly", "true")
    repo.write({"a.py": line()})
    repo.git("add", "-A")
    done = subprocess.run(["secretguard", "hook", "pre-commit"], cwd=repo.path, capture_output=True, check=False)

    assert done.returncode == 1


def test_real_commits_in_a_linked_work_tree_below_its_top_and_after_a_conflict(hooked, tmp_path: Path) -> None:
    repo = hooked
    repo.commit({"sub/a.py": "x = 1\n"})
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "linked"))
    linked = type(repo)(tmp_path / "linked")
    linked.write({"sub/a.py": line()})
    linked.git("add", "-A")
    assert "sub/a.py:1:22" in refused(type(repo)(tmp_path / "linked" / "sub"), "commit", "-qm", "m")
    linked.git("commit", "-qnm", "past the hook")
    repo.commit({"sub/a.py": "x = 2\n"})
    repo.git("merge", "side", fails=True)
    repo.write({"sub/a.py": "x = 2\n" + line()})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "merge: the secret is not new here")
    assert repo.git("rev-list", "--count", "HEAD") == "4"


def test_real_commits_of_files_whose_repository_is_bare(hooked, make, tmp_path: Path) -> None:
    """As people keep the files of their home in git."""
    bare, home = make("dots.git", "--bare"), tmp_path / "files"
    home.mkdir()
    bare.git("config", "core.hooksPath", str(HOOKS))
    dots = (f"--git-dir={bare.path}", f"--work-tree={home}")
    for text, refuses in (("x = 1\n", False), (line(), True)):
        (home / "a.py").write_text(text)
        bare.git(*dots, "add", "a.py")
        if refuses:
            assert "a.py:1:22" in refused(type(bare)(home), *dots, "commit", "-qm", "m")
        else:
            type(bare)(home).git(*dots, "commit", "-qm", "m")
    assert bare.git("rev-list", "--count", "HEAD") == "1"


def test_a_lock_of_another_git_lets_no_commit_past(hooked) -> None:
    repo = hooked
    repo.commit({"a.py": "x = 1\n"})
    repo.write({"a.py": line()})
    repo.git("add", "a.py")
    lock = repo.path / ".git" / "index.lock"
    lock.write_bytes(b"")
    for args in (("commit", "-qm", "m"), ("commit", "-qam", "m"), ("commit", "-qm", "m", "a.py")):
        assert "index.lock" in refused(repo, *args)
    assert repo.git("rev-list", "--count", "HEAD") == "1"
    lock.unlink()

    assert "a.py:1:22" in refused(repo, "commit", "-qm", "m")


def told(cwd: Path, *args: str, stdin: str = "") -> str:
    """The one line that a refusal takes."""
    done = subprocess.run(["secretguard", *args], cwd=cwd, input=stdin, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    return done.stderr


def test_refusals_on_the_command_line(hooked, make, tmp_path: Path) -> None:
    repo, bare = hooked, make("bare.git", "--bare")
    repo.commit({"a.py": "x = 1\n"})

    assert "not a git repository" in told(tmp_path, "hook", "pre-commit")
    assert "a bare repository without an index" in told(bare.path, "hook", "pre-commit")
    assert "a bare repository without an index" in told(bare.path, "scan", "--staged")
    assert "there is no hook" in told(repo.path, "hook", "post-merge")
    assert "can't be read" in told(repo.path, "hook", "commit-msg", "nowhere")
    assert "standard input" in told(repo.path, "hook", "pre-receive", stdin="garbage\n")
    assert "exclude each other" in told(repo.path, "scan", "--staged", "--range", "HEAD~1..HEAD")
    repo.git("remote", "add", "origin", str(bare.path))
    assert "git fetch origin +refs/heads/main:" in told(repo.path, "scan", "--range", "origin/main..HEAD")
    (tmp_path / "gone").mkdir()
    away = f"cd '{tmp_path}/gone' && rmdir '{tmp_path}/gone' && secretguard hook pre-commit"
    done = subprocess.run(away, shell=True, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stderr) == (2, "secretguard: the current directory is not there any more\n")
    (repo.path / ".git" / "index").write_bytes(b"junk")
    assert "index" in told(repo.path, "hook", "pre-commit")


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg", "pre-push", "pre-receive"])
def test_without_secretguard_the_hooks_refuse(name: str) -> None:
    done = subprocess.run(
        ["/bin/sh", HOOKS / name, "a", "b"], env={"PATH": "/nowhere"}, capture_output=True, check=False, text=True
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "not on PATH" in done.stderr
    assert os.access(HOOKS / name, os.X_OK)


def test_a_real_push_runs_pre_push_and_pre_receive(hooked, make, tmp_path: Path) -> None:
    repo, bare = hooked, make("bare.git", "--bare")
    bare.git("config", "core.hooksPath", str(HOOKS))
    repo.git("remote", "add", "origin", str(bare.path))
    repo.write({"a.py": "x = 1\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "clean")
    repo.git("push", "-q", "origin", "main")

    repo.write({"a.py": line(), "b.py": "y\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qnm", "past the hook")
    repo.write({"a.py": "x = 2\n"})
    repo.git("commit", "-qam", "gone again")
    repo.git("branch", "clean", "HEAD~2")
    said = refused(repo, "push", "origin", "clean:refs/heads/clean", "main")
    assert "a.py:1:22" in said
    assert "remote:" not in said
    said = refused(repo, "push", "--no-verify", "origin", "clean:refs/heads/clean", "main", "HEAD:refs/heads/other")
    assert "remote: " in said
    assert "a.py:1:22" in said
    assert bare.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    repo.git("push", "-q", "origin", "clean", "HEAD~2:refs/heads/x")
    repo.git("push", "-q", "origin", ":x")
