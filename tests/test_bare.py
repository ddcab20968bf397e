"""Keys with no name of their own: alone on their lines, in rows, behind one another; and names that lie."""

from __future__ import annotations

import pytest

from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.engine.bare import tokens_alone
from secretguard.model import Finding, Fragment, Origin, OriginKind
from secretguard.scan import Scanner


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(Config((built_in_rules(),)))


def found(scanner: Scanner, text: str, path: bytes = b"notes") -> list[tuple[str, str, list[str]]]:
    fragment = Fragment(fill(text, "bare").encode(), Origin(OriginKind.FILE, path))
    findings = [each for each in scanner.scan(fragment, []) if isinstance(each, Finding)]
    return [(each.provider, each.kind, sorted(part.kind for part in each.parts)) for each in findings]


PAIR = "<hex:32>\n<hex:64>\n"


def test_a_file_of_two_tokens_under_an_exchanges_name_is_its_key_and_secret(scanner: Scanner) -> None:
    assert found(scanner, PAIR, b"keys/gateio.key") == [("gate", "api_secret", ["api_key"])]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (PAIR, b"checksums.txt"),
        (PAIR * 20, b"gateio.key"),
        ("<hex:40>\n", b"gateio/REVISION"),
        ("-----BEGIN CERTIFICATE-----\n<b64chars:64>\n-----END CERTIFICATE-----\n", b"gateio.pem"),
    ],
)
def test_tokens_alone_are_left_alone_where_nothing_says_what_they_are(scanner: Scanner, text: str, path: bytes) -> None:
    assert found(scanner, text, path) == []


@pytest.mark.parametrize("path", [b"private_keys.txt", b"wallets/deployer.key"])
def test_32_bytes_alone_in_a_file_of_wallets_are_its_key(scanner: Scanner, path: bytes) -> None:
    assert found(scanner, "0x<hex:64>\n", path) == [("ethereum", "wallet_key", [])]


def test_a_token_above_another_is_no_label(scanner: Scanner) -> None:
    assert found(scanner, "<letters:16>\n<hex:32>\n", b"bitso.key") == [("bitso", "api_secret", [])]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('api_secret: str = field(default="<base62:40>", repr=False)', ["api_secret"]),
        ('api_secret <- "<base62:40>"', ["api_secret"]),
        ('(def creds {:api-secret "<base62:40>"})', ["api_secret"]),
        ('Const ApiSecret As String = "<base62:40>"', ["api_secret"]),
        ("DECLARE @api_secret NVARCHAR(64) = N'<base62:40>';", ["api_secret"]),
        ('variable "okx_secret_key" {\n  default = "<HEX:32>"\n}', ["api_secret"]),
        ('parser.add_argument("--api-secret", default="<base62:48>")', ["api_secret"]),
        ('[Parameter("API Secret", DefaultValue = "<base62:48>")]', ["api_secret"]),
        ('public string ApiSecret { get; set; } = "<base62:48>";', ["api_secret"]),
        ('const std::string kApiSecret{"<base62:48>"};', ["api_secret"]),
        ('let secret = SecretString::new("<base62:48>".to_string());', ["api_secret"]),
        ("const secret = isProd ? '<base62:48>' : process.env.SECRET;", ["api_secret"]),
        ('hmac.new(b"<base62:48>", query, hashlib.sha256)', ["api_secret"]),
        ("NEXT_PUBLIC_ALCHEMY_KEY=<b64uchars:32>", ["read_token"]),
        ("vps root pw: <password:14>", ["password"]),
        ('  DEPLOY_KEY: "0x<hex:64>"', ["wallet_key"]),
        ('acct = accounts.add("0x<hex:64>")', ["wallet_key"]),
        ("wallets:\n  from_key: <hex:64>", ["wallet_key"]),
        ('{"name": "authorization", "value": "Bearer <jwt>"}, {"name": "bybit"}', ["token"]),
        ("okx_secret: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  <hex:80>\n  <hex:80>", []),
    ],
)
def test_every_language_has_its_way_to_name_a_value(scanner: Scanner, text: str, kinds: list[str]) -> None:
    assert [kind for _, kind, _ in found(scanner, text + "\n")] == kinds


def test_a_label_above_a_token_is_its_name(scanner: Scanner) -> None:
    assert found(scanner, "kraken\nsecret:\n<base64:64>\n") == [("kraken", "api_secret", [])]


@pytest.mark.parametrize(
    "text",
    [
        'new okx.ApiCredentials("<uuid>", "<HEX:32>", "<password:14>")',
        "VALUES ('okx', '<uuid>', '<HEX:32>', '<password:14>');",
        "okx,<uuid>,<HEX:32>,<password:14>\n",
        "okx;<uuid>;<HEX:32>;<password:14>\n",
    ],
)
def test_the_passphrase_behind_key_and_secret_is_a_part(scanner: Scanner, text: str) -> None:
    assert found(scanner, text) == [("okx", "api_secret", ["api_key", "passphrase"])]


@pytest.mark.parametrize(
    "argument", ['"BTC-USDT-SWAP"', "False", '"https://www.okx.com/api/v5"', '"<<your-passphrase>>"']
)
def test_what_no_person_would_choose_is_no_passphrase(scanner: Scanner, argument: str) -> None:
    ((_, kind, parts),) = found(scanner, f'okx.Client("<uuid>", "<HEX:32>", {argument})')

    assert (kind, parts) == ("api_secret", ["api_key"])


@pytest.mark.parametrize(
    ("text", "provider"),
    [
        ("GEMINI_API_SECRET=<base58:28>\n", "gemini"),
        ("import google.generativeai as genai\nGEMINI_API_SECRET=<base58:28>\n", "generic"),
        ("WOO_API_SECRET=<base32:28>\n", "woo"),
        ("# WooCommerce shop\nWOO_API_SECRET=<hex:40>\n", "generic"),
    ],
)
def test_a_name_that_lies_names_nobody(scanner: Scanner, text: str, provider: str) -> None:
    assert {each[0] for each in found(scanner, text)} == {provider}


def test_no_long_text_is_read_for_tokens_alone() -> None:
    line = b"a1" * 16 + b"\n"

    assert len(tokens_alone(line * 3)) == 3
    assert tokens_alone(line * 7) == []
    assert tokens_alone(line + b" " * 5000) == []
