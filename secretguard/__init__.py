"""Finds leaked exchange keys, wallet keys and seed phrases in files, commits and git history."""

__version__ = "0.1.0"
