"""Whole repositories: their histories shared among workers, findings made one for each secret, and their exposure."""

from secretguard.sweep.many import Terms, combined, sweep_many
from secretguard.sweep.memory import Memory
from secretguard.sweep.one import Done, Watch, sweep, unwatched
from secretguard.sweep.store import opened

__all__ = ["Done", "Memory", "Terms", "Watch", "combined", "opened", "sweep", "sweep_many", "unwatched"]
