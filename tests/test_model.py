"""The values that flow: a secret shows itself to nobody who does not ask."""

from __future__ import annotations

import json
import logging
import pickle
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.model import Fragment, Origin, OriginKind, Sealer, Secret, Span, mask_of

TOKEN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=80)


@given(value=TOKEN)
def test_a_secret_shows_nothing_in_text(value: str) -> None:
    secret = Secret(value)
    shown = [str(secret), repr(secret), f"{secret}", f"{secret!r:>20}", repr([secret]), "%s" % secret]  # noqa: UP031

    assert all(set(text.strip()) <= set("<Secret>[]") for text in shown)


def test_a_secret_is_in_no_log_and_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    value = "-".join(["abc"] * 9)
    secret = Secret(value)
    logging.getLogger("x").error("found %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        text = traceback.format_exc()

    assert value not in caplog.text + text


def test_a_secret_goes_into_no_json_and_no_pickle() -> None:
    with pytest.raises(TypeError):
        json.dumps(Secret("x"))
    with pytest.raises(TypeError):
        pickle.dumps(Secret("x"))


def test_a_mask_tells_what_it_stands_for() -> None:
    assert mask_of("x" * 64) == "xxx…xx (64 characters)"
    assert mask_of("one two three") == "********** (3 words)"
    assert mask_of("-----BEGIN PRIVATE KEY-----\nMC4C\n") == "********** (33 characters)"


@given(value=TOKEN)
def test_a_mask_holds_no_run_of_six_characters_of_the_secret(value: str) -> None:
    mask = mask_of(value)

    assert not any(value[i : i + 6] in mask for i in range(len(value) - 5))


@given(value=TOKEN, family=st.text(max_size=10), key=st.binary(min_size=16, max_size=16))
def test_a_fingerprint_depends_on_value_family_and_key(value: str, family: str, key: bytes) -> None:
    sealer = Sealer(key=key)
    own = sealer.seal(Secret(value), family).fingerprint

    assert own == sealer.seal(Secret(value), family).fingerprint
    assert own != sealer.seal(Secret(value + "x"), family).fingerprint
    assert own != sealer.seal(Secret(value), family + "x").fingerprint
    assert own != Sealer(key=key + b"x").seal(Secret(value), family).fingerprint


def test_a_value_is_sealed_in_unless_asked_for() -> None:
    assert Sealer().seal(Secret("value"), "").shown is None
    assert Sealer(show=True).seal(Secret("value"), "").shown == "value"


def test_a_fragment_introduces_what_overlaps_its_fresh_spans() -> None:
    fragment = Fragment(b"0123456789", Origin(OriginKind.INDEX), (Span(2, 4),))

    assert fragment.introduces(Span(0, 3))
    assert fragment.introduces(Span(3, 9))
    assert not fragment.introduces(Span(4, 9))
    assert Fragment(b"", Origin(OriginKind.FILE)).introduces(Span(0, 1))
