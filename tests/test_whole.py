"""Whole credentials: what is one finding with parts, whose it is, and that no piece hides another."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.model import Finding, Fragment, Origin, OriginKind, Severity, Span
from secretguard.scan import Scanner, merged

OKX_ENV = """\
OKX_API_KEY=<uuid>
OKX_SECRET_KEY=<HEX:32>
OKX_PASSPHRASE=<password:14>
"""
TWO_EXCHANGES = """\
exchanges:
  okx:
    api_key: <uuid>
    secret_key: <HEX:32>
    passphrase: <password:14>
  gateio:
    api_key: <hex:32>
    secret_key: <hex:64>
"""
TWO_ACCOUNTS = """\
BINANCE_KEY_MAIN=<base62:64>
BINANCE_KEY_SUB=<base62:64>
BINANCE_SECRET_MAIN=<base62:64>
BINANCE_SECRET_SUB=<base62:64>
"""
MINIFIED = (
    '{"main":{"exchange":"bybit","apiKey":"<base62:18>","secret":"<base62:36>"},'
    '"sub":{"exchange":"bybit","apiKey":"<base62:18>","secret":"<base62:36>"}}'
)
SPRING = """\
spring:
  datasource:
    url: jdbc:postgresql://db:5432/trades
    username: trader
    password: <password:16>
exchange:
  binance:
    apikey: <base62:64>
    api-secret: <base62:64>
