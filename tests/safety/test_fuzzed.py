"""What fuzzing found, one test for each; and a short run of every harness, the same each time."""

from __future__ import annotations

import os
import random
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "fuzz"))

from bent import CASES
from disk import failing, run, shim
from faults import small, warm
from targets import TARGETS
from workshop import GitRefusedError, Workshop

from secretguard.checks.samples import fill
from secretguard.config import Config, built_in_rules
from secretguard.engine.confirm import LINE_MAX, _line
from secretguard.git import GitError, Repository
from secretguard.git.process import understood
from secretguard.git.store import empty_catalogue, enter
from secretguard.model import Fragment, Origin, OriginKind
from secretguard.scan import Scanner
from secretguard.sweep import sweep

ROUNDS = {"fragments": 200, "twin": 100, "repositories": 8, "git-faults": 12, "disk": 4, "parsers": 2000}


@pytest.mark.parametrize("name", ROUNDS)
def test_a_short_run_of_each_harness(name: str) -> None:
    target = TARGETS[name]
    kinds = {target.check(target.make(random.Random(f"suite/{number}"))) for number in range(ROUNDS[name])}

    assert name != "git-faults" or len(kinds) > 5  # that they struck is counted


@pytest.mark.skipif(shim() is None, reason="no compiler to make a disk fail")
@pytest.mark.parametrize(
    ("door", "call", "place", "code"),
    [
        (["scan", "."], "read", "repo/a.py", 2),
        (["scan", "."], "opendir", "repo/.git/objects", 2),
        (["scan", "--staged"], "read", "repo/.git/index", 2),
        (["sweep", "--jobs=1"], "read", "repo/.git/objects/pack", 2),
        (["sweep", "--jobs=1"], "write", "cache/", 1),
        (["sweep", "--jobs=1"], "write", "repo/.git/secretguard", 1),
        (["scan", "."], "write", "report.json", 2),
    ],
)
def test_a_disk_that_fails(door: list[str], call: str, place: str, code: int, tmp_path: Path) -> None:
    shop = small(tmp_path, place)
    (tmp_path / "tmp").mkdir()
    if place != "cache/":
        shutil.copytree(warm(), tmp_path / "cache" / "secretguard")

    ended, said, report = run(shop, door, **failing(call, str(tmp_path / place), 1, "EIO", tmp_path / "note"))

    assert (tmp_path / "note").exists()
    assert ended == code, said
    assert len(said.splitlines()) <= 1
    assert report is None or place != "report.json"
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="finds workers in /proc")
@pytest.mark.parametrize("number", range(5))
def test_a_sweep_that_is_struck_down(number: int) -> None:
    target = TARGETS["signals"]
    target.check(target.make(random.Random(f"suite/{number}")))


@pytest.mark.parametrize(
    "names", [("bare_without_any_ref", "unreached_pack_without_its_index"), ("work_tree_elsewhere", "stash")]
)
def test_a_case_that_plants_nothing_is_refused(names: tuple[str, ...], tmp_path: Path) -> None:
    shop = Workshop(tmp_path, "refused")
    if not CASES[names[0]].first:
        shop.init()

    CASES[names[0]].make(shop)
    with pytest.raises(GitRefusedError):
        CASES[names[1]].make(shop)


def test_base64_with_slashes_is_no_path(few_rules: Config) -> None:
    values = [fill("<base64:64>", str(seed)) for seed in range(2000)]
    scanner, origin = Scanner(few_rules), Origin(OriginKind.STDIN)

    for value in [value for value in values if value.startswith("/") or value.count("/") > 4]:
        assert scanner.scan(Fragment(f'kraken_api_secret = "{value}"\n'.encode(), origin), [])
    assert not scanner.scan(
        Fragment(b'kraken_api_secret = "/usr/local/lib/python3/dist-packages/bot/key1"\n', origin), []
    )


def test_candidates_close_together_in_a_long_line_are_one_look() -> None:
    data = b"x" * 50 * LINE_MAX

    looks = {_line(data, end) for end in range(1, len(data), 7)}

    assert len(looks) <= 51
    assert all(low <= max(0, end - LINE_MAX) and high >= min(len(data), end + LINE_MAX)
               for end in range(1, len(data), 997) for low, high in [_line(data, end)])  # fmt: skip


def test_what_a_repository_puts_in_the_place_of_our_memory_is_neither_waited_for_nor_followed(
    repo, few_rules: Config, tmp_path: Path
) -> None:
    repo.commit({"a.py": f'kraken_api_secret = "{fill("<base64:64>", "memory")}"\n'})
    place, outside = repo.path / ".git" / "secretguard", tmp_path / "outside"
    outside.mkdir()
    for make in (
        lambda: place.symlink_to(outside),
        lambda: (place.mkdir(), os.mkfifo(place / "clean-v1")),
        lambda: (place.mkdir(), (place / "clean-v1").symlink_to("/dev/zero")),
    ):
        make()
        report = sweep(Repository.open(repo.path), few_rules, lambda _: None)
        assert (len(report.findings), report.complete) == (1, True)
        assert not list(outside.iterdir())
        place.unlink() if place.is_symlink() else shutil.rmtree(place)


def test_a_name_that_is_joined_of_a_secret_is_not_quoted_as_evidence() -> None:
    half = fill("<base62:17>", "half")
    text = f"""fmfwio_public_key = "{fill("<base64url:32>", "key")}"\n"""
    text += f"""  "luno_api_secret": "{half}"\n""" * 2 + """  "luno_api_secret": "your secret here",\n"""

    found = Scanner(Config((built_in_rules(),))).scan(Fragment(text.encode(), Origin(OriginKind.STDIN)), [])

    assert found
    assert not [each for finding in found for each in finding.evidence if half in each]


@pytest.mark.parametrize("line", [b"\0\0blob 12 " + b"1f" * 20, b"blob 12", b"blob %d " % 10**30 + b"1f" * 20])
def test_what_is_no_line_of_an_object_is_not_passed_over(line: bytes) -> None:
    class Store:
        id_size = 20

    with pytest.raises(GitError, match="damaged"):
        understood(enter)(empty_catalogue(Store()), line + b"\n")  # type: ignore[arg-type]
