"""Our own cases: repositories that bend git in every way. What is in them is found, or it is told what was not read."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fuzz"))

from bent import CASES
from repositories import judge, missed
from workshop import GitRefusedError, Workshop


@pytest.mark.parametrize("name", CASES)
def test_what_is_in_it_is_found_or_it_is_told_that_something_was_not_read(name: str, tmp_path: Path) -> None:
    case, shop = CASES[name], Workshop(tmp_path, name)
    try:
        if not case.first:
            shop.init()
        case.make(shop)
    except GitRefusedError as error:
        pytest.skip(f"this git can't make it: {error}"[:120])

    report = judge(case, shop)

    if case.unread:
        assert report is None or not report.complete
    elif case.unread is False:
        assert report is not None
        assert not missed(shop, report)
        assert report.complete, report.receipt.errors
