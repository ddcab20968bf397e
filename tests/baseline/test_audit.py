"""An audit: its states, its files of answers, and a person at a real terminal."""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.baseline.audit import answered, begin
from secretguard.baseline.entry import Entry, Verdict
from secretguard.baseline.text import Baseline, parse
from secretguard.checks.samples import fill
from secretguard.model import UserError

Run = Callable[..., str]
SALT = "0123456789abcdef" * 2
KILL = "a kill -9 in place of a key"
NAME = ".secretguard.baseline"
ENTRIES = [Entry(f"v1:{number:032x}", path=f"{number}.py") for number in range(4)]
PAIR = (ENTRIES[1].fingerprint, ENTRIES[3].fingerprint)
BASELINE = Baseline.of(SALT, ENTRIES)


@given(st.lists(st.sampled_from(["judge", "skip", "part", "undo"]), max_size=12))
def test_any_steps_are_undone_one_by_one(steps: list[str]) -> None:
    state, states = begin(BASELINE, again=False, order=[PAIR]), []
    for step in steps:
        if step == "undo":
            expected = states.pop() if states else state
            state = state.undone()
            assert state.baseline.text() == expected.baseline.text()
            assert state.queue == expected.queue
        elif state.current and step == "part":
            state = state.parted()
        elif state.current:
            states.append(state)
            state = state.judged(Entry("", Verdict.TEST_DATA)) if step == "judge" else state.skipped()
    while states:
        state, _ = state.undone(), states.pop()

    assert state.baseline.text() == BASELINE.text()
    assert sorted(sum(state.queue, ())) == [entry.fingerprint for entry in ENTRIES]


def test_the_pieces_of_a_credential_are_one_question_and_keep_what_is_their_own() -> None:
    state = begin(BASELINE, again=False, order=[PAIR, (PAIR[1], ENTRIES[0].fingerprint)])
    assert state.queue == (PAIR, (ENTRIES[0].fingerprint,), (ENTRIES[2].fingerprint,))

    after = state.judged(Entry("", Verdict.REVOKED, owner="ann", rotated="2026-01-02")).baseline.entries()

    assert after[1] == Entry(PAIR[0], Verdict.REVOKED, path="1.py", owner="ann", rotated="2026-01-02")
    assert after[3] == Entry(PAIR[1], Verdict.REVOKED, path="3.py", owner="ann", rotated="2026-01-02")
    assert state.parted().queue[:2] == ((PAIR[0],), (PAIR[1],))


def test_an_audit_goes_on_where_it_was_left() -> None:
    first = begin(BASELINE, again=False, order=[(ENTRIES[2].fingerprint,)])
    assert first.current == (ENTRIES[2],)
    later = first.judged(Entry("", Verdict.REVOKED)).baseline

    assert begin(later, again=False).queue == tuple((ENTRIES[number].fingerprint,) for number in (0, 1, 3))
    assert len(begin(later, again=True).queue) == 4


def test_answers_change_what_they_say_and_nothing_else() -> None:
    text = f"# mine\n{ENTRIES[0].fingerprint} revoked rotated=2026-01-02\n\n{ENTRIES[1].fingerprint} remove\n"

    after = answered(BASELINE, text, "answers").entries()

    assert after[0] == Entry(ENTRIES[0].fingerprint, Verdict.REVOKED, path="0.py", rotated="2026-01-02")
    assert after[1:] == ENTRIES[2:]


@pytest.mark.parametrize("line", ["v1:123 revoked", f"{ENTRIES[0].fingerprint} fine", f"v1:{9:032x} remove", "hello"])
def test_a_wrong_answer_is_named_with_its_line(line: str) -> None:
    with pytest.raises(UserError, match=r"^answers:2: "):
        answered(BASELINE, f"# mine\n{line}\n", "answers")


def test_a_secret_pasted_as_a_fingerprint_is_not_repeated() -> None:
    secret = fill("<base62:64>", "pasted")

    with pytest.raises(UserError) as caught:
        answered(BASELINE, f"{secret} revoked\n", "answers")

    assert secret[:6] not in str(caught.value)


@pytest.fixture
def accepted(repo, run: Run):
    """A repository with three accepted secrets."""
    lines = [f'BINANCE_API_SECRET_{n} = "{fill("<base62:64>", f"audit {n}")}"\n' for n in range(3)]
    repo.commit({"a.py": "".join(lines)})
    run(repo, "baseline", "create", "--no-history")
    return repo


def verdicts(repo) -> list[str]:
    return sorted(entry.verdict for entry in parse((repo.path / NAME).read_text(), NAME).entries())


