"""Refs, HEADs, reflogs, stashes, tags, notes, replacements: everything that leads to an object, or to nothing."""

from __future__ import annotations

import shutil

from workshop import DATE, PERSON, Workshop

from bent.table import case

ODD = ("@{", "-x", "a.", "ünï", "x" * 200, "'\"$(id)`", "con", "\u202eevil", "100%", "a=b,c")


@case()
def only_packed_refs(w: Workshop) -> None:
    w.plant()
    w.git("pack-refs", "--all", "--prune")


@case()
def packed_refs_unsorted(w: Workshop) -> None:
    first, second = w.plant(), w.plant("b.py")
    (w.store / "packed-refs").write_text(f"{second} refs/heads/z\n{first} refs/heads/a\n")


@case(unread=True)
def packed_refs_garbage(w: Workshop) -> None:
    w.plant()
    (w.store / "packed-refs").write_text("# pack-refs with: peeled\nthis is no ref\n")


@case()
def detached(w: Workshop) -> None:
    w.git("checkout", "-q", "--detach")
    w.plant()


@case()
def unborn_with_something_staged(w: Workshop) -> None:
    w.git("symbolic-ref", "HEAD", "refs/heads/unborn")
    w.stage({"a.py": w.secret()})


@case()
def orphan_branch(w: Workshop) -> None:
    w.git("checkout", "-q", "--orphan", "alone")
    w.plant()
    w.git("checkout", "-q", "-f", "-B", "main")


@case()
def head_to_nothing(w: Workshop) -> None:
    w.plant()
    w.git("branch", "kept")
    (w.store / "HEAD").write_text("ref: refs/heads/nowhere\n")


@case(unread=True)
def head_of_garbage(w: Workshop) -> None:
    w.plant()
    (w.store / "HEAD").write_text("what is this\n")


@case(unread=True)
def head_empty(w: Workshop) -> None:
    w.plant()
    (w.store / "HEAD").write_text("")


@case()
def head_is_a_link(w: Workshop) -> None:
    w.plant()
    name = (w.store / "HEAD").read_text().strip().removeprefix("ref: ")
    (w.store / "HEAD").unlink()
    (w.store / "HEAD").symlink_to(name)


@case(unread=True)
def ref_of_garbage(w: Workshop) -> None:
    w.plant()
    w.point("refs/heads/broken", "this is no id")


@case(unread=True)
def ref_empty(w: Workshop) -> None:
    w.plant()
    (w.store / "refs/heads/empty").write_text("")


@case(unread=True)
def ref_to_a_missing_object(w: Workshop) -> None:
    w.plant()
    w.point("refs/heads/gone", "1" * (64 if w.sha256 else 40))


@case(unread=None)
def symbolic_ref_to_nothing(w: Workshop) -> None:
    w.plant()
    w.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/nowhere")


@case(unread=None)
def symbolic_refs_in_a_circle(w: Workshop) -> None:
    w.plant()
    w.point("refs/heads/one", "ref: refs/heads/two")
    w.point("refs/heads/two", "ref: refs/heads/one")


@case(unread=None)
def symbolic_ref_out_of_refs(w: Workshop) -> None:
    w.plant()
    w.point("refs/heads/out", "ref: ../../../../etc/passwd")


@case()
def refs_with_odd_names(w: Workshop) -> None:
    oid = w.plant()
    for name in ODD:
        w.point(f"refs/heads/odd/{name}", oid)


@case()
def ref_whose_name_is_no_text(w: Workshop) -> None:
    oid = w.plant()
    (w.store / "refs/heads/bad\udcff").write_text(oid)


@case()
def ref_locked(w: Workshop) -> None:
    w.plant()
    (w.store / "refs/heads/main.lock").touch()
    (w.store / "HEAD.lock").touch()


