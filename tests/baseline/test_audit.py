"""An audit: its states, its files of answers, and a person at a real terminal."""

from __future__ import annotations

import os
import select
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
NAME = ".secretguard.baseline"
ENTRIES = [Entry(f"v1:{number:032x}", path=f"{number}.py") for number in range(4)]
BASELINE = Baseline.of(SALT, ENTRIES)


@given(st.lists(st.sampled_from(["judge", "remove", "skip", "undo"]), max_size=12))
def test_any_steps_are_undone_one_by_one(steps: list[str]) -> None:
    state, states = begin(BASELINE, again=False), []
    for step in steps:
        if step == "undo":
            expected = states.pop() if states else state
            state = state.undone()
            assert state.baseline.text() == expected.baseline.text()
            assert state.queue == expected.queue
        elif state.current is not None:
            states.append(state)
            state = {
                "judge": state.judged(Entry(state.current.fingerprint, Verdict.TEST_DATA)),
                "remove": state.removed(),
                "skip": state.skipped(),
            }[step]
    while states:
        state, _ = state.undone(), states.pop()

    assert state.baseline.text() == BASELINE.text()
    assert state.queue == begin(BASELINE, again=False).queue


def test_an_audit_goes_on_where_it_was_left() -> None:
    first = begin(BASELINE, again=False, order=[ENTRIES[2].fingerprint])
    assert first.current == ENTRIES[2]
    later = first.judged(Entry(ENTRIES[2].fingerprint, Verdict.REVOKED)).baseline

    assert begin(later, again=False).queue == tuple(ENTRIES[number].fingerprint for number in (0, 1, 3))
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
    told, typed, limit = b"", 0, time.monotonic() + 60
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
        elif typed < len(keys) and told.rstrip().endswith((b"[q]uit", b":")):
            os.write(terminal, keys[typed].encode())
            typed += 1
    os.close(terminal)
    os.waitpid(pid, 0)
    return told.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_a_person_answers_takes_back_skips_and_quits(accepted) -> None:
    told = at_terminal(accepted, ["n", "no key at all\n", "ann\n", "u", "t", "\n", "\n", "s", "q"])

    assert "binance-api-secret" in told
    assert "a.py:1" in told
    assert "1 entry left to look at" in told
    assert not any(secret in told for secret in (fill("<base62:64>", f"audit {n}")[:8] for n in range(3)))
    assert verdicts(accepted) == ["test_data", "unreviewed", "unreviewed"]


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_an_interrupted_audit_loses_no_verdict(accepted) -> None:
    at_terminal(accepted, ["r", "demo\n", "ann\n", "2026-13-01\n", "2026-01-02\n", "\x03"])

    entries = parse((accepted.path / NAME).read_text(), NAME).entries()
    assert [e.rotated for e in entries if e.verdict is Verdict.REVOKED] == ["2026-01-02"]
    assert verdicts(accepted) == ["revoked", "unreviewed", "unreviewed"]


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_a_secret_after_all_blocks_again(accepted, run: Run) -> None:
    at_terminal(accepted, ["y", "q"])

    run(accepted, "scan", code=1)


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
