"""Configuration: which file is asked, what it may say, and that every command makes the same of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from secretguard import allow, doors
from secretguard.checks.samples import fill
from secretguard.cli.settings import cache_folder, config_of, layers
from secretguard.config import scope_of
from secretguard.layers import ALLOW_KEYS, KEYS, OVERRIDE_KEYS
from secretguard.model import Report, UserError
from secretguard.sweep import Terms

DOCS = Path(__file__).parent.parent / "docs" / "configuration.md"
KRAKEN = fill("KRAKEN_PRIVATE_KEY=<base64:64>\n", "config")
OTHER = fill("KRAKEN_PRIVATE_KEY=<base64:64>\n", "other")
MODES: dict[str, Callable[..., Report]] = {
    "scan": lambda config: doors.scan_files([], config),
    "staged": doors.scan_staged,
    "range": lambda config: doors.scan_range("before..main", config),
    "sweep": lambda config: doors.sweep_repositories([], config, lambda _: None, Terms()),
}


def value(line: str) -> str:
    return line.partition("=")[2].strip()


@pytest.fixture
def here(repo, monkeypatch):
    """A repository that is the current directory."""
    monkeypatch.chdir(repo.path)
    return repo


@pytest.fixture
def look(here, few_rules):
    """Scans the files given in one of the modes, as the configuration of the current directory has it."""

    def run(mode: str, files: dict, **options) -> Report:
        here.commit({"first": "x"})
        here.git("branch", "-f", "before")
        if mode == "staged":
            here.write(files)
            here.git("add", "-A")
        else:
            here.commit(files)
        config = config_of(options)
        return MODES[mode](replace(config, rules=few_rules.rules, cache=few_rules.cache, jobs=1))

    return run


def places(report: Report) -> set[tuple[str, bool]]:
    """The paths of all findings, and whether they block."""
    return {((o.origin.path or b"").decode(), f.blocking) for f in report.findings for o in f.occurrences}


def entry(**conditions: object) -> str:
    rows = [f"{key} = {json.dumps(value)}" for key, value in {"reason": "a test", **conditions}.items()]
    return "\n".join(["[[allow]]", *rows, ""])


def fingerprint(look) -> str:
    (found,) = look("scan", {"src/bot.env": KRAKEN}).findings
    return found.secret.fingerprint


BOTH = {"docs/a.env": KRAKEN, "src/a.env": KRAKEN}
CASES = {
    "nothing": ("", BOTH, {("docs/a.env", True), ("src/a.env", True)}),
    "a rule is off": ('off = ["kraken-api-secret"]', BOTH, set()),
    "its kind is off": ('off = ["api_secret"]', BOTH, set()),
    "its provider is off, the rule on": (
        'off = ["kraken"]\non = ["kraken-api-secret"]',
        BOTH,
        {("docs/a.env", True), ("src/a.env", True)},
    ),
    "it does not block": ('severity = "critical"', BOTH, {("docs/a.env", False), ("src/a.env", False)}),
    "a path is allowed": (entry(paths=["docs/"]), BOTH, {("src/a.env", True)}),
    "both paths are allowed": (entry(paths=["/docs/*.env", "src"]), BOTH, set()),
    "a path and another rule": (
        entry(paths=["docs/"], rules=["wif"]),
        BOTH,
        {("docs/a.env", True), ("src/a.env", True)},
    ),
    "a word": (
        entry(words=[value(KRAKEN)[20:28].upper()]),
        {"a.env": KRAKEN, "b.env": OTHER},
        {("b.env", True)},
    ),
    "a word at a path": (entry(words=[value(KRAKEN)[20:28]], paths=["docs"]), BOTH, {("src/a.env", True)}),
    "an expression": (
        entry(regexes=[f"{value(KRAKEN)[:4].replace('+', '[+]')}.+"]),
        {"a.env": KRAKEN, "b.env": OTHER},
        {("b.env", True)},
    ),
    "a part of the value is not enough": (
        entry(regexes=[value(KRAKEN)[:9].replace("+", "[+]")]),
        {"a.env": KRAKEN},
        {("a.env", True)},
    ),
    "off at a path": ('[[override]]\npaths = ["docs/"]\noff = ["kraken"]', BOTH, {("src/a.env", True)}),
    "on at a path": (
        'off = ["kraken"]\n[[override]]\npaths = ["src/"]\non = ["kraken"]',
        BOTH,
        {("src/a.env", True)},
    ),
    "no block at a path": (
        '[[override]]\npaths = ["docs/"]\nseverity = "critical"',
        {"docs/a.env": KRAKEN, "src/b.env": OTHER},
        {("docs/a.env", False), ("src/b.env", True)},
    ),
    "one place that blocks is enough": (
        '[[override]]\npaths = ["docs/"]\nseverity = "critical"',
        BOTH,
        {("docs/a.env", True), ("src/a.env", True)},
    ),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("case", CASES)
def test_every_command_makes_the_same_of_it(look, here, mode, case):
    text, files, expected = CASES[case]
    (here.path / ".git" / "info" / "exclude").write_text(".secretguard.toml\n")
    here.write({".secretguard.toml": text})

    report = look(mode, files)

    assert (places(report), report.receipt.errors) == (expected, [])
    hidden = {path for path in files if path not in dict(expected)}
    assert sum(report.suppressed.values()) == len(hidden)
    assert report.exit_code() == any(blocks for _, blocks in expected)


@pytest.mark.parametrize("mode", MODES)
def test_a_value_is_allowed_by_its_fingerprint(look, here, mode):
    text = entry(values=[fingerprint(look)])
    here.write({".secretguard.toml": text, "src/bot.env": OTHER})
    report = look(mode, {"a.env": KRAKEN, "b.env": OTHER})
    assert ("a.env", True) not in places(report) and ("b.env", True) in places(report)
    assert report.suppressed["allow_list"] >= 1


def test_a_first_baseline_says_what_it_makes_void(look, here):
    here.write({".secretguard.toml": entry(values=[fingerprint(look)])})
    command = [sys.executable, "-m", "secretguard", "baseline", "create"]
    done = subprocess.run(command, cwd=here.path, capture_output=True, text=True, check=True)
    assert "allow 1: key 'values': made with another key" in done.stderr and "1 added" in done.stdout


@pytest.mark.parametrize("mode", MODES)
def test_secretguardignore_is_the_same_for_every_command(look, here, mode):
    here.write({".secretguardignore": "*.log\n/docs/\n", "src/.secretguardignore": "!keep.log\n"})
    lines = {name: fill("KRAKEN_PRIVATE_KEY=<base64:64>\n", name) for name in ("a", "b", "c", "d")}
    report = look(
        mode,
        {"docs/a": lines["a"], "b.log": lines["b"], "src/keep.log": lines["c"], "d.log": lines["d"], "d": lines["d"]},
    )
    assert {path for path, _ in places(report)} == {"src/keep.log", "d"}
    skipped = {(each.what, each.reason) for each in report.receipt.skipped}
    if mode == "sweep":
        assert report.suppressed == {"ignored_paths": 3}
    else:
        assert {"docs/a", "b.log", "d.log"} == {what for what, reason in skipped if "secretguardignore" in reason}


def test_no_config_reads_none(look, here):
    here.write({".secretguard.toml": 'off = ["kraken"]', ".secretguardignore": "a.env\n"})
    assert places(look("scan", {"a.env": KRAKEN}, no_config=True)) == {("a.env", True)}


@pytest.mark.parametrize("name", [".secretguard.toml", "pyproject.toml"])
@pytest.mark.parametrize("folder", [".", "sub/sub"])
def test_it_is_found_from_anywhere_in_the_repository(here, monkeypatch, name, folder):
    head = "[tool.secretguard]\n" if name == "pyproject.toml" else ""
    here.write({name: head + 'severity = "high"\n', "sub/sub/.secretguard.toml": 'severity = "low"\n'})
    monkeypatch.chdir(here.path / folder)
    (here.path / "sub/sub/.secretguard.toml").unlink() if folder == "." else None
    assert str(config_of({}).policy.severity) == "high"


def test_a_foreign_repository_is_not_asked(here, make, monkeypatch, few_rules):
    other = make("other")
    other.commit({".secretguard.toml": 'off = ["kraken"]', ".secretguardignore": "*\n", "a.env": KRAKEN})
    here.write({".secretguard.toml": 'off = ["kraken"]'})
    for scanned in (["../other"], ["../other/a.env"], [str(other.path)]):
        config = config_of({}, scanned)
        assert (config.policy, config.ignores) == (None, None)
        assert "--config" in config.notes[0]
    assert config_of({}, [os.sep]).policy is None
    asked = config_of({"config": other.path / ".secretguard.toml"}, ["../other"])
    assert asked.policy.switches[0].off == {"kraken"}
    assert config_of({}, ["."]).policy and config_of({}, ["a", "../other"]).policy is None


def test_a_bare_repository_is_never_asked_what_was_pushed_to_it(repo, tmp_path, monkeypatch):
    repo.commit({".secretguard.toml": 'off = ["kraken"]'})
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    monkeypatch.chdir(tmp_path / "bare.git")
    assert config_of({}).policy is None


def test_layers_and_where_each_value_comes_from(here, tmp_path, monkeypatch):
    home = Path(os.environ["XDG_CONFIG_HOME"]) / "secretguard"
    home.mkdir()
    (home / "config.toml").write_text('extends = ["team.toml"]\nseverity = "low"\njobs = 3\noff = ["uid"]\n')
    (home / "team.toml").write_text('jobs = 5\nmax_size = 10\noff = ["url"]\n')
    here.write({".secretguard.toml": 'extends = ["org/base.toml"]\nseverity = "high"\n'})
    here.write({"org/base.toml": 'severity = "medium"\ncache = false\n' + entry(paths=["x"])})

    found = layers({"max_size": 7}, scope_of([]))

    assert [each.name for each in found] == [
        "built in",
        "organisation",
        "user",
        "organisation",
        "repository",
        "command line",
    ]
    config = config_of({"max_size": 7})
    assert (config.jobs, config.max_size, config.cache) == (3, 7 << 20, None)
    assert str(config.policy.severity) == "high"
    assert [sorted(each.off) for each in config.policy.switches] == [["url"], ["uid"]]
    assert len(config.policy.allow) == 1


WRONG = {
    "an unknown key": ('offf = ["kraken"]', "key 'offf': not a key of the format; did you mean 'off'?"),
    "a key like none": ('exclude = ["x"]', "not a key of the format; there are allow, cache, extends, jobs"),
    "no TOML": ("off = [", "not valid TOML"),
    "no text": (b"\xff\xfe", "not valid TOML"),
    "deep": ("a = " + "[" * 5000, "not valid TOML"),
    "a severity": ('severity = "hgih"', "did you mean 'high'?"),
    "a number": ("max_size = 0", "a whole number from 1"),
    "a flag": ('jobs = true\ncache = "no"', "key 'jobs'"),
    "no table": ("allow = 3", "must be [[allow]] tables"),
    "no reason": ('[[allow]]\npaths = ["x"]', "allow 1: key 'reason': is missing"),
    "no condition": ('[[allow]]\nreason = "x"', "give one of paths"),
    "an unknown condition": ('[[allow]]\nreason = "x"\npath = ["x"]', "did you mean 'paths'?"),
    "no pattern": (entry(paths=["a[z"]), "is no pattern"),
    "many stars": (entry(paths=["*a*b*c*d*"]), "stars"),
    "no fingerprint": (entry(values=["v1:xyz"]), "must be fingerprints"),
    "a short word": (entry(words=["abc"]), "4 characters"),
    "an invalid expression": (entry(regexes=["(a"]), "is no valid expression"),
    "an expression for nothing": (entry(regexes=["ok.+", "a*"]), "number 2 matches the empty text"),
    "a URL": ('extends = ["https://example.org/a.toml"]', "nothing is fetched"),
    "an absolute path": ('extends = ["/etc/passwd"]', "must be relative"),
    "a way out": ('extends = ["../outside.toml"]', "leads out of"),
    "itself": ('extends = [".secretguard.toml"]', "a circle"),
    "nothing there": ('extends = ["none.toml"]', "can't be read"),
    "a folder": ('extends = ["."]', "can't be read"),
    "rules elsewhere": ('rules = ["../"]', "leads out of"),
    "no rules": ('rules = ["none"]', "is no folder"),
    "no paths": ('[[override]]\noff = ["x"]', "key 'paths': is missing"),
    "no list": ('off = "kraken"', "key 'off': must be a list of texts: off = [\"...\"]"),
    "no rule": ('off = ["krakne"]', "'krakne' is no rule, provider or kind; did you mean 'kraken'?"),
    "no rule at a path": ('[[override]]\npaths = ["x"]\non = ["api_secrets"]', "did you mean 'api_secret'?"),
    "no rule to allow": (entry(paths=["x"], rules=["wiff"]), "did you mean 'wif"),
    "nothing to require": ('require = ["reasons"]', "did you mean 'reason'?"),
    "nothing to lock": ('locked = ["extends"]', "'extends' is none of allow, cache, jobs"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_is_one_line_that_names_the_file(here, tmp_path, case):
    (tmp_path / "outside.toml").write_text("")
    text, said = WRONG[case]
    here.write({".secretguard.toml": text})
    with pytest.raises(UserError) as error:
        config_of({})
    assert said in str(error.value) and ".secretguard.toml" in str(error.value) and "\n" not in str(error.value)


LOCKED = {
    "a value": ("severity", 'severity = "high"', "key 'severity'"),
    "a list": ("off", 'off = ["uid"]', "key 'off'"),
    "entries": ("allow", entry(paths=["x"]), "key 'allow'"),
    "at a path": ("severity", '[[override]]\npaths = ["x"]\nseverity = "high"', "override 1: key 'severity'"),
    "off at a path": ("off", '[[override]]\npaths = ["x"]\noff = ["uid"]', "override 1: key 'off'"),
}


@pytest.mark.parametrize("case", LOCKED)
def test_what_an_organisation_locks_stays_as_it_says(here, case):
    key, text, said = LOCKED[case]
    here.write({"org.toml": f'severity = "medium"\nlocked = ["{key}"]\n'})
    here.write({".secretguard.toml": f'extends = ["org.toml"]\n{text}\n'})
    with pytest.raises(UserError) as error:
        config_of({})
    assert f"{here.path}/.secretguard.toml: {said}: locked by {here.path}/org.toml" in str(error.value)
    here.write({".secretguard.toml": 'extends = ["org.toml"]\non = ["uid"]\n'})
    assert str(config_of({}).policy.severity) == "medium"


def test_the_command_line_is_bound_as_well_and_a_weaker_file_is_overruled(here):
    home = Path(os.environ["XDG_CONFIG_HOME"]) / "secretguard"
    home.mkdir()
    (home / "config.toml").write_text('severity = "critical"\n')
    here.write({".secretguard.toml": 'severity = "medium"\nlocked = ["severity", "max_size"]\n'})
    assert str(config_of({}).policy.severity) == "medium"
    with pytest.raises(UserError, match=r"--max-size: locked by .*\.secretguard\.toml"):
        config_of({"max_size": 7})


def test_a_secret_pasted_as_a_fingerprint_is_not_repeated(here):
    here.write({".secretguard.toml": entry(values=[value(KRAKEN)])})
    with pytest.raises(UserError) as error:
        config_of({})
    assert value(KRAKEN)[:6] not in str(error.value)


@pytest.mark.parametrize("form", ["human", "json"])
def test_config_show_masks_secrets_in_what_it_shows(here, form):
    key = fill("<wif>", "shown")
    here.write({".secretguard.toml": f'[[allow]]\nreason = "WIF={key}"\nwords = ["{key}"]\n'})
    command = [sys.executable, "-m", "secretguard", "config", "show", "--format", form]

    told = subprocess.run(command, cwd=here.path, capture_output=True, text=True, check=True).stdout

    assert "WIF=" in told
    assert key[5:11] not in told


def test_a_long_chain_ends(here):
    here.write({f"{n}.toml": f'extends = ["{n + 1}.toml"]\n' for n in range(20)})
    here.write({".secretguard.toml": 'extends = ["0.toml"]\n', "20.toml": ""})
    with pytest.raises(UserError, match="more than"):
        config_of({})


def test_no_link_leads_out(here, tmp_path):
    (tmp_path / "outside.toml").write_text("jobs = 1\n")
    (here.path / "in.toml").symlink_to("../outside.toml")
    for name in (".secretguard.toml", "x.toml"):
        here.write({".secretguard.toml": 'extends = ["in.toml"]\n'})
        if name == ".secretguard.toml":
            (here.path / name).unlink()
            (here.path / name).symlink_to("../outside.toml")
        with pytest.raises(UserError, match="leads out of"):
            config_of({})
        (here.path / ".secretguard.toml").unlink()


@pytest.mark.parametrize("place", [".secretguard.toml", "rules/x.toml"])
def test_a_pipe_is_not_waited_for(here, place):
    here.write({".secretguard.toml": 'rules = ["rules"]', "rules/y.toml": ""})
    (here.path / place).unlink(missing_ok=True)
    os.mkfifo(here.path / place)
    with pytest.raises(UserError, match="no regular file"):
        config_of({})


def test_rules_of_ones_own(look, here):
    rule = """
