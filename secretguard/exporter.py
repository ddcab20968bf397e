"""What is accepted as detect-secrets' own baseline, so that a team can go back: written by detect-secrets itself.

detect-secrets knows a secret by file, type and unsalted SHA-1, so it scans the files itself: what it reports there and
our baseline accepts is written down, with the verdict.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from detect_secrets.core import baseline
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import default_settings


@dataclass(frozen=True, slots=True)
class Accepted:
    """A value that our baseline accepts, and whether it is a real secret (None: nobody has said)."""

    value: str
    real: bool | None


def exported(root: Path, accepted: Mapping[str, Sequence[Accepted]]) -> tuple[str, int]:
    """The text of a .secrets.baseline with what is accepted in each file below ``root``, and its number of entries."""
    with default_settings():
        kept = SecretsCollection()
        for path, values in accepted.items():
            scanned = SecretsCollection(str(root))
            scanned.scan_file(path)
            for name, secret in scanned:
                match = next((each for each in values if _alike(each.value, secret.secret_value or "")), None)
                if match is not None:
                    secret.filename, secret.is_secret = name, match.real
                    kept[name].add(secret)
        return json.dumps(baseline.format_for_output(kept), indent=2) + "\n", len(list(kept))


def _alike(ours: str, theirs: str) -> bool:
    """Whether two tools mean the same: their ideas of where a value begins and ends differ."""
    return bool(theirs) and (theirs in ours or ours in theirs)
