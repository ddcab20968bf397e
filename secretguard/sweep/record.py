"""Reports as JSON and back: the values of ``model``, field by field, and never code."""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from enum import Enum
from typing import Any, get_args, get_origin

from secretguard.model import Report


def written(report: Report) -> str:
    """The report as one line of JSON."""
    return json.dumps(plain(report), separators=(",", ":"))


def read_back(text: str) -> Report:
    """The report that was written so. Raises ValueError, TypeError or KeyError for any other text."""
    report: Report = typed(Report, json.loads(text))
    return report


def plain(value: Any) -> Any:
    """A value in what JSON has."""
    kind: Any = type(value)
    if has_fields(kind):
        return {name: plain(getattr(value, name)) for name in hints(kind)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return value


def typed(hint: Any, value: Any) -> Any:
    """A plain value as what the type hint says it was."""
    kind, inner = get_origin(hint), get_args(hint)
    if kind in (typing.Union, types.UnionType):
        return None if value is None else typed(inner[0], value)
    if kind in (list, tuple, set, frozenset):
        return kind(typed(inner[0], each) for each in value)
    if kind is dict:
        return {name: typed(inner[1], each) for name, each in value.items()}
    if has_fields(hint):
        return hint(**{name: typed(each, value[name]) for name, each in hints(hint).items()})
    if hint is bytes:
        return value.encode("latin-1")
    return hint(value) if issubclass(hint, Enum) else value


def has_fields(kind: type) -> bool:
    """Whether it is a dataclass or a named tuple."""
    return dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")


@functools.cache
def hints(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass or of a named tuple, and their types."""
    return typing.get_type_hints(kind)
