"""Measure secretguard beside other scanners on the same repositories, in turns, and write down what came out.

python benchmarks/run.py --corpus hummingbot=PATH [--cases history,tree,...] [--rounds 5] [--work DIR]
"""

from __future__ import annotations

import argparse
import datetime
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import machine
from cases import CASES, Setup
from contest import Case, Result, hold
from corpora import prepare
from measure import ToolError
from peers import CHECKOUT, OURS, PEERS, install_ours, install_peers, locate, version_of
from table import markdown, memory_table, times_table

SCRATCH = Path(tempfile.gettempdir()) / "secretguard-benchmarks"
RUNS = CHECKOUT / "benchmarks" / "runs"
LEGEND = """Medians of runs taken in turns after one warm-up each. Ratios are the first line's median divided by
this line's: below 1, the first line needed less. `git cat-file` reads the same blobs to nowhere: the limit.
CPU is user and system time of the whole process tree. Findings are counted in each tool's own way. The last
column is what other programs took of the machine's cores meanwhile: much above 0, the run was disturbed.
"""


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Formatter)
    add = parser.add_argument
    add("--cases", default=",".join(CASES), help=f"some of {','.join(CASES)}")
    add("--corpus", action="append", default=[], metavar="NAME[=PATH]", help=_CORPUS)
    add("--rounds", type=int, default=5, help="runs of each tool in a case (default 5)")
    add("--work", type=Path, default=SCRATCH, help="scratch folder")
    add("--corpora", type=Path, help="where prepared repositories lie (default WORK/corpora)")
    add("--peers", type=Path, help="an environment with the peers in it; made when not given")
    add("--ours", help="our command; the checkout is installed when not given; '' leaves us out")
    add("--tools", default="", help="only these peers, by comma")
    add("--output", type=Path, help="the file to write (default benchmarks/runs/DATE-MACHINE.md)")
    return parser.parse_args(argv)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    pass


_CORPUS = "a repository to measure on: PATH is a local git snapshot; without it, prepared earlier"


def corpora(options: argparse.Namespace) -> dict[str, Path]:
    """Prepared repositories by name; what is prepared already stays."""
    folder = options.corpora or options.work / "corpora"
    folder.mkdir(parents=True, exist_ok=True)
    prepared = {}
    for text in options.corpus:
        name, _, source = text.partition("=")
        target = folder / f"{name}.git"
        if not source and not target.exists():
            raise SystemExit(f"--corpus {name}: nothing prepared under that name; give NAME=PATH")
        say(f"corpus {name}")
        prepared[name] = prepare(Path(source), target) if source else target
    return prepared


def setup(options: argparse.Namespace) -> Setup:
    options.work = options.work.resolve()
    options.work.mkdir(parents=True, exist_ok=True)
    wanted = frozenset(filter(None, options.tools.split(",")))
    if wanted - PEERS.keys():
        raise SystemExit(f"--tools: no such peer: {', '.join(sorted(wanted - PEERS.keys()))}")
    environment = options.peers or install_peers(options.work)
    given = options.ours
    ours = install_ours(options.work) if given is None else tuple(shlex.split(given))
    return Setup(ours, locate(environment), corpora(options), options.work, wanted)


def chosen(names: str) -> list[str]:
    """The cases asked for, in the order of the table."""
    wanted = set(names.split(","))
    if wanted - CASES.keys():
        raise SystemExit(f"--cases: no such case: {', '.join(sorted(wanted - CASES.keys()))}")
    return [name for name in CASES if name in wanted]


def versions(setup: Setup) -> dict[str, str]:
    """Of every tool, what its wheel is called and what it says of itself."""
    found = {OURS: version_of((*setup.ours, "--version"))} if setup.ours else {}
    for name, peer in PEERS.items():
        if setup.wants(name):
            said = version_of((str(setup.peers[name]), *peer.ask_version))
            found[name] = f"{said} ({peer.distribution} {peer.version})"
    return found


def shown(argv: Sequence[str], setup: Setup) -> str:
    """A command without this machine's folders."""
    text = shlex.join(argv)
    for name, path in setup.peers.items():
        text = text.replace(str(path), name)
    if setup.ours:
        text = text.replace(shlex.join(setup.ours), OURS)
    for path in setup.corpora.values():
        text = text.replace(str(path), f"CORPORA/{path.name}")
    return text.replace(str(setup.work), "WORK")


def section(case: Case, results: Sequence[Result], setup: Setup) -> str:
    table = memory_table(results) if case.memory else times_table(results)
    commands = "\n".join(shown(entry.command.argv, setup) for entry in case.entries)
    return f"## {case.title}\n\n{table}\n```sh\n{commands}\n```\n"


def heading(rounds: int, setup: Setup) -> str:
    commit = subprocess.run(
        ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    known = machine.facts() | versions(setup) | {"our commit": commit, "rounds": str(rounds)}
    today = datetime.datetime.now(datetime.UTC).date()
    return f"# {today}, {machine.label()}\n\n{markdown(('what', 'which'), list(known.items()))}\n"


def target(options: argparse.Namespace) -> Path:
    """A file of its own for each run of a day."""
    if options.output:
        return Path(options.output)
    RUNS.mkdir(exist_ok=True)
    stem = f"{datetime.datetime.now(datetime.UTC).date()}-{machine.label()}"
    names = [f"{stem}.md", *(f"{stem}-{number}.md" for number in range(2, 100))]
    return next(RUNS / name for name in names if not (RUNS / name).exists())


def main(argv: Sequence[str] | None = None) -> None:
    options = arguments(argv)
    names = chosen(options.cases)
    # The reports hold other people's secrets in clear.
    os.umask(0o077)
    ready = setup(options)
    parts = [heading(options.rounds, ready), LEGEND]
    try:
        for name in names:
            for case in CASES[name](ready):
                parts.append(section(case, hold(case, options.rounds, say), ready))
    except ToolError as error:
        raise SystemExit(f"stopped, nothing written: {error}") from error
    output = target(options)
    output.write_text("\n".join(parts), encoding="utf-8")
    # What others may read: it holds no secret, and git does not keep the mode.
    output.chmod(0o644)
    say(f"wrote {output}")


if __name__ == "__main__":
    main()
