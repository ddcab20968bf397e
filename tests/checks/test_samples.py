"""Placeholders and what fills them."""

from __future__ import annotations

import re

import pytest

from secretguard.checks import CHECKS, samples
from secretguard.checks.samples import KINDS, fill


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_value_and_another_another(kind: str) -> None:
    template = f"<{kind}>"
    assert fill(template, "a") == fill(template, "a")
    assert len({fill(template, seed) for seed in "abcd"}) > 1


@pytest.mark.parametrize(
    ("template", "pattern"),
    [
        ("<hex:40>", "[0-9a-f]{40}"),
        ("<HEX:32>", "[0-9A-F]{32}"),
        ("<base62:64>", "[0-9A-Za-z]{64}"),
        ("<base58:88>", "[1-9A-HJ-NP-Za-km-z]{88}"),
        ("<base64:64>", "[0-9A-Za-z+/]{86}=="),
        ("<base64url:36>", "[0-9A-Za-z_-]{48}"),
        ("<b64chars:43>", "[0-9A-Za-z+/]{43}"),
        ("<b64uchars:43>", "[0-9A-Za-z_-]{43}"),
        ("<base32:26>", "[A-Z2-7]{26}"),
        ("<alnum-lower:36>", "[a-z0-9]{36}"),
        ("<alnum-upper:36>", "[A-Z0-9]{36}"),
        ("<digits:8>", "[0-9]{8}"),
        ("<letters:10>", "[A-Za-z]{10}"),
        ("<password:12>", "[A-Z][a-z]{8}[0-9]{2}[^A-Za-z0-9]"),
        ("<address>", "0x[0-9a-fA-F]{40}"),
        ("<txhash>", "0x[0-9a-f]{64}"),
        ("<pubkey>", "0[23][0-9a-f]{64}"),
        ("<btc-address>", "bc1q[02-9ac-hj-np-z]{38}"),
        ("<mnemonic:15:french>", r"(?:[^\W\d_]|[\u0300\u0301 ])+"),
    ],
)
def test_shapes(template: str, pattern: str) -> None:
    for seed in "abcdefgh":
        assert re.fullmatch(pattern, fill(template, seed))


def test_all_classes_are_there() -> None:
    assert all(CHECKS["mixed-classes"](fill("<base62:18>", str(seed))).ok for seed in range(200))


def test_values_in_one_template_differ_and_the_rest_stays() -> None:
    text = fill('a = "<hex:8>", b = "<hex:8>" # x < y', "a")
    match = re.fullmatch(r'a = "(\w{8})", b = "(\w{8})" # x < y', text)
    assert match
    assert match[1] != match[2]
    assert fill('a = "<hex:8>"', "a") == text[: len('a = "12345678"')]


def test_doubled_brackets_and_other_brackets_stay() -> None:
    assert fill("<<your-key>> <YOUR_KEY> cat <<EOF >> x", "a") == "<your-key> <YOUR_KEY> cat <<EOF >> x"


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(KeyError, match="no-such-kind"):
        fill("<no-such-kind:3>", "a")


def test_sizes_too_small_for_every_class_end() -> None:
    assert len(fill("<base62:2>", "a")) == 2
    assert samples.fill("<hex:0>", "a") == ""
