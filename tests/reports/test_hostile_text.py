"""Whatever stands in names, lines, authors and refs: no renderer raises, nothing is driven, forged or broken."""

from __future__ import annotations

import json
import re
import secrets
import string
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard.model import (
    Confidence,
    Exposure,
    Finding,
    Occurrence,
    Origin,
    OriginKind,
    Part,
    Person,
    Place,
    Reach,
    Receipt,
    Report,
    Sealed,
    Severity,
    Skipped,
    show_path,
)
from secretguard.reports import REPORTS, Advice, RuleNote, Style

ATTACKS = [
    "\n::error file=a::forged",
    "::stop-commands::x",
    "##[error]x",
    "##vso[task.complete]",
    "\x1b]0;title\x07\x1b[2J",
    "\x9b31m",
    "\r\u202egpj.\u2066exe\u2069",
    "]]><testcase/>",
    '"}]}<!--&#x1b;',
    "\udcff\ud800\ufffe\uffff\x00",
    "%0A::warning::x",
    "漢字e\u0301\u200b\u2028",
    "`$(id)` | <b>",
]

texts = st.one_of(
    st.sampled_from(ATTACKS),
    st.text(st.characters(codec=None), max_size=30),
    st.lists(st.sampled_from(ATTACKS), max_size=4).map(" ".join),
)
paths = st.one_of(
    st.binary(min_size=1, max_size=40),
    texts.map(lambda t: t.encode("utf-8", "surrogatepass") or b"x"),
)
oids = st.one_of(st.none(), st.text("0123456789abcdef", min_size=40, max_size=40), texts)
numbers = st.integers(1, 10**6)
places = st.builds(lambda a, b, c, d: Place(a, b, a + c, b + d), numbers, numbers, st.integers(0, 3), numbers)
people = st.builds(Person, texts, texts, st.integers(-(2**63), 2**64), texts)
exposures = st.builds(
    Exposure,
    oids,
    st.none() | people,
    oids,
    st.integers(0, 10**6),
    st.booleans(),
    st.lists(st.one_of(texts, texts.map("refs/remotes/{}".format)), max_size=6).map(tuple),
    st.sampled_from(Reach),
)
origins = st.builds(Origin, st.sampled_from(OriginKind), st.none() | paths, oids)
sealeds = st.builds(Sealed, texts, texts)

repeats = st.sampled_from([1, 1, 1, 4])


@st.composite
def occurrences(draw, mask):
    excerpt = draw(st.sampled_from(["", "{}", "a{}b{}"])).replace("{}", mask) + draw(texts)
    return Occurrence(draw(origins), draw(places), excerpt, draw(st.none() | exposures))


@st.composite
def findings(draw, shown=None):
    sealed = Sealed(draw(texts), draw(texts), shown)
    parts = st.builds(Part, texts, texts, places, st.just(sealed) if shown else sealeds)
    return Finding(
        rule=draw(st.sampled_from(["binance-api-secret", "other"]) | texts.filter(bool)),
        provider=draw(texts),
        kind=draw(texts),
        family=draw(texts),
        severity=draw(st.sampled_from(Severity)),
        confidence=draw(st.sampled_from(Confidence)),
        secret=sealed,
        occurrences=tuple(draw(st.lists(occurrences(sealed.mask), max_size=3)) * draw(repeats)),
        evidence=tuple(draw(st.lists(texts, max_size=3))),
        address=draw(st.none() | texts),
        parts=tuple(draw(st.lists(parts, max_size=2))),
        blocking=draw(st.booleans()),
    )


receipts = st.builds(
    Receipt,
    st.integers(0, 10**6),
    st.integers(0, 10**15),
    st.dictionaries(st.sampled_from(["blob", "file", "tree"]) | texts, st.integers(0, 10**6), max_size=3),
    st.lists(st.builds(Skipped, texts, texts), max_size=3),
    st.lists(texts, max_size=12),
    st.lists(texts, max_size=3),
)


def reports(shown=None):
    return st.builds(
        Report,
        st.tuples(st.lists(findings(shown), max_size=2), repeats).map(lambda t: tuple(t[0] * t[1])),
        receipts,
        st.floats(0, 1e6),
        st.dictionaries(st.sampled_from(["baseline", "comment"]) | texts, st.integers(0, 9), max_size=3),
        texts,
    )


