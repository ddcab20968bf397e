"""The peers' own cases for credentials of this field, through our rules: found, or not found and why.

    python benchmarks/peer_cases.py [--trufflehog DIR] [--kingfisher DIR] [--gitleaks DIR] [--ours CMD] [--output FILE]

Each DIR is a checkout or a bare git directory. Read are TruffleHog's pattern tests (``validPattern`` and the like, put
beside the detector's name as its tests do) and the examples in the YAML rules of kingfisher and what gitleaks
makes its samples of, of those providers that ``patterns/`` knows as an exchange, wallet or service. Nothing of
theirs is kept: the result names detector and number, and why, by ``secretguard explain``.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpora import git
from peers import CHECKOUT, OURS
from table import markdown, tell

from secretguard.checks.samples import fill

FOLDERS = ("exchanges", "wallets", "services")
GO_PATTERN = re.compile(r"^\s*(valid\w*|\w*[pP]attern\w*)\s*=\s*[\"`]([^\"`\n]{8,400})[\"`]", re.MULTILINE)
GO_CASE = re.compile(r"input:\s*(?:`([^`]+)`|\"((?:[^\"\\\n]|\\.)+)\"),\s*want:\s*\[\]string\{\s*[\"`]")
GO_SAMPLE = re.compile(r"GenerateSampleSecrets\(\"(\w+)\",\s*secrets\.NewSecret\(utils\.(\w+)\(\"(\d+)")
ALPHABETS = {"AlphaNumeric": "alnum-lower", "Hex": "hex", "AlphaNumericExtended": "b64uchars"}
YAML_EXAMPLES = re.compile(r"^( *)examples:\n((?:\1 *- .*\n|\1  +.*\n)+)", re.MULTILINE)
YAML_ITEM = re.compile(r"^ *- (.*)$", re.MULTILINE)
CANDIDATE = re.compile(r"no finding: (.*)")


@dataclass(frozen=True, slots=True)
class Example:
    """One case of a peer. Its text stays out of ``repr`` and of the result."""

    peer: str
    detector: str
    number: int
    text: str = field(repr=False)


def providers() -> set[str]:
    """The names that our rule files have, for what is of this field."""
    return {path.stem for folder in FOLDERS for path in (CHECKOUT / "patterns" / folder).glob("*.toml")}


def known(detector: str, names: set[str]) -> bool:
    """Whether a detector is of a provider that we have: ``coinbase_waas`` is Coinbase's."""
    plain = re.sub(r"[^a-z0-9]", "", detector.lower())
    return any(plain.startswith(re.sub(r"[^a-z0-9]", "", name)) for name in names if len(name) > 3) or plain in names


def texts(checkout: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """(path, content) of the files of HEAD whose path fits."""
    for line in git(checkout, "ls-tree", "-r", "-z", "--name-only", "HEAD").split(b"\0"):
        path = line.decode("utf-8", "replace")
        if pattern.fullmatch(path):
            yield path, git(checkout, "show", f"HEAD:{path}").decode("utf-8", "replace")


def trufflehog(checkout: Path, names: set[str]) -> Iterator[Example]:
    for path, text in texts(checkout, re.compile(r"pkg/detectors/[^/]+/(?:v\d/)?[^/]+_test\.go")):
        detector = path.split("/")[2]
        if "integration" in path or not known(detector, names):
            continue
        for number, (name, value) in enumerate(GO_PATTERN.findall(text)):
            if "invalid" not in name.lower():
                role = "secret" if re.search("(?i)secret|priv", name) else "key"
                yield Example("trufflehog", detector, number, f"{detector}_{role} = '{value.strip()}'\n")
        for number, (raw, quoted) in enumerate(GO_CASE.findall(text), 100):
            yield Example("trufflehog", detector, number, (raw or quoted.replace('\\"', '"')) + "\n")


def kingfisher(checkout: Path, names: set[str]) -> Iterator[Example]:
    for path, text in texts(checkout, re.compile(r"data/rules/[^/]+\.ya?ml")):
        detector = Path(path).stem
        if known(detector, names):
            items = [item for _, block in YAML_EXAMPLES.findall(text) for item in YAML_ITEM.findall(block)]
            for number, item in enumerate(items):
                yield Example("kingfisher", detector, number, item.strip().strip("'\"") + "\n")


def gitleaks(checkout: Path, names: set[str]) -> Iterator[Example]:
    """It makes its cases when it is built, from a name, an alphabet and a length: so do we."""
    for path, text in texts(checkout, re.compile(r"cmd/generate/config/rules/[^/]+\.go")):
        for number, (name, alphabet, length) in enumerate(GO_SAMPLE.findall(text)):
            if known(name, names):
                template = f"<{ALPHABETS.get(alphabet, 'b64chars')}:{length}>"
                yield Example("gitleaks", name, number, fill(f'{name}_api_secret = "{template}"\n', path))


READERS: dict[str, Callable[[Path, set[str]], Iterator[Example]]] = {
    "trufflehog": trufflehog,
    "kingfisher": kingfisher,
    "gitleaks": gitleaks,
}


def why(command: Sequence[str], example: Example) -> str:
    """Empty if something is found, else the reason that ``explain`` gives."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.txt"
        path.write_text(example.text, encoding="utf-8")
        done = subprocess.run([*command, "explain", str(path)], capture_output=True, text=True, check=False)
    if done.returncode == 1:
        return ""
    if done.returncode:
        raise SystemExit(f"{example}: {done.stderr.strip()}")
    reasons = CANDIDATE.findall(done.stdout)
    return reasons[0] if reasons else "nothing here looks like a secret"


def report(examples: Sequence[Example], reasons: Sequence[str]) -> str:
    """Two tables: how many of each peer's cases are found, and which are not, and why."""
    total = Counter(example.peer for example in examples)
    found = Counter(example.peer for example, reason in zip(examples, reasons, strict=True) if not reason)
    counts = [(peer, str(number), str(found[peer])) for peer, number in total.items()]
    missed = Counter(
        (example.peer, example.detector, reason) for example, reason in zip(examples, reasons, strict=True) if reason
    )
    rows = [(*key, str(number)) for key, number in sorted(missed.items())]
    head = "# The peers' own cases\n\n"
    return (
        head
        + markdown(("peer", "cases", "found by us"), counts)
        + "\n"
        + markdown(("peer", "detector", "why not", "cases"), rows)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in READERS:
        parser.add_argument(f"--{name}", type=Path, help=f"a checkout of {name}")
    parser.add_argument("--ours", default=OURS, help="our command (default secretguard)")
    parser.add_argument("--output", type=Path, help="the Markdown to write (default: to stdout)")
    options = parser.parse_args()
    names = providers()
    given = {name: getattr(options, name) for name in READERS if getattr(options, name)}
    examples = [example for name, checkout in given.items() for example in READERS[name](checkout, names)]
    text = report(examples, [why(shlex.split(options.ours), example) for example in examples])
    tell(text, options.output)


if __name__ == "__main__":
    main()
