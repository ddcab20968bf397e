"""Commits: what stands in their headers and messages, and the shapes that histories take."""

from __future__ import annotations

from workshop import DATE, PERSON, Workshop

from bent.table import case


def made(w: Workshop, headers: str | bytes = b"", message: str | bytes = b"m\n") -> None:
    """A branch whose one commit, on the current tree, is made by hand."""
    oid = w.commit_of(w.git("rev-parse", "HEAD^{tree}"), headers=headers, message=message)
    w.point(f"refs/heads/made-{oid[:8]}", oid)


def raw(w: Workshop, text: str | bytes) -> None:
    """A branch whose one commit is these very bytes; TREE stands for the current tree's id."""
    tree = w.git("rev-parse", "HEAD^{tree}").encode()
    body = (text.encode() if isinstance(text, str) else text).replace(b"TREE", tree)
    oid = w.raw("commit", body)
    w.point(f"refs/heads/raw-{oid[:8]}", oid)


@case()
def message(w: Workshop) -> None:
    w.commit(message="Deploy\n\n" + w.secret())


@case()
def message_behind_a_nul(w: Workshop) -> None:
    made(w, message=b"m\0" + w.secret().encode())


@case()
def message_of_a_megabyte(w: Workshop) -> None:
    made(w, message="word " * 200_000 + "\n" + w.secret())


@case()
def message_with_carriage_returns(w: Workshop) -> None:
    made(w, message=("a\nb\n" + w.secret()).replace("\n", "\r\n"))


@case()
def no_message(w: Workshop) -> None:
    made(w, message=b"")
    w.plant()


@case()
def author_is_a_secret(w: Workshop) -> None:
    name = w.secret().strip()
    raw(w, f"tree TREE\nauthor {name} <a@b> {DATE}\ncommitter {PERSON} {DATE}\n\nm\n")


@case()
def committer_is_a_secret(w: Workshop) -> None:
    name = w.secret().strip()
    raw(w, f"tree TREE\nauthor {PERSON} {DATE}\ncommitter {name} <a@b> {DATE}\n\nm\n")


@case()
def email_is_a_secret(w: Workshop) -> None:
    mail = w.secret().strip()
    raw(w, f"tree TREE\nauthor A <{mail}> {DATE}\ncommitter {PERSON} {DATE}\n\nm\n")


@case()
def no_author(w: Workshop) -> None:
    raw(w, f"tree TREE\ncommitter {PERSON} {DATE}\n\n{w.secret()}")


@case()
def several_authors(w: Workshop) -> None:
    line = f"author {PERSON} {DATE}\n"
    raw(w, f"tree TREE\n{line}{line}committer {PERSON} {DATE}\n\n{w.secret()}")


@case()
def author_cut_short(w: Workshop) -> None:
    raw(w, f"tree TREE\nauthor\ncommitter {PERSON}\n\n{w.secret()}")


@case()
def author_of_odd_bytes(w: Workshop) -> None:
    name = b"\xff\xfe \x1b[31m \xe2\x80\xae <<>>"
    text = b"tree TREE\nauthor " + name + b" <\x07> 1 +0000\ncommitter x <> 1 +0000\n\n" + w.secret().encode()
    raw(w, text)


@case()
def date_before_the_epoch(w: Workshop) -> None:
    raw(w, f"tree TREE\nauthor A <a> -99999 +0000\ncommitter A <a> -1 +0000\n\n{w.secret()}")


@case()
def date_beyond_all_clocks(w: Workshop) -> None:
    far = "99999999999999999999999"
    raw(w, f"tree TREE\nauthor A <a> {far} +9999\ncommitter A <a> {far} -9999\n\n{w.secret()}")


@case()
def date_that_fits_64_bits_and_no_calendar(w: Workshop) -> None:
    raw(w, f"tree TREE\nauthor A <a> 999999999999999999 +0000\ncommitter A <a> 1 +0000\n\n{w.secret()}")


@case()
def encoding_latin_1(w: Workshop) -> None:
    text = f"encoding ISO-8859-1\n\nGr\xfc\xdfe\n{w.secret()}".encode("latin-1")
    raw(w, f"tree TREE\nauthor J\xfcrg <j> {DATE}\ncommitter J <j> {DATE}\n".encode("latin-1") + text)


@case()
def encoding_utf_16(w: Workshop) -> None:
    made(w, headers="encoding UTF-16\n", message=w.secret())


@case()
def encoding_that_nobody_knows(w: Workshop) -> None:
    made(w, headers="encoding rot13\n", message=w.secret())


@case()
def encoding_that_python_runs_code_for(w: Workshop) -> None:
    made(w, headers="encoding idna\n", message=w.secret())
    made(w, headers="encoding unicode_escape\n", message=w.secret())
    made(w, headers="encoding zlib_codec\n", message=w.secret())
    made(w, headers="encoding ../../etc/passwd\n", message=w.secret())


@case()
def encoding_iso_2022_jp(w: Workshop) -> None:
    made(w, headers="encoding ISO-2022-JP\n", message="こんにちは\n".encode("iso-2022-jp") + w.secret().encode())


