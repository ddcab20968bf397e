"""What is large is read in windows: the same findings at the same places as if it were held whole."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard import windows
from secretguard.checks.samples import fill
from secretguard.config import Config
from secretguard.doors import scan_files, scan_staged
from secretguard.git import Repository, store
from secretguard.model import Finding, Fragment, Origin, OriginKind, Place, Receipt, Report
from secretguard.scan import Scanner
from secretguard.sources import files, staged
from secretguard.sweep import sweep

LEAK = 'kraken_api_secret = "<base64:64>"\n'
ORIGIN = Origin(OriginKind.BLOB, oid="1" * 40)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows small enough for a test."""
    monkeypatch.setattr(windows, "WINDOW", 4096)
    monkeypatch.setattr(windows, "OVERLAP", 1024)
    monkeypatch.setattr("secretguard.scan.OVERLAP", 1024)
    for module in (files, store, staged):
        monkeypatch.setattr(module, "WHOLE", 6000)


def places(findings: Iterable[Finding]) -> list[tuple[Place, str]]:
    return sorted(((o.place, f.secret.fingerprint) for f in findings for o in f.occurrences), key=str)


def text(*gaps: int, line: str = "some text that is none\n") -> str:
    """Leaks with so many bytes of lines between them."""
    return "".join((line * (gap // len(line) + 1))[:gap] + "\n" + fill(LEAK, f"w{at}") for at, gap in enumerate(gaps))


@given(st.lists(st.integers(0, 9000), min_size=1, max_size=4), st.sampled_from(["é und ü\n", "a" * 3000, "x\n"]))
def test_findings_and_places_are_those_of_the_whole(few_rules: Config, gaps: list[int], line: str) -> None:
    data = text(*gaps, line=line).encode()
    scanner = Scanner(few_rules)
    whole, receipt, parts = Receipt(), Receipt(), Receipt()
    expected = places(scanner.findings([Fragment(data, ORIGIN)], whole))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "WINDOW", 4096)
        patch.setattr(windows, "OVERLAP", 1024)
        patch.setattr("secretguard.scan.OVERLAP", 1024)
        found = places(scanner.findings(windows.windows(io.BytesIO(data).read, ORIGIN), receipt))
    assert found == expected
    assert (receipt.bytes, receipt.fragments) == (whole.bytes, 1)
    assert not parts.errors


@pytest.mark.usefixtures("small")
class TestSources:
    """Files, the index and the history."""

    @pytest.fixture
    def data(self) -> str:
        return text(3000, 5000, 20_000, 100)

    def expected(self, config: Config, data: str) -> list[tuple[Place, str]]:
        return places(Scanner(config).findings([Fragment(data.encode() + b"\n", ORIGIN)], Receipt()))

    def check(self, report: Report, config: Config, data: str) -> None:
        assert places(report.findings) == self.expected(config, data)
        assert len(report.findings) == 4
        assert report.receipt.errors == []

    def test_a_file(self, few_rules, data, tmp_path: Path) -> None:
        (tmp_path / "dump.log").write_text(data)
        report = scan_files([str(tmp_path)], few_rules)
        self.check(report, few_rules, data)
        assert report.receipt.bytes == len(data) + 1

    def test_a_history(self, repo, few_rules, data) -> None:
        repo.commit({"dump.log": data, "b": "small"})
        config = replace(few_rules, remember=False)
        report = sweep(Repository.open(repo.path), config, lambda done: None)
        self.check(report, config, data)
        assert report.receipt.counts["blob"] == 2

    def test_the_index(self, repo, few_rules, data, monkeypatch) -> None:
        repo.write({"dump.log": data})
        repo.git("add", "-A")
        monkeypatch.chdir(repo.path)
        self.check(scan_staged(few_rules), few_rules, data)

    def test_above_the_limit_it_is_still_told_as_not_read(self, repo, few_rules, data) -> None:
        repo.commit({"dump.log": data})
        report = sweep(Repository.open(repo.path), replace(few_rules, max_size=10_000), lambda done: None)
        assert "was not read: larger than" in report.receipt.errors[0]

    def test_a_blob_that_is_cut_short_is_told(self, repo, few_rules, data) -> None:
        repo.git("config", "core.compression", "0")
        repo.commit({"dump.log": data})
        path = repo.loose(repo.oid("HEAD:dump.log"))
        path.write_bytes(path.read_bytes()[:9000])
        report = sweep(Repository.open(repo.path), few_rules, lambda done: None)
        assert report.exit_code() == 2