provider = "Acme"
[[rule]]
id = "acme-token"
kind = "token"
regex = '(?P<secret>acme_[0-9a-z]{32})'
examples = ['t = "acme_<hex:32>"']
negative_examples = ['t = "acme_"']
"""
    here.write({".secretguard.toml": 'rules = ["rules"]', "rules/acme.toml": rule})
    assert [path.name for path in config_of({}).rules] == ["patterns", "rules"]


def test_a_change_that_brings_what_hides_it_says_so(look, here):
    report = look("staged", {"a.env": KRAKEN, ".secretguard.toml": 'off = ["kraken"]'})
    assert places(report) == set() and report.suppressed == {"rules_off": 1}
    assert ".secretguard.toml" in report.receipt.notes[0]
    here.commit()
    here.write({"b.env": OTHER})
    here.git("add", "-A")
    report = doors.scan_staged(config_of({}))
    assert (report.suppressed, report.receipt.notes) == ({"rules_off": 1}, []), "it came earlier"


def test_a_change_that_brings_what_keeps_it_from_blocking_says_so(look, here):
    report = look("staged", {"a.env": KRAKEN, ".secretguard.toml": 'severity = "critical"'})
    assert report.findings and not report.blocking
    assert ".secretguard.toml" in report.receipt.notes[0]


def test_a_change_of_a_file_that_is_extended_says_so(here):
    text = 'off = ["kraken"]'
    (here.path / "link.toml").symlink_to("sub/team.toml")
    here.commit({".secretguard.toml": 'extends = ["link.toml"]', "sub/team.toml": text, "other.toml": text})
    here.write({"sub/team.toml": text + "\n", "other.toml": text + "\n", "a.env": KRAKEN})
    here.git("add", "-A")
    hidden = "what is hidden or does not block may be so because of that"
    assert doors.scan_staged(config_of({})).receipt.notes == [f"this change also changes sub/team.toml: {hidden}"]
    here.commit()
    (here.path / "link.toml").unlink()
    (here.path / "link.toml").symlink_to("other.toml")
    here.write({"b.env": OTHER})
    here.git("add", "-A")
    assert doors.scan_staged(config_of({})).receipt.notes == [f"this change also changes link.toml: {hidden}"]


@pytest.mark.parametrize("named", [".secretguard.toml", "rules", "."])
def test_a_change_of_rules_of_ones_own_says_so(here, named):
    rule = """
