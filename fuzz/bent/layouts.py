"""Layouts: bare, linked, separate, shallow, partial, SHA-256, reftable, and repositories of a format nobody knows."""

from __future__ import annotations

import os
import shutil

from workshop import Workshop

from bent.stores import borrow
from bent.table import case


@case(first=True)
def sha256(w: Workshop) -> None:
    w.init("--object-format=sha256")
    w.plant()


@case(first=True)
def sha256_packed(w: Workshop) -> None:
    sha256(w)
    w.pack()


@case(first=True)
def sha256_borrowing(w: Workshop) -> None:
    sha256(w)
    other = w.neighbour()
    other.plant()
    borrow(w, str(other.store / "objects"))


@case(first=True)
def reftable(w: Workshop) -> None:
    w.init("--ref-format=reftable")
    w.plant()
    w.git("tag", "-a", "t", "-m", w.secret())


@case(first=True, unread=True)
def reftable_corrupt(w: Workshop) -> None:
    reftable(w)
    for path in (w.store / "reftable").glob("*.ref"):
        path.write_bytes(path.read_bytes()[:30])


@case(first=True)
def bare(w: Workshop) -> None:
    w.init("--bare")
    w.point("refs/heads/main", w.commit_of(w.tree(("100644", b"a.py", w.blob(w.secret()))), message=w.secret()))


@case(first=True)
def bare_without_any_ref(w: Workshop) -> None:
    w.init("--bare")
    w.blob(w.secret())


@case(first=True)
def no_commits(w: Workshop) -> None:
    w.init(commit=False)
    w.blob(w.secret())


@case(first=True)
def separate_git_folder(w: Workshop) -> None:
    w.store = w.root / "elsewhere"
    w.init(f"--separate-git-dir={w.root / 'elsewhere'}")
    w.plant()


@case(first=True)
def git_file_that_leads_through_a_link(w: Workshop) -> None:
    separate_git_folder(w)
    (w.root / "link").symlink_to(w.root / "elsewhere")
    (w.path / ".git").write_text("gitdir: ../link\n")


@case(unread=True)
def git_file_that_leads_nowhere(w: Workshop) -> None:
    shutil.rmtree(w.store)
    (w.path / ".git").write_text("gitdir: /nowhere/at/all\n")


@case(unread=True)
def git_file_of_garbage(w: Workshop) -> None:
    shutil.rmtree(w.store)
    (w.path / ".git").write_bytes(b"\xff\0garbage")


@case()
def git_folder_behind_a_link(w: Workshop) -> None:
    w.plant()
    w.store.rename(w.root / "moved")
    w.store.symlink_to(w.root / "moved")


@case(unread=True)
def no_head(w: Workshop) -> None:
    w.plant()
    (w.store / "HEAD").unlink()


@case(unread=True)
def no_objects_folder(w: Workshop) -> None:
    w.plant()
    shutil.rmtree(w.store / "objects")


@case()
def work_tree_elsewhere(w: Workshop) -> None:
    w.plant()
    (w.root / "tree").mkdir()
    w.git("config", "core.worktree", str(w.root / "tree"))


@case()
def work_tree_that_is_not_there(w: Workshop) -> None:
    w.plant()
    w.git("config", "core.worktree", str(w.root / "nowhere"))


@case()
def bare_says_the_configuration(w: Workshop) -> None:
    w.plant()
    w.git("config", "core.bare", "true")


@case()
def linked_work_tree(w: Workshop) -> None:
    w.git("worktree", "add", "-q", "--detach", str(w.root / "linked"))
    linked = w.root / "linked"
    (linked / "a.py").write_text(w.secret())
    w.git("add", "a.py", cwd=linked)
    w.git("commit", "-q", "-m", "x", cwd=linked)


@case()
def from_a_linked_work_tree(w: Workshop) -> None:
    w.plant()
    w.git("worktree", "add", "-q", "--detach", str(w.root / "linked"))
    w.store, w.path = w.store, w.root / "linked"


