from __future__ import annotations

import io

import pytest

from secretguard.reports.progress import Progress


class Clock:
    """A clock that moves when it is told."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_it_tells_share_objects_bytes_findings_and_time_left(clock):
    stream = io.StringIO()
    progress = Progress(stream, clock, 120)
    clock.now += 0.9

    progress.update(15_700, 50_581, 434_000_000, 1_400_000_000, 3)

    line = "  31% 15,700 of 50,581 objects, 0.4 of 1.4 GB, 3 findings, 3 s left"
    assert stream.getvalue() == f"\r  {line.lstrip().rjust(len(line) - 1)}\x1b[K"


def test_it_draws_at_most_ten_times_a_second(clock):
    stream = io.StringIO()
    progress = Progress(stream, clock, 80)

    for step in range(1000):
        clock.now = 100.0 + step / 1000
        progress.update(step, 1000, step, 1000, 0)

    assert stream.getvalue().count("\r") <= 11


def test_it_erases_its_line_once(clock):
    stream = io.StringIO()
    progress = Progress(stream, clock, 80)
    progress.update(1, 2, 1, 2, 0)
    progress.finish()
    before = stream.getvalue()
    progress.finish()

    assert before.endswith("\r\x1b[K")
    assert stream.getvalue() == before


def test_it_is_silent_if_nobody_watches(clock):
    stream = io.StringIO()
    progress = Progress(stream, clock, 80, enabled=False)
    progress.update(1, 2, 1, 2, 0)
    progress.finish()

    assert stream.getvalue() == ""


def test_a_closed_or_broken_stream_stops_nothing(clock):
    class Broken(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    closed = io.StringIO()
    closed.close()
    for stream in (closed, Broken()):
        progress = Progress(stream, clock, 80)
        progress.update(1, 2, 1, 2, 0)
        progress.finish()


@pytest.mark.parametrize("width", [0, 1, 5, 20, 40, 60])
def test_a_line_never_wraps(clock, width):
    stream = io.StringIO()
    progress = Progress(stream, clock, width)
    clock.now += 9
    progress.update(15_700, 50_581, 434_000_000, 1_400_000_000, 3)

    drawn = stream.getvalue().removeprefix("\r").removesuffix("\x1b[K")
    assert len(drawn) < max(width, 3)


@pytest.mark.parametrize("numbers", [(0, 0, 0, 0, 0), (5, 0, 5, 0, 1), (9, 3, 9, 3, 0)])
def test_odd_totals_do_no_harm(clock, numbers):
    stream = io.StringIO()
    progress = Progress(stream, clock, 80)
    clock.now += 5
    progress.update(*numbers)

    assert stream.getvalue().count("\r") == 1
