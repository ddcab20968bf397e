"""Inline acceptance: what a comment accepts, and what only looks like one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.doors import scan_files
from secretguard.explain import explain
from secretguard.git import Repository
from secretguard.inline import Comments
from secretguard.model import Finding, Fragment, Origin, OriginKind, Receipt
from secretguard.scan import Scanner
from secretguard.sweep import sweep

OURS = "secretguard: allow"
THEIRS = "pragma: allowlist secret"
RULE = "binance-api-secret"


def accepts(text: str | bytes, path: str | None = "bot.py", line: int = 1, rule: str = RULE) -> bool:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    comments = Comments(data, None if path is None else path.encode())
    return comments.accepting(line, rule) is not None


@pytest.mark.parametrize(
    "marker", [OURS, "secretguard:allow", THEIRS, "pragma: whitelist secret", "pragma:allowlist secret"]
)
@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", 'KEY = "x"  # {}'),
        ("a.py", "KEY = b'x'#{}"),
        ("a.py", 'KEY = "a\\"b"  # {}'),
        ("a.py", 'KEY = "x"  # noqa: S105 # {}'),
        ("a.py", 'KEY = "x"  # don\'t panic, {}'),
        ("a.py", "# KEY = x {}"),
        ("a.js", "const k = `x`; // {}"),
        ("a.js", "/* {} */ const k = 'x'"),
        ("a.js", "const k = 'x' /* {} */"),
        ("a.js", 'fetch("https://h/"), "x" /* y */ // {}'),
        ("a.go", "var k = `x` // {}"),
        ("a.sql", "SELECT 'it''s', 'x' -- {}"),
        ("a.lua", 'k = "x" -- {}'),
        ("a.ini", "key = x ; {}"),
        ("a.ini", "key = x # {}"),
        ("a.yaml", "key: x # {}"),
        ("a.yaml", "key: don't-x # {}"),
        ("a.yml", 'key: "x" # {}'),
        (".env", "KEY=x # {}"),
        (".env.example", "KEY='x' # {}"),
        ("prod.env", 'KEY="x" # {}'),
        ("Dockerfile", "ENV KEY=x # {}"),
        ("a.toml", "key = 'x' # {}"),
        ("a.xml", "<key>x</key> <!-- {} -->"),
        ("a.html", '<a key="x"> don\'t <!--{}-->'),
        ("a.html", 'const k = "x" // {}'),
        ("a.tex", "key x % {}"),
        ("a.erl", 'K = "x", % {}'),
        ("a.vb", 'k = "x" \' {}'),
        ("a.bat", "set K=x & rem {}"),
        ("a.bat", "REM x {}"),
        ("a.j2", "key: x {{# {} #}}"),
        ("a.clj", '(def k "x") ; {}'),
        ("a.md", "Don't: `x` <!-- {} -->"),
        ("a.unknown", "key = 'x' # {}"),
        (None, 'key = "x" // {}'),
        (None, 'key = "x"  # {}'),
        ("a.json", '{{"key": "x", "_comment": "{}"}}'),
        (None, '{{"key": "x", "_comment": "{}"}}'),
        ("a.ipynb", "  \"k = 'x'  # {}\\n\","),
        ("a.txt", "x {}"),
        ("a.csv", "a,x,{}"),
    ],
)
def test_comment_on_the_line_accepts(path, line, marker):
    assert accepts(line.format(marker), path)
    assert accepts(line.format(marker) + "\r\n", path)


@pytest.mark.parametrize("marker", [OURS, THEIRS, f"# {OURS}", f"# {THEIRS}", f"// {OURS}", f"/* {THEIRS} */"])
@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", 'KEY = "x {}"'),
        ("a.py", "KEY = 'x {}'"),
        ("a.py", 'KEY = "x\\" {}"'),
        ("a.py", 'KEY = "x", "{}'),
        ("a.py", 'KEY = "it\'s", "{}"'),
        ("a.py", 'KEY = f"{{x}} {}"'),
        ("a.py", 'KEY = """x {}'),
        ("a.py", 'KEY = "x"  # write "{}" here'),
        ("a.js", "const k = `x {}`"),
        ("a.js", 'const k = "x" /* y */ + "{}"'),
        ("a.sql", "SELECT 'x {}'"),
        ("a.yaml", 'key: "x {}"'),
        ("a.yaml", "key: 'x {}'"),
        (".env", 'KEY="x {}"'),
        ("a.html", "<a key='x' title='{}'>"),
        ("a.vue", "const k = 'x', t = `{}`"),
        ("a.toml", "key = 'x {}'"),
        ("a.unknown", 'key = "x {}"'),
        (None, "key = 'x {}'"),
        (None, '{{"key": "x {}"'),
    ],
)
def test_words_in_a_string_accept_nothing(path, line, marker):
    assert not accepts(line.format(marker), path)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", f"KEY = x {OURS}"),
        ("a.py", f'KEY = "x"  # {OURS}ed'),
        ("a.py", f'KEY = "x"  # {OURS}list'),
        ("a.py", f'KEY = "x"  # not-{OURS}'),
        ("a.py", 'KEY = "x"  # pragma: allowlist secrets'),
        ("a.py", 'KEY = "x"  # pragma: no cover'),
        ("a.py", f'KEY = "x"  // {OURS}'),
        ("a.yaml", f"key: x#{OURS}"),
        ("a.c", f'k = "x"; # {OURS}'),
        ("a.yaml", f"key: https:// {OURS}"),
        ("a.py", f'KEY = "x"\r# {OURS}'),
        ("a.py", f'KEY = "x"\u2028# {OURS}'),
        ("a.py", f'KEY = "x"  {" " * 9000}# {OURS}'),
    ],
)
def test_what_only_looks_like_one(path, line):
    assert not accepts(line, path)


