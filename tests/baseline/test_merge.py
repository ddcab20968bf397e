"""Two branches that accept different secrets: merged by the driver, with real git; what contradicts is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.baseline.entry import Entry, Verdict
from secretguard.baseline.merge import Merged, base_of, merge
from secretguard.baseline.text import Baseline, parse
from secretguard.model import UserError

Run = Callable[..., str]
SALT = "0123456789abcdef" * 2
NAME = ".secretguard.baseline"


def fingerprint(number: int) -> str:
    return f"v1:{number:032x}"


SIDES = st.dictionaries(
    st.integers(0, 5).map(fingerprint),
    st.builds(
        lambda verdict, owner, reason: (verdict, owner, reason),
        st.sampled_from(Verdict),
        st.sampled_from(["", "ann"]),
        st.sampled_from(["", "old", "new"]),
    ),
)


def baseline(side: dict[str, tuple[Verdict, str, str]]) -> Baseline:
    return Baseline.of(
        SALT, [Entry(key, verdict, owner=owner, reason=why) for key, (verdict, owner, why) in side.items()]
    )


@given(SIDES, SIDES, SIDES)
def test_both_orders_agree_and_nothing_is_lost(old, one, two) -> None:
    base, ours, theirs = map(baseline, (old, one, two))

    merged, mirrored = merge(base, ours, theirs), merge(base, theirs, ours)

    assert merged.baseline.text() == mirrored.baseline.text()
    assert {c.fingerprint for c in merged.conflicts} == {c.fingerprint for c in mirrored.conflicts}
    left = set(merged.baseline.lines) | {c.fingerprint for c in merged.conflicts}
    assert left >= (set(one) & set(two)) | (set(one) | set(two)) - set(old)


@given(SIDES, SIDES)
def test_a_side_that_changed_nothing_gives_way(old, one) -> None:
    merged = merge(baseline(old), baseline(old), baseline(one))

    assert (merged.text(), merged.conflicts) == (baseline(one).text(), ())


def test_changes_of_different_fields_are_both_kept() -> None:
    entry = Entry(fingerprint(1), Verdict.UNREVIEWED, path="a")
    ours = Entry(fingerprint(1), Verdict.TEST_DATA, path="b")
    theirs = Entry(fingerprint(1), Verdict.UNREVIEWED, path="c", owner="ann")

    merged = merge(*(Baseline.of(SALT, [each]) for each in (entry, ours, theirs)))

    assert merged.baseline.entries() == [Entry(fingerprint(1), Verdict.TEST_DATA, path="b", owner="ann")]


def test_a_conflict_is_marked_and_then_refused_as_a_baseline() -> None:
    sides = [Baseline.of(SALT, [Entry(fingerprint(1), verdict)]) for verdict in (Verdict.REVOKED, Verdict.TEST_DATA)]

    merged = merge(None, *sides)

    assert [each.what for each in merged.conflicts] == ["both sides changed its verdict"]
    with pytest.raises(UserError, match="b:2: a merge left a conflict"):
        parse(merged.text(), "b")


def test_baselines_of_different_salts_are_not_mixed() -> None:
    with pytest.raises(UserError, match="different salts"):
        merge(None, Baseline(SALT), Baseline(SALT[::-1]))


@pytest.fixture
def merging(repo, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A repository that ``init`` has set up, with an empty baseline, and the program on PATH."""
    program = tmp_path / "bin" / "secretguard"
    program.parent.mkdir()
    root = Path(__file__).parent.parent.parent
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{root}" exec "{sys.executable}" -m secretguard "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    run(repo, "init", "--yes", "--with", "hooks", "--no-gitignore")
    repo.git("config", "--unset", "core.hooksPath")
    repo.commit({NAME: Baseline(SALT).text()})
    return repo


def branches(repo, ours: list[Entry], theirs: list[Entry]) -> None:
    repo.git("checkout", "-q", "-b", "theirs")
    repo.commit({NAME: Baseline.of(SALT, theirs).text()})
    repo.git("checkout", "-q", "main")
    repo.commit({NAME: Baseline.of(SALT, ours).text()})


