"""Learn the published samples of a standard: hash every credential that its checkout holds.

    python benchmarks/learn_examples.py "bips test vector=CHECKOUT" ... > lines
    sort -u lines secretguard/checks/known_examples.txt

For repositories that hold nothing but standards with their test vectors: whatever looks like a key there is known
to all. Nothing of theirs is kept but a part of its hash, its length and the kind that is given here.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

from peers import OURS

HEX = re.compile(r"(?:0[xX])?[0-9a-fA-F]+")
DIGITS = 30  # as secretguard/checks/known.py reads them


def normal(value: str) -> str:
    """The form in which ``is_known_example`` looks a value up."""
    if " " in value:
        return " ".join(unicodedata.normalize("NFKD", value).lower().split())
    return value.lower().removeprefix("0x") if HEX.fullmatch(value) else value


def line(value: str, kind: str) -> str:
    form = normal(value.strip())
    return f"{hashlib.sha256(form.encode()).hexdigest()[:DIGITS]} {len(form)} {kind}"


def secrets_of(checkout: Path) -> list[str]:
    """Every value that blocks in the files of a checkout."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        options = ("--no-baseline", "--show-secrets", "--format", "json", "--output", str(out))
        subprocess.run([OURS, "scan", str(checkout), *options], check=False)
        findings = json.loads(out.read_text(encoding="utf-8"))["findings"]
    return [finding["secret"] for finding in findings if finding["blocking"] and finding["severity"] != "low"]


def main() -> None:
    for text in sys.argv[1:]:
        kind, _, checkout = text.rpartition("=")
        for value in secrets_of(Path(checkout)):
            print(line(value, kind))


if __name__ == "__main__":
    main()
