"""Rule files: what is refused and in what words, and that every rule of ours proves itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from secretguard.cache import Cache
from secretguard.config import Config, built_in_rules
from secretguard.model import Severity, UserError
from secretguard.rulefiles import RuleFiles
from secretguard.rules import Rule, load, parse
from secretguard.scan import Scanner
from secretguard.selftest import complaints

GOOD = """
provider = "Acme"
category = "exchange"

[[rule]]
id = "acme-api-secret"
kind = "api_secret"
shape = "hex:64"
examples = ['acme_secret = "<hex:64>"']
negative_examples = ['acme_secret = "<your-secret>"']
"""


def parsed(text: str) -> Rule:
    return next(iter(parse([("exchanges/acme.toml", text.encode())]).rules.values()))


def test_a_rule_file_gives_its_rules_with_defaults() -> None:
    rule = parsed(GOOD)

    assert (rule.provider, rule.severity, rule.status) == ("acme", Severity.HIGH, "stable")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('kind = "api_secret"', 'kind = "api_secrt"'), "did you mean 'api_secret'?"),
        (('kind = "api_secret"', ""), "key 'kind': is missing"),
        (('shape = "hex:64"', 'shape = "hexa:64"'), "key 'shape': no alphabet 'hexa'"),
        (('shape = "hex:64"', 'shape = "hex"'), "has no length; write alphabet:64"),
        (('shape = "hex:64"', "regex = 'abc'"), "name the secret: (?P<secret>...)"),
        (('shape = "hex:64"', ""), "give exactly one of regex, shape and plugin"),
        (('id = "acme-api-secret"', 'id = "Acme Secret"'), "use lower-case letters"),
        (('id = "acme-api-secret"', 'idd = "x"'), "key 'idd': not a key of the format; did you mean 'id'?"),
        (("negative_examples = ['acme_secret = \"<your-secret>\"']", ""), "give at least one whole line"),
        (('provider = "Acme"', "provider = 3"), "key 'provider': must be text, not int"),
        (('provider = "Acme"', 'provider = "Acme'), "not valid TOML"),
        (('shape = "hex:64"', 'shape = "hex:64"\npartner = "acme-key"'), "no rule 'acme-key'"),
        (('shape = "hex:64"', 'shape = "hex:64"\ngate = "a.*"'), "must be one class and a count"),
    ],
)
def test_a_mistake_is_told_with_file_rule_key_and_what_would_be_right(change: tuple[str, str], said: str) -> None:
    with pytest.raises(UserError) as error:
        parsed(GOOD.replace(*change))

    assert said in str(error.value)
    assert str(error.value).startswith("exchanges/acme.toml:")
    assert "\n" not in str(error.value).split("not valid TOML")[0]


def test_two_rules_of_one_id_are_refused() -> None:
    with pytest.raises(UserError, match="has this id already"):
        parse([("a/acme.toml", GOOD.encode()), ("b/other.toml", GOOD.encode())])


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such folder of rules"):
        load([tmp_path / "nowhere"])


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(Config((built_in_rules(),)))


def _files() -> list[str]:
    return sorted({f"{path.parent.name}/{path.name}" for path in built_in_rules().rglob("*.toml")})


@pytest.mark.parametrize("file", _files())
def test_every_rule_proves_itself(file: str, scanner: Scanner) -> None:
    rules = [rule for rule in scanner.rules.rules.values() if rule.path == file]

    assert list(complaints(scanner, rules)) == []


def test_every_example_holds_a_filling_and_no_value(scanner: Scanner) -> None:
    for rule in scanner.rules.rules.values():
        for example in rule.examples:
            assert "<" in example, f"{rule.id}: an example without a template holds a real value: {example}"


def test_the_digest_is_kept_and_a_changed_rule_has_another(tmp_path: Path) -> None:
    cache, folder = Cache(tmp_path / "cache"), tmp_path / "rules"
    folder.mkdir()
    (folder / "a.toml").write_text("provider = 'A'")
    first = RuleFiles([folder], cache).digest

    assert RuleFiles([folder], cache).digest == first == RuleFiles([folder], Cache(None)).digest
    status = (folder / "a.toml").stat()
    (folder / "a.toml").write_text("provider = 'B'")
    os.utime(folder / "a.toml", ns=(status.st_atime_ns, status.st_mtime_ns))
    changed = RuleFiles([folder], cache).digest
    assert changed == RuleFiles([folder], Cache(None)).digest != first


@pytest.mark.parametrize(
    "odd", [r"(a)\1", r"(?P<q>a)(?P=q)", "(?>a)", "a++", "a{2}+", r"\Ka", r"\Ra", "(?(1)a|b)", "(a(?1))"]
)
@pytest.mark.parametrize("accelerate", [True, False])
def test_what_vectorscan_refuses_is_told_with_and_without_it(tmp_path: Path, odd: str, accelerate: bool) -> None:
    text = GOOD.replace('shape = "hex:64"', f"regex = '''acme_(?P<secret>[0-9a-f]{{64}}){odd}'''")
    scanner = Scanner(Config(rules=(built_in_rules(),), accelerate=accelerate))

    assert any("Vectorscan knows no" in each for each in complaints(scanner, [parsed(text)]))


def test_a_pipe_among_rule_files_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")

    with pytest.raises(UserError, match="no regular file"):
        _ = RuleFiles([tmp_path], Cache(None)).contents


def test_a_rule_file_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "real").write_text(GOOD)
    (tmp_path / "rules" / "acme.toml").symlink_to(tmp_path / "real")

    assert RuleFiles([tmp_path / "rules"], Cache(None)).contents == [("rules/acme.toml", GOOD.encode())]
