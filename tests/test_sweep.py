"""A sweep with what an earlier one left behind reports what a sweep without it reports."""

from __future__ import annotations

import json
import os
import shlex
import signal
import stat
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.config import Config
from secretguard.crew import processes
from secretguard.git import Catalogue, Ids, Repository, split
from secretguard.model import Report, UserError
from secretguard.reports import REPORTS, Advice, Style
from secretguard.sources.known import AGAIN, IdSet, Known, differing
from secretguard.sweep import sweep
from secretguard.sweep.units import Orders

LEAK = 'kraken_api_secret = "<base64:64>"\n'
KEPT = Path(".git/secretguard/clean-v1")


@pytest.fixture
def config(few_rules: Config, tmp_path: Path) -> Config:
    return replace(few_rules, cache=tmp_path / "kept")


def swept(repo, config: Config) -> Report:
    return sweep(Repository.open(repo.path), config, lambda done: None)


def told(report: Report) -> dict:
    """What the report says, but for how much of it was read now."""
    document = json.loads(REPORTS["json"](report, Advice(), Style()))
    document["receipt"]["notes"] = [n for n in document["receipt"]["notes"] if "earlier sweep" not in n]
    return {**document, "receipt": {key: document["receipt"][key] for key in ("skipped", "notes")}}


def same(repo, config: Config) -> Report:
    """The report of a sweep that may use what is kept; it has to say what one that may not says."""
    fresh = swept(repo, replace(config, remember=False))
    report = swept(repo, config)
    assert told(report) == told(fresh)
    return report


def spared(report: Report) -> int:
    """How many objects were passed over."""
    notes = [note for note in report.receipt.notes if "earlier sweep" in note]
    return int(notes[0].split()[0].replace(",", "")) if notes else 0


def filled(repo, number: int = 5) -> None:
    for each in range(number):
        repo.commit({f"dir/f{each}": f"text {each}\n", "leak.env": fill(LEAK, "a") if each == 2 else "nothing\n"})


def test_what_submodules_hold_is_told_with_the_command_that_reads_it(make, config) -> None:
    inner, middle, outer = make("inner"), make("middle"), make("outer")
    inner.commit({"old.env": fill(LEAK, "inner")})
    inner.commit({"old.env": None, "kept": "x"})
    add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
    middle.git(*add, str(inner.path), "deep")
    middle.commit()
    outer.git(*add, str(middle.path), "libs/its own")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init", "--recursive")
    outer.commit()

    report = swept(outer, config)

    stores = [outer.path / ".git/modules/libs/its own", outer.path / ".git/modules/libs/its own/modules/deep"]
    (note,) = (each for each in report.receipt.notes if "submodules" in each)
    assert not report.findings
    assert shlex.split(note.partition(": ")[2]) == ["secretguard", "sweep", *map(str, stores)]
    assert len(sweep(Repository.open(stores[1]), config, lambda done: None).findings) == 1


