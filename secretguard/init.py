"""Setting a repository up: what there is to do, as steps that say what they do before they do it. Nothing twice."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from secretguard.baseline.header import NAME
from secretguard.git import Repository, index_entries
from secretguard.git.settings import active_hooks, hooks_path, merge_driver, set_hooks_path, set_merge_driver
from secretguard.ignore import patterns
from secretguard.model import UserError

CONFIG = ".pre-commit-config.yaml"
FOLDER = "secretguard-hooks"  # in the git directory: git runs what lies there, and nobody commits it
HOOKS = ("pre-commit", "commit-msg", "pre-push")
WAYS = ("hooks", "pre-commit")
CALL = "secretguard hook pre-commit || exit"  # in a hook of one's own
CALL_FIRST = f"put '{CALL}' after the first line (#!) of the pre-commit there"  # what stands at its end may never run
_SHELL = re.compile(rb"(?!#!)|#![ \t]*(?:/[\w./-]*/(?:env[ \t]+)?)?(?:ba|da|k|z|a)?sh\b[^\n]*\n")

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
DRIVER = "secretguard"
MERGE = f"{DRIVER} baseline merge %O %A %B %P"
ATTRIBUTES = f"{NAME} merge={DRIVER} text eol=lf"
HEAD = "# what trading bots keep beside their code and git should not have (secretguard init)"

LOCAL = """\
- repo: local
  hooks:
    - id: secretguard
      name: secretguard (staged changes)
      entry: secretguard hook pre-commit
      language: system
      stages: [pre-commit]
      pass_filenames: false
      always_run: true
    - id: secretguard-commit-msg
      name: secretguard (commit message)
      entry: secretguard hook commit-msg
      language: system
      stages: [commit-msg]
      always_run: true
    - id: secretguard-pre-push
      name: secretguard (what is pushed)
      entry: secretguard hook pre-push
      language: system
      stages: [pre-push]
      pass_filenames: false
      always_run: true
"""
REMOTE = """\
- repo: {url}
  rev: {rev}
  hooks:
    - id: secretguard
    - id: secretguard-commit-msg
    - id: secretguard-pre-push
"""
TYPES = f"default_install_hook_types: [{', '.join(HOOKS)}]\n"
INSTALL = f"pre-commit install {' '.join(f'-t {name}' for name in HOOKS)}"
_PRESENT = re.compile(r"secretguard hook pre-commit|^[ -]*id:[ ]*['\"]?secretguard['\"]?[ ]*(?:#.*)?$", re.MULTILINE)
_KEY = re.compile(r"[A-Za-z_]+:")
_REPOS = re.compile(r"^repos:[ \t]*(?:#.*)?\r?$", re.MULTILINE)


class ByHand(UserError):  # noqa: N818 - says what is to be done
    """A file that can't be changed safely; ``lines`` are what is to be added."""

    def __init__(self, message: str, lines: str) -> None:
        super().__init__(message)
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Step:
    """One change: ``what`` in words, and ``apply`` to make it, None where there is nothing to do (any more)."""

    what: str
    apply: Callable[[], None] | None = None


def repository() -> Repository:
    """The repository to set up. Raises GitError outside git, UserError where there is no work tree."""
    repo = Repository.open()
    if repo.work_tree is None:
        where = "bare" if repo.bare else "the git directory"
        raise UserError(
            f"{repo.where.directory}: {where}, there is no work tree to set up; on a server use hooks/pre-receive"
        )
    return repo


def usual_way(repo: Repository) -> str | None:
    """How the repository has its hooks already, or None if it has none."""
    if (top_of(repo) / CONFIG).exists():
        return "pre-commit"
    return "hooks" if hooks_path(repo) == str(_folder(repo)) else None


def top_of(repo: Repository) -> Path:
    """The top of its work tree, which it has."""
    assert repo.work_tree is not None
    return repo.work_tree


def _folder(repo: Repository) -> Path:
    return repo.common_dir.resolve() / FOLDER


# Hooks of git's own.


def hook_step(repo: Repository) -> Step:
    """Set core.hooksPath. Raises UserError where that would put other hooks out of use."""
    folder, current = _folder(repo), hooks_path(repo)
    scripts = shims()
    if current is not None and current != str(folder):
        raise UserError(f"core.hooksPath is {current} already: {CALL_FIRST}")
    active = active_hooks(repo)
    if active and current is None:
        names = ", ".join(active)
        raise UserError(
            f"{repo.common_dir / 'hooks'} has hooks that would no longer run ({names}): "
            f"{CALL_FIRST}, or use --with pre-commit"
        )
    if current and all(_same(folder / name, text) for name, text in scripts.items()):
        return Step(f"core.hooksPath is {folder} already")
    names = ", ".join(scripts)
    return Step(f"set core.hooksPath to {folder} ({names}), in all work trees", partial(_hook, repo, folder, scripts))


def with_call(script: bytes) -> bytes | None:
    """A hook of one's own that calls secretguard before all else; None for what is no shell script."""
    head = _SHELL.match(script)
    if head is None or b"\0" in script:
        return None
    return script[: head.end()] + CALL.encode() + b"\n" + script[head.end() :]


