"""Object stores: packs, indexes of packs, loose objects, alternates, whole and damaged."""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path

from workshop import GitRefusedError, Workshop

from bent.table import case


def damage(path: Path, at: float, data: bytes | None = None) -> None:
    """Write over a file at a part of its length, or cut it there."""
    path.chmod(0o644)
    body = path.read_bytes()
    offset = int(len(body) * at)
    path.write_bytes(body[:offset] if data is None else body[:offset] + data + body[offset + len(data) :])


def packs(w: Workshop, ending: str) -> list[Path]:
    """The files of the pack folder with that ending."""
    return sorted((w.store / "objects/pack").glob(f"*{ending}"))


@case()
def loose(w: Workshop) -> None:
    w.plant()


@case()
def packed(w: Workshop) -> None:
    w.plant()
    w.pack()


@case()
def in_many_packs(w: Workshop) -> None:
    for number in range(4):
        w.plant(f"p{number}.py")
        w.git("repack", "-dq")


@case()
def loose_and_packed(w: Workshop) -> None:
    w.plant()
    w.git("repack", "-aq")


@case()
def pack_kept(w: Workshop) -> None:
    w.plant()
    w.pack().with_suffix(".keep").touch()
    w.plant("b.py")
    w.git("repack", "-adq")


@case()
def pack_of_a_promisor_without_one(w: Workshop) -> None:
    w.plant()
    w.pack().with_suffix(".promisor").touch()


@case()
def multi_pack_index(w: Workshop) -> None:
    in_many_packs(w)
    w.git("multi-pack-index", "write")


@case(unread=None)
def multi_pack_index_corrupt(w: Workshop) -> None:
    multi_pack_index(w)
    damage(w.store / "objects/pack/multi-pack-index", 0.3, b"\xff" * 40)


@case(unread=None)
def multi_pack_index_truncated(w: Workshop) -> None:
    multi_pack_index(w)
    damage(w.store / "objects/pack/multi-pack-index", 0.5)


@case(unread=True)
def multi_pack_index_of_a_lost_pack(w: Workshop) -> None:
    multi_pack_index(w)
    w.plant("late.py")
    for suffix in (".pack", ".idx"):
        packs(w, suffix)[0].unlink()
    w.values[:-1] = []


@case()
def multi_pack_index_older_than_packs(w: Workshop) -> None:
    multi_pack_index(w)
    w.plant("late.py")
    w.git("repack", "-dq")


@case()
def bitmap(w: Workshop) -> None:
    w.plant()
    w.git("repack", "-adkbq")


@case()
def bitmap_corrupt(w: Workshop) -> None:
    bitmap(w)
    for path in packs(w, ".bitmap"):
        damage(path, 0.5, b"\xff" * 8)


@case()
def reverse_index(w: Workshop) -> None:
    w.git("config", "pack.writeReverseIndex", "true")
    w.plant()
    w.pack()
    for path in packs(w, ".rev"):
        damage(path, 0.6, b"\xff" * 4)


@case()
def cruft_pack(w: Workshop) -> None:
    w.blob(w.secret())
    w.git("repack", "--cruft", "-dq")


@case()
def commit_graph(w: Workshop) -> None:
    w.plant()
    w.git("commit-graph", "write", "--reachable")


@case()
def commit_graph_chain_corrupt(w: Workshop) -> None:
    for number in range(3):
        w.plant(f"g{number}.py")
        w.git("commit-graph", "write", "--reachable", "--split=no-merge")
    for path in (w.store / "objects/info/commit-graphs").glob("*.graph"):
        damage(path, 0.7, b"\xff" * 20)


@case()
def commit_graph_truncated(w: Workshop) -> None:
    commit_graph(w)
    damage(w.store / "objects/info/commit-graph", 0.4)


@case()
def commit_graph_of_another_history(w: Workshop) -> None:
    commit_graph(w)
    graph = (w.store / "objects/info/commit-graph").read_bytes()
    w.plant("b.py")
    (w.store / "objects/info/commit-graph").chmod(0o644)
    (w.store / "objects/info/commit-graph").write_bytes(graph[:-60] + bytes(60))


@case(unread=True)
def pack_without_its_index(w: Workshop) -> None:
    w.plant()
    w.pack().with_suffix(".idx").unlink()


@case(unread=True)
def unreached_pack_without_its_index(w: Workshop) -> None:
    w.blob(w.secret())
    w.pack().with_suffix(".idx").unlink()


@case(unread=True)
def index_without_its_pack(w: Workshop) -> None:
    w.plant()
    w.pack().unlink()


@case()
def pack_index_version_1(w: Workshop) -> None:
    w.git("config", "pack.indexVersion", "1")
    w.plant()
    w.pack()


@case(unread=True)
def pack_truncated(w: Workshop) -> None:
    w.plant()
    damage(w.pack(), 0.6)


@case(unread=True)
def pack_index_truncated(w: Workshop) -> None:
    w.plant()
    damage(w.pack().with_suffix(".idx"), 0.5)


@case(unread=True)
def pack_flipped(w: Workshop) -> None:
    w.commit({f"f{n}": f"{n}" * 400 for n in range(20)})
    w.plant()
    damage(w.pack(), 0.3, b"\xff" * 60)


@case(unread=True)
def pack_with_a_wrong_checksum(w: Workshop) -> None:
    w.plant()
    path = w.pack()
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-20] + bytes(20))


@case(unread=None)
def pack_corrupt_but_loose_too(w: Workshop) -> None:
    w.plant()
    w.git("repack", "-aq")
    damage(packs(w, ".pack")[0], 0.2, b"\xff" * 200)


