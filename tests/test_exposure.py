"""Who, when, where, against what `git log` and `git branch --contains` would say."""

from __future__ import annotations

import os

import pytest

from secretguard import git
from secretguard.git import Repository
from secretguard.model import Exposure, Person, Reach
from secretguard.sources.exposure import expose, person


def asked(repo, *oids: str, names=()) -> dict:
    """What expose tells of objects and names."""
    found = Repository.open(repo.path)
    return expose(found, git.objects(found), oids, names)[0]


def at(repo, oid: str, path: bytes | None) -> Exposure:
    return asked(repo, oid)[oid][path]


def test_add_change_rename_remove_and_add_again(repo):
    commits = [
        repo.commit({"a": "other"}),
        repo.commit({"a": "secret"}),
        repo.commit({"b": "x"}),
        repo.commit({"a": None, "dir/new": "secret"}),
        repo.commit({"dir/new": "clean"}),
        repo.commit({"a": "secret"}),
        repo.commit({"a": "clean"}),
    ]
    oid = repo.oid(f"{commits[1]}:a")
    places = asked(repo, oid)[oid]
    assert list(places) == [b"a", b"dir/new"]
    told = places[b"a"]
    assert (told.first, told.last, told.commits) == (commits[1], commits[5], 3)
    assert told.author == Person("Ann Author", "ann@example.org", 1_700_000_060, "+0200")
    assert (told.in_head, told.refs, told.reach) == (False, ("refs/heads/main",), Reach.BRANCH)
    moved = places[b"dir/new"]
    assert (moved.first, moved.last, moved.commits) == (commits[3], commits[3], 1)


def test_in_head(repo):
    repo.commit({"a": "secret"})
    told = at(repo, repo.oid("HEAD:a"), b"a")
    assert (told.in_head, told.reach, told.commits) == (True, Reach.HEAD, 1)


def test_mode_changes_keep_it(repo):
    repo.commit({"a": "secret"})
    (repo.path / "a").chmod(0o755)
    repo.commit()
    assert at(repo, repo.oid("HEAD:a"), b"a").commits == 2


def test_merges_are_exact(repo):
    base = repo.commit({"a": "base"})
    repo.git("checkout", "-q", "-b", "side")
    first = repo.commit({"side": "secret"})
    repo.git("checkout", "-q", "main")
    repo.commit({"b": "b"})
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    merge = repo.oid("HEAD")
    repo.git("checkout", "-q", "-b", "ours", "HEAD~")
    repo.git("merge", "-q", "-s", "ours", "-m", "dropped in a merge", "side")
    told = at(repo, repo.oid("side:side"), b"side")
    assert (told.first, told.commits, told.in_head) == (first, 2, False)
    assert told.last == merge
    assert told.refs == ("refs/heads/main", "refs/heads/ours", "refs/heads/side")
    assert base != told.first


def test_evil_and_octopus_merge(repo):
    repo.commit({"a": "base"})
    for name in "bcd":
        repo.git("checkout", "-q", "-b", name, "main")
        repo.commit({name: name})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-commit", "b", "c", "d", fails=True)
    merge = repo.commit({"evil": "only here"})
    told = at(repo, repo.blob("only here"), b"evil")
    assert (told.first, told.commits) == (merge, 1)
    assert at(repo, repo.blob("c"), b"c").last == merge


def test_refs_of_every_kind(repo):
    repo.commit({"a": "x"})
    for number, ref in enumerate(("refs/remotes/origin/main", "refs/tags/light", "refs/pull/1/head")):
        repo.commit({"s": f"secret {number}"})
        repo.git("update-ref", ref, "HEAD")
        repo.git("reset", "-q", "--hard", "HEAD~")
    repo.git("reflog", "expire", "--expire=now", "--all")
    kinds = (
        ("refs/remotes/origin/main", Reach.REMOTE),
        ("refs/tags/light", Reach.TAG),
        ("refs/pull/1/head", Reach.OTHER),
    )
    for number, (ref, reach) in enumerate(kinds):
        told = at(repo, repo.blob(f"secret {number}"), b"s")
        assert (told.refs, told.reach) == ((ref,), reach)


def test_stashes(repo):
    repo.commit({"a": "x"})
    for number in range(2):
        repo.write({"a": f"stash {number}"})
        repo.git("stash", "-q")
    assert at(repo, repo.blob("stash 1"), b"a").refs == ("refs/stash",)
    for number in range(2):
        assert at(repo, repo.blob(f"stash {number}"), b"a").reach is Reach.STASH


def test_reflog_only_and_nothing(repo):
    repo.commit({"a": "x"})
    lost = repo.commit({"a": "amended away"})
    repo.git("reset", "-q", "--hard", "HEAD~")
    told = at(repo, repo.blob("amended away"), b"a")
    assert (told.reach, told.first, told.refs) == (Reach.REFLOG, lost, ())
    repo.git("reflog", "expire", "--expire=now", "--all")
    told = at(repo, repo.blob("amended away"), b"a")
    assert (told.reach, told.first, told.commits) == (Reach.NOTHING, lost, 1)
    oid = repo.blob("dangling")
    assert asked(repo, oid) == {oid: {None: Exposure()}}


def test_index_only(repo):
    repo.commit({"b": "x"})
    repo.write({"a": "staged"})
    repo.git("add", "a")
    assert asked(repo, repo.oid(":a")) == {repo.oid(":a"): {b"a": Exposure(reach=Reach.INDEX)}}


