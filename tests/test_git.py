"""git.py: the right repository, all of its objects, nothing run, nothing hidden, and no child left behind."""

from __future__ import annotations

import os
import pickle
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from secretguard import git
from secretguard.git import GitError, GitMissing, NotARepository, Repository, detached_heads, staged
from secretguard.git.process import Where, complaint, environment

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def contents(repo: Repository, errors: list[str] | None = None) -> dict[str, bytes]:
    """Everything in the store, by id, without the LF that read_objects adds."""
    found = git.objects(repo)
    told = errors if errors is not None else []
    told += found.errors
    ids = b"".join(bytes(part.raw) for part in (found.commit, found.tag, found.tree, found.blob))
    read = list(git.read_objects(repo, ids, told))
    assert all(item.data.endswith(b"\n") for item in read)
    return {item.oid: item.data[:-1] for item in read}


def opened(path: Path) -> Repository:
    found = Repository.open(path)
    assert pickle.loads(pickle.dumps(found)) == found  # it goes to other processes
    return found


def test_plain_and_bare_and_linked_and_separate(make, tmp_path):
    repo = make()
    repo.commit({"a": "secret a"})
    repo.git("worktree", "add", "-q", "../linked")
    repo.git("clone", "-q", "--bare", ".", "../bare.git")
    separate = make("separate", "--separate-git-dir", str(tmp_path / "elsewhere"))
    separate.commit({"a": "secret a"})
    for path, bare, tree in [
        (repo.path, False, repo.path),
        (repo.path / ".git", False, None),
        (tmp_path / "linked", False, tmp_path / "linked"),
        (tmp_path / "bare.git", True, None),
        (separate.path, False, separate.path),
    ]:
        found = opened(path)
        assert (found.bare, found.work_tree, found.object_format) == (bare, tree, "sha1")
        assert b"secret a" in contents(found).values()
    assert opened(tmp_path / "linked").common_dir == repo.path / ".git"
    assert opened(separate.path).git_dir == tmp_path / "elsewhere"


def test_from_below_the_top(repo):
    repo.commit({"d/e/a": "x"})
    found = opened(repo.path / "d" / "e")
    assert (found.work_tree, found.common_dir.resolve()) == (repo.path, repo.path / ".git")


def test_a_repository_whose_path_has_a_newline(make):
    repo = make("new\nline")
    repo.commit({"a": "x"})
    assert opened(repo.path).work_tree == repo.path


def test_submodule(make):
    inner, outer = make("inner"), make("outer")
    inner.commit({"a": "inner secret"})
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.path), "sub")
    outer.commit()
    assert b"inner secret" in contents(opened(outer.path / "sub")).values()
    assert b"inner secret" not in contents(opened(outer.path)).values()


def test_sha256(make):
    repo = make("wide", "--object-format=sha256")
    repo.commit({"a": "wide"})
    found = opened(repo.path)
    assert (found.object_format, found.id_size) == ("sha256", 32)
    assert {len(oid) for oid in contents(found)} == {64}


def test_no_commits(repo):
    found = opened(repo.path)
    assert contents(found) == {}
    assert (git.head(found), git.refs(found), git.reflog(found)) == ((None, "refs/heads/main"), [], [])
    assert (git.stashes(found), git.index_entries(found), git.ls_files(found)) == ([], [], [])


def test_loose_packed_many_packs_alternates(make):
    repo, borrower = make(), make("borrower")
    for number in range(3):
        repo.commit({"a": f"version {number}"})
        if number < 2:
            repo.git("repack", "-q", "-d")
    (borrower.path / ".git/objects/info/alternates").write_text(f"{repo.path}/.git/objects\n")
    for found in (opened(repo.path), opened(borrower.path)):
        values = list(contents(found).values())
        assert sorted(v for v in values if v.startswith(b"version")) == [b"version 0", b"version 1", b"version 2"]


def test_each_object_once_though_in_two_packs_and_loose(repo):
    repo.commit({"a": "x"})
    repo.git("repack", "-q", "-a")
    pack = next((repo.path / ".git/objects/pack").glob("*.pack"))
    (repo.path / "copy").write_bytes(pack.read_bytes())
    assert [len(ids) for ids in ids_of(opened(repo.path))] == [1, 1, 1]


def ids_of(repo: Repository) -> list[git.Ids]:
    found = git.objects(repo)
    return [found.blob, found.commit, found.tree]


