"""Configuration files -> layers of settings, weakest first. Every complaint names file, entry and key.

What a file names (``extends``, ``rules``) has to lie in the repository of that file, links included; only the user's
own file may name any place. Nothing is ever run, and nothing is fetched.
"""

from __future__ import annotations

import re
import stat
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secretguard.cache import Cache
from secretguard.config import PYPROJECT, built_in_rules
from secretguard.ignore import complaint
from secretguard.model import Severity, UserError
from secretguard.policy import Allow, Override, Policy, Switches
from secretguard.regular import TooLarge, read
from secretguard.rulefiles import RuleFiles
from secretguard.tables import Table, guess

MAX_FILE = 1 << 20  # bytes
MAX_EXTENDS = 8  # files in one chain
MAX_JOBS = 256
SHORTEST = 4  # characters of a word: a shorter one stands in many a random key
FINGERPRINT = re.compile(r"v[0-9]+:[0-9a-f]{32}")
KEYS = frozenset("extends severity max_size jobs cache rules off on allow override require locked".split())
LOCKABLE = tuple(sorted(KEYS - {"extends", "locked"}))
CONDITIONS = ("paths", "values", "words", "regexes")
ALLOW_KEYS = frozenset({"reason", "rules", *CONDITIONS})
OVERRIDE_KEYS = frozenset({"paths", "off", "on", "severity"})
SEVERITIES = tuple(str(each) for each in Severity)


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file, or the command line, sets: the values of the keys that stand in it, checked.

    ``name`` says what kind of layer it is. Sizes are in bytes; ``off`` and ``on`` stand together as ``switches``.
    """

    name: str
    file: Path | None
    values: Mapping[str, Any]


def layers_of(name: str, file: Path, bounds: Path | None) -> list[Layer]:
    """The layers that a file brings: those that it extends, and itself. Raises UserError.

    ``bounds``: the folder that everything it names has to lie in; None for a file that may name any place.
    """
    return _chain(name, file, bounds, ())


def _chain(name: str, file: Path, bounds: Path | None, above: tuple[Path, ...]) -> list[Layer]:
    said = f"{above[-1]}: key 'extends': " if above else ""
    place = _within(file, bounds, said)
    if place in above:
        raise UserError(f"{above[-1]}: key 'extends': a circle: {' -> '.join(map(str, (*above, place)))}")
    if len(above) == MAX_EXTENDS:
        raise UserError(f"{above[-1]}: key 'extends': more than {MAX_EXTENDS} files one behind the other")
    row = Table(str(file), "", _table(file, place, said))
    found = []
    for text in row.listed("extends"):
        found += _chain("organisation", _named(row, "extends", text, file, bounds), bounds, (*above, place))
    return [*found, Layer(name, file, _values(row, file, bounds))]


def _within(file: Path, bounds: Path | None, said: str) -> Path:
    """Where the file is, with all links followed. Raises UserError, after ``said``, if that is outside the bounds."""
    try:
        place = file.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise UserError(f"{said}{file}: can't be read: {getattr(error, 'strerror', None) or error}") from None
    if bounds is not None and not place.is_relative_to(bounds.resolve()):
        raise UserError(f"{said}{file}: leads out of {bounds}; only the user's own file may name other places")
    return place


def _named(row: Table, key: str, text: str, file: Path, bounds: Path | None) -> Path:
    """The place that a text names, as seen from its file."""
    if "://" in text:
        row.wrong(key, "must be a path on this machine: nothing is fetched")
    if "\0" in text:
        row.wrong(key, "is no path")
    path = Path(text).expanduser() if bounds is None and text.startswith("~") else Path(text)
    if bounds is not None and path.is_absolute():
        row.wrong(key, "must be relative: only the user's own file may name any place")
    return file.parent / path


def _table(file: Path, place: Path, said: str) -> dict[str, Any]:
    """The settings in a file, read but not understood."""
    try:
        text = read(bytes(place), MAX_FILE).decode("utf-8")
        table = tomllib.loads(text)
    except OSError as error:
        raise UserError(f"{said}{file}: can't be read: {error.strerror}") from None
    except TooLarge:
        raise UserError(f"{file}: larger than {MAX_FILE >> 20} MB, so no configuration of ours") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: not valid TOML: {error}") from None
    except RecursionError:
        raise UserError(f"{file}: not valid TOML: nested too deeply") from None
    if file.name != PYPROJECT:
        return table
    tool = table.get("tool", {})
    own = tool.get("secretguard", {}) if isinstance(tool, dict) else {}
    if not isinstance(own, dict):
        raise UserError(f"{file}: tool.secretguard must be a table")
    return own


def _values(row: Table, file: Path, bounds: Path | None) -> dict[str, Any]:
    row.known(KEYS)
    values: dict[str, Any] = {}
    if "severity" in row.table:
        values["severity"] = _severity(row)
    if "max_size" in row.table:
        values["max_size"] = row.whole("max_size", 1, 1 << 14) << 20
    if "jobs" in row.table:
        values["jobs"] = row.whole("jobs", 1, MAX_JOBS)
    if "cache" in row.table:
        values["cache"] = row.flag("cache", True)
    if "rules" in row.table:
        values["rules"] = tuple(_rules(row, text, file, bounds) for text in row.listed("rules"))
    if "off" in row.table or "on" in row.table:
        values["switches"] = _switches(row)
    if "require" in row.table:
        values["require"] = _among(row, "require", _required())
    if "locked" in row.table:
        values["locked"] = _among(row, "locked", LOCKABLE)
    if "allow" in row.table:
        values["allow"] = tuple(_allow(each, row.file, at) for at, each in enumerate(row.tables("allow"), 1))
    if "override" in row.table:
        values["override"] = tuple(_override(each) for each in row.tables("override"))
    return values


def _severity(row: Table) -> Severity:
    return Severity[row.choice("severity", SEVERITIES).upper()]


def _required() -> tuple[str, ...]:
    from secretguard.baseline.lint import REQUIRED  # noqa: PLC0415 - few files ask for it, and a hook's start counts

    return REQUIRED


def _among(row: Table, key: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    """A list of texts, each one of ``choices``."""
    for each in (chosen := row.listed(key)):
        if each not in choices:
            row.wrong(key, f"{each!r} is none of {', '.join(choices)}{guess(each, choices)}")
    return chosen


def _switches(row: Table) -> Switches:
    return Switches(frozenset(row.listed("off")), frozenset(row.listed("on")))


def _rules(row: Table, text: str, file: Path, bounds: Path | None) -> Path:
    """A folder of rule files: for a bounded file each of them a regular file, in the bounds."""
    folder = _named(row, "rules", text, file, bounds)
    if not folder.is_dir():
        row.wrong("rules", f"{text!r} is no folder")
    if bounds is not None:
        _within(folder, bounds, f"{file}: key 'rules': ")
        for path in folder.rglob("*.toml"):
            if not stat.S_ISREG(path.lstat().st_mode):
                row.wrong("rules", f"{path} is no regular file")
            _within(path, bounds, f"{file}: key 'rules': ")
    return folder


def _allow(row: Table, file: str, number: int) -> Allow:
    row.known(ALLOW_KEYS)
    reason = row.text("reason", required=True)
    if not any(row.table.get(key) for key in CONDITIONS):
        row.wrong("paths", f"give one of {', '.join(CONDITIONS)}; to silence a rule everywhere there is 'off'")
    values = row.listed("values")
    if not all(map(FINGERPRINT.fullmatch, values)):  # never quoted: it may be the secret itself
        row.wrong("values", "must be fingerprints as reports show them (v1:...), never a secret")
    words = row.listed("words")
    if any(len(word) < SHORTEST for word in words):
        row.wrong("words", f"must have {SHORTEST} characters or more: shorter ones stand in many a random key")
    regexes = row.listed("regexes")
    if regexes:
        _regexes(row, regexes)
    rules = frozenset(row.listed("rules"))
    return Allow(0, f"{file}, allow {number}", reason, rules, _paths(row), frozenset(values), words, regexes)


def _regexes(row: Table, regexes: Iterable[str]) -> None:
    from secretguard import allow  # noqa: PLC0415 - brings regex with it, and a hook's start counts

    for at, each in enumerate(regexes, 1):
        if problem := allow.complaint(each):
            row.wrong("regexes", f"number {at} {problem}")


def _override(row: Table) -> Override:
    row.known(OVERRIDE_KEYS)
    paths = _paths(row)
    if not paths:
        row.wrong("paths", "is missing")
    return Override(paths, _switches(row), _severity(row) if "severity" in row.table else None)


def _paths(row: Table) -> tuple[str, ...]:
    paths = row.listed("paths")
    for path in paths:
        if problem := complaint(path):
            row.wrong("paths", f"{path!r} {problem}")
    return paths


def settled(layers: Iterable[Layer]) -> dict[str, Any]:
    """What the layers, weakest first, say together: of single values the last, of lists all."""
    values: dict[str, Any] = dict.fromkeys(("rules", "switches", "allow", "override", "require", "locked"), ())
    for layer in layers:
        for key, value in layer.values.items():
            if key == "switches":
                values[key] += (value,)
            else:
                values[key] = values[key] + value if isinstance(value, tuple) else value
    return values


def named(layers: Iterable[Layer]) -> Iterator[tuple[Layer, str]]:
    """The names of rules, providers and kinds that layers speak of, each with its layer."""
    for layer in layers:
        said = [layer.values.get("switches", Switches()), *(each.switches for each in layer.values.get("override", ()))]
        names = frozenset[str]().union(*(s.off | s.on for s in said), *(a.rules for a in layer.values.get("allow", ())))
        yield from ((layer, name) for name in sorted(names))


def unknown_names(layers: Sequence[Layer], cache: Cache) -> list[str]:
    """Complaints about names that are no rule, provider or kind, with the nearest that is one."""
    spoken = list(named(layers))
    names = _names((built_in_rules(), *settled(layers)["rules"]), cache) if spoken else []
    return [
        f"{layer.file}: {name!r} is no rule, provider or kind{guess(name, names)}"
        for layer, name in spoken
        if name not in names
    ]


def _names(folders: Sequence[Path], cache: Cache) -> list[str]:
    """What rules, providers and kinds are called; kept between runs, lest a hook read rules for it."""
    files = RuleFiles(folders, cache)
    key = f"names of rules {files.digest}"
    kept = cache.get(key)
    if kept is None:
        from secretguard.rules import KINDS, load_files  # noqa: PLC0415 - once for each change of the rules

        rules = load_files(files, cache)
        kept = "\n".join(sorted({*rules.rules, *rules.providers, *KINDS})).encode()
        cache.put(key, kept)
    return kept.decode().split("\n")


def policy_of(values: Mapping[str, Any], top: Path) -> Policy:
    """What settled values say about findings. ``top``: the folder that paths of files on disk are seen from."""
    entries = tuple(entry._replace(number=at) for at, entry in enumerate(values["allow"]))
    return Policy(
        severity=values["severity"],
        switches=values["switches"],
        allow=entries,
        overrides=values["override"],
        top=top,
    )
