"""What a change costs: commits that wait for a hook, and a pull request."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from contest import Case, Entry
from corpora import base_of, checkout_of, git
from measure import Command
from peers import OURS, PEERS, range_command, staged_command
from setting import FOUND, JSON, Setup

FILES = 2000
CSV_LINES = 375_000  # some 12 MB of quotes: time, prices, volume
COMMITS = 300
FORGET = 'rm -rf "$XDG_CACHE_HOME/secretguard"; exec "$@"'  # our cache of compiled rules, and nobody else's


def source(number: int, edited: bool = False) -> str:
    """A file as they lie in bots; no line of it could be a secret."""
    head = "import os\n" if edited else ""
    body = "".join(f"def price_{line}(book):\n    return book.mid() * {line * number % 997}\n\n" for line in range(40))
    return f"{head}{body}"


def quotes() -> str:
    rows = (hashlib.sha256(str(number).encode()).digest() for number in range(CSV_LINES))
    return "".join(
        f"{1_600_000_000 + number},{row[0] + row[1] / 100:.2f},{row[2] + row[3] / 100:.2f},{row[4] * row[5]}.{row[6]}\n"
        for number, row in enumerate(rows)
    )


def repository(folder: Path) -> Path:
    """A work tree of 2,000 committed files."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    write(folder, range(FILES))
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--message=base")
    return folder


def write(folder: Path, numbers: Iterable[int], edited: bool = False) -> list[str]:
    names = []
    for number in numbers:
        name = f"bots/group_{number % 40}/bot_{number}.py"
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source(number, edited), encoding="utf-8")
        names.append(name)
    return names


def one(folder: Path) -> list[str]:
    return write(folder, [7], edited=True)


def csv(folder: Path) -> list[str]:
    (folder / "quotes.csv").write_text(quotes(), encoding="ascii")
    return ["quotes.csv"]


def many(folder: Path) -> list[str]:
    return write(folder, range(FILES), edited=True)


STAGED: dict[str, tuple[str, Callable[[Path], list[str]]]] = {
    "one": (f"hook: one staged file among {FILES:,}", one),
    "csv": ("hook: a CSV of 12 MB staged", csv),
    "many": (f"hook: {FILES:,} staged files", many),
}


def staged(setup: Setup, name: str, change: Callable[[Path], list[str]]) -> tuple[Path, list[str]]:
    """A repository with this change staged, and the names of the files: made once."""
    folder = setup.work / f"staged-{name}"
    if not folder.exists():
        change(repository(folder))
        git(folder, "add", "--all")
    names = git(folder, "diff", "--cached", "--name-only").decode().split()
    return folder, names


def _hook(setup: Setup, folder: Path, *before: str) -> Entry:
    argv = (*before, *setup.ours, "hook", "pre-commit")
    return Entry(OURS, Command(argv, folder, setup.environment(), FOUND))


def _peer_hook(setup: Setup, tool: str, folder: Path, names: list[str]) -> Entry:
    argv = staged_command(tool, str(setup.peers[tool]), folder, names)
    return Entry(tool, Command(argv, folder, setup.environment(), PEERS[tool].accept | FOUND))


def hook(setup: Setup) -> list[Case]:
    """Whole processes, warm; and ours as on the first day, with nothing cached."""
    cases = []
    for name, (title, change) in STAGED.items():
        folder, names = staged(setup, name, change)
        entries = [_hook(setup, folder)] if setup.ours else []
        entries += [_peer_hook(setup, tool, folder, names) for tool in PEERS if setup.wants(tool)]
        if name != "one":  # detect-secrets takes most of a minute
            entries = [replace(entry, once=entry.tool == "detect-secrets") for entry in entries]
        cases.append(Case(title, tuple(entries), least_rounds=5))
        if name == "one" and setup.ours:
            first = replace(_hook(setup, folder, "sh", "-c", FORGET, "sh"), tool=f"{OURS}, first run")
            cases.append(Case("hook: the first run ever", (first, *entries[1:]), least_rounds=5))
    return cases


def request(setup: Setup) -> list[Case]:
    """A pull request of 300 commits or a few more: those that HEAD has and an ancestor has not."""
    cases = []
    for name, bare in setup.corpora.items():
        clone = checkout_of(bare, setup.work / f"{name}-clone")
        (base, commits), report = base_of(clone, COMMITS), setup.report(OURS)
        argv = (*setup.ours, "scan", "--range", f"{base}..HEAD", *JSON, str(report))
        entries = []
        if setup.ours:
            entries.append(Entry(OURS, Command(argv, clone, setup.environment(), FOUND), report))
        for tool in ("kingfisher", "betterleaks", "gitleaks"):
            if setup.wants(tool):
                out = setup.report(tool)
                peer = range_command(tool, str(setup.peers[tool]), clone, base, out)
                entries.append(Entry(tool, Command(peer, clone, setup.environment(), PEERS[tool].accept), out))
        cases.append(Case(f"a pull request of {commits} commits in {name}", tuple(entries)))
    return cases