def test_shallow_and_partial(make, tmp_path):
    repo = make()
    repo.commit({"a": "one"})
    repo.commit({"a": "two"})
    repo.git("config", "uploadpack.allowFilter", "true")
    url = repo.path.as_uri()
    repo.git("clone", "-q", "--depth=1", url, "../shallow")
    repo.git("clone", "-q", "--filter=blob:none", "--no-checkout", url, "../partial")
    assert [opened(tmp_path / name).shallow for name in ("repo", "shallow", "partial")] == [False, True, False]
    assert [opened(tmp_path / name).partial for name in ("repo", "shallow", "partial")] == [False, False, True]
    errors: list[str] = []
    wanted = bytes.fromhex(repo.oid("HEAD:a"))
    assert list(git.read_objects(opened(tmp_path / "partial"), wanted, errors)) == []
    assert len(errors) == 1


def test_a_partial_clone_runs_no_transport(make, tmp_path):
    repo = make()
    repo.commit({"a": "one"})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", "--filter=blob:none", "--no-checkout", repo.path.as_uri(), "../partial")
    marker = tmp_path / "marker"
    config = tmp_path / "partial/.git/config"
    for name, value in [("remote.origin.url", f"ext::touch {marker}"), ("protocol.ext.allow", "always")]:
        repo.git("config", "--file", str(config), name, value)
    list(git.read_objects(opened(tmp_path / "partial"), bytes.fromhex(repo.oid("HEAD:a")), []))
    assert not marker.exists()


def test_no_configuration_runs_anything(repo, tmp_path):
    marker = tmp_path / "marker"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {marker}\necho changed\n")
    program.chmod(0o755)
    first = repo.commit({"a.txt": "plain", ".gitattributes": "* diff=evil filter=evil\n"})
    repo.commit({"a.txt": "plainer"})
    for name in ("core.fsmonitor", "diff.external", "diff.evil.textconv", "diff.evil.command", "filter.evil.clean"):
        repo.git("config", name, str(program))
    for name in ("filter.evil.smudge", "filter.evil.process", "core.pager", "core.sshCommand", "core.askPass"):
        repo.git("config", name, str(program))
    repo.git("config", "core.alternateRefsCommand", str(program))
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).symlink_to(program)
    repo.git("config", "core.hooksPath", str(hooks))
    marker.unlink(missing_ok=True)
    (repo.path / "a.txt").touch()
    found = opened(repo.path)
    assert b"plain" in contents(found).values()
    assert [item.path for item in git.ls_files(found)] == [b".gitattributes", b"a.txt"]
    pair = (repo.oid(f"{first}^{{tree}}"), repo.oid("HEAD^{tree}"))
    wanted = repo.oid("HEAD:a.txt")
    marker.unlink(missing_ok=True)  # what the test's own git has run
    changes = list(git.tree_changes(found, [pair], [wanted]))
    assert [(change.path, change.new) for change in changes] == [(b"a.txt", wanted)]
    git.index_entries(found), git.refs(found), git.head(found), git.reflog(found), git.stashes(found)
    git.tree_entries(found, "HEAD")
    assert not marker.exists()


def test_a_trace_of_the_users_configuration_is_not_written(repo, tmp_path, monkeypatch):
    config = tmp_path / "config"
    config.write_text(f"[trace2]\n\teventTarget = {tmp_path}/trace\n\tnormalTarget = {tmp_path}/trace\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    opened(repo.path)
    assert not (tmp_path / "trace").exists()


def test_replaced_objects_are_read_as_they_are(repo):
    commit = repo.commit({"a": "the secret"})
    blob = repo.oid("HEAD:a")
    repo.git("replace", blob, repo.blob("harmless"))
    assert contents(opened(repo.path))[blob] == b"the secret"
    assert commit in contents(opened(repo.path))


def test_environment_counts_here_and_not_for_a_named_path(make, monkeypatch, tmp_path):
    here, other = make("here"), make("other")
    here.commit({"a": "here"})
    other.commit({"a": "other", "b": "x"})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))
    monkeypatch.chdir(here.path)
    for found in (Repository.open(), Repository.open(here.path)):
        assert found.git_dir == other.path / ".git"
        assert [entry.path for entry in git.index_entries(found)] == [b"a", b"b"]
    monkeypatch.chdir(tmp_path)
    found = Repository.open(here.path)
    assert found.git_dir == here.path / ".git"
    assert [entry.path for entry in git.index_entries(found)] == [b"a"]


