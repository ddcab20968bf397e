"""What was accepted stays accepted, what is new is reported: the program as people use it, in real repositories."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from secretguard.checks.samples import fill

Run = Callable[..., str]
Found = Callable[..., list[str]]

SECRET = fill("<base62:64>", "accepted")
OTHER = fill("<base62:64>", "new")
PHRASE = fill("<mnemonic:12>", "accepted")


@pytest.fixture
def found(run: Run) -> Found:
    """The values that a scan reports."""

    def values(repo, *args: str) -> list[str]:
        done = json.loads(run(repo, *args, "--format", "json", "--show-secrets", code=1))
        return sorted(each["secret"] for each in done["findings"])

    return values


def line(value: str = SECRET) -> str:
    return f'BINANCE_API_SECRET = "{value}"\n'


@pytest.fixture
def repo(make, run: Run):
    """A repository with one secret in a file and one in its history, both accepted."""
    repo = make()
    repo.commit({"README": "none\n"})
    repo.commit({"src/keys.py": line(), "wallet.txt": f"mnemonic: {PHRASE}\n"})
    repo.commit({"wallet.txt": None})
    run(repo, "baseline", "create")
    repo.commit(message="accept")
    return repo


def test_all_that_is_accepted_is_silent_everywhere_and_counted(repo, run: Run, found: Found) -> None:
    for command in (["scan"], ["sweep"], ["scan", "--range", "HEAD~2..HEAD"], ["ci", "--base", "HEAD~1"]):
        run(repo, *command)
    report = json.loads(run(repo, "sweep", "--format", "json"))

    assert report["suppressed"]["baseline"] == 2
    assert "not shown: 1 by baseline" in run(repo, "scan")
    assert found(repo, "sweep", "--no-baseline") == sorted([SECRET, PHRASE])


def test_explain_says_what_accepts_it_and_what_blocks(repo, run: Run) -> None:
    assert "no finding: the baseline accepts it" in run(repo, "explain", "src/keys.py")
    path = repo.path / ".secretguard.baseline"
    path.write_text(path.read_text().replace("unreviewed", "real_secret"))
    assert "does not accept it; it blocks" in run(repo, "explain", "src/keys.py:1", code=1)
    repo.write({".secretguard.toml": 'severity = "critical"\n'})
    assert "does not block: below the severity that blocks here" in run(repo, "explain", "src/keys.py", code=1)


def test_explain_names_the_piece_that_is_not_accepted(repo, run: Run) -> None:
    repo.write({"bot.py": kucoin(fill("<uuid>", "part"), fill("<password:14>", "part"))})
    run(repo, "baseline", "update")
    repo.write({"bot.py": kucoin(fill("<uuid>", "part"), fill("<password:14>", "other"))})

    told = run(repo, "explain", "bot.py", code=1)

    assert "bot.py:2:" in told and "accepts it" in told
    assert "bot.py:3:" in told and "it stands beside an accepted secret" in told


def test_the_file_holds_no_piece_of_a_secret(repo) -> None:
    text = (repo.path / ".secretguard.baseline").read_text()

    assert not any(SECRET[i : i + 6] in text for i in range(len(SECRET) - 5))
    assert not any(word in text.split() for word in PHRASE.split())


def test_a_moved_line_a_renamed_file_and_other_quotes_stay_accepted(repo, run: Run) -> None:
    moved = "# a header\n" * 40 + line().replace('"', "'") + "\nx = 1\n"
    repo.write({"src/keys.py": None, "config/live.py": moved, "b.json": json.dumps({"binance_secret": SECRET})})
    repo.git("add", "-A")

    run(repo, "scan", "--staged")
    run(repo, "hook", "pre-commit")
    run(repo, "scan")


def test_a_secret_replaced_by_another_is_new(repo, run: Run, found: Found) -> None:
    repo.write({"src/keys.py": line(OTHER)})
    repo.git("add", "-A")

    for command in (["scan"], ["scan", "--staged"]):
        assert found(repo, *command) == [OTHER]
    run(repo, "hook", "pre-commit", code=1)


def test_a_second_secret_in_the_same_file_is_new(repo, found: Found) -> None:
    repo.commit({"src/keys.py": line() + "\n" + line(OTHER)})

    assert found(repo, "scan") == found(repo, "scan", "--range", "HEAD~1..HEAD") == found(repo, "sweep") == [OTHER]


def kucoin(secret: str, passphrase: str) -> str:
    key = fill("<kucoin-key>", "accepted")
    return f'KUCOIN_KEY = "{key}"\nKUCOIN_SECRET = "{secret}"\nKUCOIN_PASSPHRASE = "{passphrase}"\n'


def test_each_part_of_a_credential_is_accepted_by_itself(repo, run: Run, found: Found) -> None:
    secrets = [fill("<uuid>", f"part {n}") for n in range(2)]
    phrases = [fill("<password:14>", f"part {n}") for n in range(2)]
    repo.write({"bot.py": kucoin(secrets[0], phrases[0])})
    run(repo, "baseline", "update")

    run(repo, "scan")
    key, secret, passphrase = kucoin(secrets[0], phrases[0]).splitlines(keepends=True)
    repo.write({"bot.py": None, "key.py": key, "secret.py": secret, "passphrase.py": passphrase})
    run(repo, "scan")
    repo.write({"bot.py": kucoin(secrets[0], phrases[1])})
    assert found(repo, "scan") == [phrases[1]]
    repo.write({"bot.py": kucoin(secrets[1], phrases[0])})
    assert found(repo, "scan") == [secrets[1]]


def test_a_secret_of_the_history_that_comes_back_stays_accepted(repo, run: Run) -> None:
    repo.write({"again.md": f"> {PHRASE.upper()}\n"})
    repo.git("add", "-A")

    run(repo, "hook", "pre-commit")


def test_a_change_that_brings_the_entry_that_accepts_it_says_so(repo, run: Run) -> None:
    repo.write({"new.py": f'KRAKEN_API_SECRET = "{fill("<base64:88>", "brought")}"\n'})
    run(repo, "baseline", "update")
    repo.git("add", "-A")

    told = run(repo, "hook", "pre-commit")

    assert "this change also changes .secretguard.baseline" in told
    repo.commit()
    assert "this change also changes .secretguard.baseline" in run(repo, "scan", "--range", "HEAD~1..HEAD")


def test_an_entry_that_is_taken_out_makes_its_old_secret_no_news(repo, run: Run, found: Found) -> None:
    path = repo.path / ".secretguard.baseline"
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    repo.git("add", "-A")

    run(repo, "hook", "pre-commit")
    repo.commit(message="take out")
    run(repo, "ci", "--base", "HEAD~1")
    assert found(repo, "scan") == [SECRET] and found(repo, "sweep") == sorted([SECRET, PHRASE])


def test_rebase_and_squash_leave_all_accepted(repo, run: Run) -> None:
    repo.git("checkout", "-q", "-b", "topic", "HEAD~2")
    repo.commit({"a.txt": "a\n"})
    repo.git("rebase", "-q", "main")
    run(repo, "scan", "--range", "main..HEAD")
    repo.git("checkout", "-q", "-b", "squashed", "main~3")
    repo.git("merge", "-q", "--squash", "topic")
    run(repo, "hook", "pre-commit")
    repo.commit(message="all in one")

    run(repo, "sweep")
    run(repo, "scan", "--range", "main~3..HEAD")


def test_the_same_tree_gives_the_same_bytes(repo, run: Run) -> None:
    path = repo.path / ".secretguard.baseline"
    before = path.read_bytes()
    path.write_bytes(before.split(b"\n")[0] + b"\n")

    run(repo, "baseline", "update", "--jobs", "1")
    once = path.read_bytes()
    repo.commit({"z.txt": "nothing\n"})
    run(repo, "baseline", "update", "--jobs", "2")

    assert once == path.read_bytes() == before


def test_update_adds_and_keeps_what_people_wrote(repo, run: Run) -> None:
    path = repo.path / ".secretguard.baseline"
    path.write_text(path.read_text().replace("unreviewed", "test_data", 1).replace("path=", "owner=ann path=", 1))
    kept = next(row for row in path.read_text().splitlines() if "ann" in row).split(" ")[0]
    repo.write({"other.py": line(OTHER)})

    run(repo, "baseline", "update")

    rows = {row.split(" ")[0]: row for row in path.read_text().splitlines()}
    assert "test_data" in rows[kept]
    assert "owner=ann" in rows[kept]
    assert len(rows) == 4
    run(repo, "scan")


def test_what_has_expired_blocks_again_and_says_so(repo, run: Run) -> None:
    path = repo.path / ".secretguard.baseline"
    path.write_text(path.read_text().replace("\n", " expires=2026-01-31\n").replace(" expires=2026-01-31", "", 1))

    told = run(repo, "scan", code=1)

    assert "the baseline accepted it until 2026-01-31" in " ".join(told.split())
    path.write_text(path.read_text().replace("2026-01-31", "9999-12-31"))
    run(repo, "scan")


def test_prune_forgets_what_is_gone_from_tree_and_history(repo, run: Run) -> None:
    repo.write({"passing.py": line(OTHER)})
    run(repo, "baseline", "update")
    repo.write({"passing.py": None})
    assert "nothing was found for" not in run(repo, "scan"), "history has two of three, which a scan can't know"
    assert "nothing was found for 1 of 3 entries" in " ".join(run(repo, "sweep").split())

    assert "1 would be removed" in run(repo, "baseline", "prune", "--dry-run")
    assert "1 removed" in run(repo, "baseline", "prune")

    assert "0 removed" in run(repo, "baseline", "prune")
    run(repo, "sweep")


def test_prune_removes_nothing_unless_all_was_read(repo, make, run: Run) -> None:
    shallow = make("shallow")
    shallow.git("fetch", "-q", "--depth", "1", f"file://{repo.path}", "main")
    shallow.git("reset", "-q", "--hard", "FETCH_HEAD")
    before = (shallow.path / ".secretguard.baseline").read_bytes()

    assert "nothing was removed" in run(shallow, "baseline", "prune", code=2)

    assert (shallow.path / ".secretguard.baseline").read_bytes() == before


def test_a_repository_scanned_from_elsewhere_has_no_say(repo, make, run: Run, found: Found) -> None:
    here = make("here")

    assert found(here, "sweep", str(repo.path)) == sorted([SECRET, PHRASE])
    run(here, "sweep", str(repo.path), "--baseline", str(repo.path / ".secretguard.baseline"))


def test_what_is_pushed_to_a_server_has_no_say_there(repo, make, run: Run) -> None:
    repo.commit({"new.txt": "x\n"})
    update = f"{'0' * 40} {repo.oid('HEAD')} refs/heads/new\n"
    repo.git("update-ref", "-d", "refs/heads/main")

    run(repo, "hook", "pre-receive", code=1, feed=update)
    run(repo, "hook", "pre-receive", "--baseline", ".secretguard.baseline", feed=update)


def test_create_overwrites_nothing_and_no_other_command_makes_one(repo, run: Run) -> None:
    path = repo.path / ".secretguard.baseline"
    before = path.read_bytes()
    assert "baseline update" in run(repo, "baseline", "create", code=2)
    assert path.read_bytes() == before

    path.unlink()
    for command in ("update", "prune"):
        assert "baseline create" in run(repo, "baseline", command, code=2)
    assert "no such baseline" in run(repo, "scan", "--baseline", "nowhere", code=2)
    run(repo, "scan", "--baseline", "x", "--no-baseline", code=2)
    assert not path.exists()


DAMAGE = {
    "no baseline": (lambda text: '{"version": "1.5.0"}\n', 1),
    "empty": (lambda text: "", 1),
    "conflict": (lambda text: text + "<<<<<<< ours\n", 4),
    "conflict at the start": (lambda text: "<<<<<<< ours\n" + text, 1),
    "newer": (lambda text: text.replace("baseline 1 ", "baseline 2 "), 1),
    "typo": (lambda text: text.replace("unreviewed", "reviewed", 1), 2),
    "cut short": (lambda text: text[:-9], 3),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_baseline_is_one_line_and_never_taken_for_an_empty_one(repo, kind: str, run: Run) -> None:
    path = repo.path / ".secretguard.baseline"
    damage, number = DAMAGE[kind]
    path.write_text(damage(path.read_text()))
    before = path.read_bytes()
    repo.write({"again.md": f"mnemonic: {PHRASE}\n"})
    repo.git("add", "again.md")

    for command in (["scan"], ["sweep"], ["hook", "pre-commit"], ["baseline", "update"], ["baseline", "prune"]):
        told = run(repo, *command, code=2)
        assert f".secretguard.baseline:{number}: " in told
        assert told.count("\n") == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["conflict", "conflict at the start", "cut short", "newer", "empty"])
def test_a_hook_on_a_clean_commit_tells_a_merge_that_went_wrong(repo, kind: str, run: Run) -> None:
    path = repo.path / ".secretguard.baseline"
    damage, number = DAMAGE[kind]
    path.write_text(damage(path.read_text()))
    repo.write({"harmless.md": "nothing\n"})
    repo.git("add", "harmless.md")

    assert f".secretguard.baseline:{number}: " in run(repo, "hook", "pre-commit", code=2)


def test_a_commit_that_brings_a_mistake_into_it_is_stopped(repo, run: Run) -> None:
    path = repo.path / ".secretguard.baseline"
    path.write_text(path.read_text().replace("unreviewed", "reviewed", 1))
    repo.write({"harmless.md": "nothing\n"})
    repo.git("add", "harmless.md")
    run(repo, "hook", "pre-commit")
    repo.git("add", "-A")

    assert ".secretguard.baseline:2: " in run(repo, "hook", "pre-commit", code=2)
    repo.git("commit", "-q", "-m", "all the same")
    for command in (["ci", "--base", "HEAD~1"], ["scan", "--range", "HEAD~1..HEAD"]):
        assert ".secretguard.baseline:2: " in run(repo, *command, code=2)


def test_words_that_look_like_a_marker_are_none(repo, run: Run) -> None:
    path = repo.path / ".secretguard.baseline"
    path.write_text(path.read_text().replace(" path=", ' owner="<<<<<<< ann" path=', 1))

    run(repo, "hook", "pre-commit")


def test_a_link_in_its_place_is_not_followed(repo, run: Run) -> None:
    path = repo.path / ".secretguard.baseline"
    path.rename(repo.path.parent / "elsewhere")
    path.symlink_to(repo.path.parent / "elsewhere")

    assert "symbolic link" in run(repo, "scan", code=2)


def test_a_new_passphrase_beside_an_accepted_secret_has_a_history_of_its_own(make, run: Run) -> None:
    repo, client = make(), "OKX_API_KEY=<uuid>\nOKX_SECRET_KEY=<HEX:32>\n"
    for seed in ("old", "new"):
        passphrase = fill("OKX_PASSPHRASE=<password:14>\n", seed)
        repo.commit({"okx.env": fill(client, "okx") + passphrase, "copy/okx.env": fill(client, "okx") + passphrase})
        if seed == "old":
            run(repo, "baseline", "create")
            repo.commit(message="accept")
    value = passphrase.strip().partition("=")[2]

    (finding,) = json.loads(run(repo, "sweep", "--format", "json", "--show-secrets", code=1))["findings"]
    told = [(each["path"], each["line"], each["exposure"]["commits"]) for each in finding["occurrences"]]
    here = finding["occurrences"][0]

    assert (finding["secret"], finding["rule"], told) == (
        value,
        "okx-passphrase",
        [("copy/okx.env", 3, 1), ("okx.env", 3, 1)],
    )
    assert (here["exposure"]["first"], here["exposure"]["in_head"]) == (repo.oid("HEAD"), True)
    assert here["excerpt"].startswith("OKX_PASSPHRASE=")
