"""A text of very many secrets: each has its own place, none shows another, and what time allows is told."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.judge.teller import WALLETS
from secretguard.model import Finding, Fragment, Origin, OriginKind, Receipt
from secretguard.scan import Scanner

LINE = 'kraken_api_secret = "<base64:64>"'
GAPS = st.text(st.characters(exclude_characters="\"'`\\", exclude_categories=["Cs"]), max_size=20)


def scanned(config: Config, text: str) -> tuple[list[Finding], Receipt]:
    receipt = Receipt()
    fragment = Fragment(text.encode(), Origin(OriginKind.FILE, b"a"))
    return list(Scanner(config).findings([fragment], receipt)), receipt


@settings(max_examples=50)
@given(st.lists(st.tuples(GAPS, st.integers(0, 3)), min_size=1, max_size=6))
def test_each_is_told_where_it_stands_and_no_excerpt_shows_any(few_rules: Config, parts: list[tuple[str, int]]) -> None:
    values = [fill("<base64:64>", str(seed)) for _, seed in parts]
    pieces = [f'{gap};kraken_api_secret="{value}";' for (gap, _), value in zip(parts, values, strict=True)]
    text = "".join(pieces)

    found, _ = scanned(few_rules, text)

    assert len(found) == len(parts)
    for finding, end, value in zip(found, itertools.accumulate(map(len, pieces)), values, strict=True):
        before = text[: end - len(value) - 2]
        place = finding.occurrences[0].place
        assert (place.line, place.column) == (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        assert not any(each in finding.occurrences[0].excerpt for each in values)


def test_a_value_that_stands_there_again_is_masked_there_too(few_rules: Config) -> None:
    line = fill(LINE, "again")
    value = line.split('"')[1]

    found, _ = scanned(few_rules, f"{line}  # was x{value}x before")

    assert value not in found[0].occurrences[0].excerpt
    assert found[0].occurrences[0].excerpt.endswith("x before")


def test_no_more_wallets_are_derived_than_there_is_time_for() -> None:
    text = "\n".join(fill("seed: <mnemonic:12>", str(seed)) for seed in range(WALLETS + 20))

    found, receipt = scanned(Config((built_in_rules(),)), text)

    assert [bool(finding.address) for finding in found] == [True] * WALLETS + [False] * 20
    assert not receipt.errors


def test_what_was_found_before_time_ran_out_is_told(few_rules: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(fill(LINE, str(seed)) for seed in range(40))
    whole, _ = scanned(few_rules, text)
    ticks = itertools.count()
    monkeypatch.setattr("secretguard.judge.judge.time.monotonic", lambda: float(next(ticks)))

    found, receipt = scanned(few_rules, text)

    assert 0 < len(found) < len(whole)
    assert receipt.errors == ["a: not fully read: took too long"]
