"""What git, or pre-commit in its place, hands each hook -> a Report. Whatever is not as it should be is a UserError."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from secretguard.acceptance import accepted
from secretguard.changes import scan_new, scan_range, scan_staged
from secretguard.config import Config
from secretguard.git import Cleanup, Repository, cleanup, resolve
from secretguard.git.bases import held_by
from secretguard.model import Fragment, Origin, OriginKind, Receipt, Report, UserError
from secretguard.regular import TooLarge, read
from secretguard.scan import Scanner, reported
from secretguard.sources.range import Range

LONGEST = 64 << 20  # bytes of a message
OID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
REMOTE = re.compile(r"[^\0-\x20*?\[\\^~:]+")  # what can be the name of a remote, and no pattern or URL
SCISSORS = b" ------------------------ >8 ------------------------"
STRIPPING = (b"default", b"strip")  # modes of commit.cleanup in which an edited message loses its comments
NO_EDITOR = ":"  # what git sets GIT_EDITOR to for a hook when nobody edits the message: then it keeps every line


@dataclass(frozen=True, slots=True)
class Call:
    """How a hook was called: its arguments, its standard input (read when it is first asked for), the environment."""

    args: Sequence[str]
    stdin: Callable[[], bytes]
    environ: Mapping[str, str]

    def variable(self, name: str) -> str:
        """A variable of pre-commit's, or nothing."""
        return self.environ.get(f"PRE_COMMIT_{name}", "")

    def arguments(self, *wanted: str) -> Sequence[str]:
        """The arguments, if there are as many as wanted. Raises UserError."""
        if len(self.args) != len(wanted):
            raise UserError(f"this hook takes {' and '.join(wanted) or 'no arguments'}; it was given {len(self.args)}")
        return self.args


class Update(NamedTuple):
    """One ref of a push: what it is to hold, and what it holds where it is pushed to (None: nothing)."""

    name: bytes
    new: str | None
    old: str | None


def run_hook(name: str, call: Call, config: Config) -> Report:
    """Scan what git is about to do. Raises UserError, one line, for whatever keeps us from knowing what that is."""
    if name not in HOOKS:
        raise UserError(f"there is no hook {name!r} here; there are {', '.join(HOOKS)}")
    return accepted(HOOKS[name](call, config), config)


def pre_commit(call: Call, config: Config) -> Report:
    """What is staged; under ``pre-commit run --from-ref A --to-ref B`` what those commits introduce."""
    call.arguments()
    start, end = refs_given(call)
    repo = Repository.open()
    return scan_range(repo, f"{start}..{end}", config) if start else scan_staged(repo, config)


def commit_msg(call: Call, config: Config) -> Report:
    """The message that git is about to keep."""
    (name,) = call.arguments("the file of the message")
    began, receipt = time.monotonic(), Receipt()
    repo, data = Repository.open(), contents(name)
    if call.environ.get("GIT_EDITOR") != NO_EDITOR:
        data = message(data, cleanup(repo))
    scanner = Scanner(config, screened=True)
    found = scanner.findings([Fragment(data, Origin(OriginKind.MESSAGE))], receipt)
    return scanner.report(reported(found, config, receipt), receipt, began)


def contents(name: str) -> bytes:
    """What is in the file of a message, which may be a link. Raises UserError, and waits for no pipe."""
    try:
        return read(os.fsencode(name), LONGEST, follow=True)[:-1]
    except OSError as error:
        raise UserError(f"{name}: can't be read: {error.strerror}") from None
    except TooLarge:
        raise UserError(f"{name}: larger than {LONGEST >> 20} MB, which is no message") from None


def message(data: bytes, how: Cleanup) -> bytes:
    """The message without what git leaves out after editing; where that is not certain, with it.

    Lines of comment go (and are left empty) only in the modes that say so. All below the scissors goes in the mode of
    that name, and where git itself put them there for ``-v``: then a line of comment explains them.
    """
    lines = data.split(b"\n")
    mark = marked(lines) if how.mark == b"auto" else how.mark
    if mark + SCISSORS in lines:
        at = lines.index(mark + SCISSORS)
        if how.mode == b"scissors" or b"".join(lines[at + 1 : at + 2]).startswith(mark):
            lines = lines[:at]
    strips = how.mode in STRIPPING
    return b"\n".join(b"" if strips and line.startswith(mark) else line for line in lines)