def test_object_directory_and_quarantine(repo, monkeypatch, tmp_path):
    repo.commit({"a": "x"})
    incoming = tmp_path / "incoming"
    (incoming / "pack").mkdir(parents=True)
    objects = str(repo.path / ".git/objects")
    settings = {"GIT_OBJECT_DIRECTORY": str(incoming), "GIT_ALTERNATE_OBJECT_DIRECTORIES": objects}
    oid = repo.git("hash-object", "-w", "--stdin", feed=b"quarantined", **settings)
    for name, value in {**settings, "GIT_QUARANTINE_PATH": str(incoming)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(repo.path)
    found = contents(Repository.open())
    assert found[oid] == b"quarantined"
    assert b"x" in found.values()


def test_environment_keeps_no_variable_that_runs_something(monkeypatch):
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_TRACE", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_EXEC_PATH"):
        monkeypatch.setenv(name, "/bin/false")
    monkeypatch.setenv("GIT_DIR", "/x")
    assert "/bin/false" not in environment(inherit=True).values()
    assert environment(inherit=True)["GIT_DIR"] == "/x"
    assert "GIT_DIR" not in environment(inherit=False)


def test_what_is_no_repository(repo, tmp_path, monkeypatch):
    with pytest.raises(NotARepository, match="not a git repository"):
        Repository.open(tmp_path)
    with pytest.raises(GitError, match="no such directory"):
        Repository.open(tmp_path / "nowhere")
    (tmp_path / "file").write_text("x")
    with pytest.raises(GitError, match="not a directory"):
        Repository.open(tmp_path / "file")
    repo.git("config", "core.repositoryFormatVersion", "99")
    with pytest.raises(GitError, match="version") as caught:
        Repository.open(repo.path)
    assert "\n" not in str(caught.value)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NotARepository):
        Repository.open()


@pytest.mark.skipif(not ROOT, reason="only root can give a repository to somebody else")
def test_a_foreign_owner_is_refused_in_gits_own_words(repo):
    repo.commit({"a": "x"})
    for path in [repo.path, *repo.path.rglob("*")]:
        os.chown(path, 12345, 12345)
    with pytest.raises(GitError, match=r"dubious ownership.*safe\.directory") as caught:
        Repository.open(repo.path)
    assert "\n" not in str(caught.value)


def test_no_git(repo, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitMissing, match="PATH"):
        Repository.open(repo.path)


def test_a_git_in_the_scanned_folder_is_not_run(repo, monkeypatch, tmp_path):
    program = repo.path / "git"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/marker\n")
    program.chmod(0o755)
    monkeypatch.chdir(repo.path)
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", os.environ["PATH"]]))
    Repository.open()
    assert not (tmp_path / "marker").exists()


def test_a_git_too_old_is_named(repo, monkeypatch, tmp_path):
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text(
        '#!/bin/sh\ncase "$*" in *rev-parse*) echo --show-object-format;; *) echo git version 2.20.1;; esac\n'
    )
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(GitError, match=r"git version 2\.20\.1 is too old: 2\.25"):
        Repository.open(repo.path)


def test_corrupt_and_missing_objects_are_errors_and_the_rest_is_read(repo):
    bad = [repo.blob(f"bad {number}") for number in range(4)]
    good = [repo.blob(f"good {number}") for number in range(4)]
    repo.loose(bad[0]).write_bytes(b"junk")
    repo.loose(bad[1]).write_bytes(repo.loose(bad[1]).read_bytes()[:12])
    repo.loose(bad[2]).write_bytes(b"")
    repo.loose(bad[3]).unlink()
    order = [oid for pair in zip(bad, good, strict=True) for oid in pair]
    errors: list[str] = []
    found = opened(repo.path)
    read = [item.oid for item in git.read_objects(found, bytes.fromhex("".join(order)), errors)]
    assert read == good
    assert len(errors) == 4
    assert all(any(oid in error for error in errors) for oid in bad)
    listed = git.objects(found)
    assert listed.errors
    assert git.present(found, bytes.fromhex(good[0] + bad[3])) == [bytes.fromhex(good[0])]


def test_a_truncated_pack_is_an_error(repo):
    for number in range(5):
        repo.commit({"a": f"{number} {os.urandom(2000).hex()}"})
    repo.git("repack", "-q", "-a", "-d")
    loose = repo.blob("loose one")
    pack = next((repo.path / ".git/objects/pack").glob("*.pack"))
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:3000])
    errors: list[str] = []
    assert loose in contents(opened(repo.path), errors)
    assert errors


def test_a_store_that_is_all_damage_ends(repo, monkeypatch):
    monkeypatch.setattr("secretguard.git.store.RESTARTS", 3)
    oids = [repo.blob(f"blob {number}") for number in range(9)]
    for oid in oids:
        repo.loose(oid).write_bytes(repo.loose(oid).read_bytes()[:12])
    errors: list[str] = []
    assert list(git.read_objects(opened(repo.path), bytes.fromhex("".join(oids)), errors)) == []
    assert errors[-1] == "6 objects were not read: the object store is too damaged"


