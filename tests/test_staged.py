"""What the next commit introduces, with real git: read from the index, whatever lies in the work tree."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from secretguard.changes import Introduced, scan_staged
from secretguard.checks.samples import fill
from secretguard.config import Config
from secretguard.git import GitError, NotARepository, Repository, staged
from secretguard.model import Dismissal, Finding, Fragment, OriginKind, Reach, Receipt, Report, mask_of, show_path
from secretguard.scan import Scanner

Scan = Callable[..., Report]


def secret(seed: str = "one") -> str:
    return fill("<base64:64>", seed)


def line(seed: str = "one") -> str:
    return f'kraken_api_secret = "{secret(seed)}"\n'


@pytest.fixture
def scan(repo, few_rules: Config, monkeypatch: pytest.MonkeyPatch) -> Scan:
    def scanned(where: Path | None = None, **config: int) -> Report:
        monkeypatch.chdir(where or repo.path)
        return scan_staged(Repository.open(), replace(few_rules, **config))

    return scanned


def found(report: Report) -> list[str]:
    """``path:line`` of every finding; the report has to be complete."""
    assert not report.receipt.errors
    places = [(o.origin.path, o.place.line) for f in report.findings for o in f.occurrences]
    return [f"{show_path(path)}:{number}" for path, number in sorted(places)]


# What is staged.


def test_a_new_secret_is_found_and_the_work_tree_is_not_read(repo, scan: Scan) -> None:
    repo.commit({"a.py": "x = 1\n"})
    repo.write({"a.py": "x = 1\n" + line()})
    assert found(scan()) == []
    repo.git("add", "a.py")
    repo.write({"a.py": "x = 1\n"})

    assert found(scan()) == ["a.py:2"]


def test_the_first_commit(repo, scan: Scan) -> None:
    repo.write({"a.py": line()})
    repo.git("add", "a.py")

    (finding,) = scan().findings
    assert [o.exposure.reach for o in finding.occurrences if o.exposure] == [Reach.INDEX]

    assert found(scan()) == ["a.py:1"]


def test_nothing_staged_is_clean(repo, scan: Scan) -> None:
    assert found(scan()) == []
    repo.commit({"a.py": line()})

    assert found(scan()) == []


def test_only_the_hunk_that_was_added_counts(repo, scan: Scan) -> None:
    repo.commit({"a.py": "a\n" * 20})
    repo.write({"a.py": line("one") + "a\n" * 20 + line("two")})
    patch = repo.git("diff", "-U1").split("@@ ")
    hunk = "@@ ".join([*patch[:2]]) if patch[1].startswith("-") else patch[0]
    repo.git("apply", "--cached", "--unidiff-zero", feed=hunk.encode() + b"\n")

    assert found(scan()) == ["a.py:1"]


def test_intent_to_add_stages_nothing(repo, scan: Scan) -> None:
    repo.commit({"b": "b\n"})
    repo.write({"a.py": line()})
    repo.git("add", "-N", "a.py")

    assert found(scan()) == []


def test_amend_is_seen_against_head(repo, scan: Scan) -> None:
    repo.commit({"a.py": "x = 1\n"})
    repo.write({"a.py": line()})
    repo.git("add", "a.py")
    assert found(scan()) == ["a.py:1"]
    repo.git("commit", "-q", "--amend", "-m", "m")

    assert found(scan()) == []


def test_linked_work_trees_have_an_index_of_their_own(repo, scan: Scan, tmp_path: Path) -> None:
    repo.commit({"a.py": "x\n"})
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    (tmp_path / "linked" / "b.py").write_text(line())
    subprocess.run(["git", "add", "b.py"], cwd=tmp_path / "linked", check=True)

    assert found(scan()) == []
    assert found(scan(tmp_path / "linked")) == ["b.py:1"]


def test_sparse_checkouts_and_assumptions_hide_nothing(repo, scan: Scan) -> None:
    repo.commit({"in/a.py": "x\n", "out/b.py": "x\n", "c.py": "x\n"})
    repo.git("sparse-checkout", "set", "in")
    oid = repo.git("hash-object", "-w", "--stdin", feed=line().encode())
    repo.git("update-index", "--cacheinfo", f"100644,{oid},out/b.py")
    repo.write({"in/a.py": line("two")})
    repo.git("add", "in/a.py")
    repo.git("update-index", "--assume-unchanged", "in/a.py")
    repo.git("update-index", "--skip-worktree", "out/b.py")

    assert found(scan()) == ["in/a.py:1", "out/b.py:1"]


def test_any_current_directory(repo, scan: Scan) -> None:
    repo.write({"a.py": line(), "deep/er/b.py": line("two")})
    repo.git("add", ".")

    assert found(scan(repo.path / "deep" / "er")) == found(scan()) == ["a.py:1", "deep/er/b.py:1"]


@pytest.mark.parametrize(
    "name",
    [b"a b.py", b"new\nline.py", b"\xff\xfe.py", b"-n", b"--help", b"*?[a].py", b":(top)x", b":a", b"tab\tx", b'q".py'],
)
def test_any_file_name(repo, scan: Scan, name: bytes) -> None:
    repo.write({name: line()})
    repo.git("add", "-A")
    report = scan()

    assert [o.origin.path for f in report.findings for o in f.occurrences] == [name]
    assert not report.receipt.errors


def test_a_secret_in_the_name_of_a_new_file(repo, scan: Scan) -> None:
    name = fill("<wif>", "name")
    repo.write({f"keys/{name}.txt": "x\n"})
    repo.git("add", "-A")
    assert found(scan()) == [f"keys/{mask_of(name)}.txt:1"]
    repo.commit()
    repo.write({f"keys/{name}.txt": "y\n"})
    repo.git("add", "-A")

    assert found(scan()) == []


def test_a_link_is_its_text_and_never_its_target(repo, scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "target").write_text(line())
    (repo.path / "link").symlink_to(tmp_path / "target")
    (repo.path / "told").symlink_to(fill("<wif>", "link"))
    repo.git("add", "-A")

    assert found(scan()) == ["told:1"]


def test_a_link_turned_file_is_new(repo, scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "target").write_text(line())
    (repo.path / "conf").symlink_to(tmp_path / "target")
    repo.commit()
    (repo.path / "conf").unlink()
    repo.write({"conf": line()})
    repo.git("add", "-A")

    assert found(scan()) == ["conf:1"]


def test_a_submodule_bump_has_nothing_to_read(repo, make, scan: Scan) -> None:
    other = make("other")
    first, second = other.commit({"a": "1\n"}), other.commit({"a": "2\n"})
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{first},sub")
    repo.git("commit", "-qm", "m")
    repo.git("update-index", "--cacheinfo", f"160000,{second},sub")
    report = scan()

    assert found(report) == []
    assert report.receipt.fragments == 0


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "latin-1", "utf-8-sig"])
def test_encodings(repo, scan: Scan, encoding: str) -> None:
    repo.commit({"a.py": ("# caf\xe9\n" + line("old")).encode(encoding)})
    repo.write({"a.py": ("# th\xe9\n" + line("old") + line("new")).encode(encoding)})
    repo.git("add", "-A")

    assert found(scan()) == ["a.py:3"]


def test_a_new_encoding_makes_no_secret_new(repo, scan: Scan) -> None:
    repo.commit({"a.py": line().encode("utf-16")})
    repo.write({"a.py": line()})
    repo.git("add", "-A")

    assert found(scan()) == []


@pytest.mark.parametrize("attributes", ["*.dat binary\n", "*.dat -diff\n", "*.dat -text diff=odd\n", ""])
def test_binary_files_and_attributes(repo, scan: Scan, attributes: str) -> None:
    repo.write({".gitattributes": attributes, "a.dat": b"\0\1\2\n" + line().encode() + b"\0"})
    repo.git("add", "-A")

    assert found(scan()) == ["a.dat:2"]


@pytest.mark.parametrize(
    "setting",
    [
        "color.ui=always",
        "diff.external=/bin/false",
        "diff.odd.textconv=/bin/false",
        "diff.noprefix=true",
        "diff.renames=copies",
        "diff.renames=false",
        "diff.relative=true",
        "diff.submodule=diff",
        "diff.ignoreSubmodules=all",
        "diff.orderFile=/nowhere",
        "core.fsmonitor=/bin/false",
        "core.quotePath=true",
        "core.attributesFile=/nowhere",
        "core.pager=false",
        "diff.interHunkContext=9",
        "core.abbrev=4",
        "status.renames=copies",
    ],
)
def test_no_configuration_changes_what_is_read(repo, scan: Scan, setting: str) -> None:
    repo.write({".gitattributes": "* diff=odd\n"})
    repo.commit({"a.py": line("old"), "d/b.py": "x = 1\n" * 9})
    repo.git("config", *setting.split("=", 1))
    repo.git("mv", "a.py", "renamed.py")
    repo.write({"d/b.py": "x = 1\n" * 9 + line("new"), "d/copy.py": "x = 1\n" * 9 + line("copy")})
    repo.git("add", "-A")

    assert found(scan(repo.path / "d")) == ["d/b.py:10", "d/copy.py:10"]


# What counts as introduced.


def test_an_old_secret_beside_a_harmless_edit_stays_silent(repo, scan: Scan) -> None:
    repo.commit({"a.py": f"import os\n{line()}print(1)\n"})
    repo.write({"a.py": f"import sys\n{line().rstrip()}  # TODO rotate\nprint(2)\n"})
    repo.git("add", "-A")

    assert found(scan()) == []


def test_renames_removals_and_modes_are_silent(repo, scan: Scan) -> None:
    repo.commit({"a.py": line("a"), "b.py": line("b") + "x\n" * 9, "c.py": line("c"), "d.py": line("d") + "y\n"})
    repo.git("mv", "a.py", "moved.py")
    repo.git("mv", "b.py", "edited.py")
    repo.write({"edited.py": line("b") + "x\n" * 8 + "z\n", "d.py": "y\n"})
    repo.git("update-index", "--chmod=+x", "c.py")
    repo.git("add", "edited.py", "d.py")

    assert found(scan()) == []


def test_a_secret_added_to_a_renamed_file_is_reported(repo, scan: Scan) -> None:
    repo.commit({"a.py": line("old") + "x\n" * 30})
    repo.git("mv", "a.py", "b.py")
    repo.write({"b.py": line("old") + "x\n" * 30 + line("new")})
    repo.git("add", "-A")

    assert found(scan()) == ["b.py:32"]


def test_a_copy_to_a_new_place_is_reported(repo, scan: Scan) -> None:
    repo.commit({"a.py": line()})
    repo.write({"b.py": line(), "a.py": line() + "x = 1\n"})
    repo.git("add", "-A")

    assert found(scan()) == ["b.py:1"]


def test_a_renamed_file_and_a_copy_of_it(repo, scan: Scan) -> None:
    repo.commit({"a.py": line()})
    repo.write({"b.py": line(), "c.py": line(), "a.py": None})
    repo.git("add", "-A")

    assert len(found(scan())) == 1


def test_a_changed_value_under_an_unchanged_name(repo, scan: Scan) -> None:
    repo.commit({"a.yml": f"kraken_api_secret:\n  {secret('old')}\n"})
    repo.write({"a.yml": f"kraken_api_secret:\n  {secret('new')}\n"})
    repo.git("add", "-A")

    assert len(found(scan())) == 1


def test_a_changed_body_between_unchanged_markers(repo, scan: Scan) -> None:
    repo.commit({"key.pem": fill("<pem-rsa>", "old") + "\n"})
    repo.write({"key.pem": fill("<pem-rsa>", "new") + "\n", "other": "x\n"})
    repo.git("add", "-A")
    assert found(scan()) != []
    repo.commit()
    repo.write({"key.pem": "# mine\n" + fill("<pem-rsa>", "new") + "\n# end\n"})
    repo.git("add", "-A")

    assert found(scan()) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f'x = "{secret()}"\n', line()),
        (f'secret = "{secret()}"\n', f'import krakenex\nsecret = "{secret()}"\n'),
        (f"{line().rstrip()}  # secretguard: allow\n", line()),
        (f"# secretguard: allow-next-line\n{line()}", f"# mine\n{line()}"),
        (f"{line()}\nx = '{secret()}'\n", f"{line()}\nkraken_secret = '{secret()}'\n"),
    ],
    ids=["name", "import", "comment", "comment before", "one copy more"],
)
def test_an_old_value_that_becomes_a_finding_is_news(repo, scan: Scan, old: str, new: str) -> None:
    repo.commit({"a.py": old})
    repo.write({"a.py": new})
    repo.git("add", "-A")
    assert len(found(scan())) == 1
    repo.commit()
    repo.write({"a.py": new + "print(1)\n"})
    repo.git("add", "-A")

    assert found(scan()) == []


def test_of_a_credential_only_its_new_pieces_are_news(repo, scan: Scan) -> None:
    key = f'kraken_api_key = "{fill("<base64:42>", "key")}"\n'
    repo.commit({"old_secret.py": line("a"), "old_key.py": key, "both.py": key + line("b")})
    repo.write({"old_secret.py": key + line("a"), "old_key.py": key + line("c"), "both.py": key + line("b") + "x\n"})
    repo.git("add", "-A")
    report = scan()

    assert found(report) == ["old_key.py:2", "old_secret.py:1"]
    assert {f.rule: len(f.parts) for f in report.findings} == {"kraken-api-secret": 1, "kraken-api-key": 0}


# Merges.


def conflict(repo, ours: str, theirs: str, base: str = "base\n") -> None:
    """A merge that stopped at a conflict in ``a.py``; the other branch also brings ``theirs.py``."""
    repo.commit({"a.py": base})
    repo.git("checkout", "-qb", "side")
    repo.commit({"a.py": theirs, "theirs.py": line("theirs")})
    repo.git("checkout", "-q", "main")
    repo.commit({"a.py": ours})
    repo.git("merge", "side", fails=True)


def test_a_merge_introduces_only_what_no_parent_has(repo, scan: Scan) -> None:
    conflict(repo, "ours\n" + line("ours"), "theirs\n" + line("side"))
    repo.write({"a.py": "both\n" + line("ours") + line("side") + line("evil")})
    repo.git("add", "-A")

    assert found(scan()) == ["a.py:4"]


def test_what_was_put_into_a_file_of_the_other_side_is_introduced(repo, scan: Scan) -> None:
    conflict(repo, "ours\n", "theirs\n")
    repo.write({"a.py": "theirs\n", "theirs.py": line("theirs") + line("evil")})
    repo.git("add", "-A")

    assert found(scan()) == ["theirs.py:2"]


def test_unmerged_paths_are_no_clean_index(repo, scan: Scan) -> None:
    conflict(repo, "ours\n", "theirs\n")

    with pytest.raises(GitError, match=r"^unmerged: a\.py; "):
        scan()


# What can't be read.


class Slow(Scanner):
    """Gives up where ``gives_up`` says so, as the engine does at a text that takes too long."""

    gives_up: Callable[[Fragment], bool]

    def scan(
        self, fragment: Fragment, unread: list[str], explain: bool = False, closed: list[str] | None = None
    ) -> list[Finding | Dismissal]:
        if self.gives_up(fragment):
            unread.append("too long")
            return []
        return super().scan(fragment, unread, explain, closed)


@pytest.mark.parametrize(
    "gives_up",
    [
        lambda fragment: fragment.fresh is not None,
        lambda fragment: fragment.data.startswith(b"x = "),
        lambda fragment: fragment.origin.kind is OriginKind.TREE,
    ],
    ids=["what is new", "the old side", "a name"],
)
def test_a_second_look_that_takes_too_long_is_an_error(repo, few_rules: Config, gives_up) -> None:
    repo.commit({"a.py": f"x = '{secret()}'\n"})
    repo.write({"a.py": f"kraken_secret = '{secret()}'\n", "b.py": "\n"})
    repo.git("add", "-A")
    opened, receipt, scanner = Repository.open(repo.path), Receipt(), Slow(few_rules)
    scanner.gives_up = gives_up
    list(Introduced(opened, scanner, few_rules, receipt).by_files(staged(opened), OriginKind.INDEX))

    assert [error.partition(": ")[2] for error in receipt.errors] == ["not fully read: too long"]


def test_a_damaged_index(repo, scan: Scan) -> None:
    repo.commit({"a.py": "x\n"})
    (repo.path / ".git" / "index").write_bytes(b"DIRC" + b"\0" * 40)

    with pytest.raises(GitError):
        scan()


def test_a_damaged_head_is_not_taken_for_a_first_commit(repo, scan: Scan) -> None:
    oid = repo.commit({"a.py": "x\n"})
    repo.loose(oid).write_bytes(b"junk")

    with pytest.raises(GitError):
        scan()


def test_a_blob_that_is_gone_makes_the_scan_incomplete(repo, scan: Scan) -> None:
    repo.write({"a.py": line("gone"), "b.py": line("here")})
    repo.git("add", "-A")
    repo.loose(repo.git("rev-parse", ":a.py")).unlink()
    report = scan()

    assert report.exit_code() == 2
    assert [f.occurrences[0].origin.path for f in report.findings] == [b"b.py"]


def test_a_file_above_the_limit_is_not_read_and_named(repo, scan: Scan) -> None:
    repo.write({"a.py": "x" * (3 << 20), "b.py": line()})
    repo.git("add", "-A")
    report = scan(max_size=2 << 20)

    assert [("larger than 2 MB" in each) for each in report.receipt.errors] == [True]
    assert len(report.findings) == 1


def test_outside_git(scan: Scan, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()

    with pytest.raises(NotARepository):
        scan(tmp_path / "plain")


def test_a_lock_of_another_git_is_no_obstacle(repo, scan: Scan) -> None:
    repo.write({"a.py": line()})
    repo.git("add", "-A")
    (repo.path / ".git" / "index.lock").write_bytes(b"")

    assert found(scan()) == ["a.py:1"]


def test_a_temporary_index_is_the_one_that_counts(repo, scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a.py": "x\n"})
    repo.write({"a.py": line()})
    shutil.copy(repo.path / ".git" / "index", repo.path / ".git" / "next-index")
    repo.git("add", "a.py", GIT_INDEX_FILE=os.fspath(repo.path / ".git" / "next-index"))
    assert found(scan()) == []
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/next-index")

    assert found(scan()) == ["a.py:1"]


def test_a_bare_repository_without_an_index_is_not_clean(make, scan: Scan) -> None:
    bare = make("bare.git", "--bare")

    with pytest.raises(GitError, match="a bare repository without an index"):
        scan(bare.path)


def test_a_bare_repository_with_an_index(repo, make, scan: Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit({"a.py": line("old")})
    bare = make("bare.git", "--bare")
    repo.git("push", "-q", str(bare.path), "main")
    bare.git("read-tree", "HEAD", GIT_INDEX_FILE="given")
    oid = bare.git("hash-object", "-w", "--stdin", feed=line().encode())
    bare.git("update-index", "--add", "--cacheinfo", f"100644,{oid},b.py", GIT_INDEX_FILE="given")
    monkeypatch.setenv("GIT_INDEX_FILE", "given")
    assert found(scan(bare.path)) == ["b.py:1"]
    monkeypatch.delenv("GIT_INDEX_FILE")
    (bare.path / "given").rename(bare.path / "index")

    assert found(scan(bare.path)) == ["b.py:1"]


def test_a_work_tree_of_a_bare_repository(repo, make, scan: Scan, tmp_path: Path) -> None:
    repo.commit({"a.py": "x\n"})
    bare = make("bare.git", "--bare")
    repo.git("push", "-q", str(bare.path), "main")
    bare.git("worktree", "add", "-q", str(tmp_path / "linked"), "main")
    assert found(scan(tmp_path / "linked")) == []
    (tmp_path / "linked" / "b.py").write_text(line())
    subprocess.run(["git", "add", "b.py"], cwd=tmp_path / "linked", check=True)

    assert found(scan(tmp_path / "linked")) == ["b.py:1"]
