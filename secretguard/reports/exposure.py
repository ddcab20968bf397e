"""Who, when, where, in words: what git knows of a secret in the history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from secretguard.model import Exposure, Occurrence, Origin, Reach, show_path
from secretguard.reports.text import printable
from secretguard.reports.words import count, day, short

PUSHED = "PUSHED"
_REMOTE = "refs/remotes/"
_SHOWN = 4
_TAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")
_OID = re.compile(r"[0-9a-f]{10,}")
_UNPUSHED = {
    Reach.STASH: "only a stash reaches it",
    Reach.REFLOG: "only a reflog reaches it",
    Reach.NOTHING: "nothing reaches it any more",
}
_KINDS = {"refs/heads/": "", "refs/tags/": "tag ", "refs/": ""}


def pushed(exposure: Exposure | None) -> bool:
    """Whether a remote is known to hold it: then the secret has left this machine."""
    return exposure is not None and (
        exposure.reach is Reach.REMOTE or any(ref.startswith(_REMOTE) for ref in exposure.refs)
    )


def committed(exposure: Exposure | None) -> bool:
    """Whether a commit holds it: then to take it out of the file leaves it in the history."""
    return exposure is not None and exposure.first is not None


def rows(occurrences: tuple[Occurrence, ...]) -> Iterator[tuple[str, str]]:
    """Labels and texts, safe to print: since when and by whom, who may have it, how often, how to see it.

    The first place tells since when; all places together tell how far the secret got. Of a commit alone, with no count
    of commits, nothing more is known: a range has not asked how far it got.
    """
    known = [o.exposure for o in occurrences if o.exposure]
    first = occurrences[0].exposure if occurrences else None
    if first is None:
        return
    if first.reach is Reach.INDEX:
        yield "reach", "staged, and not committed yet"
        return
    if first.first:
        yield "since", _since(first)
    if first.commits or not first.first:
        yield "reach", _reach(_together(first, known))
        yield "history", _history(first, any(e.in_head for e in known))
    command = None if first.in_head else _command(first, occurrences[0].origin)
    if command:
        yield "see it", command


def _together(first: Exposure, known: list[Exposure]) -> Exposure:
    refs = tuple(dict.fromkeys(ref for exposure in known for ref in exposure.refs))
    return replace(first, refs=refs, reach=min((e.reach for e in known), key=list(Reach).index))


def _command(exposure: Exposure, origin: Origin) -> str | None:
    path = show_path(origin.path)
    # Only names that no shell takes for anything else: people paste what they are shown.
    if exposure.first and _TAME.fullmatch(path) and _OID.fullmatch(exposure.first):
        return f"git show {short(exposure.first)}:{path}"
    if origin.oid and _OID.fullmatch(origin.oid):
        return f"git cat-file -p {short(origin.oid)}"
    return None


def _since(exposure: Exposure) -> str:
    author = exposure.author
    commit = f"commit {short(exposure.first)}"
    if author is None:
        return commit
    email = f" <{author.email}>" if author.email else ""
    return f"{day(author.time)}, {commit} by {printable((author.name + email).strip()) or 'nobody'}"


def _history(exposure: Exposure, in_head: bool) -> str:
    told = [count(exposure.commits, "commit")] if exposure.commits else []
    if exposure.last and exposure.last != exposure.first:
        told.append(f"the last is {short(exposure.last)}")
    told.append("still in HEAD" if in_head else "not in HEAD any more")
    return ", ".join(told)


def _reach(exposure: Exposure) -> str:
    remotes = [ref.removeprefix(_REMOTE) for ref in exposure.refs if ref.startswith(_REMOTE)]
    others = [_short(ref) for ref in exposure.refs if not ref.startswith(_REMOTE)]
    if pushed(exposure):
        where = f" to {_some(remotes)}" if remotes else ""
        here = f"; here in {_some(others)}" if others else ""
        return f"{PUSHED}{where}{here}"
    lonely = _UNPUSHED.get(exposure.reach)
    if lonely:
        return f"{lonely}: not pushed from here as far as this repository knows"
    return f"{_some(others) or 'HEAD'}; on no remote that this repository knows"


def _short(ref: str) -> str:
    for prefix, word in _KINDS.items():
        if ref.startswith(prefix):
            return word + ref.removeprefix(prefix)
    return ref


def _some(refs: list[str]) -> str:
    shown = [printable(ref) for ref in refs[:_SHOWN]]
    more = len(refs) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")
