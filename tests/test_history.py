"""The history source: everything the store holds, each object once, and nothing half-read called whole."""

from __future__ import annotations

import os
import pickle

import pytest

from secretguard.git import Repository
from secretguard.model import Fragment, OriginKind, Receipt
from secretguard.sources import history


def swept(path, shares: int = 1, max_size: int = history.MAX_SIZE) -> tuple[list[Fragment], Receipt]:
    """All fragments of a repository and the receipt."""
    plan = history.plan(Repository.open(path), shares, max_size)
    receipt = plan.receipt
    found = []
    for share in pickle.loads(pickle.dumps(plan.shares)):
        found += history.fragments(share, receipt)
    return found, receipt


def texts(found: list[Fragment], kind: OriginKind = OriginKind.BLOB) -> list[bytes]:
    """The data of one kind of fragments, sorted, without the final LF."""
    assert all(item.data.endswith(b"\n") for item in found)
    return sorted(item.data[:-1] for item in found if item.origin.kind is kind)


def complete(receipt: Receipt) -> bool:
    return not receipt.errors


def test_whatever_leads_to_it_or_nothing(repo):
    first = repo.commit({"a": "committed"})
    repo.commit({"a": "amended away"})
    repo.git("reset", "-q", "--hard", first)
    for number in range(2):
        repo.write({"a": f"stash {number}"})
        repo.git("stash", "-q")
    repo.blob("dangling")
    repo.git("tag", "to-blob", repo.blob("tagged"))
    repo.git("notes", "add", "-m", "noted", first)
    repo.write({"a": "only staged"})
    repo.git("add", "a")
    repo.git("update-ref", "refs/pull/1/head", repo.git("commit-tree", "-m", "pull", "HEAD^{tree}"))
    found, receipt = swept(repo.path)
    blobs = {b"committed", b"amended away", b"stash 0", b"stash 1", b"dangling", b"tagged", b"noted\n", b"only staged"}
    assert set(texts(found)) == blobs
    assert len(texts(found)) == len(blobs)
    assert complete(receipt)
    assert receipt.notes == []


def test_texts_that_are_no_blobs(repo):
    repo.commit({"dir-secret/name-secret": "x"}, "message secret")
    repo.git("tag", "-a", "v1", "-m", "tag secret")
    repo.git("branch", "branch-secret")
    found, receipt = swept(repo.path)
    (commit,) = texts(found, OriginKind.COMMIT)
    assert b"message secret" in commit
    assert b"author Ann Author <ann@example.org>" in commit
    assert b"tag secret" in texts(found, OriginKind.TAG)[0]
    assert texts(found, OriginKind.TREE) == [b"dir-secret", b"name-secret"]
    assert {item.origin.path for item in found if item.origin.kind is OriginKind.TREE} == {
        b"dir-secret",
        b"name-secret",
    }
    refs = [b"refs/heads/branch-secret", b"refs/heads/main", b"refs/tags/v1"]
    assert texts(found, OriginKind.REF) == refs
    assert complete(receipt)


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_names_once_in_any_format_with_any_bytes(make, form):
    repo = make("r", f"--object-format={form}")
    names = {b"new\nline", b"\xff\xfe", b"-n", b"40000 x"}
    for number in range(3):
        repo.commit(dict.fromkeys(names, f"{number}"))
    found, receipt = swept(repo.path)
    assert texts(found, OriginKind.TREE) == sorted(names)
    assert complete(receipt)


def test_shares_hold_every_object_once_and_are_alike(repo, monkeypatch):
    monkeypatch.setattr(history, "SMALL", 0)
    for number in range(40):
        repo.commit({f"f{number}": os.urandom(500).hex()})
    found, receipt = swept(repo.path, shares=4)
    assert len(texts(found)) == 40
    assert len({item.origin.oid for item in found if item.origin.kind is OriginKind.BLOB}) == 40
    assert complete(receipt)
    plan = history.plan(Repository.open(repo.path), 4)
    assert [share.known is None for share in plan.shares] == [False, True, True, True, True]
    assert {share.size for share in plan.shares[1:]} == {10_000}


def test_an_empty_repository(repo):
    assert swept(repo.path) == ([], Receipt())


def test_a_blob_above_the_limit_is_an_error(repo):
    repo.commit({"a": "x" * (1 << 20) + "x", "b": "small"})
    found, receipt = swept(repo.path, max_size=1 << 20)
    assert texts(found) == [b"small"]
    assert receipt.errors == [f"object {repo.oid('HEAD:a')} was not read: larger than 1 MB"]


