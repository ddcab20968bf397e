"""A cell is read under the name of its column, whatever draws the table."""

from __future__ import annotations

import pytest

from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.decode.tables import table_runs
from secretguard.model import Finding, Fragment, Origin, OriginKind
from secretguard.scan import Scanner

TABLES = {
    "markdown": "| account | api key | api secret |\n|---|:---:|---|\n| bitso prod | <letters:10> | <hex:32> |\n",
    "markdown without bars outside": "account | secret\n--- | ---\nbitso | <hex:32>\n",
    "psql": " id | venue | api_secret \n----+-------+------------\n  1 | bitso | <hex:32>\n(1 row)\n",
    "csv": "venue,api_key,api_secret\r\nbitso,<letters:10>,<hex:32>\r\n",
    "quoted csv": '"venue","note","api_secret"\n"bitso","a, b","<hex:32>"\n',
    "semicolons": "venue;secret;owner\nbitso;<hex:32>;max\n",
    "tsv": "venue\tsecret\nbitso\t<hex:32>\n",
    "chinese": "venue,API密钥,私钥\nbitso,<letters:10>,<hex:32>\n",
    "insert": "INSERT INTO k (venue, label, api_secret) VALUES\n  ('bitso', 'a, (b)', '<hex:32>'),\n ('x', 'y', '');\n",
    "copy": "COPY public.keys (id, venue, api_secret) FROM stdin;\n1\tbitso\t<hex:32>\n\\.\n",
}


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(Config((built_in_rules(),), cache=tmp_path_factory.mktemp("cache"), show_secrets=True))


def found(scanner: Scanner, text: str) -> list[Finding]:
    outcomes = scanner.scan(Fragment(fill(text, "table").encode(), Origin(OriginKind.FILE, b"notes.txt")), [])
    return [each for each in outcomes if isinstance(each, Finding)]


@pytest.mark.parametrize("table", TABLES)
def test_the_column_names_the_cell(scanner: Scanner, table: str) -> None:
    (finding,) = found(scanner, TABLES[table])

    line = fill(TABLES[table], "table").splitlines()[finding.occurrences[0].place.line - 1]
    assert (finding.provider, finding.kind) == ("bitso", "api_secret")
    assert line[finding.occurrences[0].place.column - 1 :].startswith(finding.secret.shown or "?")


def test_each_row_has_its_own_provider(scanner: Scanner) -> None:
    rows = "service,api_key\netherscan,<alnum-upper:34>\nhelius,<uuid>\n"

    assert [finding.provider for finding in found(scanner, rows)] == ["etherscan", "helius"]


def test_a_short_passphrase_is_found_by_its_column(scanner: Scanner) -> None:
    (finding,) = found(scanner, "venue,api_key,api_secret,passphrase\nokx,<uuid>,<HEX:32>,<password:10>\n")

    assert finding.provider == "okx"
    assert sorted(part.kind for part in finding.parts) == ["api_key", "passphrase"]


@pytest.mark.parametrize(
    "text",
    [
        "tx_hash,public_key\n<txhash>,<hex:64>\n",
        "| key | meaning |\n|---|---|\n| okx_main_account_label | shown in the header of 2 pages |\n",
        "token,address\nUSDT,<address>\nWBTC,<address>\n",
        "a,b\nsecret,<hex:32>\n",
        "INSERT INTO meta (api_key, note) VALUES ('your-api-key-here-1234', 'x');\n",
        "api_secret,venue\n\n<hex:32>,\n",
    ],
)
def test_other_cells_are_left_alone(scanner: Scanner, text: str) -> None:
    assert [each for each in found(scanner, text) if each.severity >= 2] == []


def test_a_table_ends_where_the_next_begins() -> None:
    text = b"|key|secret|\n|---|---|\n|abcdefgh|hgfedcba|\n" * 50

    assert len(list(table_runs(text, None))) == 100
