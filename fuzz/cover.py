"""The same targets, guided by coverage: python fuzz/cover.py TARGET [options of libFuzzer] (needs atheris).

For targets whose inputs are the bytes themselves: fragments, twin, parsers.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["secretguard"]):
    from targets import TARGETS


def main() -> None:
    target = TARGETS[sys.argv.pop(1)]
    atheris.Setup(sys.argv, lambda data: target.check(bytes(data)))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