def test_lines_inside_a_long_string_are_no_comments():
    text = f'DOC = """\nKEY=x # {OURS}\n"""\nKEY = "x"  # {OURS}\n'
    assert not accepts(text, "a.py", 2)
    assert not accepts(text, None, 2)
    assert accepts(text, "a.py", 4)
    assert not accepts(f"const d = `\n k = 'x' // {OURS}\n`\n", "a.js", 2)


@pytest.mark.parametrize(
    "marker", [f"{OURS}-next-line", "pragma: allowlist nextline secret", "pragma: allowlist-nextline-secret"]
)
def test_next_line(marker):
    text = f'a = 1\n    # {marker}\nKEY = "x"\nKEY = "y"\n'
    assert [accepts(text, line=n) for n in range(6)] == [False, False, False, True, False, False]
    assert not accepts(f'KEY = "x"  # {marker}\nKEY = "y"\n', line=2), "hidden behind code"
    assert not accepts(f'D = """\n# {marker}\n"""\n', line=3)
    assert accepts(f'{{\n "_comment": "{marker}",\n "key": "x"\n}}', "a.json", 3)
    assert accepts(f"<!-- {marker} -->\nx\n", "a.md", 2)


def test_named_rules_limit_it():
    assert accepts(f"# {OURS} {RULE} - testnet key, no funds")
    assert accepts(f"# {OURS} kraken-api-key, {RULE}: testnet")
    assert accepts(f"/* {OURS} {RULE} */", "a.c")
    assert not accepts(f"# {OURS} kraken-api-key - testnet key")
    assert not accepts(f"# {OURS} kraken-api-key")
    assert not accepts(f"# {OURS} mine")
    for names in ("{}: testnet", "{}.", "={}", ": {}", "({})", "[{}] demo", ", {}", " {}; demo", " {}!"):
        assert accepts(f"# {OURS} " + names.format(RULE))
        assert accepts(f"# {OURS} " + names.format(RULE.upper()))
        assert not accepts(f"# {OURS} " + names.format("kraken-api-key"))
        assert not accepts(f"# {OURS} " + names.format("Kraken-API-Key"))
    assert accepts(f"# {OURS} this is a test key")
    assert accepts(f"# {OURS} (this is a test key)")
    assert accepts(f"# {OURS} - testnet key")
    assert accepts(f"# {OURS}: testnet key")
    assert accepts(f"# {THEIRS} kraken-api-key"), "detect-secrets knows no rules there"
    assert not accepts(f"# {OURS}-next-line kraken-api-key\nx", line=2)


