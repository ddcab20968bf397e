"""Rule files -> RuleSet. Knows TOML and the format's words; every complaint names file, rule and key."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from secretguard.cache import Cache
from secretguard.model import Severity, UserError
from secretguard.regular import digest_of
from secretguard.rulefiles import RuleFiles
from secretguard.rules.rule import Provider, Rule, RuleSet
from secretguard.shapes import parse_shape
from secretguard.tables import Table, guess

# What a credential is for; decides severity where a rule says nothing else: wallet > trade > read > id.
KINDS: Mapping[str, Severity] = {
    "mnemonic": Severity.CRITICAL,
    "wallet_key": Severity.CRITICAL,
    "keystore": Severity.HIGH,
    "api_secret": Severity.HIGH,
    "private_key": Severity.HIGH,
    "passphrase": Severity.HIGH,
    "password": Severity.HIGH,
    "token": Severity.HIGH,
    "webhook": Severity.MEDIUM,
    "read_token": Severity.MEDIUM,
    "url": Severity.MEDIUM,
    "api_key": Severity.LOW,
    "uid": Severity.LOW,
}
FAMILY = "value"  # of every rule that names no other: whose a value is can change with the lines around it
CATEGORIES = (
    "exchange", "dex", "wallet", "rpc", "explorer", "market-data", "bot", "custody", "payments", "broker",
    "tax", "service", "general",
)  # fmt: skip
STATUSES = ("stable", "experimental")
GATE = re.compile(r"\[(?:[^\]\\]|\\.)+\]\{\d+\}")
IDENTIFIER = re.compile(r"^[a-z0-9][a-z0-9-]*[a-z0-9]$")

Named = tuple[str, dict[str, Any]]  # a rule file: its name for messages, its table

PROVIDER_KEYS = frozenset(
    "provider category ccxt words hosts imports revoke permissions contact references lies like rule".split()
)
RULE_KEYS = frozenset(
    "id title kind family shape regex candidates caseless boundary gate listed window names partner require checks "
    "min_entropy severity status plugin what references examples negative_examples".split()
)


def load(folders: Iterable[Path], cache: Cache | None = None) -> RuleSet:
    """The rules of every ``*.toml`` below the folders. Raises UserError for the first mistake."""
    cache = cache or Cache(None)
    return load_files(RuleFiles(folders, cache), cache)


def load_files(files: RuleFiles, cache: Cache) -> RuleSet:
    """The rules of the files; their TOML, slow to read, is kept between runs."""
    key = f"rule tables {files.digest}"
    kept = cache.get(key)
    tables = _tables(files.contents) if kept is None else json.loads(kept)
    rules = _parse(tables, files.digest)
    if kept is None:
        cache.put(key, json.dumps(tables).encode())
    return rules


def parse(files: list[tuple[str, bytes]]) -> RuleSet:
    """The rules of files, each a name and its content. Raises UserError: file, rule, key, what would be right."""
    return _parse(_tables(files), digest_of(files))


def _tables(files: Iterable[tuple[str, bytes]]) -> list[Named]:
    """The TOML of each rule file, read but not yet understood. Raises UserError."""
    return [(name, _read_toml(name, content)) for name, content in files]


def _read_toml(name: str, content: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{name}: not valid TOML: {error}") from None


def _parse(tables: Iterable[Named], digest: str) -> RuleSet:
    providers: dict[str, Provider] = {}
    rules: dict[str, Rule] = {}
    for name, table in tables:
        provider, found = _parse_file(name, table)
        if provider.id in providers:
            raise UserError(f"{name}: a second file for provider {provider.id!r}")
        providers[provider.id] = provider
        for rule in found:
            if rule.id in rules:
                raise UserError(f"{name}: rule {rule.id!r}: key 'id': {rules[rule.id].path} has this id already")
            rules[rule.id] = rule
    _check_links(providers, rules)
    return RuleSet.of(providers.values(), rules.values(), digest)


def _check_links(providers: Mapping[str, Provider], rules: Mapping[str, Rule]) -> None:
    """Raises UserError where a file names a provider or a rule that no file has."""
    for provider in providers.values():
        if provider.like and provider.like not in providers:
            raise UserError(
                f"{provider.id}.toml: key 'like': no provider {provider.like!r}{guess(provider.like, providers)}"
            )
    for rule in rules.values():
        for partner in rule.partner:
            if partner not in rules:
                raise UserError(
                    f"{rule.path}: rule {rule.id!r}: key 'partner': no rule {partner!r}{guess(partner, rules)}"
                )


def _parse_file(name: str, table: dict[str, Any]) -> tuple[Provider, list[Rule]]:
    row = Table(name, "", table)
    row.known(PROVIDER_KEYS)
    stem = name.rsplit("/", 1)[-1].removesuffix(".toml")
    provider = Provider(
        id=stem,
        name=row.text("provider", required=True),
        category=row.choice("category", CATEGORIES, "service"),
        ccxt=row.texts("ccxt"),
        words=tuple(dict.fromkeys(w.lower() for w in (*row.texts("words", (stem,)), *row.texts("ccxt")))),
        hosts=row.texts("hosts"),
        imports=row.texts("imports"),
        revoke=row.text("revoke"),
        permissions=row.text("permissions"),
        contact=row.text("contact"),
        references=row.texts("references"),
        lies=tuple(word.lower() for word in row.texts("lies")),
        like=row.text("like"),
    )
    rules = table.get("rule", [])
    if not isinstance(rules, list) or not all(isinstance(r, dict) for r in rules):
        row.wrong("rule", "must be [[rule]] tables")
    return provider, [_parse_rule(name, provider, each) for each in rules]


def _parse_rule(file: str, provider: Provider, table: dict[str, Any]) -> Rule:
    row = Table(file, f"rule {str(table.get('id', '?'))!r}", table)
    row.known(RULE_KEYS)
    identity = row.text("id", required=True)
    if not IDENTIFIER.match(identity):
        row.wrong("id", "use lower-case letters, digits and hyphens, as in 'kraken-api-secret'")
    kind = row.choice("kind", tuple(KINDS))
    rule = Rule(
        id=identity,
        provider=provider.id,
        title=row.text("title") or f"{provider.name} {kind.replace('_', ' ')}",
        kind=kind,
        family=row.text("family") or FAMILY,
        severity=Severity[row.choice("severity", ("low", "medium", "high", "critical"), str(KINDS[kind])).upper()],
        status=row.choice("status", STATUSES, "stable"),
        regex=row.text("regex"),
        candidates=row.texts("candidates"),
        caseless=row.flag("caseless", False),
        boundary=row.flag("boundary", True),
        listed=row.flag("listed", False),
        gate=row.text("gate"),
        window=int(row.number("window", 512)),
        shapes=row.texts("shape"),
        names=tuple(name.lower() for name in row.texts("names")),
        partner=row.texts("partner"),
        require=row.texts("require"),
        checks=row.texts("checks"),
        min_entropy=float(row.number("min_entropy", 0)),
        plugin=row.text("plugin"),
        what=row.text("what"),
        references=row.texts("references"),
        examples=row.texts("examples"),
        negative_examples=row.texts("negative_examples"),
        path=file,
    )
    _complain(row, rule)
    return rule


def _complain(row: Table, rule: Rule) -> None:
    """What can be seen to be wrong without an engine."""
    if sum(map(bool, (rule.regex, rule.shapes, rule.plugin))) != 1:
        row.wrong("regex", "give exactly one of regex, shape and plugin")
    for shape in rule.shapes:
        try:
            parse_shape(shape)
        except ValueError as error:
            row.wrong("shape", str(error))
    if rule.regex and "(?P<secret>" not in rule.regex:
        row.wrong("regex", "name the secret: (?P<secret>...)")
    for gate in filter(None, (rule.gate, *(each.partition(" => ")[0] for each in rule.candidates if " => " in each))):
        if not GATE.fullmatch(gate):
            row.wrong("gate", f"{gate!r} must be one class and a count, as in '[0-9a-f]{{64}}'")
    for key, examples in (("examples", rule.examples), ("negative_examples", rule.negative_examples)):
        if not examples:
            row.wrong(key, "give at least one whole line, as people write it")
