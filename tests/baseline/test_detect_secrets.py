"""detect-secrets itself with our rules as its plugin, and with our baseline as its own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from secretguard.checks.samples import fill

Run = Callable[..., str]
PLUGIN = Path(__file__).parent.parent.parent / "secretguard" / "detect_secrets_plugin.py"
KEY = fill("<base62:64>", "plugin")
PHRASE = fill("<mnemonic:12>", "plugin")
TOKEN = fill("<github-pat>", "plugin")


def detect_secrets(repo, *args: str, module: str = "detect_secrets", code: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *args], cwd=repo.path, capture_output=True, check=False, timeout=180
    )
    assert done.returncode == code, done.stdout.decode() + done.stderr.decode()
    return done.stdout.decode()


def hashed(value: str) -> str:
    return hashlib.sha1(value.encode()).hexdigest()


@pytest.fixture
def bot(repo):
    """A repository of a bot: the exchange is named lines above its key."""
    repo.commit(
        {
            "bot.py": f'import ccxt\n\nexchange = ccxt.binance({{\n    "apiKey": K,\n    "secret": "{KEY}",\n}})\n',
            "seed.md": f"# backup\n\nmnemonic: {PHRASE}\n",
            "clean.py": 'secret = os.environ["SECRET"]\n',
        }
    )
    return repo


def test_our_rules_find_under_detect_secrets_what_they_find_here(bot) -> None:
    results = json.loads(detect_secrets(bot, "scan", "-p", str(PLUGIN)))["results"]

    ours = [each for entries in results.values() for each in entries if each["type"] == "secretguard"]
    assert sorted((each["filename"], each["line_number"], each["hashed_secret"]) for each in ours) == [
        ("bot.py", 5, hashed(KEY)),
        ("seed.md", 3, hashed(PHRASE)),
    ]


def test_detect_secrets_hook_stops_at_what_is_new_to_its_baseline(bot) -> None:
    bot.write({".secrets.baseline": detect_secrets(bot, "scan", "-p", str(PLUGIN))})
    bot.git("add", "-A")
    hook = ("--baseline", ".secrets.baseline", "-p", str(PLUGIN))
    detect_secrets(bot, *hook, "bot.py", "seed.md", module="detect_secrets.pre_commit_hook")
    bot.write({"bot.py": (bot.path / "bot.py").read_text().replace(KEY, fill("<base62:64>", "new"))})

    detect_secrets(bot, *hook, "bot.py", module="detect_secrets.pre_commit_hook", code=1)


def test_its_baseline_is_full_of_hashes_and_of_no_secret(bot, run: Run) -> None:
    bot.write({".secrets.baseline": detect_secrets(bot, "scan")})

    assert "hashed_secret" in (bot.path / ".secrets.baseline").read_text()
    run(bot, "scan", ".secrets.baseline")


def test_a_string_without_a_file_is_looked_at_by_itself(bot) -> None:
    told = detect_secrets(bot, "scan", "-p", str(PLUGIN), "--string", f'BINANCE_SECRET="{KEY}"')

    assert any(line.split(":")[0].strip() == "SecretguardDetector" and "True" in line for line in told.splitlines())


def test_a_team_goes_back_with_its_verdicts(bot, run: Run) -> None:
    bot.write({"ci.py": f'GITHUB_TOKEN = "{TOKEN}"\n'})
    run(bot, "baseline", "create")
    path = bot.path / ".secretguard.baseline"
    path.write_text(path.read_text().replace("unreviewed", "false_positive"))

    told = run(bot, "baseline", "export", ".secrets.baseline")

    document = json.loads((bot.path / ".secrets.baseline").read_text())
    entries = [each for group in document["results"].values() for each in group]
    assert (hashed(TOKEN), False) in [(each["hashed_secret"], each["is_secret"]) for each in entries]
    assert "of detect-secrets for 3 accepted places" in told
    detect_secrets(bot, "--baseline", ".secrets.baseline", "ci.py", module="detect_secrets.pre_commit_hook")
    assert "name another file, or remove it first" in run(bot, "baseline", "export", ".secrets.baseline", code=2)