@case()
def loose_corrupt_but_packed_too(w: Workshop) -> None:
    w.plant()
    w.git("repack", "-aq")
    path = w.loose(w.git("rev-parse", "HEAD:a.py"))
    path.write_bytes(b"junk")


@case()
def leftovers_of_a_fetch(w: Workshop) -> None:
    w.plant()
    folder = w.store / "objects"
    (folder / "pack").mkdir(exist_ok=True)
    (folder / "pack/tmp_pack_Ab12Cd").write_bytes(b"PACK junk")
    (folder / "pack/tmp_idx_Ab12Cd").write_bytes(b"junk")
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab/tmp_obj_Ab12Cd").write_bytes(b"junk")
    (folder / "zz").mkdir()


@case()
def long_delta_chain(w: Workshop) -> None:
    base = "\n".join(f"line {n} {n * 7919}" for n in range(400))
    for number in range(12):
        w.commit({"big.txt": base + f"\nversion {number}\n"})
    w.commit({"big.txt": base + "\n" + w.secret()})
    w.git("repack", "-adkfq", "--depth=50", "--window=20")


@case()
def nothing_compressed(w: Workshop) -> None:
    w.git("config", "core.compression", "0")
    w.plant()
    w.pack()


@case()
def every_blob_counts_as_big(w: Workshop) -> None:
    w.git("config", "core.bigFileThreshold", "1")
    w.plant()
    w.pack()


@case(unread=True)
def loose_empty(w: Workshop) -> None:
    w.plant()
    w.loose(w.git("rev-parse", "HEAD:readme")).write_bytes(b"")


@case(unread=True)
def loose_truncated(w: Workshop) -> None:
    w.plant()
    w.commit({"long": "".join(str(n * n) for n in range(9000))})
    damage(w.loose(w.git("rev-parse", "HEAD:long")), 0.5)


@case(unread=None)
def loose_garbage_behind(w: Workshop) -> None:
    w.plant()
    path = w.loose(w.git("rev-parse", "HEAD:readme"))
    path.write_bytes(path.read_bytes() + b"junk")


@case()
def loose_under_a_false_name(w: Workshop) -> None:
    path = w.loose("12" + "3" * (62 if w.sha256 else 38))
    body = w.secret().encode()
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(zlib.compress(f"blob {len(body)}\0".encode() + body))


@case(unread=True)
def loose_with_a_false_size(w: Workshop) -> None:
    w.plant()
    path = w.loose(w.git("rev-parse", "HEAD:readme"))
    path.write_bytes(zlib.compress(b"blob 999999\0nothing here\n"))


@case(unread=True)
def loose_of_no_type(w: Workshop) -> None:
    w.plant()
    w.raw("blab", "nothing here\n")


@case()
def object_folder_behind_a_link(w: Workshop) -> None:
    w.plant()
    (w.store / "objects").rename(w.root / "elsewhere")
    (w.store / "objects").symlink_to(w.root / "elsewhere")


@case()
def object_behind_a_link(w: Workshop) -> None:
    w.plant()
    path = w.loose(w.git("rev-parse", "HEAD:a.py"))
    path.rename(w.root / "object")
    path.symlink_to(w.root / "object")


def borrow(w: Workshop, *folders: str) -> None:
    """Name further alternates."""
    (w.store / "objects/info").mkdir(exist_ok=True)
    with (w.store / "objects/info/alternates").open("a") as file:
        file.writelines(f"{folder}\n" for folder in folders)


@case()
def alternates(w: Workshop) -> None:
    other = w.neighbour()
    other.plant()
    borrow(w, str(other.store / "objects"))


@case()
def alternates_relative_and_quoted(w: Workshop) -> None:
    other = w.neighbour('o "ther')
    other.plant()
    borrow(w, "# a comment", '"../../../o \\"ther/.git/objects"')


@case()
def alternates_of_alternates(w: Workshop) -> None:
    last = w
    for number in range(3):
        other = w.neighbour(f"other{number}")
        other.plant()
        borrow(last, str(other.store / "objects"))
        last = other


@case(unread=True)
def alternates_too_deep(w: Workshop) -> None:
    last = w
    for number in range(9):
        other = w.neighbour(f"deep{number}")
        if number < 3:
            other.plant()
        borrow(last, str(other.store / "objects"))
        last = other


@case()
def alternates_in_a_circle(w: Workshop) -> None:
    other = w.neighbour()
    other.plant()
    borrow(w, str(other.store / "objects"))
    borrow(other, str(w.store / "objects"))


@case(unread=True)
def alternates_lost(w: Workshop) -> None:
    w.plant()
    other = w.neighbour("lost")
    oid = other.commit({"x": "y"})
    borrow(w, str(other.store / "objects"))
    w.point("refs/heads/borrowed", oid)
    shutil.rmtree(other.path)


@case(unread=True)
def blob_missing(w: Workshop) -> None:
    w.plant()
    w.loose(w.git("rev-parse", "HEAD:readme")).unlink()


@case(unread=True)
def tree_missing(w: Workshop) -> None:
    w.plant()
    w.loose(w.git("rev-parse", "HEAD^{tree}")).unlink()


@case(unread=True)
def commit_missing(w: Workshop) -> None:
    w.plant()
    w.loose(w.git("rev-parse", "HEAD~1")).unlink()


@case()
def pack_of_nothing(w: Workshop) -> None:
    w.plant()
    w.git("pack-objects", "-q", ".git/objects/pack/pack", feed=b"")


@case()
def pack_folder_is_gone(w: Workshop) -> None:
    w.plant()
    if packs(w, "") or (w.store / "objects/info/alternates").exists():
        raise GitRefusedError("there would be nothing to tell what was lost")
    shutil.rmtree(w.store / "objects/pack", ignore_errors=True)
    shutil.rmtree(w.store / "objects/info", ignore_errors=True)
