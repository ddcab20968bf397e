"""The tools in benchmarks/: what they promise, without peers and without a clock."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))

import gate
import peer_cases
from classify import LOOK, LOOK_TEST, reason
from compare import Known, report
from contest import Case, Entry, Result, hold
from corpora import drop_missing, git, missing_objects, prepare, split_by_size, tiny
from findings import Sighting, mask, read
from measure import Command, Memory, Sample, ToolError, run
from run import chosen
from table import markdown, memory_table, ratio, times_of, times_table

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
EXAMPLE = ("-c", "user.name=A", "-c", "user.email=a@example.com")
HEX64 = "8f3ac1d27be94056a1d3e2f09b7c6485" * 2
SPAWN = """
import subprocess, sys, time
held = bytearray(b"x" * {size})
deeper = {deeper}
child = subprocess.Popen([sys.executable, "-c", deeper]) if deeper else None
time.sleep(0.6)
child and child.wait()
"""


def command(tmp_path: Path, *argv: str, accept: frozenset[int] = frozenset({0})) -> Command:
    return Command((sys.executable, *argv), tmp_path, dict(os.environ), accept)


def result(tool: str, *samples: Sample, tmp_path: Path = Path(), findings: int | None = None) -> Result:
    return Result(Entry(tool, command(tmp_path)), samples, findings)


def seen(value: str, path: str = "bot.py", context: str = "", tool: str = "gitleaks") -> Sighting:
    return Sighting(tool, "generic-api-key", value, path, 7, "c0ffee", context.replace("@", value))


# Medians and ratios


def test_times_are_medians_and_know_their_spread() -> None:
    times = times_of(result("a", Sample(3, 9), Sample(1, 7), Sample(50, 8)))
    assert (times.wall, times.fastest, times.slowest, times.cpu, times.runs) == (3, 1, 50, 8, 3)


def test_ratios_are_the_first_line_by_each_line() -> None:
    ours = result("ours", Sample(2, 4), findings=3)
    text = times_table([ours, result("peer", Sample(8, 5, others=4)), result("limit", Sample(1, 1))])
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()[2:]]
    assert [(line[0], *line[-4:]) for line in cells] == [
        ("ours", "3", "1.00", "1.00", "0.0"),
        ("peer", "", "0.25", "0.80", "0.5"),
        ("limit", "", "2.00", "4.00", "0.0"),
    ]


def test_memory_table_takes_the_median_of_the_peaks() -> None:
    peaks = (Memory(400_000_000, 900_000_000), Memory(200_000_000, 1), Memory(300_000_000, 2))
    text = memory_table([result("ours", *(Sample(1, 1, peak) for peak in peaks))])
    assert "| ours | 3 | 300 | 0 | 1.00 |" in text


def test_a_ratio_to_nothing_is_left_empty() -> None:
    assert ratio(1, 0) == ""
    assert "a\\|b" in markdown(("x",), [("a|b",)])


# Running


def test_tools_take_turns_and_rounds_begin_with_another(tmp_path: Path) -> None:
    log = tmp_path / "log"
    append = "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    entries = [Entry(t, command(tmp_path, "-c", append, str(log), t)) for t in "ab"]
    entries.append(Entry("z", command(tmp_path, "-c", append, str(log), "z"), once=True))
    results = hold(Case("turns", tuple(entries)), 3, lambda line: None)
    assert log.read_text() == "ab" + "abz" + "ba" + "ab"
    assert [len(each.samples) for each in results] == [3, 3, 1]


def test_a_tool_that_fails_stops_the_run_and_says_why(tmp_path: Path) -> None:
    failing = ("-c", "import sys; sys.exit('no such repository')")
    with pytest.raises(ToolError, match="no such repository"):
        run(command(tmp_path, *failing))
    assert run(command(tmp_path, *failing, accept=frozenset({1}))).wall > 0


def test_a_report_that_was_not_written_is_an_error(tmp_path: Path) -> None:
    entry = Entry("gitleaks", command(tmp_path, "-c", "pass"), report=tmp_path / "none.json")
    with pytest.raises(FileNotFoundError):
        hold(Case("silent", (entry,)), 1, lambda line: None)


def test_cpu_time_counts_children(tmp_path: Path) -> None:
    burn = "import time; end = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    assert run(command(tmp_path, "-c", parent)).cpu >= 0.2


@LINUX
def test_memory_is_summed_over_the_whole_tree(tmp_path: Path) -> None:
    size = 40_000_000
    leaf = SPAWN.format(size=size, deeper="''")
    sample = run(command(tmp_path, "-c", SPAWN.format(size=size, deeper=repr(leaf))), memory=True)
    assert sample.memory is not None
    assert 2 * size <= sample.memory.pss <= sample.memory.rss < 4 * size


def test_cases_keep_their_order_and_unknown_ones_are_refused() -> None:
    assert chosen("memory,history") == ["history", "memory"]
    with pytest.raises(SystemExit, match="no such case: nothing"):
        chosen("nothing")


# Corpora


def commit(repository: Path, **files: str) -> None:
    for name, text in files.items():
        (repository / name).write_text(text)
    git(repository, "add", "--all")
    git(repository, *EXAMPLE, "commit", "--quiet", "--message", "M 100644 looks like a command")


def blob_texts(repository: Path) -> set[bytes]:
    listing = git(repository, "cat-file", "--batch-all-objects", "--batch-check").split(b"\n")
    ids = [line.split()[0].decode() for line in listing if b" blob " in line]
    return {git(repository, "cat-file", "blob", oid) for oid in ids}


def test_a_rewrite_drops_exactly_the_missing_blobs(tmp_path: Path) -> None:
    source = tmp_path / "source"
    git(tmp_path, "init", "--quiet", "--initial-branch=main", "source")
    commit(source, kept="one", lost="large")
    commit(source, kept="two", also="three")
    lost = git(source, "rev-parse", "HEAD:lost").decode().strip()
    (source / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    assert missing_objects(source) == {lost.encode()}

    made = prepare(source, tmp_path / "made.git")

    assert blob_texts(made) == {b"one", b"two", b"three"}
    assert git(made, "ls-tree", "--name-only", "HEAD").split() == [b"also", b"kept"]
    assert git(made, "rev-list", "--count", "--all").strip() == b"2"
    assert missing_objects(made) == set()
    assert not (made / "objects" / "info" / "alternates").exists()
    assert [path.name for path in tmp_path.glob("made*")] == ["made.git"]


def test_a_whole_repository_is_copied_as_it_is(tmp_path: Path) -> None:
    source = tiny(tmp_path / "tiny.git", commits=3)
    made = prepare(source, tmp_path / "made.git")
    assert git(made, "rev-parse", "HEAD") == git(source, "rev-parse", "HEAD")


def test_a_message_that_looks_like_a_dropped_line_is_kept() -> None:
    line = b"M 100644 " + b"a" * 40 + b" file\n"
    stream = b"commit refs/heads/main\ndata %d\n%s" % (len(line), line) + line
    out = io.BytesIO()
    assert drop_missing(io.BytesIO(stream), out, {b"a" * 40}) == 1
    assert out.getvalue() == stream.removesuffix(line)


def test_shares_are_neighbours_of_about_equal_size() -> None:
    blobs = [(b"a", 90), (b"b", 10), (b"c", 50), (b"d", 50)]
    assert split_by_size(blobs, 2) == [[b"a", b"b"], [b"c", b"d"]]
    assert split_by_size([], 2) == [[], []]


def test_the_tiny_repository_has_ten_commits_and_is_the_same_everywhere(tmp_path: Path) -> None:
    one, two = tiny(tmp_path / "one.git"), tiny(tmp_path / "two.git")
    assert git(one, "rev-list", "--count", "--all").strip() == b"10"
    assert git(one, "rev-parse", "main") == git(two, "rev-parse", "main")


# Comparing


@pytest.mark.parametrize(
    ("sighting", "expected"),
    [
        (seen("0x" + HEX64[:40], context='apiKey": "@"'), "address"),
        (seen("4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T", context="tokenAddress: '@'"), "address"),
        (seen(HEX64, context='"txHash": "@"'), "transaction, block or order hash"),
        (seen(HEX64, context='"starkKey": "@"'), "public key"),
        (seen(HEX64[:30], context='COLOUR_TABLE = "@"'), "hex constant"),
        (seen("0x" + HEX64[:32], context="tokenId': '@'"), "id of an asset"),
        (seen("your-api-key-here-please", context='api_key = "@"'), "placeholder or counted-up digits"),
        (seen("0x" + "ab" * 32, context='private_key = "@"'), "placeholder or counted-up digits"),
        (seen("${BINANCE_API_SECRET}", context="secret: @"), "template"),
        (seen("sha512-" + "Zq3" * 20, "package-lock.json"), "hash in a lock file"),
        (seen("trading_pairs=self._pairs", context="self._auth, @"), "name in code"),
        (seen("topsecret", context='password="@"'), "ordinary word"),
        (seen("kX82hdmQpz91LwTyB3nv", context='"colour": "@"'), "not a credential's field"),
        (seen(HEX64[:36], "test/a.py", 'SessionToken": "@"'), "session of a recorded reply"),
        (seen(HEX64, "test/a.py", 'private_key = "@"'), LOOK_TEST),
        (seen(HEX64, context='private_key = "@"'), LOOK),
        (seen(HEX64), LOOK),
    ],
)
def test_why_a_value_is_no_credential(sighting: Sighting, expected: str) -> None:
    assert reason(sighting) == expected


def test_masks_and_reprs_show_no_value() -> None:
    assert mask(HEX64) == "8f3… (64)"
    assert mask("hunter2") == "… (7)"
    assert HEX64 not in repr(seen(HEX64, context="key = @"))


def test_a_value_is_known_when_one_holds_the_other() -> None:
    known = Known([HEX64, "short"])
    assert HEX64 in known
    assert "0x" + HEX64 in known
    assert HEX64[:20] in known
    assert "shorter" not in known


def test_the_comparison_counts_values_and_shows_none() -> None:
    other = "kX82hdmQpz91LwTyB3nvW5sR"
    peers = {
        "gitleaks": [seen(HEX64), seen(HEX64, "again.py"), seen(other, context='"x": "@"')],
        "betterleaks": [seen(other, context='"x": "@"', tool="betterleaks")],
    }
    text = report([seen(HEX64, tool="secretguard")], peers)
    assert "| gitleaks | generic-api-key | 2 | 1 | 1 |" in text
    assert "| betterleaks | generic-api-key | 1 | 0 | 1 |" in text
    assert "| generic-api-key | 1 | 1 | 0 | 0 |" in text
    assert "| kX8… (24) | generic-api-key | betterleaks, gitleaks | `bot.py:7` | c0ffee |" in text
    assert HEX64 not in text
    assert other not in text


PEER_REPORTS = {
    "secretguard": {"findings": [{"rule": "r", "secret": "s", "path": "p", "line": 1, "commit": "c"}]},
    "kingfisher": {
        "findings": [
            {
                "rule": {"id": "betterleaks.r"},
                "finding": {
                    "snippet": "s",
                    "path": "p",
                    "line": 1,
                    "git_metadata": {"commit": {"id": "c"}},
                },
            }
        ]
    },
    "betterleaks": {
        "findings": [
            {
                "rule_id": "r",
                "match": {"value": "s", "full": "k = s"},
                "location": {"path": "p", "start_line": 1},
                "attributes": {"git.sha": "c"},
            }
        ]
    },
    "gitleaks": [{"RuleID": "r", "Secret": "s", "Match": "k = s", "File": "p", "StartLine": 1, "Commit": "c"}],
}


@pytest.mark.parametrize("tool", PEER_REPORTS)
def test_every_report_is_read_into_the_same_shape(tool: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(PEER_REPORTS[tool]))
    (one,) = read(tool, path)
    assert (one.rule, one.value, one.path, one.line, one.commit) == ("r", "s", "p", 1, "c")


def test_the_commands_start(tmp_path: Path) -> None:
    folder = Path(__file__).resolve().parents[1] / "benchmarks"
    for script in ("run.py", "compare.py"):
        done = subprocess.run(
            [sys.executable, str(folder / script), "--help"], capture_output=True, cwd=tmp_path, check=True
        )
        assert b"usage:" in done.stdout


def test_a_gate_lets_nothing_through_unjudged_and_nothing_back() -> None:
    seen, judged, gone = (
        gate.Known("o/p", verdict, fp, "a") for verdict, fp in (("new", "1"), ("test", "2"), ("false", "3"))
    )
    assert gate.complaints([judged], [judged]) == []
    assert gate.complaints([seen, judged], [judged]) == ["o/p: a: not judged yet"]
    assert gate.complaints([judged], [judged, gone]) == ["o/p: a: false, found no more: take it out"]


def test_false_alarms_on_real_projects_only_shrink() -> None:
    rows, pinned = gate.known(), gate.projects()
    assert {row.repository for row in rows} <= pinned.keys()
    assert len({row.key for row in rows}) == len(rows)
    assert sum(row.verdict == "false" for row in rows) <= 19  # of 72,000 files; lower it whenever one goes


# The peers' own cases

GO_TEST = """package kraken
var (
\tvalidKeyPattern = "abc"
\tinvalidKeyPattern = "no"
\tvalidSecretPattern = "de\\"f"
)
\t\t\tinput: `
a: 1
`,
\t\t\twant: []string{"1"},
\t\t\tinput: "nothing",
\t\t\twant: nil,
"""
YAML_RULES = "rules:\n  - name: x\n    examples:\n      - 'one: \"1\"'\n      - |\n        two\n        lines\n"
GO_RULE = """	key := secrets.NewSecret(utils.Numeric("3") + ":A" + utils.Hex("4"))
	tps := utils.GenerateSampleSecrets("kraken", key)
	tps = append(tps, utils.GenerateSampleSecrets("nobody", key)...)
	tps = append(tps, utils.GenerateSampleSecrets("kraken", secrets.NewSecret(utils.Hex8_4_4_4_12()))...)
