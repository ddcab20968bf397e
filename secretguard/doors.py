"""What each command does, without the command line: a Config in, a Report or a text out."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from secretguard import changes, ci
from secretguard.acceptance import Extent, accepted
from secretguard.cache import Cache
from secretguard.config import Config
from secretguard.ends import ends_of, refuse_shallow
from secretguard.git import NotARepository, Repository, protocol_of
from secretguard.ignore import IgnoreFiles
from secretguard.model import Fragment, Origin, OriginKind, Receipt, Report, UserError
from secretguard.reports import REPORTS, Advice, RuleNote, Style
from secretguard.reports.words import count
from secretguard.rules import Provider, Rule, RuleSet, load
from secretguard.scan import Scanner, reported
from secretguard.sources.files import files, names
from secretguard.sources.range import Range
from secretguard.sweep import Memory, Terms, Watch, combined, opened, sweep, sweep_many
from secretguard.tables import guess
from secretguard.waves import find


def scan_files(paths: Sequence[str], config: Config) -> Report:
    """Scan files and folders; none named means the current folder."""
    receipt, began = Receipt(), time.monotonic()
    scanner = Scanner(config)
    fragments = files(paths or ["."], receipt, config.max_size, IgnoreFiles(config.ignores), config.include_ignored)
    read: list[bytes] = []
    found = [*find(scanner, _noted(fragments, read), receipt, config.jobs)]
    found += scanner.findings(names(dict.fromkeys(read)), Receipt())  # no files: they do not count
    report = scanner.report(reported(found, config, receipt), receipt, began)
    return accepted(report, config, Extent.TREE)


def _noted(fragments: Iterable[Fragment], paths: list[bytes]) -> Iterator[Fragment]:
    """The fragments; their paths go to ``paths``."""
    for fragment in fragments:
        paths.append(fragment.origin.path or b"")
        yield fragment


def scan_text(data: bytes, config: Config) -> Report:
    """Scan one text that has no name."""
    receipt, began = Receipt(), time.monotonic()
    fragment = Fragment(data, Origin(OriginKind.STDIN, b"<stdin>"))
    scanner = Scanner(config)
    report = scanner.report(reported(scanner.findings([fragment], receipt), config, receipt), receipt, began)
    return accepted(report, config)


def scan_staged(config: Config) -> Report:
    """Scan what the next commit in the current repository introduces."""
    return accepted(changes.scan_staged(Repository.open(), config), config)


def scan_range(commits: str, config: Config) -> Report:
    """Scan what the commits of ``BASE..HEAD`` in the current repository introduce."""
    return accepted(changes.scan_range(Repository.open(), commits, config), config, Extent.TREE)


def scan_ci(wanted: ci.Range, config: Config, watch: Watch) -> Report:
    """Scan what the change that a CI run is about introduces; everything, if no change started the run."""
    if wanted.nothing:
        return Report((), Receipt(notes=[wanted.what]))
    repo = Repository.open()
    if wanted.everything:
        refuse_shallow(repo, wanted)
        return accepted(sweep(repo, config, watch, note=wanted.what), config, Extent.HISTORY)
    ends = ends_of(repo, wanted)
    new = Range((ends.head,), (ends.base,) if ends.base else ())
    return accepted(changes.scan_new(repo, new, config, note=ends.why), config, Extent.TREE)


def sweep_repositories(locations: Sequence[str], config: Config, watch: Watch, terms: Terms) -> Report:
    """Scan everything that repositories, at paths and URLs, have ever held; none named means the current one.

    Raises UserError.
    """
    if terms.store and config.show_secrets:
        raise UserError("--store never holds a secret: leave out --show-secrets")
    if len(locations) > 1 or terms.for_many or any(map(protocol_of, locations)):
        return accepted(sweep_many(locations or ["."], config, watch, terms), config)
    return sweep_repository(Path(locations[0]) if locations else None, config, watch)


def sweep_repository(path: Path | None, config: Config, watch: Watch) -> Report:
    """Scan everything the repository (the current one if None) has ever held."""
    extent = Extent.HISTORY if path is None else Extent.PART
    return accepted(sweep(Repository.open(path), config, watch), config, extent)


def report_store(path: Path, config: Config) -> Report:
    """What sweeps have written into a store, as one report. Raises UserError."""
    with opened(path, create=False) as store:
        return accepted(combined(store.reports()), config)


def show_cache(path: Path | None, config: Config) -> str:
    """What is kept between runs, for the user and for a repository (the current one if None), a line each."""
    files = Cache(config.cache).files()
    told = [f"{config.cache}: {sum(file.stat().st_size for file in files):,} bytes in {len(files)} files"]
    memory = memory_of(path, config)
    if memory is None:
        return told[0]
    told += [f"{kept.where}: {kept.size:,} bytes" for kept in memory.kept()]
    earlier = memory.load()
    passed = len(earlier.known.clean()) // earlier.known.width if earlier else 0
    return "\n".join([*told, f"the next sweep passes over {passed:,} objects"])


def clear_cache(path: Path | None, config: Config) -> str:
    """Remove what is kept; how much that was. Raises UserError."""
    memory = memory_of(path, config)
    freed = sum(kept.size for kept in memory.kept()) if memory else 0
    try:
        if memory:
            memory.clear()
    except OSError as error:
        raise UserError(f"{error.filename}: can't be removed: {error.strerror}") from None
    return f"{freed + Cache(config.cache).clear():,} bytes removed"


def memory_of(path: Path | None, config: Config) -> Memory | None:
    """What sweeps remember of a repository; None where none is named and here is none. Raises GitError."""
    try:
        repo = Repository.open(path)
    except NotARepository:
        if path is not None:
            raise
        return None
    return Memory(repo, config, Scanner(config, screened=True).identity)


def render(report: Report, config: Config, form: str, style: Style) -> str:
    """The report in one of the forms of the gallery. Rule files are read only if there is a finding to advise on."""
    advice = advice_of(load(config.rules, Cache(config.cache))) if report.findings else Advice()
    return REPORTS[form](report, advice, style)


def advice_of(rules: RuleSet) -> Advice:
    """What a reader should know of each rule."""
    return Advice({rule.id: _note(rule, rules.providers[rule.provider]) for rule in rules.rules.values()})


def _note(rule: Rule, provider: Provider) -> RuleNote:
    return RuleNote(
        title=rule.title,
        provider_name=provider.name,
        what=rule.what,
        revoke=provider.revoke or None,
        contact=provider.contact or None,
        references=(*rule.references, *provider.references),
    )


def masked(text: str, config: Config) -> str:
    """Lines for the terminal, the secrets in each masked: an error may quote the name of a file or branch."""
    return "\n".join(map(Scanner(config, screened=True).masked, text.split("\n")))


def list_rules(config: Config, form: str) -> str:
    """All rules, a line or a JSON object each."""
    rules = load(config.rules, Cache(config.cache))
    rows = [
        {"id": r.id, "provider": r.provider, "kind": r.kind, "severity": str(r.severity), "status": r.status}
        for r in sorted(rules.rules.values(), key=lambda r: r.id)
    ]
    if form == "json":
        return json.dumps(rows, indent=1)
    width = max(len(row["id"]) for row in rows)
    lines = [f"{row['id']:{width}}  {row['severity']:8}  {row['status']:12}  {row['provider']}" for row in rows]
    return "\n".join([*lines, f"{count(len(rows), 'rule')} of {count(len(rules.providers), 'provider')}"])


def rules_reference(config: Config) -> str:
    """All rules as the Markdown of ``docs/rules.md``."""
    from secretguard.reference import reference  # not needed by a scan

    return reference(load(config.rules))


def show_rules(config: Config, name: str, style: Style) -> str:
    """One rule, or all rules of a provider, in words. Raises UserError for a name that nothing has."""
    from secretguard.rulecard import card  # not needed by a scan

    rules = load(config.rules, Cache(config.cache))
    chosen = [r for r in rules.rules.values() if name.lower() in (r.id, r.provider)]
    if not chosen:
        near = guess(name.lower(), [*rules.rules, *rules.providers])
        raise UserError(f"no rule and no provider is called {name!r}{near}; 'secretguard rules list' names them all")
    providers = [rules.providers[rule.provider] for rule in chosen]
    pages = [card(rule, of, _note(rule, of), style) for rule, of in zip(chosen, providers, strict=True)]
    return "\n\n\n".join(pages)


def check_rules(config: Config, only: Sequence[Path]) -> tuple[list[str], int]:
    """Complaints about the rules of the folders (all rules if none are named), and how many rules were checked."""
    from secretguard.selftest import complaints  # fillings and published samples: not needed by a scan

    scanner = Scanner(config)
    names = {f"{path.parent.name}/{path.name}" for folder in only for path in folder.rglob("*.toml")}
    chosen = [rule for rule in scanner.rules.rules.values() if not only or rule.path in names]
    return list(complaints(scanner, chosen)), len(chosen)