def test_large_input_and_output_do_not_wait_for_each_other(repo):
    large, small = (bytes.fromhex(repo.blob(text)) for text in ("x" * 3_000_000, "y"))
    objects = git.read_objects(opened(repo.path), large * 5 + small * 30_000 + large, [])
    assert sum(len(item.data) for item in objects) == 6 * 3_000_001 + 30_000 * 2


def test_an_abandoned_reader_leaves_no_child(repo):
    repo.commit({"a": "x" * 3_000_000})
    repo.commit({"a": "y" * 3_000_000})
    found = opened(repo.path)
    listed = git.objects(found)
    for _ in range(3):
        reader = git.read_objects(found, bytes(listed.blob.raw) * 50, [])
        next(reader)
        reader.close()
    pairs = [(repo.oid("HEAD~^{tree}"), repo.oid("HEAD^{tree}"))]
    changes = git.tree_changes(found, pairs, [repo.oid("HEAD:a")])
    next(changes)
    changes.close()
    assert children() == []


def children() -> list[str]:
    done = subprocess.run(
        ["ps", "-o", "comm=", "--ppid", str(os.getpid())], capture_output=True, text=True, check=False
    )
    return [line for line in done.stdout.split() if "git" in line]


def test_paths_of_any_bytes(repo):
    repo.commit({b"new\nline": "1", b"\xff\xfe bytes": "2", "-n": "3", "--help": "4", ":(top)x": "5", "*": "6"})
    found = opened(repo.path)
    paths = {b"new\nline", b"\xff\xfe bytes", b"-n", b"--help", b":(top)x", b"*"}
    assert {item.path for item in git.ls_files(found)} == paths
    assert {entry.path for entry in git.index_entries(found)} == paths
    assert {entry.path for entry in git.tree_entries(found, "HEAD")} == paths


def test_what_names_objects(repo):
    first = repo.commit({"a": "1"})
    repo.git("tag", "-a", "v1", "-m", "t")
    second = repo.commit({"a": "2"})
    repo.git("reset", "-q", "--hard", first)
    for number in range(2):
        repo.write({"a": f"stash {number}"})
        repo.git("stash", "-q")
    repo.git("worktree", "add", "-q", "--detach", "../linked", second)
    found = opened(repo.path)
    assert dict(git.refs(found))["refs/tags/v1"] == repo.oid("v1")
    assert git.head(found) == (first, "refs/heads/main")
    assert second in git.reflog(found)
    assert git.stashes(found) == [repo.oid("stash@{0}"), repo.oid("stash@{1}")]
    assert git.detached_heads(found) == [("worktrees/linked/HEAD", second)]
    repo.git("checkout", "-q", "--detach")
    assert git.head(found) == (first, None)


def test_tree_changes_pass_over_missing_trees(repo):
    ids = []
    for number in range(4):
        repo.commit({f"d{number}/a": f"text {number}"})
        ids.append((repo.oid("HEAD^{tree}"), repo.oid(f"HEAD:d{number}/a"), repo.oid(f"HEAD:d{number}")))
    trees = [tree for tree, _, _ in ids]
    pairs = list(pairwise(trees))
    repo.loose(ids[2][2]).unlink()
    wanted = [blob for _, blob, _ in ids]
    for extra in ([], ["0" * 39 + f"{n:x}" for n in range(16)] * 30):
        changes = list(git.tree_changes(opened(repo.path), pairs, wanted + extra, jobs=1))
        assert [(change.path, change.pair) for change in changes] == [(b"d1/a", pairs[0]), (b"d3/a", pairs[2])]


def test_complaints_are_one_line():
    assert complaint(b"error: one\nfatal: two\nhint: three\n", 128) == "git: two"
    assert complaint(b"", -9) == "git was killed by signal 9"
    assert complaint(b"", 3) == "git ended with exit code 3"
    assert Where("/", inherit=True) == Where("/", inherit=True)


@pytest.mark.parametrize("name", ["MERGE_HEAD", "worktrees/linked/HEAD"])
def test_a_pipe_in_place_of_a_file_of_gits_is_not_waited_for(repo, name: str) -> None:
    repo.commit({"a": "x\n"})
    path = repo.path / ".git" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    opened = Repository.open(repo.path)

    with pytest.raises(GitError, match="no regular file"):
        staged(opened) if name == "MERGE_HEAD" else detached_heads(opened)
