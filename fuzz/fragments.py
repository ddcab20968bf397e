"""The engine, the judge and the reports over texts that are nearly secrets."""

from __future__ import annotations

import random
import time
from functools import cache

import mutate
from target import Target, hold

from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.model import Finding, Fragment, Origin, OriginKind
from secretguard.scan import Scanner

SECONDS, SECONDS_PER_MB, SECONDS_PER_FINDING = 0.7, 2.0, 0.001  # CPU
HURT = 1 << 17  # bytes of a text that is to hurt
ORIGIN = Origin(OriginKind.FILE, b"a.py")


@cache
def scanner(accelerate: bool) -> Scanner:
    """All our rules, secrets shown, so that what is masked can be laid beside what is not."""
    return Scanner(Config((built_in_rules(),), show_secrets=True, accelerate=accelerate))


def found(data: bytes, accelerate: bool = True) -> list[Finding]:
    """The findings in a text."""
    return [each for each in scanner(accelerate).scan(Fragment(data + b"\n", ORIGIN), []) if isinstance(each, Finding)]


def scan(data: bytes) -> None:
    """No text makes it raise, and no excerpt, mask or piece of evidence holds the secret."""
    for finding in found(data):
        told(finding)


def quick(data: bytes) -> None:
    """No text takes longer than its size and its findings allow."""
    found(b"")  # what is compiled at first use does not count
    began = time.process_time()
    number = len(found(data))
    taken = time.process_time() - began
    allowed = SECONDS + SECONDS_PER_MB * len(data) / 1e6 + SECONDS_PER_FINDING * number
    hold(taken < allowed, f"{taken:.1f} s for {len(data)} bytes and {number} findings")


def told(finding: Finding) -> None:
    """What is said of a secret holds no six characters of it in a row, but for what else the line may say."""
    secret, (occurrence,) = finding.secret, finding.occurrences
    value = secret.shown or ""
    runs = {value[at : at + 6] for at in range(len(value) - 5)}
    hold(not any(run in secret.mask for run in runs), "a mask shows six characters")
    hold(len(value) < 6 or value not in occurrence.excerpt, "an excerpt shows the secret")
    said = " ".join((*finding.evidence, finding.rule, finding.address or ""))
    hold(len(value) < 6 or value not in said, "the evidence quotes the secret")
    place = occurrence.place
    hold(1 <= place.line <= place.end_line and place.column >= 1, "a place that no editor knows")


def twin(data: bytes) -> None:
    """With Vectorscan and without it the findings are the same, but for rules whose candidates are narrower."""
    one, other = ({(f.rule, f.secret, f.occurrences) for f in found(data, each)} for each in (True, False))
    rules = mutate.rule_set().rules
    differ = sorted(rule for rule, *_ in one ^ other if not rules[rule].candidates)
    hold(not differ, f"with and without Vectorscan: {differ}")


def chosen(rng: random.Random) -> bytes:
    """The name of a rule, the number of one of its examples, and a seed to fill it with."""
    rule = rng.choice(list(mutate.rule_set().rules.values()))
    return f"{rule.id} {rng.randrange(len(rule.examples))} {rng.random()}".encode()


def recall(data: bytes) -> None:
    """An example is found by its rule whatever it is filled with."""
    name, number, seed = data.decode().split()
    text = fill(mutate.rule_set().rules[name].examples[int(number)], seed)
    rules = {part for finding in found(text.encode()) for part in (finding.rule, *(p.rule for p in finding.parts))}
    hold(name in rules, f"{name}: {text!r} is {sorted(rules) or 'not found'}")


def hurtful(rng: random.Random) -> bytes:
    """A text built to hurt one rule: its example over and over, in part, without its end, or drowned in its letters."""
    line = mutate.example(rng)
    cut, letter = rng.randint(1, len(line)), bytes([rng.choice(line)])
    unit = rng.choice(
        (
            line,
            line[:cut],
            line[cut - 1 :],
            line[:-1] + b"!",
            letter,
            letter + bytes([rng.choice(line)]),
            line[:cut] + b"\"'",
        )
    )
    many = unit * (HURT // len(unit))
    return rng.choice((many, line + many, many + line, line[:cut] + many + line[cut:], many.replace(b"\n", b" ")))


TARGETS = {
    "hurt": Target(hurtful, quick),
    "fragments": Target(mutate.text, scan),
    "recall": Target(chosen, recall),
    "twin": Target(mutate.text, twin),
}