MARKERS = st.sampled_from(
    [OURS, THEIRS, f"{OURS}-next-line", "pragma: allowlist nextline secret", f"# {OURS}", f"// {THEIRS}"]
)
PATHS = st.sampled_from([None, "a.py", "a.js", "a.c", "a.sql", ".env", "a.ini", "a.go", "a.toml", "a.unknown"])


@given(st.text(st.characters(exclude_characters='"\\`\n'), max_size=30), MARKERS, st.text("ab'# /-", max_size=9), PATHS)
def test_no_marker_in_a_string_accepts(before, marker, after, path):
    text = f'KEY = "{before} {marker} {after}"\nOTHER = 1\n'
    assert not accepts(text, path, 1)
    assert not accepts(text, path, 2)


@given(st.lists(st.sampled_from([f"# {OURS}", f'K = "x"  # {THEIRS}', 'K = "x"', "", '"""', "'"]), max_size=8), PATHS)
def test_never_a_neighbours_line(lines, path):
    text = "\n".join(lines)
    for number, line in enumerate(lines, 1):
        assert not accepts(text, path, number) or OURS in line or THEIRS in line


@given(st.binary(max_size=200), st.binary(max_size=200), MARKERS, PATHS, st.integers(-2, 9))
@settings(max_examples=300)
def test_no_bytes_raise(before, after, marker, path, line):
    accepts(before + marker.encode() + after, path, line)


@given(st.binary(max_size=40), st.sampled_from([b"a.py", b"\xff.\xfe", b"", b"/", b".", b"a/.env"]))
def test_no_path_raises(data, path):
    Comments(data + b"# " + OURS.encode(), path).accepting(1, RULE)


def test_hostile_texts_come_to_an_end():
    line = ('"" ' * 1300 + f"# {OURS} " * 180).encode()[:8000]
    strings = b'"""\n"""\n' * 100_000
    comments = Comments(strings + b"\n".join([line] * 200), b"a.py")
    assert all(comments.accepting(200_001 + number, RULE) for number in range(200))
    assert not accepts(b'"""x"""\n' + b"\n" * (5 << 20) + f"# {OURS}".encode(), "a.py", (5 << 20) + 2)


# The whole way: engine, judge, receipt.


@pytest.fixture(scope="module")
def scanner():
    return Scanner(Config(rules=(built_in_rules(),)))


def secret_line(seed: str) -> str:
    return fill('KRAKEN_PRIVATE_KEY = "<base64:64>"', seed)


def scanned(scanner, text: str | bytes, kind=OriginKind.FILE, path: bytes | None = b"bot.py"):
    receipt = Receipt()
    data = text if isinstance(text, bytes) else text.encode()
    found = list(scanner.findings([Fragment(data, Origin(kind, path))], receipt))
    return found, receipt


def test_accepted_findings_are_counted_and_not_reported(scanner):
    text = f"{secret_line('a')}  # {OURS} - testnet\n{secret_line('b')}\n"
    found, receipt = scanned(scanner, text)
    assert [f.occurrences[0].place.line for f in found] == [2]
    assert receipt.suppressed == {"comment": 1}
    total = Receipt()
    total.add(receipt)
    total.add(receipt)
    assert total.suppressed == {"comment": 2}