@case()
def ref_folder_where_a_ref_was(w: Workshop) -> None:
    oid = w.plant()
    (w.store / "packed-refs").write_text(f"# pack-refs with: sorted\n{oid} refs/heads/dir\n")
    w.point("refs/heads/dir/file", oid)


@case()
def refs_hidden_from_transfer(w: Workshop) -> None:
    w.point("refs/hidden/x", w.plant())
    w.git("config", "transfer.hideRefs", "refs/")


@case()
def refs_of_pull_requests(w: Workshop) -> None:
    oid = w.plant()
    w.git("reset", "-q", "--hard", "HEAD~1")
    w.git("update-ref", "refs/pull/1/head", oid)
    w.git("reflog", "expire", "--expire=all", "--all")


@case()
def refs_outside_refs(w: Workshop) -> None:
    oid = w.plant()
    w.git("reset", "-q", "--hard", "HEAD~1")
    for name in ("FETCH_HEAD", "ORIG_HEAD", "CHERRY_PICK_HEAD"):
        (w.store / name).write_text(oid + "\n")


@case()
def only_in_the_reflog(w: Workshop) -> None:
    w.plant()
    w.git("reset", "-q", "--hard", "HEAD~1")


@case()
def reflog_of_garbage(w: Workshop) -> None:
    w.plant()
    (w.store / "logs").mkdir(exist_ok=True)
    (w.store / "logs/HEAD").write_bytes(b"garbage\n\xff\xfe\n" + b"0" * 200 + b"\n")


@case()
def branch_deleted(w: Workshop) -> None:
    w.git("checkout", "-q", "-b", "side")
    w.plant()
    w.git("checkout", "-q", "-")
    w.git("branch", "-D", "side")


@case()
def blob_that_nothing_leads_to(w: Workshop) -> None:
    w.blob(w.secret())


@case()
def tree_that_nothing_leads_to(w: Workshop) -> None:
    w.tree(("100644", b"a.py", w.blob(w.secret())))


@case()
def commit_that_nothing_leads_to(w: Workshop) -> None:
    w.commit_of(w.git("rev-parse", "HEAD^{tree}"), message=w.secret())


@case()
def stash(w: Workshop) -> None:
    line = w.secret()
    w.write({"readme": line})
    w.git("stash", "-q")
    w.kept(line)  # with a work tree elsewhere git looks away


@case()
def stash_with_index_and_untracked(w: Workshop) -> None:
    w.stage({"readme": w.secret()})
    line = w.secret()
    w.write({"readme": "changed again\n", "untracked.py": line})
    w.git("stash", "-q", "--include-untracked")
    w.kept(line)


@case()
def stash_dropped(w: Workshop) -> None:
    stash(w)
    w.git("stash", "drop", "-q")


@case()
def stash_below_another(w: Workshop) -> None:
    stash(w)
    stash(w)


@case()
def tag_of_tag_of_tag(w: Workshop) -> None:
    w.plant()
    w.git("tag", "-a", "one", "-m", w.secret())
    w.git("tag", "-a", "two", "-m", w.secret(), "one")
    w.git("tag", "-a", "three", "-m", w.secret(), "two")
    w.git("tag", "-d", "one")


@case()
def tag_to_a_blob(w: Workshop) -> None:
    w.git("tag", "blob", w.blob(w.secret()))
    w.git("tag", "-a", "blob2", "-m", "x", w.blob(w.secret()))


@case()
def tag_to_a_tree(w: Workshop) -> None:
    w.git("tag", "tree", w.tree(("100644", b"a.py", w.blob(w.secret()))))


@case()
def tag_without_tagger(w: Workshop) -> None:
    oid = w.git("rev-parse", "HEAD")
    w.point("refs/tags/old", w.raw("tag", f"object {oid}\ntype commit\ntag old\n\n{w.secret()}"))


@case()
def tag_of_garbage(w: Workshop) -> None:
    w.point("refs/tags/odd", w.raw("tag", f"this is no tag\n{w.secret()}"))


