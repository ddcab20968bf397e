from __future__ import annotations

import json
import os
import subprocess
import sys

from secretguard.model import Part, Place, Receipt, Skipped
from secretguard.reports import REPORTS


def test_json_holds_the_contract(make):
    finding = make.finding()

    document = make.parsed("json", make.report(finding, suppressed={"baseline": 2}))

    assert document["schema"] == 1
    assert document["complete"] is True
    assert document["errors"] == []
    assert document["suppressed"] == {"baseline": 2, "comment": 0, "ignored_paths": 0}
    assert document["receipt"]["fragments"] == 12
    (told,) = document["findings"]
    expected = {
        "rule": "binance-api-secret",
        "provider": "binance",
        "kind": "api_secret",
        "severity": "critical",
        "confidence": "high",
        "path": "src/config.py",
        "line": 3,
        "column": 9,
        "end_line": 3,
        "end_column": 73,
        "secret": finding.secret.mask,
        "fingerprint": finding.secret.fingerprint,
        "commit": None,
        "blocking": True,
        "address": None,
    }
    assert expected.items() <= told.items()
    assert len(told["occurrences"]) == 1


def test_json_tells_exposure_and_parts(make):
    exposure = make.exposure()
    part = Part("binance-api-key", "api_key", Place(2, 7, 2, 71), make.sealed())
    finding = make.finding(occurrences=(make.occurrence(exposure=exposure),), parts=(part,))

    (told,) = make.parsed("json", make.report(finding))["findings"]

    assert told["commit"] == exposure.first
    assert told["occurrences"][0]["exposure"] == {
        "first": exposure.first,
        "author": {
            "name": "Alice",
            "email": "alice@example.org",
            "date": "2023-04-01T11:53:20Z",
            "zone": "+0200",
        },
        "last": exposure.last,
        "commits": 7,
        "in_head": False,
        "refs": ["refs/heads/main"],
        "reach": "branch",
    }
    assert told["parts"][0]["fingerprint"] == part.secret.fingerprint


def test_json_names_a_path_that_is_no_utf8_exactly(make):
    path = b"caf\xe9/\x1b[2J\n.py"
    finding = make.finding(occurrences=(make.occurrence(path),))

    text = make.rendered("json", make.report(finding))

    assert "caf\\udce9/" in text
    assert text.isascii()
    assert path == os.fsencode(json.loads(text)["findings"][0]["path"])


def test_json_shows_a_secret_only_if_asked(make):
    value = make.value()
    hidden = make.rendered("json", make.report(make.finding(secret=make.sealed(value))))
    shown = make.parsed("json", make.report(make.finding(secret=make.sealed(value, show=True))))

    assert value not in hidden
    assert value == shown["findings"][0]["secret"]


def test_json_of_an_incomplete_scan_says_so(make):
    receipt = Receipt(1, 2, {"blob": 1}, [Skipped("x.bin", "too big")], notes=["shallow"])

    document = make.parsed("json", make.report(receipt=receipt, errors=["pack is corrupt"]))

    assert document["complete"] is False
    assert document["errors"] == ["pack is corrupt"]
    assert document["receipt"]["skipped"] == [{"path": "x.bin", "reason": "too big"}]
    assert document["receipt"]["notes"] == ["shallow"]


def test_every_format_is_independent_of_the_order_of_findings(make):
    findings = [make.finding(occurrences=(make.occurrence(line=n),)) for n in range(1, 6)]

    for name in REPORTS:
        forward = make.rendered(name, make.report(*findings))
        assert forward == make.rendered(name, make.report(*reversed(findings)))


def test_jsonl_is_findings_then_a_receipt(make):
    report = make.report(make.finding(), make.finding())

    lines = [json.loads(line) for line in make.rendered("jsonl", report).splitlines()]

    assert [line["type"] for line in lines] == ["finding", "finding", "receipt"]
    assert lines[-1]["complete"] is True


def test_importing_the_table_imports_no_renderer():
    code = "import sys, secretguard.reports; print(*(m for m in sys.modules if 'secretguard.rep' in m))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert set(done.stdout.split()) == {"secretguard.reports", "secretguard.reports.base"}
