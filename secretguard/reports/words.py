"""Numbers, times and places in words, the same in every report."""

from __future__ import annotations

from datetime import UTC, datetime

from secretguard.model import Finding, Occurrence, Origin, OriginKind, Part, Receipt, show_path
from secretguard.reports.text import printable

_UNITS = ("kB", "MB", "GB", "TB", "PB")

# One and many of what was read, by the kinds of OriginKind.
_READ = {
    "file": ("file", "files"),
    "name": ("file name", "file names"),
    "index": ("staged file", "staged files"),
    "blob": ("blob", "blobs"),
    "commit": ("commit text", "commit texts"),
    "tag": ("tag text", "tag texts"),
    "tree": ("tree", "trees"),
    "ref": ("ref name", "ref names"),
    "stdin": ("standard input", "standard inputs"),
    "message": ("message", "messages"),
}

_PLACES = {
    OriginKind.COMMIT: "text of commit",
    OriginKind.TAG: "text of tag",
    OriginKind.TREE: "file name in tree",
    OriginKind.REF: "ref name",
    OriginKind.STDIN: "standard input",
    OriginKind.MESSAGE: "commit message",
}


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 file``, ``50,581 files``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: int) -> str:
    """Bytes as people say them: ``512 bytes``, ``34 kB``, ``1.4 GB``."""
    if number < 1000:
        return count(number, "byte")
    scaled, unit = _scaled(number)
    return f"{_digits(scaled)} {unit}"


def size_of(done: int, total: int) -> str:
    """``0.4 of 1.4 GB``: both in the unit of the total."""
    if total < 1000:
        return f"{done:,} of {count(total, 'byte')}"
    scaled, unit = _scaled(total)
    return f"{_digits(done * scaled / total)} of {_digits(scaled)} {unit}"


def _scaled(number: int) -> tuple[float, str]:
    scaled, unit = number / 1000, _UNITS[0]
    for bigger in _UNITS[1:]:
        if scaled < 999.5:
            break
        scaled, unit = scaled / 1000, bigger
    return scaled, unit


def _digits(scaled: float) -> str:
    return f"{scaled:.1f}" if scaled < 9.95 else f"{scaled:,.0f}"


def parts(finding: Finding) -> list[Part]:
    """Each further piece of the credential once, where it stands first."""
    first = {part.secret.fingerprint: part for part in reversed(finding.parts)}
    return [part for part in finding.parts if first[part.secret.fingerprint] is part]


def beside(finding: Finding) -> str:
    """``Beside it: api key (line 3), passphrase (line 5).``, or nothing."""
    told = [f"{printable(part.kind.replace('_', ' '))} (line {part.place.line})" for part in parts(finding)]
    return f"Beside it: {', '.join(told)}." if told else ""


def duration(seconds: float) -> str:
    """``0.1 s``, ``42 s``, ``3 min 5 s``, ``2 h 10 min``."""
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def read(receipt: Receipt) -> str:
    """What was read: ``50,581 blobs, 28,336 commit texts, 1.4 GB``."""
    kinds = [
        count(number, *_READ.get(kind, (printable(kind), None))) for kind, number in receipt.counts.items() if number
    ]
    return ", ".join([*(kinds or [count(receipt.fragments, "fragment")]), size(receipt.bytes)])


def moment(seconds: float) -> datetime | None:
    """A time in UTC, or None if no calendar reaches it: a commit may claim any number."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def day(seconds: int) -> str:
    """The date in UTC, ``2023-04-01``."""
    when = moment(seconds)
    return f"{when:%Y-%m-%d}" if when else f"time {seconds}"


def short(oid: str | None) -> str:
    """An object id as people quote it."""
    return printable((oid or "")[:10])


def holder(origin: Origin) -> str:
    """What holds the text, safe to print: the path, or words where there is none."""
    if origin.path:
        return printable(show_path(origin.path))
    kind = _PLACES.get(origin.kind, origin.kind.value)
    return f"{kind} {short(origin.oid)}" if origin.oid else kind


def spot(occurrence: Occurrence) -> str:
    """``path:line:column``, the form that editors and terminals open; words where there is no file.

    In a sweep of several repositories the repository's name comes before it.
    """
    origin, place = occurrence.origin, occurrence.place
    home = f"{printable(origin.repository)}: " if origin.repository else ""
    if origin.path:
        return f"{home}{holder(origin)}:{place.line}:{place.column}"
    return f"{home}{holder(origin)}, line {place.line}, column {place.column}"