@case()
def tag_to_the_wrong_type(w: Workshop) -> None:
    oid = w.git("rev-parse", "HEAD")
    w.point(
        "refs/tags/wrong", w.raw("tag", f"object {oid}\ntype blob\ntag wrong\ntagger {PERSON} {DATE}\n\n{w.secret()}")
    )


@case(unread=True)
def tag_to_a_missing_object(w: Workshop) -> None:
    zeros = "2" * (64 if w.sha256 else 40)
    text = f"object {zeros}\ntype commit\ntag lost\ntagger {PERSON} {DATE}\n\n{w.secret()}"
    w.point("refs/tags/lost", w.raw("tag", text))


@case()
def tag_signed(w: Workshop) -> None:
    oid = w.git("rev-parse", "HEAD")
    signature = "-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----\n"
    text = f"object {oid}\ntype commit\ntag signed\ntagger {PERSON} {DATE}\n\n{w.secret()}{signature}"
    w.point("refs/tags/signed", w.raw("tag", text))


@case()
def tagger_is_a_secret(w: Workshop) -> None:
    oid = w.git("rev-parse", "HEAD")
    name = w.secret().strip()
    w.point("refs/tags/t", w.raw("tag", f"object {oid}\ntype commit\ntag t\ntagger {name} <a@b> {DATE}\n\nm\n"))


@case()
def notes(w: Workshop) -> None:
    w.git("notes", "add", "-m", w.secret(), "HEAD")
    w.git("notes", "--ref=other", "add", "-m", w.secret(), "HEAD")


@case()
def notes_taken_back(w: Workshop) -> None:
    notes(w)
    w.git("notes", "remove", "HEAD")


@case()
def replaced_blob(w: Workshop) -> None:
    w.plant()
    w.git("replace", w.git("rev-parse", "HEAD:a.py"), w.blob("harmless\n"))


@case()
def replaced_commit(w: Workshop) -> None:
    oid = w.plant()
    w.git("replace", oid, w.git("rev-parse", "HEAD~1"))


@case()
def replaced_tree(w: Workshop) -> None:
    w.plant()
    w.git("replace", w.git("rev-parse", "HEAD^{tree}"), w.git("rev-parse", "HEAD~1^{tree}"))


@case()
def replaced_by_something_missing(w: Workshop) -> None:
    oid = w.plant()
    w.point(f"refs/replace/{oid}", w.blob("x"))


@case()
def grafted_away(w: Workshop) -> None:
    w.plant()
    last = w.commit({"a.py": "gone\n"})
    (w.store / "info").mkdir(exist_ok=True)
    (w.store / "info/grafts").write_text(f"{last}\n")


@case()
def refs_of_a_work_tree(w: Workshop) -> None:
    oid = w.plant()
    w.git("reset", "-q", "--hard", "HEAD~1")
    for name in ("refs/worktree/x", "refs/bisect/bad", "refs/rewritten/y"):
        w.git("update-ref", name, oid)


@case()
def in_a_namespace(w: Workshop) -> None:
    w.git("update-ref", "refs/namespaces/x/refs/heads/main", w.plant())


@case()
def refs_folder_behind_a_link(w: Workshop) -> None:
    w.plant()
    shutil.move(w.store / "refs/heads", w.root / "heads")
    (w.store / "refs/heads").symlink_to(w.root / "heads")


@case()
def name_of_a_branch(w: Workshop) -> None:
    w.point(f"refs/heads/{w.secret().strip().replace(' ', '').replace('/', '-')}", w.git("rev-parse", "HEAD"))
    w.values.pop()  # slashes and spaces can't stand in a name: only no crash is asked for


@case()
def rebase_in_progress(w: Workshop) -> None:
    w.plant("c.py")
    w.git("checkout", "-q", "-b", "topic", "HEAD~1")
    w.plant("c.py")
    try:
        w.git("rebase", "main")
    except Exception:
        (w.store / "rebase-merge").mkdir(exist_ok=True)
