"""What is measured. A new case is a function that takes a Setup and gives Cases, and a line in CASES."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from changes import hook, request
from contest import Case, Entry
from corpora import base_of, blob_shares, checkout_of, copy_of, files_of, forks_of, grown_since, tiny
from peers import OURS, PEERS, files_command, history_command
from setting import FOUND, JSON, Setup

NEW_COMMITS = 100
KEPT = "secretguard"  # in the git directory: docs/cache.md
PUT_BACK = f"""
rm -rf "$REPOSITORY/{KEPT}" && cp -r "$REPOSITORY/{KEPT}-before" "$REPOSITORY/{KEPT}" && exec "$@"
"""
READ_SHARES = """
for ids; do git -C "$REPOSITORY" cat-file --batch --buffer < "$ids" > /dev/null & pids="$pids $!"; done
for pid in $pids; do wait "$pid" || exit 1; done
"""


def _sweep(setup: Setup, repository: Path, title: str = OURS, *options: str) -> Entry:
    report = setup.report(title)
    argv = (*setup.ours, "sweep", str(repository), "--jobs", "2", *options, *JSON, str(report))
    return replace(setup.entry(title, argv, accept=FOUND), report=report)


def _cold(setup: Setup, repository: Path, title: str = OURS) -> Entry:
    """A sweep that neither uses nor keeps what an earlier one found clean."""
    return _sweep(setup, repository, title, "--no-cache")


def _peer_history(setup: Setup, tool: str, repository: Path) -> Entry:
    report = setup.report(tool)
    argv = history_command(tool, str(setup.peers[tool]), repository, report)
    return replace(setup.entry(tool, argv, accept=PEERS[tool].accept), report=report)


def _git_alone(setup: Setup, repository: Path, processes: int) -> Entry:
    """The limit: git reads the same blobs in pack order to nowhere, which nobody who asks git can beat."""
    shares = blob_shares(repository, setup.work, processes)
    name = "git cat-file, one process" if processes == 1 else f"git cat-file, {processes} at once"
    entry = setup.entry(name, ("sh", "-c", READ_SHARES, "sh", *map(str, shares)))
    variables = {**entry.command.env, "REPOSITORY": str(repository)}
    return replace(entry, command=replace(entry.command, env=variables))


def history(setup: Setup) -> list[Case]:
    """All of a repository's past, cold: what ours may remember of earlier sweeps must be switched off here."""
    cases = []
    for name, repository in setup.corpora.items():
        entries = [_cold(setup, repository)] if setup.ours else []
        for tool in ("kingfisher", "betterleaks", "gitleaks"):
            if setup.wants(tool):
                entries.append(_peer_history(setup, tool, repository))
        entries += [_git_alone(setup, repository, n) for n in (2, 1)]
        cases.append(Case(f"history of {name}", tuple(entries)))
    return cases


def again(setup: Setup) -> list[Case]:
    """Ours only, since no peer keeps anything: cold, all of it swept before, and about 100 new commits since then.

    Before each run of the last the cache is put back as the sweep of the older state left it; that is part of the run.
    """
    cases = []
    for name, repository in setup.corpora.items() if setup.ours else ():
        warm = copy_of(repository, setup.work / f"{name}-warm.git")
        old, commits = base_of(repository, NEW_COMMITS)
        grown = grown_since(repository, setup.work / f"{name}-grown.git", old, lambda at: _fill(setup, at))
        later = _put_back_first(_sweep(setup, grown, f"{OURS}, {commits} new commits"), grown)
        entries = (_cold(setup, warm, f"{OURS}, cold"), _sweep(setup, warm, f"{OURS}, warm"), later)
        cases.append(Case(f"history of {name} again", entries))
    return cases


def _put_back_first(entry: Entry, repository: Path) -> Entry:
    argv = ("sh", "-c", PUT_BACK, "sh", *entry.command.argv)
    variables = {**entry.command.env, "REPOSITORY": str(repository)}
    return replace(entry, command=replace(entry.command, argv=argv, env=variables))


def _fill(setup: Setup, repository: Path) -> None:
    """Let a sweep keep what it found clean, and put that aside."""
    command = _sweep(setup, repository).command
    subprocess.run(command.argv, env=dict(command.env), cwd=command.cwd, check=False, stdout=subprocess.DEVNULL)
    shutil.copytree(repository / KEPT, repository / f"{KEPT}-before", dirs_exist_ok=True)