notes = st.builds(
    RuleNote,
    texts,
    texts,
    texts,
    st.none() | texts.map("https://a.example/{}".format),
    st.none() | texts,
    st.lists(texts.map("https://a.example/{}".format), max_size=2).map(tuple),
    st.lists(texts, max_size=2).map(tuple),
)
advices = st.dictionaries(st.sampled_from(["binance-api-secret", "other"]), notes).map(Advice)
styles = st.builds(Style, st.booleans(), st.integers(0, 150), st.booleans(), st.floats(0, 1e12))

SGR = re.compile(r"\x1b\[[0-9;]*m")
LINK = re.compile(r"\x1b\]8;;(?:https?://[!-~]+)?\x1b\\")


@settings(max_examples=150)
@given(reports(), advices, styles)
def test_human_output_drives_no_terminal_and_no_ci_log(report, advice, style):
    text = REPORTS["human"](report, advice, style)

    if style.color:
        text = SGR.sub("", text)
    if style.links:
        text = LINK.sub("", text)
    assert all(line.isprintable() for line in text.split("\n"))
    assert not any(line.lstrip().startswith("::") for line in text.split("\n"))
    assert not re.search(r"##\w*\[", text)
    assert report.complete or not re.search(r"^clean", text, re.MULTILINE)


@settings(max_examples=150)
@given(reports(), advices, styles)
def test_json_and_jsonl_give_back_every_value(report, advice, style):
    whole = REPORTS["json"](report, advice, style)
    lines = [json.loads(line) for line in REPORTS["jsonl"](report, advice, style).splitlines()]

    document = json.loads(whole)
    assert whole.isascii()
    assert "##" not in whole
    assert document["errors"] == report.receipt.errors
    told = Counter((f["secret"], f["fingerprint"], f["family"]) for f in document["findings"])
    assert told == Counter((f.secret.mask, f.secret.fingerprint, f.family) for f in report.findings)
    assert _json_places(document["findings"]) == _places(report)
    assert [f for f in lines if f.pop("type") == "finding"] == document["findings"]


def _json_places(findings):
    spots = (o for f in findings for o in f["occurrences"])
    return Counter((o["path"], o["line"], o["column"], o["excerpt"]) for o in spots)


def _places(report):
    spots = (o for f in report.findings for o in f.occurrences)
    return Counter(
        (None if o.origin.path is None else show_path(o.origin.path), o.place.line, o.place.column, o.excerpt)
        for o in spots
    )


@settings(max_examples=150)
@given(reports(), advices, styles)
def test_sarif_is_well_formed_and_names_every_place_exactly(report, advice, style):
    text = REPORTS["sarif"](report, advice, style)

    (run,) = json.loads(text)["runs"]
    json.dumps(run, ensure_ascii=False).encode("utf-8")
    rules = run["tool"]["driver"]["rules"]
    results = run["results"]
    assert all(r["ruleId"] == rules[r["ruleIndex"]]["id"] for r in results)
    assert all(r["message"]["text"].isprintable() and r["message"]["text"] for r in results)
    told = Counter(_sarif_spot(r["locations"][0]["physicalLocation"]) for r in results)
    occurrences = [o for f in report.findings for o in f.occurrences]
    assert len(results) == len(occurrences)
    named = [o for o in occurrences if o.origin.path and not o.origin.path.startswith(b"/")]
    assert not Counter((o.origin.path, o.place.line, o.place.end_column) for o in named) - told
    assert run["invocations"][0]["executionSuccessful"] is report.complete


def _sarif_spot(location):
    uri = location["artifactLocation"]["uri"]
    assert re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", uri.removeprefix("file://"))
    return (unquote_to_bytes(uri), location["region"]["startLine"], location["region"]["endColumn"])


