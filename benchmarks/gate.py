"""Scan the work trees of real projects, and fail where a finding turns up that nobody has judged.

    python benchmarks/gate.py --mirrors DIR [--ours CMD] [--only NAME,...] [--record]

DIR holds a git directory or a clone of each project, as ``owner+name/repo``, ``owner+name`` or ``name``. What is
scanned is the commit that ``gate/projects.tsv`` pins. ``gate/known.tsv`` holds every finding of medium severity or
more that blocks, judged by hand: repository, verdict, fingerprint, path; none of their text. Verdicts:

    credential  opens something, or did: found in the open and rightly reported
    test        real in form and made for a test: a generated key, a wallet of a test network
    false       no credential at all

A line whose fingerprint is ``*`` speaks for a whole file of test vectors.

The list may only shrink. A finding that it does not hold fails; so does a line that is found no more, which is to
be taken out (``--record`` does that, and adds what is new under the verdict ``new``, to be judged by hand).
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora import GIT_ENV, git
from peers import OURS
from table import markdown

HERE = Path(__file__).resolve().parent / "gate"
VERDICTS = ("credential", "test", "false")
NEW, ALL = "new", "*"
INCOMPLETE = 2  # something was not read: said, and what was read is judged
PER_FILES = 1000  # at most one false alarm in so many files


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """A finding that somebody has judged. The path is the first that holds it, for whoever wants to look."""

    repository: str
    verdict: str
    fingerprint: str
    path: str

    @property
    def key(self) -> tuple[str, str]:
        return self.repository, self.path if self.fingerprint == ALL else self.fingerprint


def projects() -> dict[str, str]:
    """Repository to the commit that is scanned."""
    rows = (line.split("\t") for line in (HERE / "projects.tsv").read_text().splitlines())
    return {row[0]: row[1] for row in rows}


def known() -> list[Known]:
    """Every judged finding. An unknown verdict is an error: nothing is let through unjudged."""
    rows = [Known(*line.split("\t")) for line in (HERE / "known.tsv").read_text(encoding="utf-8").splitlines()]
    for row in rows:
        if row.verdict not in VERDICTS:
            raise SystemExit(f"known.tsv: {row.repository} {row.path}: judge it: {', '.join(VERDICTS)}")
    return rows


def mirror_of(repository: str, folder: Path) -> Path:
    """Where a project's git directory or clone lies."""
    owner, _, name = repository.partition("/")
    for candidate in (folder / f"{owner}+{name}" / "repo", folder / f"{owner}+{name}", folder / name):
        if candidate.is_dir():
            return candidate
    raise SystemExit(f"{repository}: no folder {owner}+{name} or {name} in {folder}")


def tree_of(mirror: Path, commit: str, target: Path) -> Path:
    """The files of a commit. A snapshot may lack its largest blobs: their files are left out."""
    target.mkdir()
    index = {"GIT_INDEX_FILE": str(target.with_name("index"))}
    git(mirror, "read-tree", commit, env=index)
    argv = ["git", "-C", str(mirror), f"--work-tree={target}", "checkout-index", "--all", "--force", "--quiet"]
    subprocess.run(argv, env=os.environ | GIT_ENV | index, stderr=subprocess.DEVNULL, check=False)
    return target


def scan(command: Sequence[str], repository: str, tree: Path) -> tuple[list[Known], int]:
    """What blocks at medium severity or more, unjudged, and how many files were read."""
    out = tree.with_name("report.json")
    argv = (*command, "scan", ".", "--no-baseline", "--jobs", "1", "--format", "json", "--output", str(out))
    done = subprocess.run(argv, cwd=tree, env=os.environ | GIT_ENV, capture_output=True, check=False)
    if done.returncode not in (0, 1, INCOMPLETE) or not out.exists():
        raise SystemExit(f"{repository}: {done.stderr.decode(errors='replace').strip()}")
    report = json.loads(out.read_text(encoding="utf-8", errors="surrogateescape"))
    for error in report["errors"]:
        print(f"{repository}: {error}", file=sys.stderr)
    found = [f for f in report["findings"] if f["blocking"] and f["severity"] != "low"]
    rows = {f["fingerprint"]: Known(repository, NEW, f["fingerprint"], f["path"]) for f in found}
    return list(rows.values()), report["receipt"]["fragments"]


def scan_project(command: Sequence[str], repository: str, commit: str, mirrors: Path) -> tuple[list[Known], int]:
    with tempfile.TemporaryDirectory() as folder:
        tree = tree_of(mirror_of(repository, mirrors), commit, Path(folder) / "tree")
        return scan(command, repository, tree)


def judged(found: Sequence[Known], listed: Sequence[Known]) -> list[Known]:
    """What was found, under the verdicts that are listed."""
    table = {row.key: row for row in listed}
    return [table.get(row.key) or table.get((row.repository, row.path)) or row for row in found]


def complaints(found: Sequence[Known], listed: Sequence[Known]) -> list[str]:
    """A line for each finding that nobody has judged, and for each judged one that is found no more."""
    rows = judged(found, listed)
    lost = sorted(set(listed) - set(rows))
    unjudged = [f"{row.repository}: {row.path}: not judged yet" for row in rows if row.verdict == NEW]
    return unjudged + [f"{row.repository}: {row.path}: {row.verdict}, found no more: take it out" for row in lost]


def summary(found: Sequence[Known], files: Mapping[str, int]) -> str:
    """A line for each project: files, findings by verdict, false alarms in a thousand files."""
    count = Counter((row.repository, row.verdict) for row in found)
    rows = [_row(name, files[name], [count[name, verdict] for verdict in VERDICTS]) for name in files]
    total = [sum(count[name, verdict] for name in files) for verdict in VERDICTS]
    head = ("project", "files", *VERDICTS, f"false in {PER_FILES} files")
    return markdown(head, [*rows, _row("all", sum(files.values()), total)])


def _row(name: str, files: int, numbers: Sequence[int]) -> tuple[str, ...]:
    return (name, str(files), *map(str, numbers), f"{numbers[-1] * PER_FILES / max(files, 1):.2f}")


def write(rows: Sequence[Known]) -> None:
    lines = ("\t".join((row.repository, row.verdict, row.fingerprint, row.path)) + "\n" for row in sorted(set(rows)))
    (HERE / "known.tsv").write_text("".join(lines), encoding="utf-8")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirrors", type=Path, required=True, help="the folder that holds the projects")
    parser.add_argument("--ours", default=OURS, help="our command (default secretguard)")
    parser.add_argument("--only", default="", help="only these projects, by comma")
    parser.add_argument("--record", action="store_true", help="write down what is found now; judge it by hand")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    only = set(filter(None, options.only.split(",")))
    chosen = {name: commit for name, commit in projects().items() if not only or name in only}
    listed = [row for row in known() if row.repository in chosen]
    found: list[Known] = []
    files: dict[str, int] = {}
    for name, commit in chosen.items():
        rows, files[name] = scan_project(shlex.split(options.ours), name, commit, options.mirrors)
        found += rows
    rows = judged(found, listed)
    if options.record:
        write([*rows, *(row for row in known() if row.repository not in chosen)])
    problems = complaints(found, listed)
    sys.stdout.write(summary(rows, files))
    sys.exit("\n".join(problems) or None)


if __name__ == "__main__":
    main()
