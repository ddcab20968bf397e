"""A value that goes on in the next string or line is one finding, from its first letter to its last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.decode.joins import joins
from secretguard.model import Finding, Fragment, Origin, OriginKind, Span
from secretguard.scan import Scanner

Parts = tuple[str, str, str]
FORMS: dict[str, Callable[[Parts], str]] = {
    "python": lambda p: f'API_SECRET = (\n    "{p[0]}"\n    "{p[1]}"\n    b"{p[2]}"\n)',
    "python-plus": lambda p: f'api_secret = "{p[0]}" + \\\n    "{p[1]}" + "{p[2]}"',
    "c": lambda p: f'const char *api_secret =\n  "{p[0]}"\n  "{p[1]}"\n  L"{p[2]}";',
    "javascript": lambda p: f"const apiSecret = '{p[0]}' +\n  '{p[1]}' +\n  '{p[2]}';",
    "java": lambda p: f'String API_SECRET = "{p[0]}"\r\n        + "{p[1]}"\r\n        + "{p[2]}";',
    "php": lambda p: f"$api_secret = '{p[0]}' .\n    '{p[1]}' . '{p[2]}';",
    "lua": lambda p: f'local api_secret = "{p[0]}" ..\n  "{p[1]}" ..\n  "{p[2]}"',
    "basic": lambda p: f'Const API_SECRET = "{p[0]}" & _\n    "{p[1]}" & "{p[2]}"',
    "joined list": lambda p: f"const apiSecret = ['{p[0]}', '{p[1]}', '{p[2]}'].join('');",
    "joined list over lines": lambda p: f'API_SECRET = [\n  "{p[0]}",\n  "{p[1]}",\n  "{p[2]}",\n].join',
    "powershell": lambda p: f"$apiSecret = '{p[0]}', '{p[1]}','{p[2]}' -join ''",
    "concat": lambda p: f"SET @api_secret = CONCAT('{p[0]}', '{p[1]}', '{p[2]}');",
    "paste0": lambda p: f'api_secret <- paste0("{p[0]}", "{p[1]}",\n  "{p[2]}")',
    "applescript": lambda p: f'property apiSecret : "{p[0]}" & ¬\n    "{p[1]}" & "{p[2]}"',
    "erlang": lambda p: f'ApiSecret = "{p[0]}" ++\n    "{p[1]}" ++ "{p[2]}",',
    "elixir": lambda p: f'api_secret = "{p[0]}" <>\n  "{p[1]}" <> "{p[2]}"',
    "transact-sql": lambda p: f"SET @api_secret = N'{p[0]}' + N'{p[1]}' + N'{p[2]}';",
    "pl/sql": lambda p: f"api_secret := '{p[0]}' ||\n  '{p[1]}' || '{p[2]}';",
    "shell": lambda p: f"export API_SECRET={p[0]}\\\n{p[1]}\\\n{p[2]}",
    "shell-quoted": lambda p: f'API_SECRET="{p[0]}\\\n{p[1]}\\\n{p[2]}"',
    "properties": lambda p: f"binance.api.secret={p[0]}\\\r\n    {p[1]}\\\r\n    {p[2]}",
    "folded": lambda p: f"api_secret: >-\n    {p[0]}\n    {p[1]}\n    {p[2]}\nsymbol: BTC",
    "literal": lambda p: f"api_secret: |\n  {p[0]}\n  {p[1]}\n  {p[2]}\n",
}


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return Config((built_in_rules(),), cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def clear(shut: Config) -> Config:
    return replace(shut, show_secrets=True)


LISTS = ("API_SECRETS = ['{}', '{}']", "secrets = ['{}', '{}'].join(', ')", "f(api_secret='{}', other='{}')")


def findings(config: Config, text: str) -> list[Finding]:
    outcomes = Scanner(config).scan(Fragment(text.encode() + b"\n", Origin(OriginKind.FILE, b"a.txt")), [])
    return [each for each in outcomes if isinstance(each, Finding)]


@pytest.mark.parametrize("form", FORMS)
def test_all_parts_are_one_finding_where_they_lie(clear: Config, form: str) -> None:
    secret = fill("<base62:64>", form)
    text = FORMS[form]((secret[:24], secret[24:50], secret[50:]))

    (finding,) = findings(clear, text)

    place = finding.occurrences[0].place
    lines = text.split("\n")
    assert finding.secret.shown == secret
    assert lines[place.line - 1][place.column - 1 :].startswith(secret[:24])
    assert lines[place.end_line - 1][: place.end_column - 1].endswith(secret[50:])


@pytest.mark.parametrize("form", FORMS)
def test_no_part_is_in_the_excerpt(shut: Config, form: str) -> None:
    secret = fill("<base62:64>", form)

    (finding,) = findings(shut, FORMS[form]((secret[:24], secret[24:50], secret[50:])))

    assert not any(part in finding.occurrences[0].excerpt for part in (secret[6:24], secret[24:50], secret[50:]))


def test_a_prefix_of_its_own_string_belongs_to_the_key(clear: Config) -> None:
    key = fill("<eth-key>", "prefix")

    (finding,) = findings(clear, f'PRIVATE_KEY = "0x" + "{key[2:]}"')

    assert finding.secret.shown == key


@pytest.mark.parametrize(
    "template",
    [
        'pairs = ["<hex:64>",\n  "<hex:64>"]',
        'call --api-secret "<base62:40>" "<base62:40>"',
        "curl -H X-API-Secret:<base62:40> \\\n  --data <base62:40>",
        "api_secrets: |\n  <hex:64>\n  <hex:64>\n",
        'API_SECRET = "<base62:40>";\n"<base62:40>"',
    ],
)
def test_what_only_follows_is_no_part(clear: Config, template: str) -> None:
    assert all(len(each.secret.shown or "") <= 64 for each in findings(clear, fill(template, "follows")))


def test_the_parts_of_a_value_are_asked_once() -> None:
    line = b"api_secret=abcdefgh12345678\\\n"
    spans = [Span(at * len(line) + 11, at * len(line) + 27) for at in range(50)]

    assert len(list(joins(line * 50 + b"end", spans))) == 50


@pytest.mark.parametrize("text", LISTS)
def test_a_list_that_nothing_joins_stays_a_list(clear: Config, text: str) -> None:
    first = fill("<base62:40>", "first")
    assert findings(clear, text.format(first, fill("<base62:40>", "second")))[0].secret.shown == first
