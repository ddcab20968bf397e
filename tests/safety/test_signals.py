"""A signal at any moment: what is written beside and renamed is there whole or not at all, and nothing else is left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from secretguard.baseline.file import create
from secretguard.baseline.text import Baseline, new_salt
from secretguard.cache import write_private
from secretguard.cli.common import write

WHOLE = b"what is to be kept\n" * 9


def interrupted(action: Callable[[], object]) -> Iterator[int]:
    """Do it again and again, each time interrupted one instruction of Python later, as the handler of a signal does;
    yields the number of the instruction after each time. Ends when it was done before it could be interrupted."""
    moment = seen = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal seen
        frame.f_trace_opcodes = True
        seen += event == "opcode"
        if event == "opcode" and seen == moment:
            raise KeyboardInterrupt
        return trace

    while moment <= seen:
        moment, seen, before = moment + 1, 0, sys.gettrace()
        sys.settrace(trace)
        try:
            action()
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(before)
        yield moment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty one."""
    (tmp_path / "folder").mkdir(mode=0o700)
    return tmp_path / "folder"


@pytest.mark.parametrize("older", [None, b"an older one\n"])
def test_a_file_of_a_cache_is_whole_or_not_there(older: bytes | None, folder: Path) -> None:
    path, seen = folder / "file", set()
    if older:
        path.write_bytes(older)

    for moment in interrupted(lambda: write_private(path, WHOLE)):
        held = {each.name: each.read_bytes() for each in folder.iterdir()}
        assert held in ({"file": older} if older else {}, {"file": WHOLE}), f"after {moment} instructions"
        seen.add(held.get("file"))
        path.unlink(missing_ok=True) if older is None else path.write_bytes(older)

    assert seen == {older, WHOLE}
    assert moment > 100


def test_a_report_is_whole_or_not_there(folder: Path) -> None:
    path = folder / "report"

    for moment in interrupted(lambda: write(path, WHOLE.decode(), secret=True)):
        held = [each.read_bytes() for each in folder.iterdir()]
        assert held in ([], [WHOLE]), f"after {moment} instructions"
        path.unlink(missing_ok=True)

    assert moment > 20


def test_a_baseline_is_whole_or_not_there(folder: Path) -> None:
    path, baseline = folder / "baseline", Baseline(new_salt())

    for moment in interrupted(lambda: create(path, baseline)):
        held = {each.name: each.read_text("utf-8") for each in folder.iterdir()}
        assert held in ({}, {"baseline": baseline.text()}), f"after {moment} instructions"
        path.unlink(missing_ok=True)

    assert moment > 100
