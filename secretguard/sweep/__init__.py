"""Whole repositories: their histories shared among workers, findings made one for each secret, and their exposure."""

from secretguard.sweep.memory import Memory
from secretguard.sweep.one import Done, Watch, sweep

__all__ = ["Done", "Memory", "Watch", "sweep"]