@pytest.mark.parametrize("what", ["HEAD:a", "HEAD:d", "HEAD^{tree}", "HEAD~", "HEAD", "v1"])
def test_a_missing_object_is_an_error(repo, what):
    repo.commit({"a": "one", "d/b": "two"})
    repo.commit({"a": "1", "d/b": "2"})
    repo.git("tag", "-a", "v1", "-m", "t")
    oid = repo.oid(what)
    (repo.path / ".git/index").unlink()
    repo.loose(oid).unlink()
    found, receipt = swept(repo.path)
    assert len(receipt.errors) == 1
    assert "missing: 1 (" + oid in receipt.errors[0]
    assert {b"one", b"two"} & set(texts(found))


def test_a_staged_blob_that_is_missing_is_an_error(repo):
    repo.write({"a": "staged"})
    repo.git("add", "a")
    repo.loose(repo.oid(":a")).unlink()
    assert not complete(swept(repo.path)[1])


def test_an_intended_file_is_not_missing(repo):
    repo.commit({"b": "x"})
    repo.write({"a": "later"})
    repo.git("add", "-N", "a")
    assert complete(swept(repo.path)[1])


def test_what_only_unreachable_objects_name_is_a_note(repo):
    repo.commit({"a": "kept"})
    blob = repo.blob("gone")
    repo.git("mktree", feed=f"100644 blob {blob}\tgone\n".encode())
    repo.loose(blob).unlink()
    _, receipt = swept(repo.path)
    assert complete(receipt)
    assert blob in receipt.notes[0]


def test_a_corrupt_object_is_an_error_and_the_rest_is_read(repo):
    repo.commit({"a": "broken", "b": "whole"})
    repo.loose(repo.oid("HEAD:a")).write_bytes(b"junk")
    found, receipt = swept(repo.path)
    assert texts(found) == [b"whole"]
    assert not complete(receipt)


def test_a_truncated_pack_leaves_the_loose_objects(repo):
    for number in range(5):
        repo.commit({"a": f"{number} {os.urandom(2000).hex()}"})
    repo.git("repack", "-q", "-a", "-d")
    repo.blob("loose")
    pack = next((repo.path / ".git/objects/pack").glob("*.pack"))
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:3000])
    found, receipt = swept(repo.path)
    assert texts(found) == [b"loose"]
    assert not complete(receipt)


def test_lost_alternates_are_an_error(make):
    lender, borrower = make("lender"), make("borrower")
    lender.commit({"a": "lent"})
    (borrower.path / ".git/objects/info/alternates").write_text(f"{lender.path}/.git/objects\n")
    assert texts(swept(borrower.path)[0]) == [b"lent"]
    lender.path.rename(lender.path.with_name("away"))
    assert not complete(swept(borrower.path)[1])


def test_a_shallow_clone_is_never_called_clean(repo, tmp_path):
    repo.commit({"a": "one"})
    repo.commit({"a": "two"})
    repo.git("clone", "-q", "--depth=1", repo.path.as_uri(), "../shallow")
    found, receipt = swept(tmp_path / "shallow")
    assert texts(found) == [b"two"]
    assert receipt.errors == ["shallow clone: what lies behind its boundary was not read; run `git fetch --unshallow`"]


@pytest.mark.parametrize(("kind", "left"), [("blob:none", []), ("tree:0", [])])
def test_a_partial_clone_is_incomplete(repo, tmp_path, kind, left):
    repo.commit({"a": "one", "d/b": "x"})
    repo.commit({"a": "two"})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", f"--filter={kind}", "--no-checkout", repo.path.as_uri(), "../partial")
    found, receipt = swept(tmp_path / "partial")
    assert texts(found) == left
    assert len(receipt.errors) == 1
    assert "never fetched" in receipt.errors[0]


def test_merges_and_replaced_objects_hide_nothing(repo):
    repo.commit({"a": "base"})
    for name in "bcd":
        repo.git("checkout", "-q", "-b", name, "main")
        repo.commit({name: name})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-commit", "b", "c", "d", fails=True)
    repo.commit({"evil": "only in the merge"})
    repo.git("replace", repo.oid("HEAD:evil"), repo.blob("harmless"))
    found, receipt = swept(repo.path)
    assert b"only in the merge" in texts(found)
    assert complete(receipt)
