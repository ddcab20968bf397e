"""Contents of blobs that a scanner might pass over."""

from __future__ import annotations

import codecs

from workshop import Workshop

from bent.table import case

FILLER = "".join(f"line {number} of a harmless file\n" for number in range(60_000))


@case()
def utf_16_with_a_mark(w: Workshop) -> None:
    w.commit({"a.txt": ("x = 1\n" * 20 + w.secret()).encode("utf-16")})


@case()
def utf_16_without_a_mark(w: Workshop) -> None:
    w.commit({"a.txt": ("x = 1\n" * 20 + w.secret()).encode("utf-16-le")})


@case()
def utf_16_the_other_way(w: Workshop) -> None:
    w.commit({"a.txt": ("x = 1\n" * 20 + w.secret()).encode("utf-16-be")})


@case()
def byte_order_mark(w: Workshop) -> None:
    w.commit({"a.txt": codecs.BOM_UTF8 + w.secret().encode()})


@case()
def behind_nuls(w: Workshop) -> None:
    w.commit({"a.bin": bytes(5000) + b"\n" + w.secret().encode() + bytes(50)})


@case()
def carriage_returns(w: Workshop) -> None:
    w.commit({"a.py": ("x\n" + w.secret()).replace("\n", "\r\n")})


@case()
def carriage_returns_alone(w: Workshop) -> None:
    w.commit({"a.py": ("x\n" + w.secret()).replace("\n", "\r")})


@case()
def no_final_newline(w: Workshop) -> None:
    w.commit({"a.py": w.secret().rstrip("\n")})


@case()
def at_the_end_of_a_large_file(w: Workshop) -> None:
    w.commit({"a.py": FILLER + w.secret()})


@case()
def one_line_of_a_megabyte(w: Workshop) -> None:
    w.commit({"a.js": FILLER.replace("\n", ";") + w.secret()})


@case()
def bytes_that_are_no_text(w: Workshop) -> None:
    w.commit({"a.py": b"# \xff\xfe\xc3\x28 caf\xe9\n" + w.secret().encode() + b"\x80\x81"})


@case()
def control_characters(w: Workshop) -> None:
    w.commit({"a.py": "\x1b[2J\x07\u202e::error::\n" + w.secret()})


@case()
def conflict_markers(w: Workshop) -> None:
    w.commit({"a.py": f"<<<<<<< HEAD\nx\n=======\n{w.secret()}>>>>>>> side\n"})


@case()
def patch_in_a_file(w: Workshop) -> None:
    w.commit({"a.patch": f"--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+{w.secret()}"})


@case()
def pointer_of_large_file_storage(w: Workshop) -> None:
    w.commit({".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"})
    w.plant("a.bin")


@case()
def the_same_in_two_places(w: Workshop) -> None:
    line = w.secret()
    w.commit({"a.py": line, "b/c.py": line, "b/d.py": "x\n" + line})