def _same(path: Path, text: bytes) -> bool:
    return path.is_file() and os.access(path, os.X_OK) and path.read_bytes() == text


def _hook(repo: Repository, folder: Path, scripts: dict[str, bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in scripts.items():
        (folder / name).write_bytes(text)
        (folder / name).chmod(0o755)
    set_hooks_path(repo, folder)


def shims() -> dict[str, bytes]:
    """The scripts that git runs: beside the package in a wheel, one folder up in a checkout.

    Copied rather than pointed to: an installed file is not executable, and git passes such a hook over.
    """
    here = Path(__file__).resolve().parent
    for folder in (here / "hooks", here.parent / "hooks"):
        if (folder / HOOKS[0]).is_file():
            return {name: (folder / name).read_bytes() for name in HOOKS}
    raise UserError("this installation has no hooks (hooks/ is missing): install secretguard again")


# The configuration of pre-commit.


def config_step(repo: Repository, url: str | None, rev: str | None) -> Step:
    """Write or extend .pre-commit-config.yaml. Raises ByHand where that is not safe."""
    path = top_of(repo) / CONFIG
    entry = REMOTE.format(url=url, rev=rev) if url else LOCAL
    if not path.exists() and not path.is_symlink():
        text = TYPES + "repos:\n" + _indented(entry, "  ")
        return Step(f"write {CONFIG}; then run: {INSTALL}", partial(_write, path, text))
    text = _text(path)
    if in_pre_commit(text):
        return Step(f"{CONFIG} has secretguard already")
    extended = with_entry(text, entry)
    if extended is None:
        raise ByHand(f"{CONFIG} can't be extended safely as it is written: add these lines under repos:", entry)
    return Step(f"add secretguard to {CONFIG}; then run: {INSTALL}", partial(_write, path, extended))


def in_pre_commit(text: str) -> bool:
    """Whether a configuration of pre-commit's names secretguard."""
    return _PRESENT.search(text) is not None


def lacking(text: str) -> list[str]:
    """The hooks beside pre-commit that a configuration of pre-commit's has no call of ours for."""
    return [name for name in HOOKS[1:] if not re.search(rf"secretguard(?:-| hook ){name}\b", text)]


def with_entry(text: str, entry: str) -> str | None:
    """The text with the entry as the last of ``repos:``, all else as it was; None if its place is not certain."""
    if len(_REPOS.findall(text)) != 1 or "\t" in text:
        return None
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    start = next(at for at, line in enumerate(lines) if _REPOS.match(line.rstrip()))
    indent, last = None, start
    for at in range(start + 1, len(lines)):
        line = lines[at].rstrip()
        depth = len(line) - len(line.lstrip())
        if not line or (line.lstrip().startswith("#") and depth <= (indent or 0)):
            continue
        if indent is None:
            if not line.lstrip().startswith("- "):
                return None
            indent = depth
        if depth < indent or (depth == indent and not line.lstrip().startswith("- ")):
            if not _KEY.match(line):
                return None
            break
        last = at
    if indent is None or any(line.startswith(("---", "...")) for line in lines[start:]):
        return None
    added = _indented(entry, " " * indent).replace("\n", end)
    before = "".join(lines[: last + 1])
    return before + ("" if before.endswith("\n") else end) + added + "".join(lines[last + 1 :])


def _indented(entry: str, indent: str) -> str:
    return "".join(indent + line for line in entry.splitlines(keepends=True))


# What git should never see.


def ignore_step(repo: Repository) -> Step:
    """Add to .gitignore what is not in it."""
    path = top_of(repo) / ".gitignore"
    text = _text(path) if path.exists() or path.is_symlink() else ""
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
        f"add {number} lines to .gitignore: {names}", partial(_write, path, text + (gap + block).replace("\n", end))
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


# How baselines are merged.


def merge_step(repo: Repository) -> Step:
    """Let git merge baselines by entries: a line of .gitattributes, which is shared, and a command, which is not."""
    path = top_of(repo) / ".gitattributes"
    text = _text(path) if path.exists() or path.is_symlink() else ""
    attributed = f"merge={DRIVER}" in text
    if attributed and merge_driver(repo, DRIVER) == MERGE:
        return Step(f"{NAME} is merged by secretguard already")
    end = "\r\n" if "\r\n" in text else "\n"
    line = "" if attributed else ("" if not text or text.endswith("\n") else end) + ATTRIBUTES + end
    return Step(f"merge {NAME} by secretguard (.gitattributes, git config)", partial(_driver, repo, path, text + line))


def _driver(repo: Repository, path: Path, text: str) -> None:
    set_merge_driver(repo, DRIVER, "accepted secrets, entry by entry", MERGE)
    _write(path, text)


def _text(path: Path) -> str:
    if path.is_symlink():
        raise UserError(f"{path.name} is a symbolic link: it is left as it is")
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise UserError(f"{path.name}: can't be read: {error.strerror}") from None


def _write(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise UserError(f"{path.name}: can't be written: {error.strerror}") from None