"""


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(Config((built_in_rules(),)))


def found(scanner: Scanner, text: str, fresh: str = "", path: bytes = b"conf/settings") -> list[Finding]:
    """The findings of a template filled; ``fresh``: only the lines that begin with it are new."""
    data = fill(text, "whole").encode()
    lines = data.splitlines(keepends=True)
    offsets = [sum(map(len, lines[:n])) for n in range(len(lines))]
    spans = tuple(Span(o, o + len(v)) for o, v in zip(offsets, lines, strict=True) if v.startswith(fresh.encode()))
    fragment = Fragment(data, Origin(OriginKind.FILE, path), spans if fresh else None)
    return [each for each in scanner.scan(fragment, []) if isinstance(each, Finding)]


def told(findings: list[Finding]) -> list[tuple[str, list[str]]]:
    return [(each.rule, sorted(part.rule for part in each.parts)) for each in findings]


def lines(finding: Finding) -> list[int]:
    return sorted([finding.occurrences[0].place.line, *(part.place.line for part in finding.parts)])


def test_key_secret_and_passphrase_are_one_finding(scanner: Scanner) -> None:
    (finding,) = found(scanner, OKX_ENV)

    assert told([finding]) == [("okx-api-secret", ["okx-api-key", "okx-passphrase"])]
    assert finding.severity is Severity.HIGH
    assert [part.provider for part in finding.parts] == ["okx", "okx"]


def test_a_key_alone_is_low(scanner: Scanner) -> None:
    (finding,) = found(scanner, "OKX_API_KEY=<uuid>\n")

    assert (finding.rule, finding.severity, finding.parts) == ("okx-api-key", Severity.LOW, ())


def test_neighbouring_blocks_are_accounts_of_their_own(scanner: Scanner) -> None:
    assert told(found(scanner, TWO_EXCHANGES)) == [
        ("okx-api-secret", ["okx-api-key", "okx-passphrase"]),
        ("gate-api-secret", ["gate-api-key"]),
    ]


def test_two_accounts_of_one_exchange_are_paired_by_their_names(scanner: Scanner) -> None:
    assert [lines(each) for each in found(scanner, TWO_ACCOUNTS)] == [[1, 3], [2, 4]]


def test_two_accounts_on_one_line_are_paired_by_their_brackets(scanner: Scanner) -> None:
    findings = found(scanner, MINIFIED)

    assert told(findings) == [("bybit-api-secret", ["bybit-api-key"])] * 2
    assert all(each.parts[0].place.column < each.occurrences[0].place.column for each in findings)


def test_a_database_password_is_no_part_of_an_exchange_key(scanner: Scanner) -> None:
    assert told(found(scanner, SPRING)) == [("postgres-password", []), ("binance-api-secret", ["binance-api-key"])]


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("key = '<HEX:32>'\nsecret = '<HEX:48>'\n", "coinex"),
        ('const opts = { key: "<uuid>", secret: "<HEX:32>", passphrase: "<password:12>" };', "okx"),
        ("API_KEY=<base62:64>\nAPI_SECRET=<base62:64>\n", "binance"),
        ("API_KEY=<base62:64>\nAPI_SECRET=<base62:64>\nBASE=https://api.binance.us\n", "binanceus"),
        ("API_KEY=<hex:32>\nAPI_SECRET=<base64:40>\n", "generic"),
        ("BITRUE_API_KEY=<hex:64>\nBITRUE_API_SECRET=<hex:64>\n", "bitrue"),
        ('[fmfwio]\nkey = "<b64uchars:32>"\nsecret = "<b64uchars:32>"\n', "fmfwio"),
        ('FIREBLOCKS_SECRET_KEY="<pem-rsa-pkcs8:escaped>"\n', "fireblocks"),
        ("COINBASE_PK=0x<hex:64>\n", "ethereum"),
        ("# talks to Binance\nCOINEX_X=1\nWALLET_KEY=0x<hex:64>\n", "ethereum"),
    ],
)
def test_an_account_is_named_by_what_surrounds_it_and_else_by_its_shapes(
    scanner: Scanner, text: str, provider: str
) -> None:
    assert {each.provider for each in found(scanner, text)} == {provider}


def test_a_new_secret_beside_an_old_key_is_reported_with_it(scanner: Scanner) -> None:
    assert told(found(scanner, OKX_ENV, fresh="OKX_SECRET")) == [("okx-api-secret", ["okx-api-key", "okx-passphrase"])]


def test_a_new_key_beside_an_old_secret_is_reported_alone(scanner: Scanner) -> None:
    assert told(found(scanner, OKX_ENV, fresh="OKX_API_KEY")) == [("okx-api-key", [])]


@pytest.mark.parametrize(
    ("accepted", "rest"),
    [
        ("OKX_API_KEY", [("okx-api-secret", ["okx-passphrase"])]),
        ("OKX_SECRET_KEY", [("okx-passphrase", ["okx-api-key"])]),
    ],
)
def test_a_comment_accepts_a_piece_and_no_other(
    scanner: Scanner, accepted: str, rest: list[tuple[str, list[str]]]
) -> None:
    text = OKX_ENV.replace(f"{accepted}=", f"# secretguard: allow-next-line\n{accepted}=")

    assert told(found(scanner, text, path=b".env")) == rest


def test_one_secret_in_two_files_keeps_the_parts_of_both(scanner: Scanner) -> None:
    (finding,) = merged([*found(scanner, OKX_ENV, path=b"a.env"), *found(scanner, OKX_ENV, path=b"b.env")])

    assert len(finding.occurrences) == 2
    assert {part.origin.path for part in finding.parts if part.origin} == {b"a.env", b"b.env"}


ACCOUNTS = st.lists(
    st.tuples(
        st.sampled_from(["MAIN", "SUB", "TEST1", "TEST2", "HEDGE"]),
        st.permutations(["API_KEY=<uuid>", "SECRET_KEY=<HEX:32>", "PASSPHRASE=<password:14>"]),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda account: account[0],
)


@settings(max_examples=40)
@given(ACCOUNTS, st.sampled_from(["", "\n", "# next account\n"]))
def test_accounts_of_any_order_stay_whole(accounts: list[tuple[str, list[str]]], between: str) -> None:
    scanner = _shared()
    text = between.join("".join(f"OKX_{name}_{piece}\n" for piece in pieces) for name, pieces in accounts)

    findings = found(scanner, text)

    assert told(findings) == [("okx-api-secret", ["okx-api-key", "okx-passphrase"])] * len(accounts)
    assert sorted(line for each in findings for line in lines(each)) == [
        number for number, line in enumerate(text.splitlines(), 1) if line.startswith("OKX")
    ]


_SCANNERS: list[Scanner] = []


def _shared() -> Scanner:
    if not _SCANNERS:
        _SCANNERS.append(Scanner(Config((built_in_rules(),))))
    return _SCANNERS[0]


OWN_PASSPHRASES = ["kucoinpass99", "MyOkxPass#81"]


@pytest.mark.parametrize("value", OWN_PASSPHRASES)
def test_a_password_that_says_it_is_one_is_told_beside_its_secret_and_only_there(scanner: Scanner, value: str) -> None:
    text = OKX_ENV.replace("<password:14>", value)

    assert told(found(scanner, text)) == [("okx-api-secret", ["okx-api-key", "okx-passphrase"])]
    assert found(scanner, f"OKX_PASSPHRASE={value}\n") == []


@pytest.mark.parametrize("value", ["your_passphrase", "passphrase", "changeme", "password123", "testpass123"])
def test_a_placeholder_beside_a_secret_is_no_piece_of_it(scanner: Scanner, value: str) -> None:
    text = OKX_ENV.replace("<password:14>", value)

    assert told(found(scanner, text)) == [("okx-api-secret", ["okx-api-key"])]


def test_the_second_half_of_a_secret_in_two_strings_is_no_wallet(scanner: Scanner) -> None:
    text = "import krakenex\nkrakenex.API(key='x', secret='<base62:44>'\n    '<base64:33>')\n"

    assert "sui-keystore-entry" not in [each.rule for each in found(scanner, text)]


def test_a_name_says_whose_a_passphrase_is_before_a_neighbouring_line(scanner: Scanner) -> None:
    text = 'KRAKEN_PASSPHRASE="<password:14>"\nokx_secret_key=<HEX:32>\n'

    assert [each.provider for each in found(scanner, text)] == ["kraken", "okx"]


def test_two_values_that_any_exchange_could_issue_name_none(scanner: Scanner) -> None:
    assert [each.provider for each in found(scanner, "EXCHANGE_KEY=<hex:64>\nEXCHANGE_SECRET=<hex:64>\n")] == [
        "generic"
    ]


def test_a_secret_of_64_digits_in_an_exchanges_client_is_no_wallet(scanner: Scanner) -> None:
    text = 'return bitrue.NewClient("<hex:64>", "<hex:64>")\n'

    assert [(each.provider, each.kind) for each in found(scanner, text)] == [("bitrue", "api_secret")]


@pytest.mark.parametrize("line", ['github = "<github-pat>"', "TOKEN=<github-pat>"])
def test_what_proves_itself_belongs_to_no_neighbour(scanner: Scanner, line: str) -> None:
    (finding,) = found(scanner, f"{line}\nINFURA = 1\nBINANCE = 2\n")

    assert (finding.rule, finding.provider) == ("github-token", "github")
