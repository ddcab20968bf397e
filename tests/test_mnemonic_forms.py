"""Mnemonics as people write them down, of every scheme; prose of the same words stays silent."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import pytest

from secretguard.checks import words
from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.decode.mnemonics import BEFORE, BEHIND, GAP_MAX, SHORTEST, WIDEST, _neighbourhoods
from secretguard.judge.rows import credential_spans
from secretguard.model import Finding, Fragment, Origin, OriginKind
from secretguard.rules import load
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
    "with capitals": lambda each: "Seed: " + " ".join(each).title(),
    "with capitals, alone": lambda each: "\n".join(each).title(),
    "tabs": "\t".join,
    "bars": lambda each: "| " + " | ".join(each) + " |",
    "escaped line feeds": lambda each: 'seed = "' + r"\n".join(each) + '"',
    "within escaped line feeds": lambda each: '{"text": "my seed:\\n' + " ".join(each) + '\\nkeep it"}',
    "numbered in one line": lambda each: "seed: " + " ".join(f"{number} {word}" for number, word in enumerate(each, 1)),
    "numbered with dashes": lambda each: "\n".join(f"{number:02} - {word}" for number, word in enumerate(each, 1)),
    "variables": lambda each: "\n".join(f"WORD_{number}={word}" for number, word in enumerate(each, 1)),
    "an object": lambda each: (
        "seed: {" + ", ".join(f'"{number}": "{word}"' for number, word in enumerate(each, 1)) + "}"
    ),
    "objects": lambda each: "seed: " + ", ".join(f'{{"index": {n}, "word": "{word}"}}' for n, word in enumerate(each)),
    "markup": lambda each: "<b>Seed phrase</b><ol>" + "".join(f"<li>{word}</li>" for word in each) + "</ol>",
    "comments": lambda each: (
        "# seed\n" + "\n".join(f"# {' '.join(each[at : at + 4])}" for at in range(0, len(each), 4))
    ),
    "strings and plus signs": lambda each: f"seed = '{' '.join(each[:4])} ' + '{' '.join(each[4:])}'",
    "strings in an escaped list": lambda each: r'{"seed": "[\"' + r"\", \"".join(each) + r'\"]"}',
    "a column of numbers beside it": lambda each: "seed\n" + "   ".join(f"{n}. {word}" for n, word in enumerate(each)),
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


@pytest.mark.parametrize("length", [12, 15, 18, 21, 24])
def test_a_mnemonic_in_a_sentence_is_found(scanner: Scanner, length: int) -> None:
    words_of_it = fill(f"<mnemonic:{length}>", "sentence")

    assert mnemonics(scanner, f"deploy with {words_of_it} and then restart")
    assert not mnemonics(scanner, f"about {words_of_it} about")  # a part of a longer run of listed words


@pytest.mark.parametrize("form", FORMS)
def test_the_same_words_without_a_checksum_are_prose(scanner: Scanner, form: str) -> None:
    prose = random.Random(form).choices(words.word_list("english"), k=14)  # no scheme has 14 words

    assert not mnemonics(scanner, FORMS[form](prose))


@pytest.mark.parametrize(
    "form",
    [
        "a list in JSON",
        "a quoted list in YAML",
        "joined by hyphens",
        "a table",
        "bars",
        "objects",
        "with capitals, alone",
    ],
)
def test_a_part_of_a_longer_list_is_no_mnemonic(scanner: Scanner, form: str) -> None:
    rest = random.Random(form).choices(words.word_list("english"), k=5)

    assert not mnemonics(scanner, FORMS[form]([*fill("<mnemonic:12>", form).split(), *rest]))


JOINTS = {"chinese_simplified": ("", "\u3000", "、", "\n"), "japanese": ("、", "\n", " "), "korean": (", ", "\n")}


@pytest.mark.parametrize(("language", "joint"), [(name, joint) for name, found in JOINTS.items() for joint in found])
def test_words_of_other_scripts_need_no_blank_between_them(scanner: Scanner, language: str, joint: str) -> None:
    text = "助记词：" + joint.join(fill(f"<mnemonic:12:{language}>", joint).split())

    assert mnemonics(scanner, text)


def test_prose_in_chinese_beside_a_telling_word_is_no_mnemonic(scanner: Scanner) -> None:
    prose = "".join(random.Random("prose").choices(words.word_list("chinese_simplified"), k=400))

    assert not mnemonics(scanner, f"助记词{prose}，助记词：{prose}")


def test_the_place_is_that_of_the_words_in_the_file(scanner: Scanner) -> None:
    each = fill("<mnemonic:12>", "place").split()
    text = "seed\n" + "\n".join(f"  {number}: {word.title()}" for number, word in enumerate(each, 1))

    (finding,) = mnemonics(scanner, text)

    place = finding.occurrences[0].place
    assert (place.line, place.column) == (2, 6)
    assert (place.end_line, place.end_column) == (13, 7 + len(each[-1]))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_seed_among_the_fields_of_a_wallet_file_is_found(scanner: Scanner, scheme: str) -> None:
    assert mnemonics(scanner, fill(f'{{"keystore": {{"seed": "<{scheme}>", "type": "bip32", "label": "x"}}}}', scheme))


def test_no_number_of_telling_words_makes_it_look_at_much_at_once() -> None:
    text = b"seed " * 100_000
    looks = list(_neighbourhoods(text))

    assert max(high - low for low, high in looks) <= WIDEST + BEFORE + BEHIND
    assert (looks[0][0], looks[-1][1]) == (0, len(text))
    assert all(later[0] + SHORTEST * GAP_MAX < earlier[1] for earlier, later in itertools.pairwise(looks))


# By what each word is joined with the next, over and over, and how many runs of words are then to be checked, a word.
LISTS = {
    "a line each": (["\n"], 0),
    "by turns": ([", ", "\n"], 0),
    "blank lines by turns": (["\n", "\n\n"], 0),
    "in every way": ([f"{one},{other}" for one in "\"'`" for other in "\"'`"], 0),
    "rows of twelve": ([*[" "] * 11, "\n"], 1 / 12),
    "paragraphs of twelve": ([*["\n"] * 11, "\n\n"], 1 / 12),
}


@pytest.mark.parametrize("joints", LISTS)
def test_a_list_of_words_is_not_checked_at_each_of_them(joints: str) -> None:
    rule = load([built_in_rules()]).rules["electrum-seed"]
    listed, (between, share) = words.word_list("english")[:500], LISTS[joints]  # none announces
    each = random.Random(joints).choices(listed, k=3000)
    text = "".join(word + joint for word, joint in zip(each, itertools.cycle(between), strict=False))

    spans = credential_spans(rule, text)

    at_the_ends = 8
    assert len(each) * share - 1 <= len(spans) <= len(each) * share + at_the_ends


@pytest.mark.parametrize("scheme", SCHEMES)
def test_mnemonics_in_rows_below_one_another_are_all_found(scanner: Scanner, scheme: str) -> None:
    rows = [fill(f"<{scheme}>", str(number)) for number in range(4)]

    assert len(mnemonics(scanner, "\n".join(rows))) == len(rows)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_mnemonic_a_word_a_line_below_listed_words_and_a_blank_line(scanner: Scanner, scheme: str) -> None:
    each = fill(f"<{scheme}>", "column").split()

    assert mnemonics(scanner, "\n".join(["secret", "wallet", "", *each, "", "address", "this is it"]))
