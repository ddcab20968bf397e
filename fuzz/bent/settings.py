"""Configuration, attributes and hooks of a hostile repository: nothing of it may run, hide or be followed."""

from __future__ import annotations

from workshop import Workshop

from bent.table import case

PROGRAMS = (
    "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy",
    "core.alternateRefsCommand", "core.attributesFile", "diff.external", "diff.x.textconv", "diff.x.command",
    "filter.x.clean", "filter.x.smudge", "filter.x.process", "merge.x.driver", "credential.helper", "gpg.program",
    "gpg.ssh.program", "interactive.diffFilter", "sequence.editor", "uploadpack.packObjectsHook", "pager.cat-file",
    "pager.rev-list", "pager.config", "alias.cat-file", "alias.rev-parse", "alias.rev-list", "trailer.x.command",
    "receive.procReceiveRefs", "fsmonitor.socketDir", "man.x.cmd", "browser.x.cmd", "init.templateDir",
)  # fmt: skip
HIDING = {
    "core.ignoreCase": "true",
    "core.quotePath": "false",
    "core.autocrlf": "true",
    "core.abbrev": "4",
    "core.precomposeUnicode": "true",
    "core.protectNTFS": "true",
    "core.symlinks": "false",
    "core.sparseCheckout": "true",
    "core.excludesFile": "/dev/stdin",
    "core.warnAmbiguousRefs": "true",
    "color.ui": "always",
    "color.diff": "always",
    "diff.noPrefix": "true",
    "diff.orderFile": "/nowhere",
    "diff.ignoreSubmodules": "all",
    "diff.renames": "copies",
    "diff.wsErrorHighlight": "all",
    "diff.algorithm": "nonsense",
    "diff.context": "-1",
    "log.showSignature": "true",
    "log.excludeDecoration": "*",
    "status.showUntrackedFiles": "no",
    "i18n.logOutputEncoding": "UTF-16",
    "i18n.commitEncoding": "UTF-16",
    "core.deltaBaseCacheLimit": "0",
    "core.packedGitLimit": "1",
    "core.bigFileThreshold": "1",
    "core.notesRef": "refs/notes/x",
    "core.useReplaceRefs": "true",
    "core.commentChar": "k",
    "feature.manyFiles": "true",
    "feature.experimental": "true",
    "index.threads": "99",
    "pack.threads": "99",
    "rev-list.excludeHidden": "x",
    "extensions.preciousObjects": "true",
    "lsrefs.unborn": "ignore",
}


@case()
def settings_that_run_programs(w: Workshop) -> None:
    w.stage({".gitattributes": "* filter=x diff=x merge=x\n"})
    w.plant()
    for name in PROGRAMS:
        w.git("config", name, f"!touch {w.root}/executed" if "alias" in name else f"touch {w.root}/executed;")


@case("files")
def settings_that_run_programs_on_files(w: Workshop) -> None:
    settings_that_run_programs(w)


@case("staged")
def settings_that_run_programs_on_what_is_staged(w: Workshop) -> None:
    w.stage({".gitattributes": "* filter=x diff=x merge=x\n", "a.py": w.secret()})
    for name in PROGRAMS:
        w.git("config", name, f"touch {w.root}/executed;")


@case()
def settings_that_hide(w: Workshop) -> None:
    w.plant()
    for name, value in HIDING.items():
        w.git("config", name, value)


@case("staged")
def settings_that_hide_what_is_staged(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})
    settings(w)


@case("files")
def settings_that_hide_files(w: Workshop) -> None:
    w.write({"untracked.py": w.secret()})
    w.plant()
    settings(w)


def settings(w: Workshop) -> None:
    for name, value in HIDING.items():
        w.git("config", name, value)


@case()
def hooks_of_the_repository(w: Workshop) -> None:
    w.plant()
    for name in ("post-index-change", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc", "post-checkout"):
        path = w.store / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\ntouch {w.root}/executed\n")
        path.chmod(0o755)


@case()
def configuration_that_includes(w: Workshop) -> None:
    w.plant()
    (w.root / "included").write_text(f"[core]\n\tfsmonitor = touch {w.root}/executed\n")
    w.git("config", "include.path", str(w.root / "included"))
    w.git("config", "includeIf.gitdir:/.path", str(w.root / "included"))
    w.git("config", "includeIf.onbranch:**.path", str(w.root / "nowhere"))


@case(unread=True)
def configuration_that_includes_itself(w: Workshop) -> None:
    w.plant()
    w.git("config", "include.path", "config")


@case(unread=True)
def configuration_of_garbage(w: Workshop) -> None:
    w.plant()
    (w.store / "config").write_bytes(b"[core\n\xff\0 = =\n")


@case()
def configuration_with_byte_order_mark(w: Workshop) -> None:
    w.plant()
    data = (w.store / "config").read_bytes()
    (w.store / "config").write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))


@case()
def configuration_of_a_megabyte(w: Workshop) -> None:
    w.plant()
    with (w.store / "config").open("a") as file:
        file.write("".join(f'[branch "b{n}"]\n\tremote = origin\n' for n in range(20_000)))


@case()
def attributes_that_recode(w: Workshop) -> None:
    w.commit({".gitattributes": "*.py working-tree-encoding=UTF-16 text eol=crlf ident\n"})
    w.point("refs/heads/recoded", w.commit_of(w.tree(("100644", b"a.py", w.blob(w.secret())))))


@case()
def attributes_without_end(w: Workshop) -> None:
    w.plant()
    (w.store / "info").mkdir(exist_ok=True)
    (w.store / "info/attributes").write_text("[attr]a b\n[attr]b a\n* a\n" + "x" * 5000 + " -diff\n")


@case("files")
def ignored_but_tracked(w: Workshop) -> None:
    w.plant()
    w.write({".gitignore": "*\n"})
    (w.store / "info").mkdir(exist_ok=True)
    (w.store / "info/exclude").write_text("*\n")


@case("files")
def files_behind_assume_unchanged(w: Workshop) -> None:
    w.commit({"a.py": "x\n"})
    w.git("update-index", "--assume-unchanged", "a.py")
    w.write({"a.py": w.secret()})


@case("files")
def file_of_skip_worktree_that_is_there(w: Workshop) -> None:
    w.commit({"a.py": "x\n"})
    w.git("update-index", "--skip-worktree", "a.py")
    w.write({"a.py": w.secret()})


@case("files")
def file_behind_a_folder_that_became_a_link(w: Workshop) -> None:
    w.plant()
    w.commit({"dir/x": "x\n"})
    (w.path / "dir/x").unlink()
    (w.path / "dir").rmdir()
    (w.root / "outside").mkdir()
    (w.root / "outside/x").write_text("OUTSIDE")
    (w.path / "dir").symlink_to(w.root / "outside")


@case("files")
def files_that_only_an_index_of_another_knows(w: Workshop) -> None:
    w.write({"a.py": w.secret()})
    w.git("add", "a.py")
    w.git("rm", "-q", "--cached", "a.py")


@case()
def repository_shared(w: Workshop) -> None:
    w.git("config", "core.sharedRepository", "0777")
    w.plant()