@case()
def signature(w: Workshop) -> None:
    made(w, headers=f"gpgsig -----BEGIN PGP SIGNATURE-----\n {w.secret()} -----END PGP SIGNATURE-----\n")


@case()
def merged_tag_in_the_header(w: Workshop) -> None:
    oid = w.git("rev-parse", "HEAD")
    made(w, headers=f"mergetag object {oid}\n type commit\n tag x\n tagger A <a> 1 +0000\n \n {w.secret()}")


@case()
def header_that_nobody_knows(w: Workshop) -> None:
    made(w, headers=f"x-deploy {w.secret()}")


@case()
def header_of_nothing_but_garbage(w: Workshop) -> None:
    raw(w, f"garbage\n\n{w.secret()}")


@case()
def header_without_end(w: Workshop) -> None:
    raw(w, f"tree TREE\nauthor A <a> 1 +0000\ncommitter {w.secret()}".encode().rstrip())


@case()
def empty_commit_object(w: Workshop) -> None:
    w.plant()
    w.raw("commit", b"")


@case(unread=True)
def tree_of_a_commit_is_missing(w: Workshop) -> None:
    w.plant()
    w.plant_raw("3" * (64 if w.sha256 else 40))


@case(unread=True)
def parent_of_a_commit_is_missing(w: Workshop) -> None:
    w.plant()
    oid = w.commit_of(w.git("rev-parse", "HEAD^{tree}"), "4" * (64 if w.sha256 else 40))
    w.point("refs/heads/cut", oid)


@case()
def tree_of_a_commit_is_a_blob(w: Workshop) -> None:
    w.plant_raw(w.blob(w.secret()))


@case()
def parent_of_a_commit_is_a_blob(w: Workshop) -> None:
    oid = w.commit_of(w.git("rev-parse", "HEAD^{tree}"), w.blob("x"), message=w.secret())
    w.point("refs/heads/oddparent", oid)


@case()
def parent_twice(w: Workshop) -> None:
    head = w.plant()
    w.point("refs/heads/twice", w.commit_of(w.git("rev-parse", "HEAD^{tree}"), head, head, message=w.secret()))


@case()
def octopus(w: Workshop) -> None:
    base = w.git("rev-parse", "HEAD")
    tips = []
    for number in range(5):
        tree = w.tree(("100644", f"o{number}.py".encode(), w.blob(w.secret())))
        tips.append(w.commit_of(tree, base))
    evil = w.tree(("100644", b"merged.py", w.blob(w.secret())))
    w.point("refs/heads/octopus", w.commit_of(evil, *tips))


@case()
def a_hundred_parents(w: Workshop) -> None:
    tree = w.git("rev-parse", "HEAD^{tree}")
    tips = [w.commit_of(tree, message=f"{n}") for n in range(100)]
    evil = w.tree(("100644", b"hundred.py", w.blob(w.secret())))
    w.point("refs/heads/hundred", w.commit_of(evil, *tips))


@case()
def criss_cross(w: Workshop) -> None:
    def tree(name: str) -> str:
        return w.tree(("100644", name.encode(), w.blob(w.secret())))

    base = w.git("rev-parse", "HEAD")
    left, right = w.commit_of(tree("l"), base), w.commit_of(tree("r"), base)
    one, two = w.commit_of(tree("1"), left, right), w.commit_of(tree("2"), right, left)
    w.point("refs/heads/cross", w.commit_of(tree("x"), one, two))


@case()
def evil_merge(w: Workshop) -> None:
    base = w.git("rev-parse", "HEAD")
    tree = w.git("rev-parse", "HEAD^{tree}")
    left, right = w.commit_of(tree, base, message="l"), w.commit_of(tree, base, message="r")
    evil = w.tree(("100644", b"evil.py", w.blob(w.secret())))
    w.point("refs/heads/evil", w.commit_of(evil, left, right))
    w.point("refs/heads/evil-undone", w.commit_of(tree, w.git("rev-parse", "refs/heads/evil")))


@case()
def added_and_removed(w: Workshop) -> None:
    w.plant()
    w.git("rm", "-q", "a.py")
    w.commit()


@case()
def renamed_many_times(w: Workshop) -> None:
    w.plant("n0.py")
    for number in range(4):
        w.git("mv", f"n{number}.py", f"n{number + 1}.py")
        w.commit()


@case()
def two_roots(w: Workshop) -> None:
    other = w.commit_of(w.tree(("100644", b"a.py", w.blob(w.secret()))))
    w.point("refs/heads/roots", w.commit_of(w.git("rev-parse", "HEAD^{tree}"), w.git("rev-parse", "HEAD"), other))


@case()
def parents_that_are_no_ids(w: Workshop) -> None:
    made(w, headers=f"parent abc\nparent {'a' * 63}\nparent\n", message=w.secret())


@case(unread=None)
def parent_with_an_id_of_another_hash(w: Workshop) -> None:
    w.plant()
    tree = w.git("rev-parse", "HEAD^{tree}")
    w.point("refs/heads/other-hash", w.commit_of(tree, "7" * (40 if w.sha256 else 64)))
