"""Mnemonics as people write them down, of every scheme; prose of the same words stays silent."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from secretguard.checks import words
from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.model import Finding, Fragment, Origin, OriginKind
from secretguard.scan import Scanner

SCHEMES = ("mnemonic:12", "mnemonic:24", "ton", "algorand", "monero", "slip39:20", "electrum")
FORMS: dict[str, Callable[[list[str]], str]] = {
    "capitals": lambda each: " ".join(each).upper(),
    "a list in YAML": lambda each: "words:\n" + "\n".join(f"  - {word}" for word in each),
    "a quoted list in YAML": lambda each: "words:\n" + "\n".join(f"  - '{word}'" for word in each),
    "a list in JSON": lambda each: "[\n" + ",\n".join(f'  "{word}"' for word in each) + "\n]",
    "numbered lines": lambda each: "\n".join(f"{number}. {word}" for number, word in enumerate(each, 1)),
    "a table": lambda each: "\n".join(f"| {number} | {word} |" for number, word in enumerate(each, 1)),
    "adjoining strings": lambda each: f'seed = ("{" ".join(each[:5])} "\n        "{" ".join(each[5:])}")',
    "joined by hyphens": lambda each: "seed=" + "-".join(each),
    "joined by underscores": lambda each: "SEED_PHRASE=" + "_".join(each),
    "joined by plus signs": lambda each: "?mnemonic=" + "+".join(each),
    "escaped blanks": lambda each: "?mnemonic=" + "%20".join(each),
    "two lines": lambda each: "seed: " + " ".join(each[:6]) + "\n      " + " ".join(each[6:]),
}


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(Config((built_in_rules(),), cache=tmp_path_factory.mktemp("cache")))


def mnemonics(scanner: Scanner, text: str) -> list[Finding]:
    outcomes = scanner.scan(Fragment(text.encode() + b"\n", Origin(OriginKind.FILE, b"a.txt")), [])
    return [each for each in outcomes if isinstance(each, Finding) and each.kind == "mnemonic"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_form_of_every_scheme_is_found(scanner: Scanner, form: str, scheme: str) -> None:
    assert mnemonics(scanner, FORMS[form](fill(f"<{scheme}>", form).split()))


@pytest.mark.parametrize("form", FORMS)
def test_the_same_words_without_a_checksum_are_prose(scanner: Scanner, form: str) -> None:
    prose = random.Random(form).choices(words.word_list("english"), k=14)  # no scheme has 14 words

    assert not mnemonics(scanner, FORMS[form](prose))


@pytest.mark.parametrize("form", ["a list in JSON", "a quoted list in YAML", "joined by hyphens", "a table"])
def test_a_part_of_a_longer_list_is_no_mnemonic(scanner: Scanner, form: str) -> None:
    rest = random.Random(form).choices(words.word_list("english"), k=5)

    assert not mnemonics(scanner, FORMS[form]([*fill("<mnemonic:12>", form).split(), *rest]))
