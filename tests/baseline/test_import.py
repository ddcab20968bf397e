"""What other tools have accepted: found again in the files, or said not to be."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from secretguard.baseline.entry import Entry, Verdict
from secretguard.baseline.foreign import claims_of
from secretguard.baseline.text import parse
from secretguard.checks.samples import fill
from secretguard.model import UserError

Run = Callable[..., str]
NAME = ".secretguard.baseline"
TOKEN = fill("<github-pat>", "import")
STRIPE = fill("sk_live_<base62:24>", "import")


def entries(repo) -> list[Entry]:
    return parse((repo.path / NAME).read_text(), NAME).entries()


@pytest.fixture
def kept(repo):
    """A repository with two secrets that other tools know, on lines 1 and 3 of a file, and one in its history."""
    repo.commit({"old.py": f'GITHUB_TOKEN = "{TOKEN}"\n'})
    repo.commit({"old.py": None, "src/keys.py": f'STRIPE_KEY = "{STRIPE}"\n\nGITHUB_TOKEN = "{TOKEN}"\n'})
    return repo


def detect_secrets(repo, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "detect_secrets", *args], cwd=repo.path, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def test_detect_secrets_own_baseline_comes_with_its_verdicts(kept, run: Run) -> None:
    document = json.loads(detect_secrets(kept, "scan"))
    for entry in document["results"]["src/keys.py"]:
        entry["is_secret"] = entry["hashed_secret"] == hashlib.sha1(TOKEN.encode()).hexdigest()
    kept.write({".secrets.baseline": json.dumps(document)})

    told = run(kept, "baseline", "import", ".secrets.baseline")
    assert "from detect-secrets" in told and "1 real secret, as detect-secrets has it: these still block" in told

    by_rule = {entry.rule: entry for entry in entries(kept)}
    assert sorted(entry.verdict for entry in by_rule.values()) == [Verdict.FALSE_POSITIVE, Verdict.REAL_SECRET]
    assert all(entry.reason == "imported from detect-secrets" for entry in by_rule.values())
    assert "it is a real secret" in " ".join(run(kept, "sweep", code=1).split())


@pytest.mark.parametrize("verdicts", [(True, None), (None, True), (True, False), (False, True)])
def test_what_one_plugin_of_detect_secrets_has_as_real_is_real(kept, run: Run, verdicts) -> None:
    document = json.loads(detect_secrets(kept, "scan"))
    hashed = hashlib.sha1(TOKEN.encode()).hexdigest()
    token = next(each for each in document["results"]["src/keys.py"] if each["hashed_secret"] == hashed)
    document["results"] = {"src/keys.py": [{**token, "is_secret": verdict} for verdict in verdicts]}
    kept.write({".secrets.baseline": json.dumps(document)})

    run(kept, "baseline", "import", ".secrets.baseline")

    assert [entry.verdict for entry in entries(kept)] == [Verdict.REAL_SECRET]


def test_a_secret_replaced_since_is_not_accepted(kept, run: Run) -> None:
    kept.write({".secrets.baseline": detect_secrets(kept, "scan")})
    kept.write({"src/keys.py": f'STRIPE_KEY = "{fill("sk_live_<base62:24>", "new")}"\n\nGITHUB_TOKEN = "{TOKEN}"\n'})

    told = run(kept, "baseline", "import", ".secrets.baseline")

    assert "not carried over: src/keys.py:1: nothing that secretguard reports is there" in told
    run(kept, "scan", code=1)


def test_what_people_wrote_is_kept(kept, run: Run) -> None:
    kept.write({".secrets.baseline": detect_secrets(kept, "scan")})
    run(kept, "baseline", "create")
    path = kept.path / NAME
    path.write_text(path.read_text().replace("unreviewed", "revoked"))
    before = path.read_bytes()

    run(kept, "baseline", "import", ".secrets.baseline")

    assert path.read_bytes() == before


def gitleaks_report(commit: str, secret: str = TOKEN) -> str:
    return json.dumps([{"RuleID": "github-pat", "File": "old.py", "StartLine": 1, "Commit": commit, "Secret": secret}])


@pytest.mark.parametrize("secret", [TOKEN, "REDACTED", f"{TOKEN[:4]}..."])
def test_a_report_of_gitleaks_is_read_in_its_commit(kept, run: Run, secret: str) -> None:
    kept.write({"r.json": gitleaks_report(kept.oid("HEAD~1"), secret)})

    run(kept, "baseline", "import", "r.json")

    assert [entry.path for entry in entries(kept)] == ["old.py"]


@pytest.mark.parametrize("short", [40, 7])
def test_a_gitleaksignore_names_places_in_commits_and_in_the_tree(kept, run: Run, short: int) -> None:
    commit = kept.oid("HEAD~1")[:short]
    lines = ["# accepted", f"{commit}:old.py:github-pat:1", "src/keys.py:stripe-access-token:1", "gone.py:x:3", ""]
    kept.write({".gitleaksignore": "\n".join(lines)})

    told = run(kept, "baseline", "import", ".gitleaksignore")

    assert len(entries(kept)) == 2
    assert "2 from gitleaks, 1 not carried over" in told
    assert "gone.py:3: the file is not there any more" in told


def test_a_file_of_betterleaks_hashes_is_looked_for_everywhere(kept, run: Run) -> None:
    hashes = [hashlib.sha256(value.encode()).hexdigest() for value in (TOKEN, "nothing")]
    kept.write({"ignore": "\n".join(hashes) + "\n", "src/keys.py": None})

    told = run(kept, "baseline", "import", "ignore")

    assert "1 from betterleaks, 1 not carried over" in told
    assert len(entries(kept)) == 1


def test_a_report_of_betterleaks(kept, run: Run) -> None:
    finding = {
        "rule_id": "stripe-access-token",
        "match": {"value": STRIPE, "fingerprint": "0" * 64},
        "location": {"path": "./src/keys.py", "start_line": 1},
        "attributes": {"resource": "fs.content"},
    }
    kept.write({"r.json": json.dumps({"schema_version": "1", "findings": [finding]})})

    assert "1 from betterleaks, 0 not" in run(kept, "baseline", "import", "r.json")


KINGFISHER = [
    "version: 2\nfingerprint_algorithm: kingfisher-v1\nrepositories:\n- id: local:///x\n  findings:\n"
    "  - path: src/keys.py\n    fingerprint: '1730456'\n    rule_id: betterleaks.stripe\n    line: 1\n"
    "  - path: 'src/keys.py'\n    fingerprint: '1046446'\n    rule_id: betterleaks.github-pat\n    line: 3\n",
    "ExactFindings:\n  matches:\n  - filepath: src/keys.py\n    fingerprint: '1'\n    linenum: 1\n    lastupdated: x\n"
    "  - filepath: \"src/keys.py\"\n    fingerprint: '2'\n    linenum: 3\n    lastupdated: x\n",
]


@pytest.mark.parametrize("text", KINGFISHER)
def test_both_forms_of_kingfishers_baseline(kept, run: Run, text: str) -> None:
    kept.write({"bl.yaml": text})

    assert "2 from kingfisher, 0 not" in run(kept, "baseline", "import", "bl.yaml")


def test_what_stands_encoded_there_is_known_by_its_place(kept, run: Run) -> None:
    secrets = [fill("<base62:64>", f"pod {n}") for n in range(2)]
    lying = [base64.b64encode(secret.encode()).decode() for secret in secrets]
    rows = [f"  BINANCE_API_SECRET_{n}: {text}\n" for n, text in enumerate(lying)]
    claim = {"hashed_secret": hashlib.sha1(lying[0].encode()).hexdigest(), "line_number": 3}
    document = {"plugins_used": [], "results": {"pod.yaml": [claim]}}
    kept.write({"pod.yaml": "".join(["kind: Secret\ndata:\n", *rows]), ".secrets.baseline": json.dumps(document)})

    run(kept, "baseline", "import", ".secrets.baseline")

    assert [entry.path for entry in entries(kept)] == ["pod.yaml"]
    told = json.loads(run(kept, "scan", "pod.yaml", "--format", "json", "--show-secrets", code=1))
    assert [each["secret"] for each in told["findings"]] == [secrets[1]]


def test_a_path_that_is_a_secret_is_masked(kept, run: Run) -> None:
    kept.write({"i": f"{TOKEN}/gone.py:x:1\n"})

    told = run(kept, "baseline", "import", "i")

    assert "gone.py:1: the file is not there any more" in told and TOKEN[:12] not in told


def test_nothing_outside_of_the_repository_is_read(kept, run: Run) -> None:
    (kept.path.parent / "outside.py").write_text(f'GITHUB_TOKEN = "{TOKEN}"\n')
    (kept.path / "link").symlink_to(kept.path.parent)
    kept.write({"i": "../outside.py:x:1\nlink/outside.py:x:1\n/etc/passwd:x:1\n"})

    assert run(kept, "baseline", "import", "i").count("leads out of this repository") == 3


@pytest.mark.parametrize("text", ["hello\n", '{"results": {}}', "[1]", '[{"File": 3}]', "<<<<<<< x\n", "{", "null"])
def test_what_no_tool_has_written_is_one_line(text: str) -> None:
    with pytest.raises(UserError, match=r"^b:") as caught:
        claims_of(text, "b")

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        f'[{{"File": "a.py", "StartLine": "{TOKEN}"}}]',
        f'[{{"File": "a.py", "StartLine": 1, "Commit": "{TOKEN}"}}]',
        f'[{{"File": ["{TOKEN}"], "StartLine": 1}}]',
        f'[{{"File": "a.py", "StartLine": 1e400, "Secret": "{TOKEN}"}}]',
    ],
)
def test_a_wrong_value_is_not_quoted(text: str) -> None:
    with pytest.raises(UserError, match="not as it writes them") as caught:
        claims_of(text, "b")

    assert TOKEN[:12] not in str(caught.value)


def test_no_secret_is_told_or_written(kept, run: Run) -> None:
    kept.write({"r.json": gitleaks_report(kept.oid("HEAD~1"))})

    told = run(kept, "baseline", "import", "r.json") + (kept.path / NAME).read_text()

    assert not any(TOKEN[i : i + 8] in told for i in range(len(TOKEN) - 7))
