"""Shannon entropy of a text's characters."""

from __future__ import annotations

import math
from collections import Counter


def shannon(text: str) -> float:
    """Bits per character, from how often each occurs in the text itself; 0.0 for the empty text."""
    size = len(text)
    counts = Counter(text).values()
    return sum(count / size * math.log2(size / count) for count in counts)
