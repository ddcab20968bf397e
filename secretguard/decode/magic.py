"""What the first bytes of a file say of its kind. Imports nothing: every fragment is asked."""

from __future__ import annotations

_MAGIC = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"x\x01", "zlib"),
    (b"x\x5e", "zlib"),
    (b"x\x9c", "zlib"),
    (b"x\xda", "zlib"),
)
_FIRST = frozenset(magic[0] for magic, _ in _MAGIC)


def kind_of(data: bytes) -> str:
    """The kind of archive or compressed file that the bytes are, or nothing."""
    if data and data[0] in _FIRST:
        for magic, kind in _MAGIC:
            if data.startswith(magic):
                return kind
    return "tar" if data[257:262] == b"ustar" else ""
