"""The Config of a run, from options, environment and configuration files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secretguard.baseline.header import NAME, read_key
from secretguard.config import Config, Scope, built_in_rules, own_file, root_of, scope_of
from secretguard.model import FINGERPRINT_KEY, MAX_SIZE, Severity, UserError

if TYPE_CHECKING:
    from secretguard.layers import Layer

OPTIONS = ("severity", "max_size", "jobs", "rules")


def config_of(options: Mapping[str, Any], scanned: Iterable[str | Path] = (), accepting: bool = False) -> Config:
    """The Config of a run over the paths ``scanned`` (none: over the current repository).

    ``accepting``: with the baseline that the options name or imply.
    """
    baseline, key = baseline_of(options) if accepting else (None, FINGERPRINT_KEY)
    scope = scope_of(scanned)
    plain = not any(options.get(each) for each in OPTIONS) and not files_of(options, scope)
    values = {} if plain else _settled(options, scope)
    return Config(
        rules=(built_in_rules(), *values.get("rules", ())),
        cache=cache_folder() if values.get("cache", True) else None,
        jobs=values.get("jobs") or cores(),
        show_secrets=options.get("show_secrets", False),
        remember=not options.get("no_cache", False),
        portable=options.get("portable", False),
        accelerate=not options.get("no_vectorscan", False),
        baseline=baseline,
        fingerprint_key=key,
        max_size=values.get("max_size", MAX_SIZE),
        policy=values.get("policy"),
        ignores=scope.top if scope.own and not options.get("no_config") else None,
        include_ignored=options.get("include_ignored", False),
        notes=notes_of(options, scope),
        files=values.get("files", ()),
    )


def baseline_of(options: Mapping[str, Any]) -> tuple[Path | None, bytes]:
    """The baseline of a run, if there is one, and the key of its fingerprints. Raises UserError."""
    named, none = options.get("baseline"), options.get("no_baseline")
    if named and none:
        raise UserError("--baseline and --no-baseline exclude each other")
    path = named or usual_baseline()
    key = None if none else read_key(path)
    if named and key is None:
        raise UserError(f"{path}: there is no such baseline; 'secretguard baseline create' makes one")
    return (path, key) if key is not None else (None, FINGERPRINT_KEY)


def usual_baseline() -> Path:
    """Where a baseline is if nothing else is said: at the root of the repository that the user stands in.

    Found without git, since every commit waits for it. A repository that is scanned from elsewhere has no say.
    """
    return scope_of([]).top / NAME


def _settled(options: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    # imported here because most hooks meet no file, and have no need of any of it
    from secretguard.layers import policy_of, settled

    found = layers(options, scope)
    for complaint in unknown(found):
        raise UserError(complaint)
    values = settled(found)
    files = tuple(layer.file for layer in found if layer.file)
    return {**values, "policy": policy_of(values, scope.top), "files": files}


def unknown(found: Sequence[Layer]) -> list[str]:
    """Complaints about names in configuration files that are no rule, provider or kind."""
    from secretguard.cache import Cache
    from secretguard.layers import settled, unknown_names

    return unknown_names(found, Cache(cache_folder() if settled(found)["cache"] else None))


def required(options: Mapping[str, Any]) -> tuple[str, ...]:
    """What the configuration wants every entry of a baseline to have."""
    from secretguard.layers import settled

    wanted: tuple[str, ...] = settled(layers(options, scope_of([])))["require"]
    return wanted


def layers(options: Mapping[str, Any], scope: Scope) -> list[Layer]:
    """All that has a say in a run, weakest first. Raises UserError for the first mistake, and for what is locked."""
    from secretguard.layers import Layer, layers_of
    from secretguard.locks import refuse_locked

    built_in = {"severity": Severity.LOW, "max_size": MAX_SIZE, "jobs": cores(), "cache": True}
    found = [Layer("built in", None, built_in)]
    for name, file in files_of(options, scope):
        found += layers_of(name, file, _bounds(name, file, scope))
    given = {each: options[each] for each in OPTIONS if options.get(each)}
    if "severity" in given:
        given["severity"] = Severity[given["severity"].upper()]
    if "max_size" in given:
        given["max_size"] <<= 20
    found.append(Layer("command line", None, given))
    refuse_locked(found)
    return found


def _bounds(name: str, file: Path, scope: Scope) -> Path | None:
    """The folder that all that a file names has to lie in; None for the user's own, which may name any place."""
    folder = file.absolute().parent
    return None if name == "user" else scope.top if name == "repository" else root_of(folder) or folder


def files_of(options: Mapping[str, Any], scope: Scope) -> list[tuple[str, Path]]:
    """The files that configure a run, weakest first, with the kind of each: user, repository, given."""
    if options.get("no_config"):
        return []
    folder = config_folder()
    user = folder / "config.toml" if folder else None
    found = [("user", user)] if user and user.exists() else []
    given = options.get("config") or os.environ.get("SECRETGUARD_CONFIG")
    own = own_file(scope.top) if scope.own and not given else None
    if given:
        found.append(("given", Path(given)))
    elif own:
        found.append(("repository", own))
    return found


def notes_of(options: Mapping[str, Any], scope: Scope) -> tuple[str, ...]:
    """What a reader of the report should know of the configuration."""
    asked = scope.own or options.get("no_config") or options.get("config")
    unread = None if asked else own_file(scope.top)
    return (f"{unread} was not asked: the current repository is another one; --config names it",) if unread else ()


def cores() -> int:
    """The number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cache_folder() -> Path | None:
    """The user's cache folder by the platform's custom, or None where there is no home."""
    if os.environ.get("SECRETGUARD_CACHE"):
        return Path(os.environ["SECRETGUARD_CACHE"])
    return _folder("LOCALAPPDATA", ("AppData", "Local"), ("Library", "Caches"), "XDG_CACHE_HOME", ".cache")


def config_folder() -> Path | None:
    """The user's folder of settings by the platform's custom, or None where there is no home."""
    mac = ("Library", "Application Support")
    return _folder("APPDATA", ("AppData", "Roaming"), mac, "XDG_CONFIG_HOME", ".config")


def _folder(
    windows: str, windows_default: tuple[str, ...], mac: tuple[str, ...], xdg: str, xdg_default: str
) -> Path | None:
    try:
        if sys.platform == "win32":
            base = Path(os.environ.get(windows) or Path.home().joinpath(*windows_default))
        elif sys.platform == "darwin":
            base = Path.home().joinpath(*mac)
        else:
            given = Path(os.environ.get(xdg, ""))
            base = given if given.is_absolute() else Path.home() / xdg_default  # as the XDG specification wants it
    except RuntimeError:
        return None
    return base / "secretguard"
