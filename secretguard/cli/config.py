"""``secretguard config``: what holds here, and which file says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

from secretguard.cli.common import config_options
from secretguard.cli.settings import config_folder, config_of, layers, unknown
from secretguard.config import OWN, scope_of
from secretguard.doors import masked
from secretguard.layers import Layer
from secretguard.model import UserError
from secretguard.policy import Allow, Override, Switches
from secretguard.reports.text import printable


class Row(NamedTuple):
    """One setting: its key, its value as a configuration file would have it, and the layer that says so."""

    key: str
    value: Any
    layer: Layer

    def origin(self) -> str:
        """The layer in words."""
        return f"{self.layer.name}: {self.layer.file}" if self.layer.file else self.layer.name


@click.group("config")
def command() -> None:
    """Show the configuration."""


@command.command("show")
@click.option("--format", "form", type=click.Choice(["human", "json"]), default="human", help="Form of the list.")
@config_options
def show(form: str, **options: Any) -> None:
    """Every setting that holds in the current repository, and where it comes from; of a list, each part."""
    found = layers(options, scope_of([]))
    problems = unknown(found)
    rows = list(holding(found))
    if form == "json":
        values = [{"key": r.key, "value": r.value, "layer": r.layer.name, "file": _file(r.layer)} for r in rows]
        text = json.dumps(values, indent=1)
    else:
        text = "\n".join(map(printable, _told(rows, found)))
    click.echo(masked(text, config_of({"no_config": True})))
    if problems:
        raise UserError(problems[0])


def _file(layer: Layer) -> str | None:
    return str(layer.file) if layer.file else None


def _told(rows: list[Row], found: list[Layer]) -> Iterator[str]:
    for row in rows:
        value = row.value if isinstance(row.value, str) else json.dumps(row.value, ensure_ascii=False)
        yield f"{row.key:9} {value:24} {row.origin()}"
    if not any(layer.file for layer in found):
        user = config_folder()
        places = [str(scope_of([]).top / OWN), *([str(user / "config.toml")] if user else [])]
        yield f"no file configures anything here; there could be {' and '.join(places)}"


def holding(found: list[Layer]) -> Iterator[Row]:
    """What holds, the weakest first: of single values the last one, of lists each part."""
    last = {key: layer for layer in found for key in layer.values}
    for layer in found:
        for key, value in layer.values.items():
            if isinstance(value, Switches):
                yield from (Row(k, sorted(names), layer) for k, names in value._asdict().items() if names)
            elif isinstance(value, tuple):
                yield from (Row(key, _part(each), layer) for each in value)
            elif last[key] is layer:
                yield Row(key, value >> 20 if key == "max_size" else value if key in PLAIN else str(value), layer)


PLAIN = ("jobs", "cache")


def _part(value: Allow | Override | Path | str) -> Any:
    """One part of a list, as a configuration file would have it."""
    if isinstance(value, Path | str):
        return str(value)
    table = value._asdict()
    for name in ("number", "where"):
        table.pop(name, None)
    if isinstance(value, Override):
        table |= table.pop("switches")._asdict()
        table["severity"] = str(value.severity) if value.severity else None
    return {key: sorted(v) if isinstance(v, frozenset) else v for key, v in table.items() if v}