def test_tags_on_blobs_and_trees_and_tags(repo):
    repo.commit({"a": "x"})
    blob = repo.blob("tagged")
    repo.git("tag", "light", blob)
    repo.git("tag", "-a", "heavy", "-m", "t", blob)
    repo.git("tag", "-a", "nested", "-m", "t", "heavy")
    told = at(repo, blob, None)
    assert (told.refs, told.reach) == (("refs/tags/heavy", "refs/tags/light", "refs/tags/nested"), Reach.TAG)
    heavy = at(repo, repo.oid("heavy"), None)
    assert heavy.refs == ("refs/tags/heavy", "refs/tags/nested")
    assert heavy.author is not None
    assert heavy.author.name == "Carl Committer"
    other = repo.blob("in a tree")
    tree = repo.git("mktree", feed=f"100644 blob {other}\tp\n".encode())
    repo.git("tag", "tree", tree)
    told = at(repo, other, b"p")
    assert (told.refs, told.commits, told.first) == (("refs/tags/tree",), 0, None)


def test_commits_themselves(repo):
    first = repo.commit({"a": "1"})
    second = repo.commit({"a": "2"})
    repo.git("reset", "-q", "--hard", first)
    told = asked(repo, first, second)
    assert told[first][None].reach is Reach.HEAD
    assert (told[second][None].reach, told[second][None].first, told[second][None].commits) == (Reach.REFLOG, second, 1)


def test_notes(repo):
    repo.commit({"a": "1"})
    repo.git("notes", "add", "-m", "noted")
    told = at(repo, repo.blob("noted\n"), repo.oid("HEAD").encode())
    assert (told.reach, told.refs, told.in_head) == (Reach.OTHER, ("refs/notes/commits",), False)


def test_names_of_files_and_folders(repo):
    first = repo.commit({"d/name": "1", "name/x": "y", "other": "z"})
    repo.commit({"d/name": "2"})
    last = repo.commit({"name/x": "w"})
    repo.commit({"d/name": None})
    told = asked(repo, names=[b"name"])[b"name"]
    assert {path: (e.first, e.last, e.commits, e.in_head) for path, e in told.items()} == {
        b"d/name": (first, last, 3, False),
        b"name": (first, repo.oid("HEAD"), 4, True),
    }


def test_detached_head_and_linked_work_tree(repo):
    first = repo.commit({"a": "secret"})
    repo.commit({"a": "clean"})
    repo.git("worktree", "add", "-q", "--detach", "../linked", first)
    repo.git("checkout", "-q", "--detach")
    repo.git("update-ref", "-d", "refs/heads/main")
    told = at(repo, repo.blob("secret"), b"a")
    assert (told.refs, told.reach, told.in_head) == (("HEAD", "worktrees/linked/HEAD"), Reach.BRANCH, False)


def test_a_clock_that_runs_backwards(repo):
    dates = [f"{time} +0000" for time in (2_000_000_000, 1_000_000_000)]
    ids = []
    for number, date in enumerate(dates):
        repo.write({"a": "secret", "b": str(number)})
        repo.git("add", "-A")
        repo.git("commit", "-q", "-m", "m", GIT_COMMITTER_DATE=date)
        ids.append(repo.oid("HEAD"))
    told = at(repo, repo.blob("secret"), b"a")
    assert [told.first, told.last] == ids


def test_shallow_and_damaged_histories_tell_what_they_can(repo, tmp_path):
    repo.commit({"a": "secret"})
    repo.commit({"b": "x"})
    repo.commit({"d/c": "y"})
    repo.git("clone", "-q", "--depth=1", repo.path.as_uri(), "../shallow")
    found = Repository.open(tmp_path / "shallow")
    oid = repo.blob("secret")
    assert expose(found, git.objects(found), [oid])[0][oid][b"a"].commits == 1
    repo.loose(repo.oid("HEAD:d")).unlink()
    assert at(repo, oid, b"a").commits == 3
    repo.loose(repo.oid("HEAD~")).unlink()
    assert at(repo, oid, b"a").commits >= 1


def test_many_objects_and_sha256(make):
    repo = make("wide", "--object-format=sha256")
    first = repo.commit({f"f{number}": f"text {number}" for number in range(450)})
    repo.commit({"f0": "changed"})
    oids = [line.split()[2] for line in repo.git("ls-tree", first).splitlines()]
    told = asked(repo, *oids)
    assert {e.commits for oid in oids for e in told[oid].values()} == {1, 2}
    assert told[repo.oid("HEAD:f1")] == asked(repo, repo.oid("HEAD:f1"))[repo.oid("HEAD:f1")]


def test_no_question_no_git(repo, monkeypatch):
    found = Repository.open(repo.path)
    catalogue = git.objects(found)
    monkeypatch.setenv("PATH", os.devnull)
    assert expose(found, catalogue, [])[0] == {}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"tree x\nauthor A B <a@b> 12 -0130\n\n", Person("A B", "a@b", 12, "-0130")),
        (b"author <> 12 +0000\n\n", Person("", "", 12, "+0000")),
        (b"author J\xf6rg <j@x> 1 +0100\nencoding ISO-8859-1\n\n", Person("J\u00f6rg", "j@x", 1, "+0100")),
        (b"author J\xf6rg <j@x> 1 +0100\nencoding no-such\n\n", Person("J\u00f6rg", "j@x", 1, "+0100")),
        (b"author A <a@b> 99999999999999999999999 +0000\n\n", Person("A", "a@b", 0)),
        (b"author nobody\n\nauthor A <a@b> 1 +0000\n", None),
    ],
)
def test_people(raw, expected):
    assert person(raw) == expected
