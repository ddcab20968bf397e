"""What the documents promise is kept by tests that exist, and what they list is what is installed."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEST = re.compile(r"`(tests/[\w/]+\.py)`")


@pytest.mark.parametrize("document", ["SECURITY.md", "docs/threat-model.md"])
def test_every_promise_names_tests_that_exist(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    named = TEST.findall(text)

    assert named
    assert not [name for name in named if not (ROOT / name).is_file()]
    rows = [line for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    assert all(TEST.search(row) for row in rows)
    assert not rows or len(rows) == 10
    promises = re.findall(r"^\d\. .*?(?=^\d\. |^$)", text.partition("## What we do not")[0], re.MULTILINE | re.DOTALL)
    assert all("tests/" in promise for promise in promises)


def requirements() -> dict[str, str]:
    """What setup.cfg installs: package and bounds."""
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", "utf-8")
    lines = config["options"]["install_requires"].strip().splitlines()
    return {re.match(r"[\w-]+", line)[0]: line.partition(";")[0] for line in lines}  # type: ignore[index]


def test_every_dependency_has_a_lower_bound_and_its_licence_stands_in_the_list() -> None:
    listed = re.findall(r"^\| ([\w-]+) \| ([\d.]+) ", (ROOT / "docs/licences.md").read_text("utf-8"), re.MULTILINE)

    assert {name: bounds.partition(">=")[2].partition(",")[0] for name, bounds in requirements().items()} == dict(
        listed
    )
