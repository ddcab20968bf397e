"""What one layer of configuration locks, no stronger one may say: an organisation's word stays its word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from secretguard.layers import Layer
from secretguard.model import UserError
from secretguard.policy import Switches


def refuse_locked(layers: Iterable[Layer]) -> None:
    """Raise UserError for the first key in ``layers``, weakest first, that a weaker layer has locked."""
    locks: dict[str, Layer] = {}
    for layer in layers:
        for where, key in _said(layer):
            if key in locks:
                raise UserError(f"{_told(layer, where, key)}: locked by {locks[key].file}, which alone may set it")
        locks.update(dict.fromkeys(layer.values.get("locked", ()), layer))


def _told(layer: Layer, where: str, key: str) -> str:
    return f"{layer.file}:{where} key {key!r}" if layer.file else f"--{key.replace('_', '-')}"


def _said(layer: Layer) -> Iterator[tuple[str, str]]:
    """Every key that a layer speaks of, those within its overrides too, and which override that is."""
    yield from (("", key) for key in layer.values if key != "switches")
    yield from (("", key) for key in _switched(layer.values.get("switches", Switches())))
    for number, each in enumerate(layer.values.get("override", ()), 1):
        keys = [*_switched(each.switches), *(["severity"] if each.severity else [])]
        yield from ((f" override {number}:", key) for key in keys)


def _switched(switches: Switches) -> list[str]:
    return [key for key, names in switches._asdict().items() if names]
