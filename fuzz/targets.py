"""The table of everything that is fuzzed, by name."""

from __future__ import annotations

from collections.abc import Mapping

import disk
import faults
import fragments
import parsers
import repositories
from target import Target

TARGETS: Mapping[str, Target] = {
    **disk.TARGETS,
    **faults.TARGETS,
    **fragments.TARGETS,
    **parsers.TARGETS,
    **repositories.TARGETS,
}
