"""The table of everything that is fuzzed, by name."""

from __future__ import annotations

from collections.abc import Mapping

import fragments
import repositories
from target import Target

TARGETS: Mapping[str, Target] = {**fragments.TARGETS, **repositories.TARGETS}
