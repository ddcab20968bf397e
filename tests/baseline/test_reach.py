"""Whatever people do to a tree: the accepted secrets stay accepted, and every new one is shown. Real git each time."""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard import doors, upkeep
from secretguard.baseline.text import parse
from secretguard.checks.samples import fill
from secretguard.config import Config

NAME = ".secretguard.baseline"
WRITE = (
    'kraken_api_secret = "{}"\n',
    "kraken_api_secret: '{}'\n",
    "KRAKEN_API_SECRET={}\n",
    '  {{"kraken_api_secret": "{}"}},\n',
    "kraken = ccxt.kraken({{'secret': `{}`}})  # kraken_api_secret\n",
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "replace", "move", "rename", "requote", "copy", "delete", "branch", "merge", "squash"]),
        st.integers(0, 7),
    ),
    min_size=1,
    max_size=8,
)


@dataclass
class Tree:
    """A tree as people change it: for each file its lines, each a secret (by number) in a way of writing, or none."""

    repo: object
    files: dict[str, list[tuple[int | None, int]]] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    numbers: itertools.count = field(default_factory=lambda: itertools.count(100))
    names: itertools.count = field(default_factory=itertools.count)

    def step(self, what: str, which: int) -> None:
        name = sorted(self.files)[which % len(self.files)]
        getattr(self, what)(name, which)

    def add(self, name: str, which: int) -> None:
        self.files[name].insert(which % (len(self.files[name]) + 1), (self._fresh(), which % len(WRITE)))

    def replace(self, name: str, which: int) -> None:
        self.files[name] = [
            (self._fresh(), way) if secret is not None else (None, 0) for secret, way in self.files[name]
        ]

    def move(self, name: str, which: int) -> None:
        self.files[name] = [(None, 0)] * which + self.files[name][::-1]

    def rename(self, name: str, which: int) -> None:
        self.files[f"folder{which}/renamed{next(self.names)}.txt"] = self.files.pop(name)

    def requote(self, name: str, which: int) -> None:
        self.files[name] = [(secret, (way + which) % len(WRITE)) for secret, way in self.files[name]]

    def copy(self, name: str, which: int) -> None:
        self.files[f"copy{next(self.names)}.txt"] = list(self.files[name])

    def delete(self, name: str, which: int) -> None:
        if len(self.files) > 1:
            del self.files[name]

    def branch(self, name: str, which: int) -> None:
        self.repo.git("checkout", "-q", "-b", f"branch{next(self.names)}")

    def merge(self, name: str, which: int) -> None:
        other = f"side{next(self.names)}"
        self.repo.git("checkout", "-q", "-b", other)
        self.repo.commit({f"{other}.txt": self._text([(self._fresh(), which % len(WRITE))])})
        self.repo.git("checkout", "-q", "-")
        self.repo.git("merge", "-q", "--no-ff", "--no-edit", other)
        self.files[f"{other}.txt"] = [(max(self.new), which % len(WRITE))]

    def squash(self, name: str, which: int) -> None:
        self.repo.git("reset", "-q", "--soft", self.repo.git("rev-list", "--max-parents=0", "HEAD").split()[0])

    def commit(self) -> None:
        for path in self.repo.git("ls-files").splitlines():
            if path not in (NAME, *self.files):
                self.repo.write({path: None})
        self.repo.commit({name: self._text(lines) for name, lines in self.files.items()})

    def _text(self, lines: list[tuple[int | None, int]]) -> str:
        return "".join("x = 1\n" if secret is None else WRITE[way].format(value(secret)) for secret, way in lines)

    def _fresh(self) -> int:
        number = next(self.numbers)
        self.new.add(number)
        return number


def value(number: int) -> str:
    return fill("<base64:64>", f"reach {number}")


@settings(max_examples=12)
@given(steps=STEPS)
def test_accepted_stays_accepted_and_new_is_shown(
    steps: list[tuple[str, int]], make, few_rules: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        repo = make(Path(folder) / "repo")
        monkeypatch.chdir(repo.path)
        tree = Tree(repo, {"a.py": [(0, 0), (None, 0), (1, 1)], "b.env": [(2, 2)]})
        tree.commit()
        config = replace(few_rules, show_secrets=True, remember=False)
        upkeep.make(repo.path / NAME, config, True, lambda _: None)
        key = parse((repo.path / NAME).read_text(), NAME).key
        config = replace(config, baseline=repo.path / NAME, fingerprint_key=key)

        for what, which in steps:
            tree.step(what, which)
            tree.commit()
            report = doors.sweep_repository(None, config, lambda _: None)
            assert {finding.secret.shown for finding in report.findings} == set(map(value, tree.new))
            here = {secret for lines in tree.files.values() for secret, _ in lines if secret is not None}
            shown = {finding.secret.shown for finding in doors.scan_files([], config).findings}
            assert shown == set(map(value, here & tree.new))
        monkeypatch.chdir(Path(folder).parent)
