"""What a range of commits introduces, with real git: each commit against all its parents."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable

import pytest

from secretguard.changes import scan_range
from secretguard.checks.samples import fill
from secretguard.config import Config
from secretguard.git import GitError, Repository
from secretguard.model import Report, UserError

Scan = Callable[..., Report]


def line(seed: str = "one") -> str:
    return f'kraken_api_secret = "{fill("<base64:64>", seed)}"\n'


@pytest.fixture
def scan(few_rules: Config) -> Scan:
    return lambda repo, text: scan_range(Repository.open(repo.path), text, few_rules)


def found(report: Report) -> list[tuple[str, int, str | None]]:
    """(path, line, commit) of every occurrence; the report has to be complete."""
    assert not report.receipt.errors
    occurrences = [o for f in report.findings for o in f.occurrences]
    return sorted(
        ((o.origin.path or b"").decode(), o.place.line, o.exposure.first if o.exposure else None) for o in occurrences
    )


def test_a_secret_added_and_removed_again_is_reported_with_its_commit(repo, scan: Scan) -> None:
    base = repo.commit({"a.py": "x\n"})
    added = repo.commit({"a.py": "x\n" + line()})
    repo.commit({"a.py": "x\n"})
    report = scan(repo, f"{base}..HEAD")

    assert found(report) == [("a.py", 2, added)]
    exposure = report.findings[0].occurrences[0].exposure
    assert exposure and exposure.author
    assert exposure.author.email == "ann@example.org"


def test_old_secrets_in_changed_and_renamed_files_are_silent(repo, scan: Scan) -> None:
    base = repo.commit({"a.py": line("old") + "x\n" * 9, "b.py": line("b")})
    repo.commit({"a.py": line("old") + "x\n" * 8})
    repo.git("mv", "a.py", "c.py")
    repo.commit({"c.py": "# moved\n" + line("old") + "x\n" * 8})
    repo.commit({"b.py": "# edited\n" + line("b")})

    assert found(scan(repo, f"{base}..")) == []


def test_an_old_value_that_becomes_a_finding_is_news_once(repo, scan: Scan) -> None:
    base = repo.commit({"a.py": line().replace("kraken_api_secret", "x")})
    renamed = repo.commit({"a.py": line()})
    repo.commit({"a.py": line() + "print(1)\n"})

    assert found(scan(repo, f"{base}..HEAD")) == [("a.py", 1, renamed)]


def test_a_finding_that_one_parent_of_a_merge_had_is_no_news(repo, scan: Scan) -> None:
    value = line().replace("kraken_api_secret", "x")
    repo.commit({"a.py": value + "\n" * 9})
    repo.git("checkout", "-qb", "side")
    repo.commit({"a.py": value + "\n" * 9 + "side\n"})
    repo.git("checkout", "-q", "main")
    named = repo.commit({"a.py": line() + "\n" * 9})
    repo.git("merge", "-q", "side", "-m", "merge")

    assert found(scan(repo, f"{named}..HEAD")) == []
    assert found(scan(repo, "side..HEAD")) == [("a.py", 1, named)]


def test_what_main_brought_in_is_not_reported_and_what_the_merge_did_is(repo, scan: Scan) -> None:
    base = repo.commit({"a.py": "base\n", "b.py": "x\n"})
    repo.git("checkout", "-qb", "topic")
    repo.commit({"a.py": "topic\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"b.py": line("main"), "a.py": "main\n" + line("conflict")})
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "main", fails=True)
    merge = repo.commit({"a.py": "topic\nmain\n" + line("conflict") + line("evil"), "evil.py": line("file")})

    assert found(scan(repo, "main..topic")) == [("a.py", 4, merge), ("evil.py", 1, merge)]
    assert found(scan(repo, "main...topic")) == found(scan(repo, "main..topic"))
    assert {path for path, _, _ in found(scan(repo, f"{base}..topic"))} == {"a.py", "b.py", "evil.py"}


def test_texts_of_commits(repo, scan: Scan) -> None:
    base = repo.commit({"a": "1\n"})
    told = repo.commit({"a": "2\n"}, "use " + line())

    report = scan(repo, f"{base}..HEAD")

    assert [(o.origin.kind, o.origin.oid) for f in report.findings for o in f.occurrences] == [("commit", told)]
    assert report.receipt.counts == {"blob": 1, "commit": 1}


def test_each_blob_is_read_once(repo, scan: Scan) -> None:
    base = repo.commit({"a": "1\n"})
    for number in range(3):
        repo.commit({"a": f"{number % 2}\n" + line("same")})

    report = scan(repo, f"{base}..HEAD")

    assert report.receipt.counts["blob"] == 2


def test_the_range_may_begin_with_the_first_commit(repo, scan: Scan) -> None:
    first = repo.commit({"a.py": line("first")})
    second = repo.commit({"b.py": line("second")})

    assert found(scan(repo, f"{first}..{second}")) == [("b.py", 1, second)]


@pytest.mark.parametrize("text", ["HEAD", "", "main", "HEAD~1"])
def test_what_is_no_range(repo, scan: Scan, text: str) -> None:
    repo.commit({"a": "1\n"})

    with pytest.raises(UserError, match=r"BASE\.\.HEAD"):
        scan(repo, text)


@pytest.mark.parametrize(
    "base", ["origin/main", "f" * 40, "nowhere", "--all", "a\nb", "HEAD:a", "HEAD^{tree}", "HEAD~1", ":/m"]
)
def test_an_unknown_base_is_not_clean(repo, scan: Scan, base: str) -> None:
    repo.commit({"a": "1\n"})

    with pytest.raises(UserError, match=r" is no commit here$"):
        scan(repo, f"{base}..HEAD")


def test_an_empty_range_is_not_clean(repo, scan: Scan) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"a": "2\n"})

    for text in ("HEAD..HEAD", "HEAD..HEAD~1"):
        with pytest.raises(UserError, match="no commits in this range"):
            scan(repo, text)


def test_a_base_without_a_common_ancestor(repo, scan: Scan) -> None:
    repo.commit({"a": "1\n"})
    repo.git("checkout", "-q", "--orphan", "other")
    repo.commit({"b": "1\n"})

    with pytest.raises(UserError, match="no commit in common"):
        scan(repo, "main..other")


def clone(repo, path, depth: int) -> None:
    args = ["git", "clone", "-q", "--depth", str(depth), "--no-single-branch", f"file://{repo.path}", str(path)]
    subprocess.run(args, check=True, capture_output=True)


def test_a_shallow_clone_that_cuts_the_range(repo, make, scan: Scan, tmp_path) -> None:
    repo.commit({"a": "1\n"})
    repo.git("branch", "old")
    for number in range(2, 6):
        repo.commit({"a": f"{number}\n" + line(str(number))})
    clone(repo, tmp_path / "cut", 2)
    (cut := make("cut")).git("checkout", "-q", "main")

    for text in ("origin/old..HEAD", "HEAD~9..HEAD"):
        with pytest.raises(UserError, match="git fetch --unshallow"):
            scan(cut, text)
    assert len(found(scan(cut, "HEAD~1..HEAD"))) == 1


@pytest.fixture
def lacking(repo):
    """A shallow clone of one branch, and the ids of the commit before the last and of main."""
    repo.commit({"a": "1\n"})
    repo.git("tag", "-a", "v1", "-m", "v1")
    for number in range(2, 6):
        repo.commit({"a": f"{number}\n"})
    repo.git("branch", "feature/x")
    repo.git("checkout", "-q", "feature/x")
    repo.commit({"a": line()})
    args = ["clone", "-q", "--depth", "1", "--branch", "feature/x", repo.path.as_uri(), str(repo.path.parent / "cut")]
    repo.git(*args)
    return type(repo)(repo.path.parent / "cut"), repo.oid("main"), repo.oid("v1^{commit}")


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize(
    "base",
    ["HEAD~1", "HEAD^", "origin/main", "origin/main~1", "refs/remotes/origin/main", "main", "v1", "v1^0",
     "refs/heads/main", "refs/tags/v1", "{0}", "{0:.9}", "{1}", "{1:.7}"],
)  # fmt: skip
def test_the_commands_that_errors_name_mend_it(lacking, scan: Scan, base: str, full: bool) -> None:
    cut, *ids = lacking
    text = f"{base.format(*ids)}..HEAD"
    if full:
        cut.git("fetch", "-q", "--unshallow")
    for _ in range(2):
        try:
            scan(cut, text)
        except UserError as error:
            commands = re.findall(r"git fetch(?: (?!or )[^ ']+)+", str(error))
            done = [
                subprocess.run(each, shell=True, cwd=cut.path, check=False, capture_output=True) for each in commands
            ]
            assert [each.returncode for each in done].count(0) == 1

    assert len(found(scan(cut, text))) == 1


def test_the_remote_that_a_name_begins_with_is_the_one_to_fetch_from(lacking, repo, scan: Scan) -> None:
    cut = lacking[0]
    cut.git("remote", "rename", "origin", "their/fork")
    cut.git("remote", "add", "their", "nowhere")

    with pytest.raises(UserError, match=r"--unshallow their/fork \+refs/heads/main:refs/remotes/their/fork/main$"):
        scan(cut, "their/fork/main..HEAD")
    with pytest.raises(UserError, match=r"--unshallow their \+refs/heads/main:refs/remotes/their/main$"):
        scan(cut, "their/main..HEAD")


@pytest.mark.parametrize("base", ["--all", "a\nb", "HEAD:a", "HEAD^{tree}", "HEAD@{9}", ":/m", "ORIG_HEAD", "a b"])
def test_no_command_is_named_where_none_would_help(lacking, scan: Scan, base: str) -> None:
    with pytest.raises(UserError) as error:
        scan(lacking[0], f"{base}..HEAD")

    assert "git fetch" not in str(error.value)


def test_a_range_with_a_parent_behind_the_boundary(repo, make, scan: Scan, tmp_path) -> None:
    repo.commit({"a": "1\n"})
    repo.git("checkout", "-qb", "side")
    for number in range(4):
        repo.commit({"b": f"{number}\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"a": "2\n"})
    repo.git("branch", "base")
    repo.git("merge", "-q", "--no-ff", "side", "-m", "m")
    clone(repo, tmp_path / "cut", 2)

    with pytest.raises(UserError, match="git fetch --unshallow"):
        scan(make("cut"), "origin/base..origin/main")


def test_a_missing_tree_is_no_clean_range(repo, scan: Scan) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"d/a": "2\n"})
    repo.loose(repo.oid("HEAD:d")).unlink()

    with pytest.raises(GitError):
        scan(repo, "HEAD~1..HEAD")


def test_a_missing_blob_makes_the_scan_incomplete(repo, scan: Scan) -> None:
    repo.commit({"a": "1\n"})
    repo.commit({"a": line()})
    repo.loose(repo.oid("HEAD:a")).unlink()

    assert scan(repo, "HEAD~1..HEAD").exit_code() == 2


def test_a_replaced_commit_hides_nothing(repo, scan: Scan) -> None:
    base = repo.commit({"a": "1\n"})
    told = repo.commit({"a": line()})
    clean = repo.git("commit-tree", "-p", base, "-m", "clean", f"{base}^{{tree}}")
    repo.git("replace", told, clean)

    assert found(scan(repo, f"{base}..HEAD")) == [("a", 1, told)]


def test_grafts_hide_nothing(repo, scan: Scan) -> None:
    base = repo.commit({"a": "1\n"})
    told = repo.commit({"a": line()})
    last = repo.commit({"a": "2\n"})
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "grafts").write_text(f"{last} {base}\n")

    assert found(scan(repo, f"{base}..HEAD")) == [("a", 1, told)]
