from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from secretguard.model import Confidence, OriginKind, Part, Place, Severity


def test_sarif_has_a_result_for_each_place_that_points_to_its_rule(make):
    places = (make.occurrence(), make.occurrence(b"b.py", 7, 2))
    findings = (make.finding(occurrences=places), make.finding(rule="kraken-private-key"))

    (run,) = make.parsed("sarif", make.report(*findings))["runs"]

    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["binance-api-secret", "kraken-private-key"]
    assert len(run["results"]) == 3
    for result in run["results"]:
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"]
    assert run["results"][0]["partialFingerprints"].keys() == {"secretguard/v1"}
    spots = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert {
        "artifactLocation": {"uri": "b.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7, "startColumn": 2, "endLine": 7, "endColumn": 66},
    } in spots


def test_sarif_rules_explain_and_rank_themselves(make):
    (run,) = make.parsed("sarif", make.report(make.finding()))["runs"]

    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "Binance API secret"
    assert "https://binance.example/api-keys" in rule["help"]["text"]
    assert rule["help"]["markdown"].startswith("**Binance API secret**")
    assert rule["helpUri"] == "https://binance.example/docs"
    assert rule["properties"]["security-severity"] == "9.5"
    assert "security" in rule["properties"]["tags"]


@pytest.mark.parametrize(
    ("severity", "blocking", "level"),
    [
        (Severity.CRITICAL, True, "error"),
        (Severity.HIGH, True, "error"),
        (Severity.MEDIUM, True, "warning"),
        (Severity.LOW, True, "note"),
        (Severity.CRITICAL, False, "note"),
    ],
)
def test_sarif_levels(make, severity, blocking, level):
    finding = make.finding(severity=severity, blocking=blocking)

    (run,) = make.parsed("sarif", make.report(finding))["runs"]

    assert run["results"][0]["level"] == level


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (b"a b/\xc3\xa9%.py", "a%20b/%C3%A9%25.py"),
        (b"caf\xe9.py", "caf%E9.py"),
        (b"javascript:x", "javascript%3Ax"),
        (b"a?b#c", "a%3Fb%23c"),
        (b"\n\x1b", "%0A%1B"),
    ],
)
def test_sarif_uris_are_relative_and_encoded(make, path, uri):
    finding = make.finding(occurrences=(make.occurrence(path),))

    (run,) = make.parsed("sarif", make.report(finding))["runs"]

    artifact = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_sarif_of_an_absolute_path_has_no_base(make):
    finding = make.finding(occurrences=(make.occurrence(b"/srv/a.py"),))

    (run,) = make.parsed("sarif", make.report(finding))["runs"]

    artifact = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///srv/a.py"}


def test_sarif_tells_that_a_scan_failed(make):
    (run,) = make.parsed("sarif", make.report(errors=["a.py: permission denied"]))["runs"]

    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2
    (told,) = invocation["toolExecutionNotifications"]
    assert told == {"level": "error", "message": {"text": "a.py: permission denied"}}


def test_gitlab_report_has_what_its_schema_wants(make):
    exposure = make.exposure()
    finding = make.finding(occurrences=(make.occurrence(exposure=exposure), make.occurrence()))

    document = make.parsed("gitlab", make.report(finding), finished=1_700_000_000)

    scan = document["scan"]
    assert document["version"] == "15.0.7"
    assert scan["type"] == "secret_detection"
    assert scan["status"] == "success"
    assert (scan["start_time"], scan["end_time"]) == ("2023-11-14T22:13:19", "2023-11-14T22:13:20")
    first, second = document["vulnerabilities"]
    assert first["id"] != second["id"]
    assert first["severity"] == "Critical"
    assert first["identifiers"][0]["value"] == "binance-api-secret"
    assert first["location"] == {
        "file": "src/config.py",
        "start_line": 3,
        "end_line": 3,
        "commit": {"sha": exposure.first},
    }
    assert second["location"]["commit"] == {"sha": "0000000"}


def test_gitlab_without_times_is_of_1970_and_incomplete_is_a_failure(make):
    scan = make.parsed("gitlab", make.report(errors=["no"]))["scan"]

    assert scan["start_time"] == scan["end_time"] == "1970-01-01T00:00:00"
    assert scan["status"] == "failure"
    assert scan["messages"] == [{"level": "fatal", "value": "no"}]


def test_gitlab_ids_last_from_run_to_run(make):
    report = make.report(make.finding())

    first, second = (make.parsed("gitlab", report) for _ in range(2))

    assert first["vulnerabilities"][0]["id"] == second["vulnerabilities"][0]["id"]


def test_junit_counts_failures_errors_and_what_does_not_block(make):
    finding = make.finding()
    report = make.report(finding, replace(finding, blocking=False), errors=["a: unreadable"])

    suite = ElementTree.fromstring(make.rendered("junit", report)).find("testsuite")

    assert {k: suite.get(k) for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    assert suite.find(".//failure").get("message") == "CRITICAL Binance API secret at src/config.py:3:9"
    assert suite.find(".//error").get("message") == "a: unreadable"


def test_junit_of_a_clean_run_is_one_passed_test(make):
    suite = ElementTree.fromstring(make.rendered("junit", make.report())).find("testsuite")

    assert suite.get("tests") == "1"
    assert list(suite.find("testcase")) == []


def test_github_annotates_the_place(make):
    (line,) = make.rendered("github", make.report(make.finding())).splitlines()

    assert line.startswith(
        "::error file=src/config.py,line=3,col=9,endColumn=73,title=secretguard%3A Binance API secret (critical)::"
    )


def test_github_escapes_what_would_end_a_property_or_a_line(make):
    finding = make.finding(occurrences=(make.occurrence(b"a,b:c%\n::error::x\r"),), evidence=("100%\n::error::y",))

    (line,) = make.rendered("github", make.report(finding)).splitlines()

    assert "file=a%2Cb%3Ac%25%0A%3A%3Aerror%3A%3Ax%0D,line=3" in line
    assert "100%25\\n::error::y" in line


def test_github_gives_columns_only_on_one_line_and_notices_for_what_does_not_block(make):
    place = Place(3, 1, 9, 20)
    occurrence = replace(make.occurrence(), place=place)
    report = make.report(make.finding(occurrences=(occurrence,), blocking=False), errors=["no"])

    first, second = make.rendered("github", report).splitlines()

    assert first == "::error title=secretguard%3A scan is incomplete::no"
    assert second.startswith("::notice file=src/config.py,line=3,endLine=9,title=")


def test_github_names_a_text_that_lies_in_no_file(make):
    finding = make.finding(occurrences=(make.occurrence(None, kind=OriginKind.COMMIT),))

    (line,) = make.rendered("github", make.report(finding)).splitlines()

    assert line.startswith("::error title=")
    assert "In text of commit ababababab, line 3." in line


@pytest.mark.parametrize("name", ["sarif", "gitlab", "junit", "github"])
def test_formats_that_are_uploaded_never_show_a_secret(make, name):
    value = make.value()
    sealed = make.sealed(value, show=True)
    part = Part("binance-api-key", "api_key", Place(2, 7, 2, 71), sealed)
    finding = make.finding(secret=sealed, parts=(part,), confidence=Confidence.LOW)

    text = make.rendered(name, make.report(finding))

    assert not any(value[i : i + 6] in text for i in range(len(value) - 5))
