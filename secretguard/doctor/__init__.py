"""Is this repository set up to keep secrets out? Troubles, each with the line that mends it."""

from secretguard.doctor.examine import examine
from secretguard.doctor.trouble import Trouble

__all__ = ["Trouble", "examine"]
