"""The peers' own cases for credentials of this field, through our rules: found, or not found and why.

    python benchmarks/peer_cases.py [--trufflehog DIR] [--kingfisher DIR] [--gitleaks DIR] [--ours CMD] [--output FILE]

Each DIR is a checkout or a bare git directory. Read are the literals and inputs of TruffleHog's pattern tests, the
examples in kingfisher's rules, and what gitleaks makes its samples of, in every form that it writes them in; all of the
providers that ``patterns/`` knows as an exchange, wallet or service. Nothing of theirs is kept: a case is named by its
file and line in the peer's repository. ``peer_cases.tsv`` says of each case that is not found, judged by hand, why it
is no credential. A case that is missed without such a line fails; so does a line whose case is found or gone.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shlex
import string
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from corpora import GIT_ENV, git
from peers import CHECKOUT, OURS
from table import markdown, tell

JUDGED = Path(__file__).with_suffix(".tsv")
FOLDERS = ("exchanges", "wallets", "services")
# What the peers call a provider of ours otherwise, and what is called like one and is another.
ALSO = ("cexio", "bscscan", "polygon", "iexapis", "financialmodelingprep")
ANOTHER = ("circleci", "copper", "magicbell")
GO_STRING = r"(?:`([^`]*)`|\"((?:[^\"\\\n]|\\.)*)\")"
GO_VALID = re.compile(rf"^\t+((?!in|out)\w*(?:valid|[pP]attern)\w*)\s*:?=\s*{GO_STRING}", re.MULTILINE)
GO_INPUT = re.compile(
    rf"^\t+(?:input|data):\s*{GO_STRING},\s*(?:want:\s*\[\]string\{{\s*[\"`]|shouldMatch:\s*true)", re.MULTILINE
)
GO_SECRET = re.compile(r"^\t+(\w+)\s*:?=\s*secrets\.NewSecret\((.*)\)\s*$", re.MULTILINE)
GO_SAMPLES = re.compile(r"GenerateSampleSecrets\(\"(\w+)\",\s*(?:secrets\.NewSecret\((.*?)\)|(\w+))\)(?:\.\.\.\))?\s*$")
GO_FORM = re.compile(rf"^\t\t\"[^\"\n]+\":\s*{GO_STRING},", re.MULTILINE)
GO_PART = re.compile(r"utils\.(\w+)\((?:\"(\d+)[\d,]*\")?\)|\"([^\"]*)\"")
ALPHABETS = {
    "Numeric": string.digits,
    "Hex": "0123456789abcdef",
    "AlphaNumeric": string.ascii_lowercase + string.digits,
    "AlphaNumericExtendedShort": string.ascii_lowercase + string.digits + "_-",
    "AlphaNumericExtended": string.ascii_lowercase + string.digits + "=_-",
    "AlphaNumericExtendedLong": string.ascii_lowercase + string.digits + "/=_+-",
}
CANDIDATE = re.compile(r"no finding: (.*)")


@dataclass(frozen=True, slots=True)
class Example:
    """One case of a peer: where it stands there, a text that holds it, and in which of the text's lines (0: any)."""

    peer: str
    place: str
    text: str = field(repr=False)
    line: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.peer, self.place


def providers() -> set[str]:
    """The names that our rule files have, for what is of this field."""
    return {path.stem for folder in FOLDERS for path in (CHECKOUT / "patterns" / folder).glob("*.toml")}


def known(detector: str, names: set[str]) -> bool:
    """Whether a detector is of a provider that we have: ``coinbase_waas`` is Coinbase's."""
    plain = re.sub(r"[^a-z0-9]", "", detector.lower())
    ours = {re.sub(r"[^a-z0-9]", "", name) for name in names}
    return plain not in ANOTHER and (
        plain in ours or plain in ALSO or any(plain.startswith(name) for name in ours if len(name) > 3)
    )


