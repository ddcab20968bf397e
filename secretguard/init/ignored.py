"""What git should never see."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from secretguard.git import Repository, index_entries
from secretguard.ignore import patterns
from secretguard.init.step import Step, text_of, top_of, write

IGNORED = {
    "keys of ccxt scripts and of most bots": (".env", ".env.*", "!.env.example", "!.env.sample"),
    "private keys": ("*.pem", "*.key", "*.p12"),
    "wallets: Bitcoin Core, Ethereum keystores, Solana key pairs": (
        "wallet.dat",
        "UTC--*",
        "id.json",
        "*-keypair.json",
    ),
    "seed phrases in a file of their own": ("mnemonic.txt", "seed.txt"),
    "freqtrade: the exchange's key and Telegram's token": ("user_data/config*.json", "config-private.json"),
    "hummingbot: connectors and their password": ("conf/connectors/", "conf/.password_verification"),
    "octobot: its profile holds exchange keys": ("user/config.json",),
}
# Files whose names alone say that nobody else should have them, in gitignore's language.
NEVER = (
    ".env", ".env.*", "!.env.example", "!.env.sample", "!.env.template", "!.env.dist", "wallet.dat", "UTC--*", "*.p12",
    "*.pfx", "*-keypair.json", "mnemonic.txt", "seed.txt", "/conf/connectors/", "/conf/.password_verification",
)  # fmt: skip
HEAD = "# what trading bots keep beside their code and git should not have (secretguard init)"


def ignore_step(repo: Repository) -> Step:
    """Add to .gitignore what is not in it."""
    path = top_of(repo) / ".gitignore"
    text = text_of(path) if path.exists() or path.is_symlink() else ""
    present = {line.strip() for line in text.splitlines()}
    missing = list(_ignored(present))
    number = sum(not line.startswith("#") for line in missing)
    if not number:
        return Step(".gitignore has all of our lines already")
    block = "\n".join([HEAD, *missing]) + "\n"
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    end = "\r\n" if "\r\n" in text else "\n"
    names = " ".join(line for line in missing if not line.startswith("#"))
    return Step(
        f"add {number} lines to .gitignore: {names}", partial(write, path, text + (gap + block).replace("\n", end))
    )


def tracked(repo: Repository) -> list[bytes]:
    """What git tracks, or has staged, whose name alone says that it should not."""
    never = patterns(NEVER)
    return sorted({entry.path for entry in index_entries(repo) if never(entry.path)})


def _ignored(present: set[str]) -> Iterator[str]:
    for reason, lines in IGNORED.items():
        new = [line for line in lines if line not in present]
        if new:
            yield f"# {reason}"
            yield from new
