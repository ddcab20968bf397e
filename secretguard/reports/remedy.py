"""What to do about a leaked secret: steps for people, from a rule's note."""

from __future__ import annotations

from secretguard.reports.base import RuleNote
from secretguard.reports.text import printable

_TAKE_OUT = "Take it out of the code; read it from the environment or a vault."
_AUDIT = "Look through the account: orders, withdrawals, API keys, addresses."
_CLEAN = (
    "Only then clean the history: `git filter-repo --replace-text FILE` (FILE: the secrets, kept elsewhere); push with"
    " force, and let all clone anew."
)
_AMEND = (
    "Then clean the history. Not pushed: `git commit --amend`, `git rebase -i`. Else:"
    " `git filter-repo --replace-text FILE`, then all have to clone anew."
)
_PUSHED = "It has been pushed, so others have it, and no rewriting of history calls it back."
_REVOKE = "Revoke it now and make a new one"
_EVER = "Ever pushed, sent or pasted? Revoke it and make a new one"


def steps(note: RuleNote, *, pushed: bool = False, kept: bool = False) -> list[str]:
    """What to do now, in order, safe to print.

    ``pushed``: git knows that the secret has left this machine; ``kept``: a commit holds it.
    """
    own = list(note.remedy) or [_TAKE_OUT, _AUDIT]
    revoke = _revoke(note, own, pushed)
    # What has been pushed is revoked before anything else; what has not is first kept from being pushed.
    told = revoke + own if pushed else own[:1] + revoke + own[1:]
    if note.contact and not _names(own, note.contact):
        name = note.provider_name or "the provider"
        told.append(f"Signs of misuse? Tell {name} at once: {note.contact}")
    if kept:
        told.append(_CLEAN if pushed else _AMEND)
    return [printable(step) for step in told]


def _revoke(note: RuleNote, own: list[str], pushed: bool) -> list[str]:
    if note.remedy and (not note.revoke or _names(own, note.revoke)):
        return [_PUSHED] if pushed else []
    if note.revoke and "://" not in note.revoke:  # words of the rule's own, where no page revokes it
        return [f"{_PUSHED} {note.revoke}" if pushed else note.revoke]
    where = f": {note.revoke}" if note.revoke else " where it was issued."
    return [f"{_PUSHED} {_REVOKE}{where}" if pushed else f"{_EVER}{where}"]


def _names(lines: list[str], address: str) -> bool:
    return any(address in line for line in lines)
