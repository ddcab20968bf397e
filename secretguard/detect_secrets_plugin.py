"""Our rules as a plugin of detect-secrets (1.5): ``detect-secrets scan -p <path of this file>``.

detect-secrets shows its plugins a line at a time. A line alone seldom says whose key it holds, so the whole file is
scanned when its first line comes, and each line is answered from that.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.plugins.base import BasePlugin

from secretguard.cli.settings import config_of
from secretguard.config import Config
from secretguard.model import Fragment, Origin, OriginKind, Receipt
from secretguard.regular import TooLarge, read
from secretguard.scan import Scanner, reported
from secretguard.windows import WHOLE

Lines = Mapping[int, frozenset[str]]


class SecretguardDetector(BasePlugin):  # type: ignore[misc]
    """Exchange keys, wallet keys, seed phrases and whatever else secretguard's rules find."""

    secret_type = "secretguard"

    def analyze_string(self, string: str) -> Iterator[str]:
        """The secrets in a text that has no file."""
        data = string.encode("utf-8", "surrogateescape")
        for values in found(data + b"\n", None).values():
            yield from values

    def analyze_line(self, filename: str, line: str, line_number: int = 0, **_: Any) -> set[PotentialSecret]:
        """The secrets that begin on a line of a file; of the line alone where there is no such file."""
        lines = of_file(filename)
        values = self.analyze_string(line) if lines is None else lines.get(line_number, ())
        return {
            PotentialSecret(type=self.secret_type, filename=filename, secret=value, line_number=line_number)
            for value in values
        }


def of_file(name: str) -> Lines | None:
    """What each line of a file holds, None where it can't be read."""
    try:
        status = Path(name).stat()
        return _of_version(name, status.st_mtime_ns, status.st_size)
    except (OSError, TooLarge):
        return None


@functools.lru_cache(maxsize=64)
def _of_version(name: str, _time: int, _size: int) -> Lines:
    path, most = os.fsencode(name), min(scanner_and_config()[1].max_size, WHOLE)
    return found(read(path, most), path)


def found(data: bytes, path: bytes | None) -> Lines:
    """The blocking secrets of a text by the line on which they begin, each part of a credential by itself."""
    scanner, config = scanner_and_config()
    receipt, lines = Receipt(), dict[int, set[str]]()
    fragment = Fragment(data, Origin(OriginKind.FILE if path else OriginKind.STDIN, path))
    for finding in reported(scanner.findings([fragment], receipt), config, receipt):
        if finding.blocking:
            for occurrence in finding.occurrences:
                lines.setdefault(occurrence.place.line, set()).add(finding.secret.shown or "")
            for part in finding.parts:
                lines.setdefault(part.place.line, set()).add(part.secret.shown or "")
    return {line: frozenset(values) for line, values in lines.items()}


@functools.cache
def scanner_and_config() -> tuple[Scanner, Config]:
    """One scanner for the process. Values are handed to detect-secrets, which hashes them."""
    config = replace(config_of({}), show_secrets=True)
    return Scanner(config), config
