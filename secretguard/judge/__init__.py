"""All matches of one fragment -> Finding or Dismissal: checks, entropy, placeholders, context, overlaps."""

from secretguard.judge.judge import Judge

__all__ = ["Judge"]
