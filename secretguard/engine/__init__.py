"""All rules over one fragment: Vectorscan finds candidates, ``regex`` confirms them in a bounded window."""

from secretguard.engine.confirm import ScanTimeoutError
from secretguard.engine.engine import Engine, Store

__all__ = ["Engine", "ScanTimeoutError", "Store"]
