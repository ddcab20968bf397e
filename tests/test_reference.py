"""docs/rules.md is what the rule files say, and holds nothing that looks like a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from secretguard.config import Config, built_in_rules
from secretguard.doors import advice_of, list_rules, scan_text, show_rules
from secretguard.reference import reference
from secretguard.reports import Style
from secretguard.rulecard import card
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


def test_a_page_for_each_rule_tells_what_to_do_and_can_be_read_in_a_terminal(rules: RuleSet) -> None:
    notes = advice_of(rules).notes
    for rule in rules.rules.values():
        page = card(rule, rules.providers[rule.provider], notes[rule.id], Style(width=80)).split("\n")
        assert page[0].endswith(f"({rule.id})") and "What to do with a real one" in page
        copied = {line for example in (*rule.examples, *rule.negative_examples) for line in example.split("\n")}
        assert copied <= {line[2:] for line in page}
        prose = [line for line in page[1:] if line[2:] not in copied and "regex    " not in line and "://" not in line]
        assert [line for line in prose if len(line) > 80] == []


def test_a_page_says_whether_it_blocks(rules: RuleSet) -> None:
    config = Config((built_in_rules(),))
    assert "yes: no commit" in show_rules(config, "kraken-api-secret", Style())
    experimental = next(rule.id for rule in rules.rules.values() if rule.experimental)
    assert "no, it is experimental" in show_rules(config, experimental, Style())
    assert show_rules(config, "KRAKEN", Style()).count("What to do") == 2


def test_one_is_no_plural(tmp_path: Path) -> None:
    rule = 'provider = "Acme"\n[[rule]]\nid = "acme-key"\nkind = "token"\nregex = "(?P<secret>acme_[a-z]{20})"\n'
    (tmp_path / "acme.toml").write_text(f"{rule}examples = ['x']\nnegative_examples = ['y']\n")
    assert list_rules(Config((tmp_path,)), "human").endswith("\n1 rule of 1 provider")