@pytest.mark.parametrize("name", ["a.py", "a.js", "a.sql", "a.ini", "a.json", "a.yaml", "a.tex", "a.txt", "a", ".env"])
def test_a_sweep_accepts_what_a_scan_accepts(repo, few_rules, monkeypatch, name):
    monkeypatch.chdir(repo.path)
    endings = [
        f"  # {OURS}",
        f"  // {OURS}",
        f"  -- {OURS}",
        f" ; {OURS}",
        f" % {THEIRS}",
        f"  {OURS}",
        f' + "# {OURS}"',
    ]
    lines = [f"{secret_line(str(number))}{ending}\n" for number, ending in enumerate(endings)]
    repo.commit({name: "".join(lines), f"copy/{name}.md": "".join(lines)})
    scan, whole = scan_files([name], few_rules), sweep(Repository.open(repo.path), few_rules, lambda done: None)

    def kept(report):
        return {o.place.line for f in report.findings for o in f.occurrences if o.origin.path == name.encode()}

    assert kept(whole) == kept(scan)
    assert len(kept(scan)) < len(lines)
    assert whole.suppressed["comment"] >= scan.suppressed["comment"] == len(lines) - len(kept(scan))


def test_a_blob_without_a_name_is_read_as_any_file_may_be(repo, few_rules):
    repo.commit({"a": "x\n"})
    repo.blob(f"{secret_line('a')}  # {OURS}\n")
    repo.blob(f"{secret_line('b')}  {OURS}\n")

    assert len(sweep(Repository.open(repo.path), few_rules, lambda done: None).findings) == 1


def test_a_comment_that_names_no_rule_is_told_beside_its_finding(scanner):
    told = "names a rule that does not exist"
    for names, expected in (("no-such-rule", True), ("kraken-api-secret", False), ("binance-api-secret", False)):
        for kind, path in ((OriginKind.FILE, b"bot.py"), (OriginKind.BLOB, None)):
            found, _ = scanned(scanner, f"{secret_line('a')}  # {OURS} {names}\n", kind, path)
            assert any(told in word for f in found for word in f.evidence) is expected
            assert not any(names in word for f in found for word in f.evidence)
    (finding,), _ = scanned(scanner, f"# {OURS}-next-line no-such-rule, kraken-api-secrte\n{secret_line('a')}\n")
    assert told in finding.evidence[-1]


def test_utf16(scanner):
    text = f"x = 1\r\n{secret_line('a')}  # {OURS}\r\n{secret_line('b')}\r\n".encode("utf-16")
    found, receipt = scanned(scanner, text)
    assert [f.occurrences[0].place.line for f in found] == [3]
    assert receipt.suppressed == {"comment": 1}


def test_pem_over_several_lines(scanner):
    pem = 'COINBASE_API_SECRET = """' + fill("<pem-ec>", "p").rstrip("\n") + '"""\n'
    assert pem.count("\n") > 2
    assert len(scanned(scanner, pem)[0]) == 1
    assert scanned(scanner, f"# {OURS}-next-line\n{pem}")[0] == []
    assert len(scanned(scanner, f"{pem}# {OURS}\n")[0]) == 1, "the line behind it accepts nothing"
    assert len(scanned(scanner, pem.replace('"""\n', f'"""  # {OURS}\n'))[0]) == 1, "its last line accepts nothing"


def test_explain_says_which_comment(scanner, tmp_path):
    path = tmp_path / "bot.py"
    path.write_text(f"{secret_line('a')}  # {OURS} - the reason\n")
    text, found = explain(str(path), Config(rules=(built_in_rules(),)))
    assert "accepted by the comment on line 1" in text and not found


def test_the_comment_never_shows_what_stands_behind_it(scanner, tmp_path):
    value = fill("<base64:64>", "v")
    fragment = Fragment(f'# {OURS} KRAKEN_PRIVATE_KEY="{value}"\n'.encode(), Origin(OriginKind.FILE, b"a.py"))
    for outcome in scanner.scan(fragment, []):
        assert value not in repr(outcome) and not isinstance(outcome, Finding)


def test_json_contract_counts_them(scanner):
    from secretguard.model import Report
    from secretguard.reports import REPORTS, Advice, Style

    found, receipt = scanned(scanner, f"{secret_line('a')}  # {OURS}\n")
    report = Report(tuple(found), receipt)
    assert json.loads(REPORTS["json"](report, Advice(), Style()))["suppressed"]["comment"] == 1
    assert "1 by comment" in REPORTS["human"](report, Advice(), Style())
    assert report.exit_code() == 0