def marked(lines: Sequence[bytes]) -> bytes:
    """The mark of comments that git has picked by itself: the scissors or the last line show it."""
    told = [line[:1] for line in lines if line[1:] == SCISSORS] or [line[:1] for line in lines if line][-1:]
    return told[0] if told and told[0] in b"#;@!$%^&|:" else b"#"


def pre_push(call: Call, config: Config) -> Report:
    """What the remote does not have yet of all that is pushed to it."""
    repo = Repository.open()
    if call.args or not call.environ.get("PRE_COMMIT"):
        remote, _url = call.arguments("the name of the remote", "its URL")
        updates = [pushed(line) for line in call.stdin().splitlines()]
    else:
        remote = call.variable("REMOTE_NAME")
        updates = pushed_by_pre_commit(call, repo)
    held = held_by(repo, remote) if REMOTE.fullmatch(remote) else []
    return scan_updates(repo, updates, held, config)


def pushed(line: bytes) -> Update:
    """``<local ref> <local id> <remote ref> <remote id>``; the local ref is as the user wrote it, spaces and all."""
    parts = line.rsplit(b" ", 3)
    if len(parts) != 4 or not OID.fullmatch(parts[1]) or not OID.fullmatch(parts[3]):
        raise UserError("standard input is not what git gives a pre-push hook: <local ref> <id> <remote ref> <id>")
    return Update(parts[2], oid_of(parts[1]), oid_of(parts[3]))


def pushed_by_pre_commit(call: Call, repo: Repository) -> list[Update]:
    """The one ref that pre-commit tells of (its issue 2523), in variables; without any, what HEAD would push."""
    start, end = refs_given(call)
    branch = call.variable("LOCAL_BRANCH")
    found = resolve(repo, [end or branch or "HEAD", branch or end or "HEAD", start or "HEAD"])
    new, named, old = (each[0] if each else None for each in found)
    if new is None or old is None:
        raise UserError("PRE_COMMIT_FROM_REF, _TO_REF and _LOCAL_BRANCH name something that is not here")
    if new != named:
        raise UserError("PRE_COMMIT_TO_REF and PRE_COMMIT_LOCAL_BRANCH contradict each other")
    return [Update(call.variable("REMOTE_BRANCH").encode("utf-8", "surrogateescape"), new, old if start else None)]


def refs_given(call: Call) -> tuple[str, str]:
    """PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF: both or neither. Raises UserError."""
    start, end = call.variable("FROM_REF"), call.variable("TO_REF")
    if bool(start) != bool(end):
        raise UserError("of PRE_COMMIT_FROM_REF and PRE_COMMIT_TO_REF only one is set")
    return start, end


def pre_receive(call: Call, config: Config) -> Report:
    """What no ref of this repository reaches yet of all that was pushed; the objects are still in quarantine."""
    call.arguments()
    repo = Repository.open()
    return scan_updates(repo, [received(line) for line in call.stdin().splitlines()], ["--all"], config)


def received(line: bytes) -> Update:
    """``<old id> <new id> <ref>``."""
    parts = line.split(b" ", 2)
    if len(parts) != 3 or not OID.fullmatch(parts[0]) or not OID.fullmatch(parts[1]):
        raise UserError("standard input is not what git gives a pre-receive hook: <old id> <new id> <ref>")
    return Update(parts[2], oid_of(parts[1]), oid_of(parts[0]))


def oid_of(text: bytes) -> str | None:
    """An id, or None for the one of zeros, which stands for nothing."""
    return text.decode() if text.strip(b"0") else None


def scan_updates(repo: Repository, updates: Sequence[Update], held: Sequence[str], config: Config) -> Report:
    """Scan what the refs bring that is not on the other side, all in one go. Deletions bring nothing."""
    kept = [(update.name, update.new) for update in updates if update.new]
    if not kept:
        return Report((), Receipt())
    olds = [update.old for update in updates if update.old]
    known = resolve(repo, [f"{oid}^{{commit}}" for oid in olds])  # what is not here tells nothing
    wanted = Range(tuple(oid for _, oid in kept), tuple(each[0] for each in known if each), tuple(held))
    return scan_new(repo, wanted, config, ref_names=[(name, oid) for name, oid in kept if name])


HOOKS: Mapping[str, Callable[[Call, Config], Report]] = {
    "pre-commit": pre_commit,
    "commit-msg": commit_msg,
    "pre-push": pre_push,
    "pre-receive": pre_receive,
}
