"""Other tools' baselines -> what each of their entries claims. Reads texts only; finding the secrets again is upkeep's.

- detect-secrets (1.5): ``results`` by file, with an unsalted SHA-1 of the value, a line, and perhaps ``is_secret``.
- gitleaks (8): a report as a JSON array (``--baseline-path``), and .gitleaksignore: ``commit:file:rule:line``
  or ``file:rule:line``; the commit has 40 digits, 7 since 8.26.
- betterleaks (2): a report (``findings`` with ``match``, ``location``, ``attributes``), and a file of SHA-256 values.
- kingfisher (2.14): YAML, ``repositories`` with ``findings`` of path and line; before that ``ExactFindings``.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from secretguard.baseline.entry import Verdict
from secretguard.model import UserError

Digest = tuple[str, str]  # the name of a hash, and its hexadecimal digits
_PLACE = re.compile(r"(?:([0-9a-f]{7,64}):)?(.+):([^:]+):(\d{1,9})")
_YAML = re.compile(r"^ *(?:- )?(path|filepath|line|linenum): (.+?) *$", re.MULTILINE)
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Claim:
    """One entry of another tool: a value's hash, or a line (from 1) of a path, in a commit or in the work tree."""

    path: str | None
    line: int | None
    commit: str | None = None
    digest: Digest | None = None
    verdict: Verdict = Verdict.UNREVIEWED

    def __str__(self) -> str:
        place = ":".join(str(each) for each in (self.commit, self.path, self.line) if each is not None)
        return place or f"a value with the {self.digest[0] if self.digest else ''} of this entry"


def claims_of(text: str, name: str) -> tuple[str, list[Claim]]:
    """The tool that a file is of, and its claims. Raises UserError for what no tool that we know has written."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    try:
        for tool, knows, read in _JSON:
            if document is not None and knows(document):
                return tool, list(read(document))
        if re.search(r"^(?:ExactFindings|fingerprint_algorithm: kingfisher)", text, re.MULTILINE):
            return "kingfisher", list(_kingfisher(text))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        kind = type(error).__name__  # its words may quote a secret
        raise UserError(f"{name}: looks like a tool's baseline, but is not as it writes them ({kind})") from None
    return _lines(text, name)


def _lines(text: str, name: str) -> tuple[str, list[Claim]]:
    """A file of lines: gitleaks' places or betterleaks' hashes."""
    claims, tool = [], "gitleaks"
    for number, line in enumerate(text.splitlines(), 1):
        told = line.split(" #")[0].strip()
        if not told or told.startswith("#"):
            continue
        place = _PLACE.fullmatch(told)
        if _DIGEST.fullmatch(told):
            tool = "betterleaks"
            claims.append(Claim(None, None, digest=("sha256", told)))
        elif place:
            claims.append(Claim(place[2], int(place[4]), place[1]))
        else:
            raise UserError(
                f"{name}:{number}: no baseline of detect-secrets, gitleaks, betterleaks or kingfisher, "
                "and no line of .gitleaksignore"
            )
    return tool, claims


def _detect_secrets(document: Any) -> Iterator[Claim]:
    verdicts = {True: Verdict.REAL_SECRET, False: Verdict.FALSE_POSITIVE}
    for path, entries in document["results"].items():
        for entry in entries:
            verdict = verdicts.get(entry.get("is_secret"), Verdict.UNREVIEWED)
            digest = ("sha1", str(entry["hashed_secret"]))
            yield Claim(path.replace("\\", "/"), _number(entry.get("line_number")), digest=digest, verdict=verdict)


def _gitleaks(document: Any) -> Iterator[Claim]:
    for entry in document:
        commit, secret = _commit(entry.get("Commit")), entry.get("Secret", "")
        yield Claim(_path(entry["File"]), _number(entry["StartLine"]), commit, _hashed(secret))


def _betterleaks(document: Any) -> Iterator[Claim]:
    for entry in document["findings"]:
        commit = _commit(entry.get("attributes", {}).get("git.sha"))
        where, match = entry["location"], entry["match"]
        path = _path(where["path"]).removeprefix("./")
        yield Claim(path, _number(where["start_line"]), commit, _hashed(match.get("value", "")))


def _kingfisher(text: str) -> Iterator[Claim]:
    """Written by one program, a key on a line: two keys are all that is needed of its YAML."""
    path = ""
    seen = set()
    for key, value in _YAML.findall(text):
        if key in ("path", "filepath"):
            path = _unquoted(value).rstrip("/")
        elif (path, value) not in seen:
            seen.add((path, value))
            yield Claim(path, int(value))


def _unquoted(value: str) -> str:
    if value.startswith('"'):
        return str(json.loads(value))
    return value[1:-1].replace("''", "'") if value.startswith("'") else value


def _path(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _commit(value: Any) -> str | None:
    """A commit's id; anything else is refused, since what is not carried over is told with it."""
    if value and not _COMMIT.fullmatch(value):
        raise ValueError
    return value or None


def _number(value: Any) -> int | None:
    return int(value) if value is not None else None


def _hashed(value: str) -> Digest | None:
    """The hash of a value that a report shows; None where the report is redacted."""
    redacted = not value or "REDACTED" in value or value.endswith("...") or not value.strip("*")
    return None if redacted else ("sha256", hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest())


def _has(document: Any, *keys: str) -> bool:
    return isinstance(document, Mapping) and all(key in document for key in keys)


_JSON: tuple[tuple[str, Callable[[Any], bool], Callable[[Any], Iterator[Claim]]], ...] = (
    ("detect-secrets", lambda document: _has(document, "results", "plugins_used"), _detect_secrets),
    ("betterleaks", lambda document: _has(document, "findings", "schema_version"), _betterleaks),
    ("gitleaks", lambda document: isinstance(document, list), _gitleaks),
)