class TestMemory:
    """What is kept of a sweep."""

    def test_what_was_clean_is_passed_over_and_what_was_not_is_read_again(self, repo, config) -> None:
        filled(repo)
        first = same(repo, config)
        second = same(repo, config)
        assert (len(first.findings), spared(first)) == (1, 0)
        assert second.receipt.counts["blob"] == 1
        assert spared(second) == first.receipt.counts["blob"] - 1 + 5 + 10  # commits; trees, of the top and of dir
        assert second.findings == first.findings

    def test_new_commits_are_read(self, repo, config) -> None:
        filled(repo)
        swept(repo, config)
        repo.commit({"new.env": fill(LEAK, "b")})
        repo.commit({"new.env": None})
        repo.git("mv", "leak.env", "moved.env")
        repo.commit()
        assert len(same(repo, config).findings) == 2
        repo.commit({"moved.env": fill(LEAK, "a")})
        assert len(same(repo, config).findings) == 2

    def test_a_secret_in_a_file_name_or_message_is_told_every_time(self, repo, config) -> None:
        name = fill("<wif>", "n")
        repo.commit({f"keys/{name}/x": "1"}, fill(LEAK, "m"))
        repo.git("mktree", feed=f"100644 blob {repo.blob('z')}\t{fill('<wif>', 'loose')}\n".encode())
        assert len(same(repo, config).findings) == 3
        assert len(same(repo, config).findings) == 3
        repo.commit({f"again/{name}": "2"})
        assert len(same(repo, config).findings) == 3

    def test_what_a_comment_accepts_is_counted_every_time(self, repo, config) -> None:
        repo.commit({"a.py": fill(LEAK, "a").rstrip() + "  # secretguard: allow\n"})
        assert [same(repo, config).suppressed for _ in range(2)] == [{"comment": 1}] * 2

    def test_an_object_that_is_gone_is_missed(self, repo, config) -> None:
        filled(repo)
        swept(repo, config)
        repo.loose(repo.oid("HEAD:dir/f1")).unlink()
        assert "missing" in same(repo, config).receipt.errors[0]
        assert "missing" in same(repo, config).receipt.errors[0]

    def test_a_blob_with_a_finding_that_is_gone_is_missed(self, repo, config) -> None:
        filled(repo)
        swept(repo, config)
        repo.loose(repo.oid("HEAD~2:leak.env")).unlink()
        report = same(repo, config)
        assert (report.findings, len(report.receipt.errors)) == ((), 1)

    def test_what_was_damaged_or_too_large_is_told_every_time(self, repo, config) -> None:
        filled(repo)
        repo.commit({"large": "x" * 3000})
        repo.loose(repo.oid("HEAD:dir/f1")).write_bytes(b"junk")
        small = replace(config, max_size=2000)
        told = [same(repo, small).receipt.errors for _ in range(3)]
        assert told[0] == told[1] == told[2]
        assert any("larger than" in error for error in told[0])
        assert any(repo.oid("HEAD:dir/f1") in error for error in told[0])

    def test_objects_that_were_pruned_leave_nothing_behind(self, repo, config) -> None:
        filled(repo)
        repo.blob("dangling")
        swept(repo, config)
        repo.git("gc", "-q", "--prune=now")
        assert not same(repo, config).receipt.errors
        assert spared(same(repo, config)) > 5

    def test_nothing_is_kept_of_a_shallow_clone(self, repo, make, config) -> None:
        filled(repo)
        shallow = make("shallow")
        shallow.git("fetch", "-q", "--depth=1", f"file://{repo.path}", "main:x")
        swept(shallow, config)
        assert not (shallow.path / KEPT).exists()

    @pytest.mark.parametrize("form", ["sha1", "sha256"])
    def test_in_either_format_of_ids(self, make, config, form) -> None:
        repo = make("r", f"--object-format={form}")
        filled(repo)
        same(repo, config)
        assert spared(same(repo, config)) > 5


