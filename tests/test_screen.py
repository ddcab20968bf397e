"""The screen spares work and never changes what is found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.config import Config
from secretguard.engine import vectorscan
from secretguard.engine.screen import Screen
from secretguard.model import Dismissal, Finding, Fragment, Origin, OriginKind
from secretguard.scan import Scanner

PIECES = (
    "x = 1\n",
    'kraken_api_secret = "<base64:64>"\n',
    "<pem-rsa>\n",
    "key: <wif>\n",
    '"',
    "token_of_the_caller(abc)\n",
    "\0",
    "é",
)
pytestmark = pytest.mark.skipif(not vectorscan.AVAILABLE, reason="without Vectorscan there is no screen")


@pytest.fixture
def config(few_rules: Config, tmp_path: Path) -> Config:
    return replace(few_rules, cache=tmp_path / "kept")


def outcomes(scanner: Scanner, data: bytes) -> list[Finding | Dismissal]:
    return scanner.scan(Fragment(data, Origin(OriginKind.FILE, b"a")), [], explain=True)


@given(st.lists(st.sampled_from(PIECES), max_size=6), st.sampled_from(["utf-8", "utf-16"]))
def test_what_is_found_is_the_same(few_rules: Config, pieces: list[str], encoding: str) -> None:
    data = "".join(fill(piece, "screen") for piece in pieces).encode(encoding)

    assert outcomes(Scanner(few_rules, screened=True), data) == outcomes(Scanner(few_rules), data)


def test_a_harmless_text_needs_no_rules(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    Scanner(config)
    screened = Scanner(config, screened=True)
    monkeypatch.setattr("secretguard.rules.load_files", None)

    assert outcomes(screened, b"x = 1\n") == []


def test_other_rules_have_another_screen(config: Config, tmp_path: Path) -> None:
    Scanner(config)
    rule = 'provider = "Acme"\n[[rule]]\nid = "acme-key"\nkind = "token"\nregex = "(?P<secret>acme[0-9]{9})"\n'
    rule += "examples = ['acme<digits:9>']\nnegative_examples = ['acme']\n"
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "acme.toml").write_text(rule)
    more = replace(config, rules=(*config.rules, tmp_path / "more"))

    assert len(outcomes(Scanner(more, screened=True), fill("acme<digits:9>\n", "a").encode())) == 1


@pytest.mark.parametrize("keep", [lambda data: b"", lambda data: data[:-1], lambda data: data[:-9] + b"\0" * 9])
def test_a_damaged_cache_hides_nothing(config: Config, keep) -> None:
    Scanner(config)
    assert config.cache
    for path in config.cache.iterdir():
        path.write_bytes(keep(path.read_bytes()))

    assert len(outcomes(Scanner(config, screened=True), fill(PIECES[1], "damage").encode())) == 1


def test_other_code_has_another_screen(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    Scanner(config)
    monkeypatch.setattr("secretguard.engine.screen._code", lambda: "other")
    monkeypatch.setattr(Screen, "empty", lambda *_: True)

    assert len(outcomes(Scanner(config, screened=True), fill(PIECES[1], "code").encode())) == 1


def test_without_vectorscan_nothing_is_screened(config: Config) -> None:
    Scanner(config)

    plain = Scanner(replace(config, accelerate=False), screened=True)

    assert len(outcomes(plain, fill(PIECES[1], "plain").encode())) == 1
