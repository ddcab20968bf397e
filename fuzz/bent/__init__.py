"""Our own cases: small repositories that bend git in every way, each with secrets planted in it.

A case is a function that takes a Workshop; it can be laid upon whatever cases came before it in the same repository.
The name of the case is the name of the function.
"""

from __future__ import annotations

from bent import commits, contents, environments, indexes, layouts, refs, settings, stores, trees
from bent.table import CASES, Case

__all__ = [
    "CASES",
    "Case",
    "commits",
    "contents",
    "environments",
    "indexes",
    "layouts",
    "refs",
    "settings",
    "stores",
    "trees",
]
