"""The time to read a baseline: ``python -m benchmarks.baseline_load [ENTRIES]``; CPU seconds, the best of nine."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from secretguard.baseline.entry import Entry, Verdict
from secretguard.baseline.file import load
from secretguard.baseline.header import read_key
from secretguard.baseline.text import Baseline, new_salt


def main(number: int) -> None:
    """Write a baseline of so many entries, and read it."""
    entries = [
        Entry(
            f"v1:{each:032x}", Verdict.TEST_DATA, "okx-api-secret", f"src/bot{each % 997}.py", "ann", reason="demo key"
        )
        for each in range(number)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "baseline"
        path.write_text(Baseline.of(new_salt(), entries).text())
        for what, read in (("all entries", load), ("the first line", read_key)):
            print(f"{number:,} entries, {what}: {min(timed(read, path) for _ in range(9)) * 1000:.1f} ms")


def timed(read: Callable[[Path], object], path: Path) -> float:
    """CPU seconds of one call."""
    began = time.process_time()
    read(path)
    return time.process_time() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 50_000)
