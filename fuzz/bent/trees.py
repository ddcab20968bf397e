"""Trees: entries that git itself would never write, names of any bytes, depth and breadth."""

from __future__ import annotations

from workshop import Workshop

from bent.table import case

BLOB = "100644"
NAMES = (
    b"new\nline", b"tab\t", b'quo"te', b"back\\slash", b"\xff\xfe", "\u202egpj.exe".encode(), b"\x1b]0;x\x07", b"-rf",
    b"--output=x", b" ", b".", b"CON", b"git~1", b".GIT", b"a:b", b"::error::x", b"*", b"[a]", b":(exclude)*",
    b"~", b"$(id)",
)  # fmt: skip


def lone(w: Workshop, name: bytes, mode: str = BLOB) -> None:
    """A branch whose tree has one entry, a secret, under that name and mode."""
    w.plant_raw(w.tree((mode, name, w.blob(w.secret()))))


@case()
def names_of_any_bytes(w: Workshop) -> None:
    w.plant_raw(w.tree(*((BLOB, name, w.blob(w.secret())) for name in NAMES)))


@case()
def entry_called_git(w: Workshop) -> None:
    lone(w, b".git")


@case()
def entry_called_dot_dot(w: Workshop) -> None:
    lone(w, b"..")


@case()
def entry_with_a_slash(w: Workshop) -> None:
    lone(w, b"../../../etc/cron.d/x")


@case()
def entry_without_a_name(w: Workshop) -> None:
    lone(w, b"")


@case()
def entry_of_four_thousand_bytes(w: Workshop) -> None:
    lone(w, b"n" * 4096)


@case()
def entry_that_ends_in_a_slash(w: Workshop) -> None:
    lone(w, b"dir/")


@case()
def mode_with_a_zero_in_front(w: Workshop) -> None:
    lone(w, b"a.py", "0100644")


@case()
def mode_for_a_group(w: Workshop) -> None:
    lone(w, b"a.py", "100664")


@case()
def mode_of_an_executable(w: Workshop) -> None:
    lone(w, b"a.py", "100755")


@case()
def mode_that_is_none(w: Workshop) -> None:
    lone(w, b"a.py", "1")


@case()
def mode_of_a_folder_on_a_blob(w: Workshop) -> None:
    lone(w, b"a.py", "40000")


@case()
def mode_of_a_submodule_on_a_blob(w: Workshop) -> None:
    lone(w, b"a.py", "160000")


@case()
def target_of_a_link(w: Workshop) -> None:
    lone(w, b"link", "120000")


@case()
def link_that_leads_outside(w: Workshop) -> None:
    w.plant()
    w.plant_raw(w.tree(("120000", b"link", w.blob("/etc/passwd")), ("120000", b"up", w.blob("../../.."))))


@case()
def entries_twice(w: Workshop) -> None:
    w.plant_raw(w.tree((BLOB, b"a.py", w.blob(w.secret())), (BLOB, b"a.py", w.blob(w.secret()))))


@case()
def entries_out_of_order(w: Workshop) -> None:
    w.plant_raw(w.tree((BLOB, b"z", w.blob(w.secret())), (BLOB, b"a", w.blob(w.secret())), sort=False))


@case()
def file_and_folder_of_one_name(w: Workshop) -> None:
    inner = w.tree((BLOB, b"x", w.blob(w.secret())))
    w.plant_raw(w.tree((BLOB, b"a", w.blob(w.secret())), ("40000", b"a", inner), sort=False))


@case()
def submodule_without_a_module(w: Workshop) -> None:
    w.plant()
    w.plant_raw(w.tree(("160000", b"sub", "5" * (64 if w.sha256 else 40))))


@case()
def submodule_that_is_a_commit_of_ours(w: Workshop) -> None:
    w.plant_raw(w.tree(("160000", b"self", w.plant())))


@case()
def submodule_with_a_hostile_url(w: Workshop) -> None:
    url = f"ext::sh -c touch% {w.root}/executed"
    text = f'[submodule "x"]\n\tpath = sub\n\turl = {url}\n\tupdate = !touch {w.root}/executed\n{w.secret()}'
    w.stage({".gitmodules": text})
    w.git("update-index", "--add", "--cacheinfo", f"160000,{w.git('rev-parse', 'HEAD')},sub")
    w.commit()


@case()
def submodule_checked_out(w: Workshop) -> None:
    other = w.neighbour("module")
    other.commit({"x": "y"})
    w.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "sub")
    w.commit()
    w.plant()


@case()
def empty_tree(w: Workshop) -> None:
    w.plant_raw(w.tree())
    w.plant()


@case()
def folder_of_nothing(w: Workshop) -> None:
    w.plant_raw(w.tree(("40000", b"empty", w.tree())))
    w.plant()


@case()
def deep_folders(w: Workshop) -> None:
    oid = w.tree((BLOB, b"a.py", w.blob(w.secret())))
    for _ in range(600):
        oid = w.tree(("40000", b"d", oid))
    w.plant_raw(oid)


@case()
def wide_folder(w: Workshop) -> None:
    plain = w.blob("nothing\n")
    w.plant_raw(w.tree((BLOB, b"a.py", w.blob(w.secret())), *((BLOB, b"f%05d" % n, plain) for n in range(3000))))


@case()
def folders_that_double(w: Workshop) -> None:
    """Twenty levels that hold one another twice: a million paths in twenty trees."""
    oid = w.tree((BLOB, b"a.py", w.blob("nothing\n")))
    for _ in range(20):
        oid = w.tree(("40000", b"l", oid), ("40000", b"r", oid))
    w.raw("tree", b"")
    w.point("refs/heads/doubled", w.commit_of(oid, message=w.secret()))


@case(unread=True)
def entry_of_a_missing_blob(w: Workshop) -> None:
    w.plant()
    w.plant_raw(w.tree((BLOB, b"lost", "6" * (64 if w.sha256 else 40))))


@case(unread=True)
def tree_cut_short(w: Workshop) -> None:
    w.plant()
    whole = b"100644 a.py\0" + bytes.fromhex(w.blob(w.secret()))
    w.plant_raw(w.raw("tree", whole[:-3]))


@case(unread=True)
def tree_of_garbage(w: Workshop) -> None:
    w.plant()
    w.plant_raw(w.raw("tree", b"this is no tree"))


@case()
def name_is_a_secret(w: Workshop) -> None:
    line = w.secret().strip().replace(" ", "")
    w.plant_raw(w.tree((BLOB, line.encode(), w.blob("x"))))


@case()
def name_of_a_folder_is_a_secret(w: Workshop) -> None:
    line = w.secret().strip().replace(" ", "")
    w.plant_raw(w.tree(("40000", line.encode(), w.tree((BLOB, b"x", w.blob("x"))))))