def at_terminal(repo, keys: list[str]) -> str:
    """The audit at a terminal of its own: each of the keys is typed when something new was asked; what it showed."""
    pty = pytest.importorskip("pty")
    root = Path(__file__).parent.parent.parent
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - the child
        os.chdir(repo.path)
        os.environ["PYTHONPATH"] = str(root)
        os.execv(sys.executable, [sys.executable, "-m", "secretguard", "baseline", "audit", "--quiet"])
    told, typed, answered_at, limit = b"", 0, 0, time.monotonic() + 60
    while time.monotonic() < limit:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if ready:
            try:
                data = os.read(terminal, 4096)
            except OSError:  # how Linux says that the other side is closed
                break
            if not data:
                break
            told += data
        elif typed < len(keys) and len(told) > answered_at and told.rstrip().endswith((b"[q]uit", b":")):
            if keys[typed] == KILL:
                os.kill(pid, signal.SIGKILL)
            else:
                os.write(terminal, keys[typed].encode())
            typed, answered_at = typed + 1, len(told)
    os.close(terminal)
    os.waitpid(pid, 0)
    return told.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_a_person_answers_takes_back_skips_and_quits(accepted) -> None:
    told = at_terminal(accepted, ["n", "no key at all\n", "ann\n", "u", "t", "\n", "\n", "s", "q"])

    assert "binance-api-secret" in told
    assert "  a.py:1:" in told and "more place" not in told, "tree and history have it at one place"
    assert "1 entry left to look at" in told
    assert not any(secret in told for secret in (fill("<base62:64>", f"audit {n}")[:8] for n in range(3)))
    assert verdicts(accepted) == ["test_data", "unreviewed", "unreviewed"]


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
@pytest.mark.parametrize("ending", [["\x03"], ["a", "half an answer\n", KILL]])
def test_an_interrupted_audit_loses_no_verdict(accepted, ending: list[str]) -> None:
    at_terminal(accepted, ["r", "demo\n", "ann\n", "2026-13-01\n", "2026-01-02\n", *ending])

    entries = parse((accepted.path / NAME).read_text(), NAME).entries()
    assert [e.rotated for e in entries if e.verdict is Verdict.REVOKED] == ["2026-01-02"]
    assert verdicts(accepted) == ["revoked", "unreviewed", "unreviewed"]


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_a_secret_after_all_blocks_again_and_is_never_accepted(accepted, run: Run) -> None:
    at_terminal(accepted, ["y", "of the live account\n", "ann\n", "q"])

    told = " ".join(run(accepted, "scan", code=1).split())
    assert "the baseline says that it is a real secret" in told and "not shown: 2 by baseline" in told
    assert "0 added" in run(accepted, "baseline", "update")
    run(accepted, "scan", code=1)
    accepted.write({"a.py": None})
    accepted.git("update-ref", "-d", "HEAD")
    accepted.git("reflog", "expire", "--expire=all", "--all")
    accepted.git("rm", "-q", "--cached", "-r", ".")
    accepted.git("gc", "-q", "--prune=now")
    run(accepted, "baseline", "prune")
    assert verdicts(accepted) == ["real_secret"], "what is gone may come back"


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
@pytest.mark.parametrize("width", ["100", "30"])
def test_it_shows_the_lines_around_with_every_secret_masked(accepted, run: Run, monkeypatch, width: str) -> None:
    monkeypatch.setenv("COLUMNS", width)
    secrets = [fill("<base62:64>", f"audit {n}") for n in range(3)]
    key = fill("<pem-ec>", "audit")
    rows = [f'    BINANCE_API_SECRET_{n} = "{secret}"' for n, secret in enumerate(secrets)]
    lines = ["import ccxt", *rows, "end = 1", key]
    accepted.write({"a.py": "\n".join(lines) + "\n"})
    run(accepted, "baseline", "update", "--no-history")

    told = at_terminal(accepted, ["s", "s", "s", "s", "q"])

    assert "1 | import ccxt" in told and "end = 1" in told
    masked = [*secrets, *key.splitlines()[1:-1]]
    assert not any(text[at : at + 8] in told for text in masked for at in range(0, len(text) - 8, 8))
    if width == "30":
        assert max(map(len, (line for line in told.splitlines() if " | " in line))) <= 30


def test_without_a_terminal_it_says_so_and_answers_from_a_file_count(accepted, run: Run) -> None:
    assert "there is none: give --answers FILE" in run(accepted, "baseline", "audit", code=2)
    path = accepted.path / NAME
    (accepted.path / "answers").write_text(path.read_text().split("\n", 1)[1].replace("unreviewed", "false_positive"))

    run(accepted, "baseline", "audit", "--answers", "answers")

    assert verdicts(accepted) == ["false_positive"] * 3


def test_show_diff_and_lint_tell_what_there_is(accepted, run: Run) -> None:
    accepted.commit(message="accept")
    path = accepted.path / NAME
    rows = path.read_text().splitlines(keepends=True)
    rows[1] = rows[1].replace("unreviewed", "revoked").rstrip() + " expires=2026-01-01\n"
    path.write_text("".join([*rows[:3]]))

    assert "2 entries (1 unreviewed, 1 revoked)" in run(accepted, "baseline", "show")
    assert '"verdict": "revoked"' in run(accepted, "baseline", "show", "--format", "json", "--verdict", "revoked")
    differing = run(accepted, "baseline", "diff", code=1).splitlines()
    assert [line[0] for line in differing] == ["-", "+", "-"]
    assert run(accepted, "baseline", "diff", NAME, NAME) == ""
    run(accepted, "baseline", "diff", "nowhere", code=2)
    told = run(accepted, "baseline", "lint", "--require", "owner", "--require", "review", code=1)
    for words in ("expired on 2026-01-01", "no rotated=", "no owner=", "nobody has looked at it"):
        assert words in told


def test_the_configuration_says_what_lint_requires_each_layer_more(accepted, run: Run) -> None:
    run(accepted, "baseline", "lint")
    accepted.write(
        {"org.toml": 'require = ["owner"]', ".secretguard.toml": 'extends = ["org.toml"]\nrequire = ["reason"]'}
    )

    told = run(accepted, "baseline", "lint", code=1)

    assert (told.count("no owner="), told.count("no reason=")) == (3, 3)
    assert "3 of 3 entries lack" in run(accepted, "doctor", code=1)
    run(accepted, "baseline", "lint", "--no-config")
    path = accepted.path / NAME
    path.write_text(path.read_text().replace(" path=", " owner=ann reason=demo path="))
    run(accepted, "baseline", "lint")
