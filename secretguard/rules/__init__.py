"""The rules of a run: what they are, and how they are read from files."""

from secretguard.rules.parse import CATEGORIES, KINDS, load, load_files, parse
from secretguard.rules.rule import Provider, Rule, RuleSet

__all__ = ["CATEGORIES", "KINDS", "Provider", "Rule", "RuleSet", "load", "load_files", "parse"]