class TestTrust:
    """Nothing that is kept is believed unless this user wrote it, with these rules and this program."""

    def test_other_rules_read_everything(self, repo, config, tmp_path) -> None:
        repo.commit({"a.env": fill("BINANCE_API_SECRET=<base62:64>\n", "x")})
        assert same(repo, config).findings == ()
        rules = tmp_path / "more"
        rules.mkdir()
        patterns = Path(__file__).parent.parent / "patterns/exchanges/binance.toml"
        (rules / "binance.toml").write_bytes(patterns.read_bytes())
        more = replace(config, rules=(*config.rules, rules))
        assert len(same(repo, more).findings) == 1
        assert spared(same(repo, config)) == 0

    @pytest.mark.parametrize("place", [0, 20, 45, 200, -1])
    def test_a_damaged_file_counts_as_missing(self, repo, config, place) -> None:
        filled(repo)
        swept(repo, config)
        data = bytearray((repo.path / KEPT).read_bytes())
        data[place] ^= 1
        (repo.path / KEPT).write_bytes(data)
        assert spared(same(repo, config)) == 0

    def test_a_truncated_or_empty_file_counts_as_missing(self, repo, config) -> None:
        filled(repo)
        for size in (0, 10, 100):
            swept(repo, config)
            os.truncate(repo.path / KEPT, size)
            assert spared(same(repo, config)) == 0

    def test_what_another_user_wrote_counts_as_missing(self, repo, config, tmp_path) -> None:
        filled(repo, 2)
        swept(repo, replace(config, cache=tmp_path / "others"))
        forged = (repo.path / KEPT).read_bytes()
        repo.commit({"leak.env": fill(LEAK, "f")})
        swept(repo, replace(config, cache=tmp_path / "others"))
        (repo.path / KEPT).write_bytes(forged)
        report = same(repo, config)
        assert (len(report.findings), spared(report)) == (1, 0)

    def test_it_holds_ids_only_for_the_owner_alone(self, repo, config) -> None:
        filled(repo)
        swept(repo, config)
        data = (repo.path / KEPT).read_bytes()
        assert b"leak.env" not in data
        assert fill(LEAK, "a").split('"')[1].encode() not in data
        assert stat.S_IMODE((repo.path / KEPT).stat().st_mode) == 0o600
        assert stat.S_IMODE((repo.path / KEPT).parent.stat().st_mode) == 0o700

    def test_a_link_in_its_place_is_not_followed(self, repo, config, tmp_path) -> None:
        filled(repo)
        (tmp_path / "elsewhere").mkdir()
        (repo.path / KEPT).parent.symlink_to(tmp_path / "elsewhere")
        assert spared(same(repo, config)) == 0
        assert spared(same(repo, config)) > 5  # from the user's cache
        assert list((tmp_path / "elsewhere").iterdir()) == []

    def test_ci_keeps_it_in_the_cache_folder(self, repo, config) -> None:
        filled(repo)
        portable = replace(config, portable=True)
        swept(repo, portable)
        assert not (repo.path / KEPT).exists()
        assert spared(same(repo, portable)) > 5

    def test_without_a_cache_folder_nothing_is_kept(self, repo, config) -> None:
        filled(repo)
        swept(repo, replace(config, cache=None))
        assert not (repo.path / KEPT).exists()


@dataclass(frozen=True)
class Chore:
    """A unit that gives a number back, or kills its worker."""

    number: int

    def __call__(self) -> int:
        if self.number < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return self.number


class TestCrew:
    """Workers."""

    def test_only_the_unit_that_kills_its_worker_is_lost(self) -> None:
        units = [Chore(number) for number in (1, 2, -1, 3, 4)]
        with processes(2) as crew:
            results = dict(crew.results(units))
        assert isinstance(results.pop(Chore(-1)), BrokenProcessPool)
        assert results == {Chore(number): number for number in (1, 2, 3, 4)}

    def test_a_worker_with_other_code_or_rules_is_refused(self, config) -> None:
        orders = replace(Orders.of(config), identity="another")
        with pytest.raises(UserError, match="another version"):
            orders.local()


def raw(numbers: set[int]) -> bytes:
    return b"".join(number.to_bytes(20, "big") for number in sorted(numbers))


NUMBERS = st.sets(st.integers(0, 2**160 - 1) | st.integers(0, 300), max_size=200)


class TestIds:
    """Sorted ids."""

    @given(NUMBERS, NUMBERS, NUMBERS)
    def test_what_differs(self, one, two, both) -> None:
        pairs = list(differing(raw(one | both), raw(two | both), 20))
        assert b"".join(a for a, _ in pairs) == raw((one | both) - (two | both))
        assert b"".join(b for _, b in pairs) == raw((two | both) - (one | both))

    @given(NUMBERS, NUMBERS)
    def test_a_set_of_ids(self, held, asked) -> None:
        found = IdSet(raw(held), 20).lacking(split(raw(asked), 20))
        assert b"".join(sorted(found)) == raw(asked - held)

    @given(NUMBERS, NUMBERS, NUMBERS)
    def test_reading_more_and_losing_some(self, first, second, dirty) -> None:
        def catalogue(numbers: set[int]) -> Catalogue:
            return Catalogue(Ids(20, bytearray(raw(numbers))), Ids(20), Ids(20), Ids(20))

        again = set(split(raw(dirty), 20))
        known = Known(20, b"", b"").with_read(catalogue(first), ()).with_read(catalogue(second), again)
        assert known.ids == raw(first | second)
        assert known.again() == raw(second & dirty)
        left = known.without(split(raw(first), 20))
        assert left.ids == raw(second - first)
        assert left.kinds == bytes(AGAIN if n in dirty else 0 for n in sorted(second - first))
