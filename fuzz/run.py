"""Fuzz secretguard: python fuzz/run.py TARGET [--minutes 10] [--rounds N] [--seed S]

Every round is told by ``seed/number`` and can be had again with ``--seed S --only NUMBER``.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable

from target import Target
from targets import TARGETS

SHOWN = 20  # failures told in full


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("target", choices=list(TARGETS))
    add("--minutes", type=float, default=10.0, help="of wall time (default 10)")
    add("--rounds", type=int, help="end after so many")
    add("--seed", default="1")
    add("--only", type=int, help="this round alone, with its traceback")
    return parser.parse_args()


def data_of(target: Target, seed: str, number: int) -> bytes:
    return target.make(random.Random(f"{seed}/{number}"))


def fuzz(target: Target, seed: str, numbers: Iterable[int], seconds: float) -> int:
    """Run rounds until they or the time are over; tell failures as they come, then what came to pass how often.

    Returns the number of failures.
    """
    began, cpu = time.monotonic(), sum(os.times()[:4])
    failures: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    rounds = size = 0
    for number in numbers:
        if time.monotonic() - began > seconds:
            break
        data = data_of(target, seed, number)
        rounds, size = rounds + 1, size + len(data)
        try:
            kinds.update(filter(None, [target.check(data)]))
        except Exception as error:
            said = f"{type(error).__name__}: {error}"[:200]
            failures[said] += 1
            if failures.total() <= SHOWN:
                print(f"{seed}/{number}: {said}", flush=True)
    spent = sum(os.times()[:4]) - cpu
    print(f"{rounds} rounds, {size / 1e6:.1f} MB, {spent:.0f} s CPU, {failures.total()} failures")
    for kind, number in kinds.most_common():
        print(f"{number:8} {kind}")
    return failures.total()


def main() -> None:
    options = arguments()
    target = TARGETS[options.target]
    if options.only is not None:
        target.check(data_of(target, options.seed, options.only))
        return
    numbers = itertools.count() if options.rounds is None else range(options.rounds)
    sys.exit(bool(fuzz(target, options.seed, numbers, options.minutes * 60)))


if __name__ == "__main__":
    main()
