"""Findings made at run time: no file of ours holds a key."""

from __future__ import annotations

import json
import secrets
import string
from types import SimpleNamespace

import pytest

from secretguard.model import (
    Confidence,
    Exposure,
    Finding,
    Occurrence,
    Origin,
    OriginKind,
    Person,
    Place,
    Reach,
    Receipt,
    Report,
    Sealer,
    Secret,
    Severity,
)
from secretguard.reports import REPORTS, Advice, RuleNote, Style


def make_value(length: int = 64) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


def make_sealed(value: str | None = None, *, show: bool = False):
    return Sealer(show=show).seal(Secret(value or make_value()), "exchange")


def make_occurrence(path=b"src/config.py", line=3, column=9, *, excerpt="", exposure=None, kind=None):
    origin = Origin(kind or (OriginKind.BLOB if exposure else OriginKind.FILE), path, "ab" * 20)
    return Occurrence(origin, Place(line, column, line, column + 64), excerpt, exposure)


def make_finding(**changes) -> Finding:
    sealed = changes.pop("secret", None) or make_sealed()
    fields = {
        "rule": "binance-api-secret",
        "provider": "binance",
        "kind": "api_secret",
        "family": "exchange",
        "severity": Severity.CRITICAL,
        "confidence": Confidence.HIGH,
        "secret": sealed,
        "occurrences": (make_occurrence(excerpt=f'KEY = "{sealed.mask}"'),),
        "evidence": ("the name KEY", "a partner beside it"),
    }
    return Finding(**{**fields, **changes})


def make_exposure(**changes) -> Exposure:
    author = Person("Alice", "alice@example.org", 1_680_350_000, "+0200")
    fields = {"first": "1a" * 20, "author": author, "last": "2b" * 20, "commits": 7}
    return Exposure(**{**fields, "refs": ("refs/heads/main",), "reach": Reach.BRANCH, **changes})


def make_report(*findings: Finding, errors=(), **changes) -> Report:
    receipt = changes.pop("receipt", None) or Receipt(12, 34_000, {"file": 12})
    receipt.errors += errors
    return Report(tuple(findings), receipt, **{"seconds": 0.2, **changes})


ADVICE = Advice(
    {
        "binance-api-secret": RuleNote(
            "Binance API secret",
            "Binance",
            what="Whoever holds it can trade on the account.",
            revoke="https://binance.example/api-keys",
            contact="https://binance.example/support",
            references=("https://binance.example/docs",),
        ),
        "kraken-private-key": RuleNote("Kraken private key", "Kraken", revoke="https://kraken.example/api"),
    }
)


def rendered(name: str, report: Report, **style) -> str:
    return REPORTS[name](report, ADVICE, Style(**style))


def parsed(name: str, report: Report, **style):
    return json.loads(rendered(name, report, **style))


@pytest.fixture
def make() -> SimpleNamespace:
    """Builders of the values that flow, and a table of advice."""
    return SimpleNamespace(
        value=make_value,
        sealed=make_sealed,
        occurrence=make_occurrence,
        finding=make_finding,
        exposure=make_exposure,
        report=make_report,
        advice=ADVICE,
        rendered=rendered,
        parsed=parsed,
    )