@settings(max_examples=150)
@given(reports(), advices, styles)
def test_gitlab_is_well_formed(report, advice, style):
    text = REPORTS["gitlab"](report, advice, style)

    document = json.loads(text)
    json.dumps(document, ensure_ascii=False).encode("utf-8")
    assert len(document["vulnerabilities"]) == sum(len(f.occurrences) for f in report.findings)
    assert document["scan"]["status"] == ("success" if report.complete else "failure")
    for time in (document["scan"]["start_time"], document["scan"]["end_time"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", time)
    for vulnerability in document["vulnerabilities"]:
        assert vulnerability["location"]["commit"]["sha"]
        assert len(vulnerability["name"]) <= 255


@settings(max_examples=150)
@given(reports(), advices, styles)
def test_junit_is_well_formed_and_holds_no_forged_element(report, advice, style):
    text = REPORTS["junit"](report, advice, style)

    root = ElementTree.fromstring(text.encode("utf-8"))
    cases = len(report.findings) + len(report.receipt.errors)
    assert len(root.findall(".//testcase")) == max(cases, 1)
    assert len(root.findall(".//failure")) == len(report.blocking)
    assert len(root.findall(".//error")) == len(report.receipt.errors)
    assert all(line.isprintable() for line in text.split("\n"))
    assert not any(line.lstrip().startswith("::") for line in text.split("\n"))


@settings(max_examples=150)
@given(reports(), advices, styles)
def test_github_prints_our_commands_and_no_other(report, advice, style):
    text = REPORTS["github"](report, advice, style)

    lines = text.split("\n")[:-1]
    places = sum(len(f.occurrences) for f in report.findings)
    assert len(lines) == places + len(report.receipt.errors)
    for line in lines:
        assert line.isprintable()
        command = re.fullmatch(r"::(error|notice) ([^\n]*?)::(.*)", line)
        assert command
        assert all(re.fullmatch(r"\w+=[^:,]*", pair) for pair in command[2].split(","))


class Page(HTMLParser):
    """What a browser would make of a page: elements with their attributes, and the text between them."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements[tag] += 1
        self.attributes.update(name for name, _ in attrs)
        self.open += [] if tag == "meta" else [tag]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@settings(max_examples=150)
@given(reports(), advices, styles)
def test_html_holds_our_elements_and_no_other_and_loads_nothing(report, advice, style):
    text = REPORTS["html"](report, advice, style)

    page = Page()
    page.feed(text)
    page.close()
    text.encode("utf-8")
    assert page.open == []
    assert page.elements["article"] == len(report.findings)
    assert page.elements["h1"] == page.elements["style"] == page.elements["title"] == 1
    assert not page.elements.keys() & {"script", "img", "link", "iframe", "object", "form", "a", "base", "svg"}
    assert page.attributes <= {"lang", "charset", "http-equiv", "content", "name", "class"}
    assert "default-src &#x27;none&#x27;" in text
    assert "url(" not in text.partition("</style>")[0]
    assert page.elements["section"] == (0 if report.complete else 1)
    assert all(line.isprintable() for line in text.split("\n"))


@settings(max_examples=150)
@given(reports(), advices, styles)
def test_markdown_holds_our_rows_and_no_markup_of_others(report, advice, style):
    text = REPORTS["markdown"](report, advice, style)

    *lines, _ending, last = text.split("\n")
    rows = [line for line in lines if line.startswith("|")]
    assert last == ""
    assert all(line.isprintable() for line in lines)
    assert all(line.count("|") == 5 for line in rows)
    assert len(rows) == (len(report.findings) + 2 if report.findings else 0)
    assert not any(re.search(r"[<>`\\\[\]*_]|https?:", line) for line in lines)
    told = [line for line in lines if line.startswith("- ")]
    assert len(told) == len(report.receipt.errors) + len(report.receipt.notes)


def _github_file(line):
    found = re.search(r"[ ,]file=([^,:]*)", line)
    return re.sub(r"%(25|0D|0A|3A|2C)", lambda m: chr(int(m[1], 16)), found[1]) if found else None


@given(st.text(st.characters(codec="ascii"), min_size=1).filter(lambda t: t.replace("\n", "").isprintable()))
def test_github_decodes_a_file_name_to_itself(name):
    origin = Origin(OriginKind.FILE, name.encode())
    sealed = Sealed("***", "v1:0")
    finding = Finding(
        "r", "p", "k", "f", Severity.HIGH, Confidence.HIGH, sealed, (Occurrence(origin, Place(1, 1, 1, 2)),)
    )

    (line,) = REPORTS["github"](Report((finding,), Receipt()), Advice(), Style()).splitlines()

    assert name == _github_file(line)


VALUE = "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(64))


@settings(max_examples=80)
@given(reports(shown=VALUE), advices, styles)
def test_formats_that_are_uploaded_hold_no_run_of_a_shown_secret(report, advice, style):
    for name in ("sarif", "gitlab", "junit", "github", "html", "markdown"):
        text = REPORTS[name](report, advice, style)
        assert not any(VALUE[i : i + 6] in text for i in range(len(VALUE) - 5))
