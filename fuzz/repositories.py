"""Bent repositories laid before every door: what was planted is found, or it is said that something was not read."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from bent import CASES, Case, environments
from bent.stores import damage
from target import Target, hold
from workshop import GitRefusedError, Workshop

from secretguard.changes import scan_staged
from secretguard.config import Config, built_in_rules
from secretguard.doors import scan_files
from secretguard.git import Repository
from secretguard.model import Report, UserError
from secretguard.sweep import sweep

FEW = ("exchanges/kraken", "general/pem", "wallets/wif")


@cache
def config() -> Config:
    """A few of our rules: what is tested here is what is read, not what it is."""
    folder = Path(tempfile.mkdtemp(prefix="secretguard-rules-"))
    for name in FEW:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(built_in_rules() / f"{name}.toml", folder / f"{name}.toml")
    return Config(rules=(folder,), cache=folder / "cache")


def looked(case: Case, shop: Workshop) -> Report | None:
    """What the case's door reports; None where it refuses in one line, which on the command line is exit 2."""
    with shop.inside():
        try:
            if case.door == "files":
                return scan_files(["."], config())
            repo = Repository.open()
            if case.door == "staged":
                return scan_staged(repo, config())
            return sweep(repo, config(), lambda _: None)
        except UserError as error:
            hold("\n" not in str(error).replace(str(shop.path), "").strip(), f"a refusal of several lines: {error}")
            return None


def missed(shop: Workshop, report: Report | None) -> set[str]:
    """The fingerprints of planted secrets that the report does not have."""
    return (
        shop.fingerprints() - {finding.secret.fingerprint for finding in report.findings if report} if report else set()
    )


def judge(case: Case, shop: Workshop, when: str = "") -> Report | None:
    """Lay a made repository before its door and hold the outcome to what the case promises."""
    (shop.root / "executed").unlink(missing_ok=True)  # the git that made the repository may obey it
    report = looked(case, shop)
    hold(not (shop.root / "executed").exists(), "something of the repository was run")
    complete = report is not None and report.complete
    lost = missed(shop, report)
    hold(not lost or not complete, f"{len(lost)} secrets lost and nothing said {when}")
    errors = report.receipt.errors if report else ()
    hold(not any("not fully read (" in line for line in errors), f"a fragment broke it {when}")
    return report


def made(names: Sequence[str], root: Path, seed: str) -> Workshop:
    """A repository with the cases laid upon one another; what git refuses is left out."""
    shop = Workshop(root, seed)
    if not CASES[names[0]].first:
        shop.init()
    done = 0
    for name in names:
        before = len(shop.values)
        try:
            CASES[name].make(shop)
            done += 1
        except (GitRefusedError, OSError, UnicodeError):
            del shop.values[before:]
    if not done or not shop.born or not shop.path.is_dir():
        raise GitRefusedError("none of the cases can be made here")
    return shop


def choose(rng: random.Random) -> bytes:
    """Some cases to be laid upon one another, and how the repository is damaged in the end."""
    pool = [case for case in CASES.values() if case.door != "files" and case.make.__module__ != environments.__name__]
    chosen = rng.sample([case.name for case in pool if not case.first], rng.randint(1, 5))
    if rng.random() < 0.3:
        chosen[0] = rng.choice([case.name for case in pool if case.first])
    return "\n".join([rng.randbytes(8).hex(), *chosen]).encode()


def check(data: bytes) -> str:
    """Make the repository that the bytes name, and sweep it: whatever was ever staged is in its store.

    Returns what became of it.
    """
    seed, *names = data.decode().split("\n")
    root = Path(tempfile.mkdtemp(prefix="secretguard-bent-"))
    try:
        shop = made(names, root, seed)
        damaged = int(seed, 16) % 3 == 0
        if damaged:
            harm(random.Random(seed), shop)
        report = judge(SWEPT, shop)
        outcome = "refused" if report is None else "read" if report.complete else "read in part"
        return f"{'damaged' if damaged else 'bent'}, {outcome}"
    except GitRefusedError:
        return "not made: git would not"
    finally:
        shutil.rmtree(root, ignore_errors=True)


def harm(rng: random.Random, shop: Workshop) -> None:
    """Cut a file of the object store, or write over some of it; not what names other stores: emptied, it names none."""
    files = sorted(path for path in (shop.store / "objects").rglob("*") if path.is_file() and path.stat().st_size)
    files = [path for path in files if path.name != "alternates"]
    for path in rng.sample(files, min(len(files), rng.randint(1, 3))):
        damage(path, rng.random(), rng.choice((None, rng.randbytes(rng.randint(1, 40)))))


SWEPT = CASES["loose"]  # for its door
TARGETS = {"repositories": Target(choose, check)}
