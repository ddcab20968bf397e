"""The values that flow: Origin, Fragment, Match, Finding, Dismissal. Standard library only, no I/O.

The plain ones are named tuples: to define a dataclass takes seven times as long (0.4 ms), and every hook waits for it.
"""

from secretguard.model.matches import TOO_LONG, Encoding, Form, Lying, Match, Reading, as_it_lies
from secretguard.model.outcomes import (
    Confidence,
    Dismissal,
    Exposure,
    Finding,
    Occurrence,
    Part,
    Person,
    Reach,
    Severity,
)
from secretguard.model.places import MAX_SIZE, Fragment, Origin, OriginKind, Passed, Place, Span, show_path
from secretguard.model.reports import ALLOW_LIST, IGNORED_PATHS, LENIENT, RULES_OFF, Receipt, Report, Skipped, UserError
from secretguard.model.secrets import FINGERPRINT_KEY, Sealed, Sealer, Secret, Trace, mask_of

__all__ = [
    "ALLOW_LIST",
    "FINGERPRINT_KEY",
    "IGNORED_PATHS",
    "LENIENT",
    "MAX_SIZE",
    "RULES_OFF",
    "TOO_LONG",
    "Confidence",
    "Dismissal",
    "Encoding",
    "Exposure",
    "Finding",
    "Form",
    "Fragment",
    "Lying",
    "Match",
    "Occurrence",
    "Origin",
    "OriginKind",
    "Part",
    "Passed",
    "Person",
    "Place",
    "Reach",
    "Reading",
    "Receipt",
    "Report",
    "Sealed",
    "Sealer",
    "Secret",
    "Severity",
    "Skipped",
    "Span",
    "Trace",
    "UserError",
    "as_it_lies",
    "mask_of",
    "show_path",
]
