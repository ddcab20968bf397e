"""Findings of one account -> one finding with parts: the key and the passphrase beside the secret that they go with.

After inline acceptance, so that a comment on one piece's line accepts that piece and no other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from secretguard.model import Dismissal, Finding

# What a credential is: the gravest of its pieces, whose fingerprint and severity are the whole's.
_GRAVEST = ("wallet_key", "private_key", "api_secret", "passphrase", "password")


def whole(outcomes: Sequence[Finding | Dismissal]) -> list[Finding | Dismissal]:
    """The outcomes of a fragment with the pieces of each account made one finding, in the order of the text.

    A piece that the change does not introduce is told only as a part of what it does introduce: of an old secret
    beside a new key the key alone is reported, of a new secret beside an old key both.
    """
    pieces: dict[int, list[Finding]] = defaultdict(list)
    for each in outcomes:
        if isinstance(each, Finding) and each.account:
            pieces[each.account].append(each)
    made = {account: list(_made(findings)) for account, findings in pieces.items()}
    return list(_in_order(outcomes, made))


def _in_order(outcomes: Sequence[Finding | Dismissal], made: dict[int, list[Finding]]) -> Iterator[Finding | Dismissal]:
    for each in outcomes:
        if isinstance(each, Finding) and each.account:
            yield from made.pop(each.account, ())
        elif isinstance(each, Dismissal) or each.introduced:
            yield each


def _made(pieces: list[Finding]) -> Iterator[Finding]:
    main = min(pieces, key=_gravity)
    if main.introduced:
        yield replace(main, account=0, parts=tuple(each.pieces[0] for each in pieces if each is not main))
    else:
        yield from (replace(each, account=0) for each in pieces if each.introduced)


def _gravity(finding: Finding) -> tuple[int, int]:
    place = _GRAVEST.index(finding.kind) if finding.kind in _GRAVEST else len(_GRAVEST)
    return place, -finding.severity
