"""However the same secret is written, its canonical form is the same; what is another secret has another."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.canonical import canonical
from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.model import Finding, Fragment, Origin, OriginKind
from secretguard.scan import Scanner

WAYS: dict[str, Callable[[str, str], str]] = {
    "bare": lambda name, value: f"{name}={value}\n",
    "double quotes": lambda name, value: f'{name} = "{value}"\n',
    "single quotes": lambda name, value: f"{name} = '{value}'\n",
    "backticks": lambda name, value: f"const {name} = `{value}`;\n",
    "json": lambda name, value: json.dumps({name: value}, indent=2) + "\n",
    "json in json": lambda name, value: json.dumps({"text": json.dumps({name: value})}) + "\n",
    "notebook": lambda name, value: json.dumps({"source": ["import x\n", f'{name} = "{value}"\n']}) + "\n",
    "yaml": lambda name, value: f"exchange:\n    {name}: {value}\n",
    "shell": lambda name, value: f"export {name}='{value}'\n",
    "other neighbours": lambda name, value: f"# okx, kucoin, ethereum\nimport stripe\n{name} = '{value}'\n",
}
SECRETS = {
    "BINANCE_API_SECRET": "<base62:64>",
    "KRAKEN_PRIVATE_KEY": "<base64:64>",
    "ETH_PRIVATE_KEY": "<hex:64>",
    "OKX_PASSPHRASE": "<password:14>",
    "KUCOIN_API_KEY": "<kucoin-key>",
    "MNEMONIC": "<mnemonic:12>",
    "GITHUB_TOKEN": "<github-pat>",
}


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(Config((built_in_rules(),)))


def fingerprints(scanner: Scanner, text: str) -> set[str]:
    found = scanner.scan(Fragment(text.encode(), Origin(OriginKind.FILE, b"a")), [])
    return {each.secret.fingerprint for each in found if isinstance(each, Finding)}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_keeps_its_fingerprint_however_it_is_quoted(scanner: Scanner, name: str) -> None:
    value = fill(SECRETS[name], "canonical")

    found = {way: fingerprints(scanner, write(name, value)) for way, write in WAYS.items()}

    assert len(found["bare"]) == 1
    assert all(each == found["bare"] for each in found.values()), found


def test_a_private_key_keeps_its_fingerprint_however_its_lines_are_broken(scanner: Scanner) -> None:
    pem = fill("<pem-rsa>", "canonical")
    ways = {
        "as it is": pem + "\n",
        "windows": pem.replace("\n", "\r\n") + "\r\n",
        "indented": "key: |\n" + textwrap.indent(pem, "    ") + "\n",
        "json": json.dumps({"key": pem}),
        "env": 'KEY="' + pem.replace("\n", "\\n") + '"\n',
        "notebook": json.dumps({"source": f'key = """{pem}"""\n'.splitlines(keepends=True)}, indent=1),
        "list": "key = [\n" + "".join(f"    '{line}',\n" for line in pem.split("\n")) + "]\n",
        "literals": "key = (" + "\n".join(f'    "{line}\\n"' for line in pem.split("\n")) + ")\n",
        "sum": "key =" + " +\n".join(f'    "{line}\\n"' for line in pem.split("\n")) + ";\n",
    }

    found = {way: fingerprints(scanner, text) for way, text in ways.items()}

    assert len(found["as it is"]) == 1
    assert all(each == found["as it is"] for each in found.values()), found


def test_a_mnemonic_keeps_its_fingerprint_in_other_spacing_and_case(scanner: Scanner) -> None:
    words = fill("<mnemonic:12>", "canonical").split()
    ways = ["MNEMONIC='" + glue.join(words) + "'\n" for glue in (" ", "  ", "\n  ")]
    ways += [f"mnemonic = {json.dumps(words)}\n", f"mnemonic = {words}\n", f"MNEMONIC: {' '.join(words).upper()}\n"]
    ways += ["mnemonic:\n" + "".join(f"{number}. {word}\n" for number, word in enumerate(words, 1))]

    found = [fingerprints(scanner, text) for text in ways]

    assert len(found[0]) == 1
    assert all(not each or each == found[0] for each in found)
    assert sum(map(bool, found)) >= 6


HEX = fill("<hex:64>", "canonical")


@pytest.mark.parametrize("written", [HEX.upper(), f"0x{HEX}", f"0X{HEX.upper()}", f'"{HEX}"', f"\\u0030x{HEX}"])
def test_hexadecimal_digits_count_without_case_and_prefix(written: str) -> None:
    assert canonical(written) == HEX


def test_an_escaped_slash_is_a_slash() -> None:
    assert canonical("ab\\/cd\\/ef==") == canonical("ab/cd/ef==") == canonical("ab\\\\/cd\\u002fef")


def test_numbers_of_a_solana_key_count_without_layout() -> None:
    numbers = list(range(64))

    assert canonical(json.dumps(numbers)) == canonical(json.dumps(numbers, indent=2))


def test_a_phrase_written_with_composed_and_decomposed_accents_is_one() -> None:
    words = "ábaco abdomen abeja abierto abogado abono aborto abrazo abrir abuelo abuso acabar"

    assert canonical(words) == canonical(words.replace("á", "a\u0301"))


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), st.sampled_from("abcXYZ019-_./+:"))
def test_a_value_with_one_more_character_is_another(value: str, more: str) -> None:
    assert canonical(value + "!") != canonical(value + "!" + more)


@given(st.text())
def test_blanks_around_any_text_do_not_count(value: str) -> None:
    assert canonical(value) == canonical(f" {value}\n")


def test_a_private_key_escaped_twice_is_the_same() -> None:
    pem = fill("<pem-rsa>", "canonical")

    assert canonical(pem) == canonical(pem.replace("\n", "\\n")) == canonical(pem.replace("\n", "\\\\n"))