def many(setup: Setup) -> list[Case]:
    """Forks of an early quarter of each corpus, that share most blobs. A peer is started once for each."""
    cases = []
    for name, repository in setup.corpora.items():
        forks = forks_of(repository, setup.work / f"{name}-forks")
        report, entries = setup.report(OURS), list[Entry]()
        if setup.ours:
            argv = (*setup.ours, "sweep", *map(str, forks), "--jobs", "2", "--no-cache", *JSON, str(report))
            entries.append(replace(setup.entry(OURS, argv, accept=FOUND), report=report))
        for tool in ("kingfisher", "betterleaks", "gitleaks"):
            if setup.wants(tool):
                each = [_peer_history(setup, tool, fork).command.argv for fork in forks]
                entries.append(setup.entry(tool, ("sh", "-c", in_turn(each, PEERS[tool].accept))))
        cases.append(Case(f"{len(forks)} forks of {name}", tuple(entries), most_rounds=3))
    return cases


def in_turn(commands: Iterable[Sequence[str]], accept: Iterable[int]) -> str:
    """A script that runs them all, and fails where one gives another exit code than these."""
    codes = "|".join(map(str, sorted(accept)))
    return "\n".join(f"{shlex.join(each)}; case $? in {codes}) ;; *) exit 9;; esac" for each in commands)


def memory(setup: Setup) -> list[Case]:
    """The scanners of ``history`` once more, sampled; apart, because looking costs time."""
    return [
        replace(
            case,
            title=f"memory, {case.title}",
            entries=tuple(entry for entry in case.entries if entry.report),
            memory=True,
            most_rounds=3,
        )
        for case in history(setup)
    ]


def _scan(setup: Setup, tool: str, folder: Path) -> Entry:
    report = setup.report(tool)
    argv = (*setup.ours, "scan", str(folder), "--jobs", "2", *JSON, str(report))
    return replace(setup.entry(tool, argv, accept=FOUND), report=report)


def _peer_files(setup: Setup, tool: str, folder: Path) -> Entry:
    report = setup.report(tool)
    argv = files_command(tool, str(setup.peers[tool]), folder, report)
    entry = setup.entry(tool, argv, accept=PEERS[tool].accept)
    # detect-secrets writes to stdout only and takes most of a minute.
    return replace(entry, once=True) if tool == "detect-secrets" else replace(entry, report=report)


def tree(setup: Setup) -> list[Case]:
    """The files of HEAD. All read a folder without ``.git``; ours reads an ordinary clone besides."""
    cases = []
    for name, repository in setup.corpora.items():
        files = files_of(repository, setup.work / f"{name}-files")
        entries = [_scan(setup, OURS, files)] if setup.ours else []
        entries += [_peer_files(setup, tool, files) for tool in PEERS if setup.wants(tool)]
        if setup.ours:
            clone = checkout_of(repository, setup.work / f"{name}-clone")
            entries.append(_scan(setup, f"{OURS}, a clone", clone))
        cases.append(Case(f"work tree of {name}", tuple(entries)))
    return cases


def start(setup: Setup) -> list[Case]:
    """What is paid before any work: the version, and a sweep of ten commits, warm."""
    small = tiny(setup.work / "tiny.git")
    versions = [setup.entry(OURS, (*setup.ours, "--version"))] if setup.ours else []
    sweeps = [_cold(setup, small)] if setup.ours else []
    for tool, peer in PEERS.items():
        if setup.wants(tool):
            versions.append(setup.entry(tool, (str(setup.peers[tool]), *peer.ask_version)))
            if tool != "detect-secrets":
                sweeps.append(_peer_history(setup, tool, small))
    named = {"start: --version": versions, "start: a repository of 10 commits": sweeps}
    # Short runs scatter more, and cost nothing to repeat.
    return [Case(title, tuple(entries), least_rounds=15) for title, entries in named.items()]


CASES: dict[str, Callable[[Setup], list[Case]]] = {
    "history": history,
    "again": again,
    "tree": tree,
    "start": start,
    "many": many,
    "hook": hook,
    "request": request,
    "memory": memory,
}
