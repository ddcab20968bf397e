"""Ways of writing a credential that no single rule speaks of: found and rightly named; their look-alikes are not."""

from __future__ import annotations

import pytest

from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.model import Finding, Fragment, Origin, OriginKind
from secretguard.scan import Scanner

FOUND = {
    "one case and digits": ("BOT_API_SECRET=<alnum-upper:32>", "generic"),
    "one case, digits and signs": ('api_secret = "<alnum-lower:9>-<alnum-lower:14>_<alnum-lower:8>"', "generic"),
    "an unknown form under a provider's name": ("luno_key = '<alnum-lower:43>'", "luno"),
    "a blank within the quotes": ('bitmexSecret := " <base62:48> "', "bitmex"),
    "conditional assignment": ('finnhub_TOKEN ?= "<alnum-lower:20>"', "finnhub"),
    "immediate assignment": ('finnhub_TOKEN :::= "<alnum-lower:20>"', "finnhub"),
    "appended": ('$finnhubToken .= "<alnum-lower:20>";', "finnhub"),
    "the only digit late, beside a sign": ("nasdaq_key = <letters:10>7<letters:3>-<letters:5>", "nasdaq-data-link"),
    "the first of a list": ('API_SECRETS = ["<base62:64>", "<base62:64>"]', "generic"),
    "a list of addresses with their keys": ("# hot\n<eth-pair>\n", "ethereum"),
    "Tron's addresses with their keys": ("<tron-pair>", "tron"),
    "Tron named above a private key": ("import tronweb\n\nprivateKey: '<hex:64>'", "tron"),
    "a passphrase in a call": ('w3.geth.personal.unlock_account(account, "<password:14>")', "ethereum"),
    "a value before its name": ('- value: "<base62:64>"\n  name: BYBIT_API_SECRET\n- value: "x"\n  name: Y', "bybit"),
    "a value before its key": ('{"value": "<base62:64>", "key": "BYBIT_API_SECRET"}', "bybit"),
    "a token in an element of its own": (
        "<telegram.token>\n  4<digits:8>:B<b64uchars:34>\n</telegram.token>",
        "telegram",
    ),
}
LEFT_ALONE = {
    "a slug": 'api_secret = "trading-eu-west-1a-k8s-node-7f-prod"',
    "a slug in capitals": "BOT_API_SECRET=KV2-TRADING-EU-WEST-1-NODE-7-PROD",
    "zeros": "S3_SECRET_KEY=s3secrettest0000000000000000000000000000",
    "a hand on the keys": 'exSpec.setSecretKey("dfgd34523ffsgsgfs3693dgfsgfsgfsg34f");',
    "the next variable": "LUNO_API_SECRET=\nICEBERG_S3_REGION=\n",
    "the next variable in a string": '"LUNO_API_SECRET=\\nICEBERG_S3_REGION=\\n"',
    "an empty password before a flag": "open_channel 0.15 --password='' --push_amount=0.075",
    "a provider's key that is words": "binance_key = 'exchange-settings-binance-spot-v3-main'",
    "an address and a hash": "<address>:<hex:64>\n<address> 0x<hex:64>\nT<base58:33>:<hex:64>",
    "Tron named above a transaction": "import tronweb\n\ntxid: '<hex:64>'",
    "a passphrase that says it is one": 'w3.geth.personal.unlock_account(account, "my-password")',
    "a class of characters": 'secret = "[1-9A-HJ-NP-Za-km-z]{44}"',
    "a port and a hash": "registry: 412345678:<alnum-lower:35>",
    "a published seed, in halves": 'seed = "9d61b19deffd5a60ba844af4" "92ec2cc44449c569" "7b326919703bac031cae7f60"',
}


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(Config((built_in_rules(),), cache=tmp_path_factory.mktemp("cache")))


def found(scanner: Scanner, template: str) -> list[Finding]:
    data = fill(template + "\n", "ways").encode()
    outcomes = scanner.scan(Fragment(data, Origin(OriginKind.FILE, b"notes.txt")), [])
    return [each for each in outcomes if isinstance(each, Finding)]


@pytest.mark.parametrize("way", FOUND)
def test_it_is_found_and_named(scanner: Scanner, way: str) -> None:
    template, provider = FOUND[way]
    (finding,) = found(scanner, template)
    assert finding.provider == provider


@pytest.mark.parametrize("way", LEFT_ALONE)
def test_its_look_alike_is_left_alone(scanner: Scanner, way: str) -> None:
    assert found(scanner, LEFT_ALONE[way]) == []
