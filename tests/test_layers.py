"""Who may know whom, and which room meets which part of the outside world. The table is the documentation."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "secretguard"

# room -> the rooms it may import; a room is a module or a package of secretguard
KNOWS: dict[str, set[str]] = {
    "__init__": set(),
    "__main__": {"cli"},
    "canonical": set(),
    "model": {"canonical"},
    "shapes": set(),
    "tables": {"model"},
    "rulefiles": {"cache", "model", "regular"},
    "rules": {"cache", "model", "regular", "rulefiles", "shapes", "tables"},
    "plugins": {"model"},
    "unicode": {"model"},
    "decode": {"checks", "model"},
    "readings": {"decode", "model"},
    "cache": {"regular"},
    "config": {"allow", "model", "policy"},
    "policy": {"ignore", "model"},
    "allow": {"policy"},
    "layers": {
        "allow", "baseline", "cache", "config", "ignore", "model", "policy", "regular", "rulefiles", "rules", "tables",
    },
    "locks": {"layers", "model", "policy"},
    "windows": {"model"},
    "regular": set(),
    "baseline": {"model", "regular"},
    "acceptance": {"baseline", "config", "model"},
    "checks": set(),
    "engine": {"checks", "decode", "model", "plugins", "regular", "rules", "shapes"},
    "judge": {"checks", "model", "rules", "shapes"},
    "languages": set(),
    "inline": {"languages", "model"},
    "ignore": {"regular"},
    "git": {"model", "regular", "windows"},
    "sources": {"git", "ignore", "model", "regular", "windows"},
    "reports": {"model"},
    "veil": {"model"},
    "whole": {"model"},
    "identity": {"config", "engine", "plugins", "regular"},
    "scan": {
        "cache", "config", "decode", "engine", "identity", "inline", "judge", "model", "readings", "rulefiles",
        "rules", "unicode", "veil", "whole", "windows",
    },
    "crew": {"model"},
    "waves": {"crew", "model", "scan"},
    "sweep": {"cache", "config", "crew", "git", "ignore", "inline", "model", "scan", "sources", "unicode"},
    "selftest": {"checks", "engine", "model", "rules", "scan"},
    "touched": {"baseline", "config", "ignore", "model"},
    "changes": {"config", "git", "ignore", "model", "scan", "sources", "touched", "unicode", "waves"},
    "hook": {"acceptance", "changes", "config", "git", "model", "regular", "scan", "sources"},
    "ci": {"model"},
    "ends": {"ci", "git", "model"},
    "init": {"baseline", "config", "git", "ignore", "model", "regular"},
    "reference": {"rules", "shapes"},
    "rulecard": {"reference", "reports", "rules"},
    "doors": {
        "acceptance", "cache", "changes", "ci", "config", "ends", "git", "ignore", "model", "reference",
        "reports", "rulecard", "rules", "scan", "selftest", "sources", "sweep", "tables", "waves",
    },
    "explain": {"acceptance", "config", "model", "reports", "scan"},
    "upkeep": {"baseline", "config", "git", "ignore", "model", "scan", "sources", "sweep"},
    "exporter": set(),
    "adoption": {"baseline", "config", "exporter", "git", "model", "regular", "scan", "sweep", "upkeep", "windows"},
    "doctor": {
        "__init__", "acceptance", "allow", "baseline", "config", "git", "ignore", "init", "layers", "model", "policy",
        "scan", "sources",
    },
    "cli": {
        "__init__", "adoption", "baseline", "cache", "ci", "config", "doctor", "doors", "explain", "git", "hook",
        "init", "layers", "locks", "model", "policy", "reports", "sweep", "upkeep",
    },
    "detect_secrets_plugin": {"cli", "config", "model", "regular", "scan", "windows"},
}  # fmt: skip

OUTSIDE = {
    "subprocess": {"git"},
    "pathspec": {"ignore"},
    "hyperscan": {"engine"},
    "regex": {"allow", "engine"},
    "click": {"cli"},
    "detect_secrets": {"detect_secrets_plugin", "exporter", "plugins"},
    "cryptography": {"checks"},
    "multiprocessing": {"crew"},
    "sqlite3": {"sweep"},
    "dask": {"sweep"},
    "distributed": {"sweep"},
    "socket": set(),
    "requests": set(),
    "urllib.request": set(),
    "http.client": set(),
    "pickle": set(),
    "logging": set(),
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Every module that a file imports, those inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def inner(path: Path) -> set[str]:
    """The rooms of ours that a file imports from."""
    found = set()
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "secretguard":
            continue
        known = len(parts) > 1 and ((PACKAGE / parts[1]).is_dir() or (PACKAGE / f"{parts[1]}.py").is_file())
        found.add(parts[1] if known else "__init__")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_knows_only_the_rooms_of_the_table(path: Path) -> None:
    own = room(path)

    surplus = inner(path) - KNOWS[own] - {own, "__init__"}

    assert not surplus, f"{own} must not know {surplus}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_each_part_of_the_outside_world_has_one_room(path: Path) -> None:
    for name in imports(path):
        for outside, rooms in OUTSIDE.items():
            if name == outside or name.startswith(outside + "."):
                assert room(path) in rooms, f"{outside} belongs in {rooms or 'no room'}"


def test_there_is_no_circle_among_the_rooms() -> None:
    done: list[str] = []

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for other in KNOWS.get(name, set()) - {"__init__"}:
                visit(other, (*trail, name))
            done.append(name)

    for name in KNOWS:
        visit(name, ())


def test_the_architecture_tells_of_every_room() -> None:
    text = (PACKAGE.parent / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")

    assert not [name for name in KNOWS if not name.startswith("__") and not re.search(rf"`{name}/?`", text)]


def test_only_a_short_list_of_places_reveals_a_secret() -> None:
    callers = {str(path.relative_to(PACKAGE)) for path in MODULES if ".reveal()" in path.read_text(encoding="utf-8")}

    assert callers == {"model/secrets.py", "judge/naming.py", "judge/teller.py"}


def test_only_doors_read_the_environment() -> None:
    readers = {room(path) for path in MODULES if "os.environ" in path.read_text(encoding="utf-8")}

    assert readers <= {"cli", "git"}  # git hands it on to its children, cleaned