def texts(checkout: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """(path, content) of the files of HEAD whose path fits."""
    for line in git(checkout, "ls-tree", "-r", "-z", "--name-only", "HEAD").split(b"\0"):
        path = line.decode("utf-8", "replace")
        if pattern.fullmatch(path):
            yield path, git(checkout, "show", f"HEAD:{path}").decode("utf-8", "replace")


def trufflehog(checkout: Path, names: set[str]) -> Iterator[Example]:
    """The parts of a credential stand together, each under the provider's name and its own, as in its tests."""
    for path, text in texts(checkout, re.compile(r"pkg/detectors/[^/]+/(?:v\d/)?[^/]+(?<!integration)_test\.go")):
        detector = path.split("/")[2]
        if known(detector, names):
            found = [*GO_VALID.finditer(text)]
            single = [each for each in found if "\n" not in _literal(each, 2)]
            parts = "".join(f"{detector}_{_role(each[1])} = '{_literal(each, 2).strip()}'\n" for each in single)
            yield from (
                Example("trufflehog", _place(path, text, each.start()), parts, line)
                for line, each in enumerate(single, 1)
            )
            whole = [*((each, 2) for each in found if each not in single), *((e, 1) for e in GO_INPUT.finditer(text))]
            yield from (
                Example("trufflehog", _place(path, text, each.start()), _literal(each, group) + "\n")
                for each, group in whole
            )


def _literal(found: re.Match[str], group: int) -> str:
    """The string of Go in a match: between backquotes as it stands, in quotes with its escapes read."""
    raw, quoted = found[group], found[group + 1]
    return raw if raw is not None else re.sub(r'\\(["\\])', r"\1", quoted.replace("\\n", "\n"))


def _role(name: str) -> str:
    lower = name.lower()
    return next((role for role in ("secret", "passphrase", "priv", "id") if role in lower.replace("valid", "")), "key")


def _place(path: str, text: str, offset: int) -> str:
    return f"{path}:{text.count(chr(10), 0, offset) + 1}"


def kingfisher(checkout: Path, names: set[str]) -> Iterator[Example]:
    for path, text in texts(checkout, re.compile(r"data/rules/[^/]+\.ya?ml")):
        if known(Path(path).stem, names):
            for item in _examples(yaml.compose(text)):
                yield Example("kingfisher", f"{path}:{item.start_mark.line + 1}", item.value + "\n")


def _examples(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    """The items under every key ``examples``."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from value.value if key.value == "examples" else _examples(value)
    elif isinstance(node, yaml.SequenceNode):
        for each in node.value:
            yield from _examples(each)


def gitleaks(checkout: Path, names: set[str]) -> Iterator[Example]:
    """It makes its cases when it is built, from a name, a secret's alphabet and length, and forms: so do we."""
    _, made = next(texts(checkout, re.compile(r"cmd/generate/config/utils/generate\.go")))
    forms = [_literal(each, 1).replace('\\"', '"') for each in GO_FORM.finditer(made)]
    for path, text in texts(checkout, re.compile(r"cmd/generate/config/rules/[^/]+\.go")):
        secrets = dict(GO_SECRET.findall(text))
        for number, line in enumerate(text.splitlines(), 1):
            found = GO_SAMPLES.search(line)
            if found and known(found[1], names):
                secret = _made(found[2] or secrets.get(found[3], ""), f"{path}:{number}")
                for form in forms:
                    yield Example("gitleaks", f"{path}:{number}", _filled(form, found[1], secret))


def _filled(form: str, name: str, secret: str) -> str:
    return form.replace("{i}", name).replace("{I}", name.upper()).replace("{s}", secret) + "\n"


def _made(expression: str, seed: str) -> str:
    """A random value for a sum of ``utils.Hex("24")`` and literals."""
    choose, made = random.Random(seed), ""
    for function, size, literal in GO_PART.findall(expression):
        if function == "Hex8_4_4_4_12":
            made += "-".join("".join(choose.choices(ALPHABETS["Hex"], k=int(n))) for n in "8 4 4 4 12".split())
        else:
            made += literal or "".join(choose.choices(ALPHABETS[function], k=int(size)))
    return made


READERS: dict[str, Callable[[Path, set[str]], Iterator[Example]]] = {
    "trufflehog": trufflehog,
    "kingfisher": kingfisher,
    "gitleaks": gitleaks,
}


def found_lines(command: Sequence[str], folder: Path) -> dict[str, set[int]]:
    """File name to the lines in which a finding or a part of one stands."""
    argv = (*command, "scan", ".", "--no-baseline", "--format", "json", "--severity", "low")
    done = subprocess.run(argv, cwd=folder, env=os.environ | GIT_ENV, capture_output=True, check=False)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode(errors="replace").strip())
    lines: dict[str, set[int]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        for each in (finding, *finding["parts"], *finding["occurrences"]):
            lines.setdefault(each["path"], set()).add(each["line"])
    return lines


def missed(command: Sequence[str], examples: Sequence[Example]) -> list[tuple[Example, str]]:
    """The cases that are not found, each with the reason that ``explain`` gives."""
    with tempfile.TemporaryDirectory() as name:
        files = [Path(name) / f"{number}.txt" for number, _ in enumerate(examples)]
        for file, example in zip(files, examples, strict=True):
            file.write_text(example.text, encoding="utf-8")
        lines = found_lines(command, Path(name))
        return [
            (example, why(command, file, example.line))
            for file, example in zip(files, examples, strict=True)
            if not (example.line in lines.get(file.name, ()) if example.line else lines.get(file.name))
        ]


def why(command: Sequence[str], file: Path, line: int) -> str:
    """The first reason that ``explain`` gives for what is in a file, or in a line of it."""
    where = f"{file.name}:{line}" if line else file.name
    argv = (*command, "explain", where)
    done = subprocess.run(argv, cwd=file.parent, capture_output=True, text=True, check=False)
    reasons = CANDIDATE.findall(done.stdout)
    return reasons[0] if reasons else "nothing here looks like a secret"


def judged() -> dict[tuple[str, str], str]:
    """(peer, place) to the reason why the case is no credential, as somebody has judged it."""
    rows = (line.split("\t") for line in JUDGED.read_text(encoding="utf-8").splitlines())
    return {(peer, place): reason for peer, place, reason in rows}


def complaints(
    examples: Sequence[Example], lost: Sequence[tuple[Example, str]], verdicts: Mapping[tuple[str, str], str]
) -> list[str]:
    """A line for each missed case that nobody has judged, and for each judged one that is missed no more."""
    keys = {example.key for example, _ in lost}
    read = {example.peer for example in examples}
    unjudged = [f"{e.peer}: {e.place}: not found: {reason}" for e, reason in lost if e.key not in verdicts]
    stale = [f"{peer}: {place}: found now, or gone" for peer, place in verdicts if (peer, place) not in keys]
    return unjudged + [line for line in stale if line.partition(":")[0] in read]


def report(
    examples: Sequence[Example],
    lost: Sequence[tuple[Example, str]],
    verdicts: Mapping[tuple[str, str], str],
    commits: Mapping[str, str],
) -> str:
    """Two tables: how many of each peer's cases are found, and which are not: why, and as what somebody judged them."""
    total = Counter(example.peer for example in examples)
    gone = Counter(example.peer for example, _ in lost)
    counts = [(peer, commits[peer], str(number), str(number - gone[peer])) for peer, number in total.items()]
    rows = [(*key, reason, verdicts.get(key, "")) for key, reason in sorted({(e.key, reason) for e, reason in lost})]
    return (
        "# The peers' own cases\n\n"
        + markdown(("peer", "commit", "cases", "found by us"), counts)
        + "\n"
        + markdown(("peer", "place in its repository", "what we say", "judged by hand"), rows)
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
    lost, verdicts = missed(shlex.split(options.ours), examples), judged()
    commits = {
        name: git(checkout, "rev-parse", "--short=12", "HEAD").decode().strip() for name, checkout in given.items()
    }
    tell(report(examples, lost, verdicts, commits), options.output)
    sys.exit("\n".join(complaints(examples, lost, verdicts)) or None)


if __name__ == "__main__":
    main()
