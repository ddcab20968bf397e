"""docs/rules.md is what the rule files say, and holds nothing that looks like a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from secretguard.config import Config, built_in_rules
from secretguard.doors import scan_text
from secretguard.reference import reference
from secretguard.rules import RuleSet, load

DOCS = Path(__file__).resolve().parents[1] / "docs"


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load([built_in_rules()])


def test_the_reference_is_up_to_date(rules: RuleSet) -> None:
    committed = (DOCS / "rules.md").read_text(encoding="utf-8")
    assert committed == reference(rules), "run: secretguard rules reference > docs/rules.md"


def test_every_rule_stands_in_it_once(rules: RuleSet) -> None:
    text = reference(rules)
    assert [rule for rule in rules.rules if text.count(f"- **{rule}** (") != 1] == []


def test_it_holds_nothing_that_we_would_report(rules: RuleSet) -> None:
    assert not scan_text(reference(rules).encode(), Config((built_in_rules(),))).findings