provider = "Acme"
[[rule]]
id = "acme-token"
kind = "token"
regex = '(?P<secret>acme_[0-9a-z]{32})'
examples = ['t = "acme_<hex:32>"']
negative_examples = ['t = "acme_"']
"""
    here.commit({"rules/acme.toml": rule, "notes.txt": "x"})
    if named == ".secretguard.toml":
        here.commit({named: 'rules = ["rules"]'})
    options = {"rules": () if named == ".secretguard.toml" else (Path(named),)}
    here.write({"rules/acme.toml": rule.replace("acme_", "other_"), "rules/README": "x", "notes.txt": "y"})
    here.git("add", "-A")
    assert doors.scan_staged(config_of(options)).receipt.notes == [
        "this change also changes rules/acme.toml: what is not found may be so because of that"
    ]
    assert doors.scan_staged(config_of({"no_config": True})).receipt.notes == []


def test_the_table_of_keys_in_the_documentation_is_that_of_the_code():
    rows = {line.split("`")[1] for line in DOCS.read_text().splitlines() if line.startswith("| `")}
    told = {"": {r for r in rows if "." not in r}}
    for row in rows - told[""]:
        told.setdefault(row.split(".")[0], set()).add(row.split(".")[1])
    assert told == {"": KEYS - {"allow", "override"}, "allow": ALLOW_KEYS, "override": OVERRIDE_KEYS}


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="folders by the XDG specification")
@pytest.mark.parametrize("given", ["relative", "./a", "", "~/cache"])
def test_a_relative_xdg_folder_counts_as_none(monkeypatch, given):
    monkeypatch.setenv("XDG_CACHE_HOME", given)

    assert cache_folder() == Path.home() / ".cache" / "secretguard"


@pytest.mark.parametrize(
    ("text", "config", "why"),
    [
        ("private_key: ed25519-priv-0x<hex:64>\n", "", "the rule is experimental"),
        ("KRAKEN_PRIVATE_KEY=<base64:64>\n", 'severity = "critical"', "below the severity that blocks here"),
    ],
)
def test_the_report_tells_why_a_finding_does_not_block(tmp_path, text, config, why):
    (tmp_path / "a.env").write_text(fill(text, "why"))
    (tmp_path / ".secretguard.toml").write_text(config)
    command = [sys.executable, "-m", "secretguard", "scan", "a.env"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and f"does not block: {why}" in " ".join(done.stdout.split())


def test_help_tells_what_history_a_baseline_takes(tmp_path):
    command = [sys.executable, "-m", "secretguard", "baseline", "update", "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    said = " ".join(done.stdout.split())
    assert "every ref" in said and "never accepted" in said


def test_many_slow_expressions_accept_nothing_together(monkeypatch):
    monkeypatch.setattr(allow, "_spent", [0.0])
    assert allow.matches("a+", "aaa")
    monkeypatch.setattr(allow, "_spent", [allow.TOTAL + 1])
    assert not allow.matches("a+", "aaa")
    assert "too long" in allow.complaint("a+")