@case()
def linked_work_tree_that_is_gone(w: Workshop) -> None:
    linked_work_tree(w)
    shutil.rmtree(w.root / "linked")


@case()
def linked_work_tree_of_garbage(w: Workshop) -> None:
    w.plant()
    (w.store / "worktrees/x").mkdir(parents=True)
    (w.store / "worktrees/x/HEAD").write_bytes(b"\xff\xfe garbage")
    (w.store / "worktrees/y").mkdir()


@case(first=True, unread=True)
def shallow(w: Workshop) -> None:
    origin = w.neighbour("origin")
    origin.plant()
    origin.commit({"a.py": "gone\n"})
    w.call("git", "clone", "-q", "--depth=1", origin.path.as_uri(), str(w.path), cwd=w.root)
    w.born = True


@case(unread=True)
def shallow_by_hand(w: Workshop) -> None:
    w.plant()
    (w.store / "shallow").write_text(w.commit({"a.py": "gone\n"}) + "\n")


@case(unread=True)
def shallow_of_garbage(w: Workshop) -> None:
    w.plant()
    (w.store / "shallow").write_bytes(b"\xff garbage\n")


@case(first=True, unread=True)
def partial(w: Workshop) -> None:
    origin = w.neighbour("origin")
    origin.plant()
    origin.git("config", "uploadpack.allowFilter", "true")
    url = origin.path.as_uri()
    w.call("git", "clone", "-q", "--filter=blob:none", "--no-checkout", url, str(w.path), cwd=w.root)
    w.born = True


@case(first=True, unread=True)
def partial_with_a_hostile_remote(w: Workshop) -> None:
    partial(w)
    for name, value in (("url", f"ext::sh -c touch% {w.root}/executed"), ("uploadpack", f"touch {w.root}/executed;")):
        w.git("config", f"remote.origin.{name}", value)
    w.git("config", "protocol.ext.allow", "always")
    w.git("config", "protocol.allow", "always")


@case(unread=True)
def promised_by_the_configuration(w: Workshop) -> None:
    w.plant()
    w.loose(w.git("rev-parse", "HEAD:readme")).unlink()
    w.git("config", "core.repositoryFormatVersion", "1")
    w.git("config", "extensions.partialClone", "origin")
    w.git("config", "remote.origin.promisor", "true")
    w.git("config", "remote.origin.url", f"ext::sh -c touch% {w.root}/executed")
    w.git("config", "protocol.ext.allow", "always")


@case(unread=True)
def format_of_the_future(w: Workshop) -> None:
    w.plant()
    w.git("config", "core.repositoryFormatVersion", "99")


@case(unread=True)
def extension_of_the_future(w: Workshop) -> None:
    w.plant()
    w.git("config", "core.repositoryFormatVersion", "1")
    w.git("config", "extensions.quantum", "true")


@case()
def configuration_of_a_work_tree(w: Workshop) -> None:
    w.plant()
    w.git("config", "extensions.worktreeConfig", "true")
    (w.store / "config.worktree").write_text(f"[core]\n\tfsmonitor = touch {w.root}/executed\n")


@case()
def below_the_top(w: Workshop) -> None:
    w.plant("sub/dir/a.py")
    w.path, w.store = w.path / "sub/dir", w.store


@case(unread=None)
def owned_by_another(w: Workshop) -> None:
    w.plant()
    for path in (w.store, w.path):
        os.chown(path, 65534, 65534)


@case()
def in_a_folder_with_an_odd_name(w: Workshop) -> None:
    w.plant()
    odd = w.root / "new\nline 'quoted' \udcff $(id)"
    w.path.rename(odd)
    w.path = odd


@case()
def repository_in_a_repository(w: Workshop) -> None:
    w.plant()
    inner = w.neighbour("repo/inner")
    inner.plant()
    del w.values[-1]