"""
GO_FORMS = """
		"ini": "{i}Token=\\"{s}\\"",
		// "later": "{s}",
		"comma": `set("{I}", "{s}")`,
"""


def peer(path: Path, files: dict[str, str]) -> Path:
    """A repository of a peer with these files."""
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
    git(path, "init", "-q")
    git(path, "add", ".")
    git(path, "commit", "-q", "-m", "all")
    return path


def test_trufflehogs_parts_stand_together_and_what_it_leaves_alone_is_no_case(tmp_path: Path) -> None:
    path = "pkg/detectors/kraken/kraken_test.go"
    found = list(peer_cases.trufflehog(peer(tmp_path / "t", {path: GO_TEST}), {"kraken"}))
    assert [(each.place, each.line) for each in found] == [(f"{path}:3", 1), (f"{path}:5", 2), (f"{path}:7", 0)]
    assert found[0].text == found[1].text == "kraken_key = 'abc'\nkraken_secret = 'de\"f'\n"
    assert found[2].text == "\na: 1\n\n"


def test_kingfishers_examples_are_read_as_yaml(tmp_path: Path) -> None:
    found = list(peer_cases.kingfisher(peer(tmp_path / "k", {"data/rules/kraken.yml": YAML_RULES}), {"kraken"}))
    assert [(each.place[-2:], each.text) for each in found] == [(":4", 'one: "1"\n'), (":5", "two\nlines\n\n")]


def test_gitleaks_samples_are_made_in_every_form(tmp_path: Path) -> None:
    folder = "cmd/generate/config"
    files = {f"{folder}/rules/kraken.go": GO_RULE, f"{folder}/utils/generate.go": GO_FORMS}
    found = list(peer_cases.gitleaks(peer(tmp_path / "g", files), {"kraken"}))
    assert [each.place.rpartition(":")[2] for each in found] == ["2", "2", "4", "4"]
    assert re.fullmatch(r'krakenToken="\d{3}:A[0-9a-f]{4}"\n', found[0].text)
    assert re.fullmatch(r'set\("KRAKEN", "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"\)\n', found[3].text)


def test_a_missed_case_and_a_stale_verdict_fail() -> None:
    here, gone = (peer_cases.Example("kingfisher", place, "") for place in ("a:1", "b:2"))
    verdicts = {("kingfisher", "a:1"): "no", ("kingfisher", "c:3"): "no", ("gitleaks", "d:4"): "not asked"}
    lines = peer_cases.complaints([here, gone], [(here, "why"), (gone, "why")], verdicts)
    assert lines == ["kingfisher: b:2: not found: why", "kingfisher: c:3: found now, or gone"]


def test_every_verdict_on_a_peers_case_has_a_reason() -> None:
    assert all(peer in peer_cases.READERS and reason for (peer, _), reason in peer_cases.judged().items())
