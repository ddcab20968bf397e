"""The shapes of SARIF 2.1.0 and of GitLab's report, as far as we use them: what must be there and what may.

Both were also checked against the published schemas by hand; those are too large to keep here.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from secretguard.reports import REPORTS, Style

# A shape is a type, a pattern, a set of values, a list of one shape, or a dict; a key that ends in ? may be missing,
# "*" stands for any key. An object may hold no other keys: SARIF allows none.
TEXT = re.compile(r"(?s).+")
LINE = re.compile(r"[1-9]\d*")
MESSAGE = {"text": TEXT}
LEVEL = {"none", "note", "warning", "error"}
REGION = {"startLine": LINE, "startColumn": LINE, "endLine": LINE, "endColumn": LINE}
ARTIFACT = {"uri": re.compile(r"[!-~]+"), "uriBaseId?": {"%SRCROOT%"}}
RULE = {
    "id": TEXT,
    "name": TEXT,
    "shortDescription": MESSAGE,
    "fullDescription": MESSAGE,
    "help": {"text": TEXT, "markdown": TEXT},
    "helpUri?": re.compile(r"https://[!-~]+"),
    "defaultConfiguration": {"level": LEVEL},
    "properties": {
        "security-severity": re.compile(r"\d{1,2}\.\d"),
        "precision": {"very-high", "high", "medium", "low"},
        "tags": [TEXT],
    },
}
RESULT = {
    "ruleId": TEXT,
    "ruleIndex": re.compile(r"\d+"),
    "level": LEVEL,
    "message": MESSAGE,
    "locations": [{"physicalLocation": {"artifactLocation": ARTIFACT, "region": REGION}}],
    "partialFingerprints": {"secretguard/v1": TEXT},
    "properties": {"*": object},
}
INVOCATION = {
    "executionSuccessful": bool,
    "exitCode": re.compile(r"[012]"),
    "toolExecutionNotifications": [{"level": LEVEL, "message": MESSAGE}],
}
SARIF = {
    "$schema": TEXT,
    "version": {"2.1.0"},
    "runs": [
        {
            "tool": {"driver": {"name": TEXT, "semanticVersion": TEXT, "rules": [RULE]}},
            "invocations": [INVOCATION],
            "columnKind": {"unicodeCodePoints"},
            "originalUriBaseIds": {"*": object},
            "results": [RESULT],
        }
    ],
}

TOOL = {"id": TEXT, "name": TEXT, "version": TEXT, "vendor": {"name": TEXT}}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
VULNERABILITY = {
    "id": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "category": {"secret_detection"},
    "name": re.compile(r"(?s).{1,255}"),
    "description": TEXT,
    "severity": {"Info", "Unknown", "Low", "Medium", "High", "Critical"},
    "solution": re.compile(r"(?s).{1,7000}"),
    "identifiers": [{"type": TEXT, "name": TEXT, "value": TEXT}],
    "links": [{"url": re.compile(r"(https?|ftp)://.+")}],
    "details": {"confidence": {"name": TEXT, "type": {"text"}, "value": TEXT}},
    "location": {"file": TEXT, "start_line": LINE, "end_line": LINE, "commit": {"sha": TEXT}},
}
GITLAB = {
    "version": {"15.0.7"},
    "scan": {
        "analyzer": TOOL,
        "scanner": TOOL,
        "type": {"secret_detection"},
        "start_time": TIME,
        "end_time": TIME,
        "status": {"success", "failure"},
        "messages": [{"level": {"info", "warn", "fatal"}, "value": TEXT}],
    },
    "vulnerabilities": [VULNERABILITY],
}


def mistakes(value, shape, at="$"):
    if isinstance(shape, list):
        for number, item in enumerate(value):
            yield from mistakes(item, shape[0], f"{at}[{number}]")
    elif isinstance(shape, dict):
        yield from object_mistakes(value, shape, at)
    elif isinstance(shape, type):
        if not isinstance(value, shape):
            yield f"{at}: {value!r} is no {shape}"
    elif isinstance(shape, set):
        if value not in shape:
            yield f"{at}: {value!r} is none of {shape}"
    elif not shape.fullmatch(str(value)):
        yield f"{at}: {value!r} does not match {shape.pattern}"


def object_mistakes(value, shape, at):
    known = {key.rstrip("?"): inner for key, inner in shape.items()}
    for key in shape:
        if not key.endswith("?") and key != "*" and key not in value:
            yield f"{at}: no {key}"
    for key, item in value.items():
        if key not in known and "*" not in known:
            yield f"{at}: {key} is not allowed"
        else:
            yield from mistakes(item, known.get(key, object), f"{at}.{key}")


@pytest.mark.parametrize(("name", "shape"), [("sarif", SARIF), ("gitlab", GITLAB)])
def test_reports_have_the_shape_of_their_schema(make, name, shape):
    exposed = make.occurrence(exposure=make.exposure())
    finding = make.finding(occurrences=(exposed, make.occurrence(b"/a"), make.occurrence(None)))
    odd = make.finding(rule="unknown-rule", evidence=(), blocking=False)
    reports = [
        make.report(),
        make.report(finding, odd),
        make.report(replace(finding, address="Bitcoin 1x"), errors=["broken", "\x00"]),
    ]

    for report in reports:
        document = json.loads(REPORTS[name](report, make.advice, Style()))
        assert list(mistakes(document, shape)) == []


def test_the_shapes_notice_mistakes():
    assert list(mistakes({"version": "2.0.0", "runs": [], "x": 1}, SARIF)) == [
        "$: no $schema",
        "$.version: '2.0.0' is none of {'2.1.0'}",
        "$: x is not allowed",
    ]