@pytest.mark.skipif(sys.platform == "win32", reason="a script of sh on PATH")
def test_a_clone_that_had_no_driver_merges_again_with_it(merging, run: Run) -> None:
    a, b = Entry(fingerprint(1), owner="ann"), Entry(fingerprint(2), owner="bob")
    branches(merging, [a], [b])
    merging.git("config", "--remove-section", "merge.secretguard")
    merging.git("merge", "-q", "--no-edit", "theirs", fails=True)
    assert "a merge left a conflict here" in run(merging, "hook", "pre-commit", code=2)

    run(merging, "init", "--yes", "--with", "hooks", "--no-gitignore")
    merging.git("checkout", "-m", "--", NAME)

    assert (merging.path / NAME).read_text() == Baseline.of(SALT, [a, b]).text()


@pytest.mark.skipif(sys.platform == "win32", reason="a script of sh on PATH")
def test_two_branches_merge(merging) -> None:
    a, b = Entry(fingerprint(1), owner="ann"), Entry(fingerprint(2), owner="bob")
    branches(merging, [a], [b])

    merging.git("merge", "-q", "--no-edit", "theirs")

    assert (merging.path / NAME).read_text() == Baseline.of(SALT, [a, b]).text()


@pytest.mark.skipif(sys.platform == "win32", reason="a script of sh on PATH")
def test_a_real_conflict_stops_the_merge_and_every_scan(merging, run: Run) -> None:
    one, two = (Entry(fingerprint(1), verdict) for verdict in (Verdict.REVOKED, Verdict.TEST_DATA))
    branches(merging, [one], [two])

    merging.git("merge", "-q", "--no-edit", "theirs", fails=True)

    assert merging.git("status", "--porcelain", NAME).startswith("AA ") or "UU" in merging.git("status", "--porcelain")
    assert one.line() in (merging.path / NAME).read_text()
    assert two.line() in (merging.path / NAME).read_text()
    assert f"{NAME}:2: a merge left a conflict" in run(merging, "scan", code=2)


@pytest.mark.skipif(sys.platform == "win32", reason="a script of sh on PATH")
def test_branches_that_merged_each_other_merge_again(merging) -> None:
    """Their two bases disagree, so git hands over a base with a conflict in it."""
    first, settled, mine = (
        Baseline.of(SALT, [Entry(fingerprint(1), verdict), *more])
        for verdict, more in (
            (Verdict.REVOKED, []),
            (Verdict.ACCEPTED_RISK, []),
            (Verdict.ACCEPTED_RISK, [Entry(fingerprint(2))]),
        )
    )
    branches(merging, list(first.entries()), [Entry(fingerprint(1), Verdict.TEST_DATA)])
    merging.git("branch", "old")
    merging.git("merge", "-q", "--no-edit", "theirs", fails=True)
    merging.commit({NAME: mine.text()})
    merging.git("checkout", "-q", "theirs")
    merging.git("merge", "-q", "--no-edit", "old", fails=True)
    merging.commit({NAME: settled.having([Entry(fingerprint(3), Verdict.REAL_SECRET)]).text()})

    merging.git("merge", "-q", "--no-edit", "main")

    assert (merging.path / NAME).read_text() == mine.having([Entry(fingerprint(3), Verdict.REAL_SECRET)]).text()


def test_what_two_bases_disagree_in_is_taken_from_neither() -> None:
    one, other = (
        Baseline.of(SALT, [Entry(fingerprint(1), verdict)]) for verdict in (Verdict.REVOKED, Verdict.TEST_DATA)
    )
    base = base_of(merge(Baseline.of(SALT, [Entry(fingerprint(1))]), one, other).text(), NAME)

    assert base == Baseline.of(SALT, [Entry(fingerprint(1))])
    assert merge(base, one, other).conflicts
    assert merge(base, one, Baseline(SALT)).conflicts
    assert merge(base, other, other) == Merged(other, ())


def test_init_says_and_does_it_once(repo, run: Run) -> None:
    args = ("init", "--yes", "--with", "hooks", "--no-gitignore")
    repo.write({".gitattributes": "*.png binary"})

    assert "done: merge .secretguard.baseline" in run(repo, *args)
    assert "nothing to do: .secretguard.baseline is merged by secretguard already" in run(repo, *args)

    lines = (repo.path / ".gitattributes").read_text().splitlines()
    assert lines == ["*.png binary", f"{NAME} merge=secretguard text eol=lf"]
