"""Indexes: what is staged, in every version and with every bit that makes git look away."""

from __future__ import annotations

import hashlib

from workshop import GitRefusedError, Workshop

from bent.table import case


@case("staged")
def index_version_2(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})


@case("staged")
def index_version_3(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})
    w.git("update-index", "--index-version", "3")


@case("staged")
def index_version_4(w: Workshop) -> None:
    w.git("update-index", "--index-version", "4")
    w.stage({"deep/er/a.py": w.secret(), "deep/er/b.py": w.secret()})


@case("staged")
def index_split(w: Workshop) -> None:
    w.git("update-index", "--split-index")
    w.stage({"a.py": w.secret()})


@case("staged")
def index_sparse(w: Workshop) -> None:
    w.commit({"in/x": "x\n", "out/y": "y\n"})
    w.git("sparse-checkout", "init", "--cone")
    w.git("sparse-checkout", "set", "in")
    w.git("config", "index.sparse", "true")
    w.stage({"in/a.py": w.secret()})


@case("staged")
def index_with_untracked_cache(w: Workshop) -> None:
    w.git("config", "core.untrackedCache", "true")
    w.git("update-index", "--force-untracked-cache")
    w.stage({"a.py": w.secret()})


@case("staged")
def index_with_fsmonitor_bits(w: Workshop) -> None:
    w.git("update-index", "--fsmonitor")
    w.stage({"a.py": w.secret()})
    w.git("update-index", "--fsmonitor-valid", "a.py")
    w.git("config", "core.fsmonitor", f"touch {w.root}/executed")


@case("staged")
def index_skip_worktree(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})
    w.git("update-index", "--skip-worktree", "a.py")


@case("staged")
def index_assume_unchanged(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})
    w.git("update-index", "--assume-unchanged", "a.py")


@case("staged")
def index_over_a_harmless_file(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})
    w.write({"a.py": "harmless\n"})


@case("staged")
def index_of_a_file_that_is_gone(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})
    (w.path / "a.py").unlink()


@case("staged")
def index_renamed_and_changed(w: Workshop) -> None:
    w.commit({"long.py": "".join(f"line {n}\n" for n in range(60))})
    w.git("mv", "long.py", "new.py")
    w.stage({"new.py": "".join(f"line {n}\n" for n in range(60)) + w.secret()})


@case("staged")
def index_of_a_copy_with_a_secret(w: Workshop) -> None:
    text = "".join(f"line {n}\n" for n in range(60))
    w.commit({"one.py": text})
    w.stage({"two.py": text + w.secret()})
    w.git("config", "diff.renames", "copies")


@case("staged")
def index_mode_changed_too(w: Workshop) -> None:
    w.stage({"readme": w.secret()})
    w.git("update-index", "--chmod=+x", "readme")


@case("staged")
def index_from_a_file_to_a_link(w: Workshop) -> None:
    w.git("update-index", "--add", "--cacheinfo", f"120000,{w.blob(w.secret())},readme")


@case("staged")
def index_in_a_repository_without_commits(w: Workshop) -> None:
    w.git("update-ref", "-d", "HEAD")
    w.stage({"a.py": w.secret()})


@case("staged")
def index_of_an_attribute_that_hides(w: Workshop) -> None:
    w.stage({".gitattributes": "* -diff -text binary export-ignore filter=x diff=y\n", "a.py": w.secret()})


@case("staged")
def index_with_odd_names(w: Workshop) -> None:
    w.stage({"new\nline": w.secret(), ":(top)x": w.secret(), "-a": w.secret(), "b\udcff": w.secret()})


@case("staged")
def index_with_intent_to_add(w: Workshop) -> None:
    w.write({"later.py": "x\n"})
    w.git("add", "--intent-to-add", "later.py")
    w.stage({"a.py": w.secret()})


@case("staged")
def index_of_a_resolved_merge(w: Workshop) -> None:
    conflict(w)
    w.stage({"readme": w.secret()})


@case("staged", unread=True)
def index_in_conflict(w: Workshop) -> None:
    conflict(w)


def conflict(w: Workshop) -> None:
    """A merge that stopped at ``readme``."""
    w.git("checkout", "-q", "-b", "side")
    w.commit({"readme": "side\n"})
    w.git("checkout", "-q", "-")
    w.commit({"readme": "main\n"})
    try:
        w.git("merge", "-q", "side")
    except GitRefusedError:
        return
    raise GitRefusedError("there is no conflict")


@case("staged", unread=True)
def index_of_a_missing_blob(w: Workshop) -> None:
    w.stage({"a.py": "x = 1\n"})
    w.loose(w.git("rev-parse", ":a.py")).unlink()


@case("staged", unread=True)
def index_truncated(w: Workshop) -> None:
    w.stage({"a.py": "x\n"})
    data = (w.store / "index").read_bytes()
    (w.store / "index").write_bytes(data[: len(data) // 2])


@case("staged", unread=True)
def index_of_garbage(w: Workshop) -> None:
    (w.store / "index").write_bytes(b"DIRC garbage")


@case("staged", unread=True)
def index_with_an_extension_nobody_knows(w: Workshop) -> None:
    w.stage({"a.py": "x\n"})
    body = (w.store / "index").read_bytes()[:-20] + b"what\0\0\0\4abcd"
    (w.store / "index").write_bytes(body + hashlib.sha1(body).digest())


@case("staged")
def index_locked(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})
    (w.store / "index.lock").touch()


@case()
def index_only_and_swept(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})


@case()
def index_gone_and_swept(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})
    (w.store / "index").unlink()


@case()
def index_overwritten_and_swept(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})
    w.stage({"a.py": "harmless\n"})


@case(unread=True)
def index_of_garbage_and_swept(w: Workshop) -> None:
    w.plant()
    (w.store / "index").write_bytes(b"DIRC garbage")


@case()
def index_in_conflict_and_swept(w: Workshop) -> None:
    w.plant("c.py")
    conflict(w)
