"""The environment that a hostile parent, or a git that calls a hook, hands down."""

from __future__ import annotations

from workshop import Workshop

from bent.table import case


def planted(w: Workshop, **environ: str) -> None:
    """A secret, to be found under these variables."""
    w.plant()
    w.environ.update(environ)


@case()
def variables_that_run_programs(w: Workshop) -> None:
    program = f"touch {w.root}/executed"
    names = "PAGER EXTERNAL_DIFF EDITOR SSH_COMMAND SSH ASKPASS PROXY_COMMAND SEQUENCE_EDITOR ALTERNATE_REFS".split()
    planted(w, **{f"GIT_{name}": program for name in names}, PAGER=program, EDITOR=program, SSH_ASKPASS=program)


@case()
def variables_that_configure(w: Workshop) -> None:
    planted(
        w,
        GIT_CONFIG_COUNT="2",
        GIT_CONFIG_KEY_0="core.fsmonitor",
        GIT_CONFIG_VALUE_0=f"touch {w.root}/executed",
        GIT_CONFIG_KEY_1="core.useReplaceRefs",
        GIT_CONFIG_VALUE_1="true",
    )


@case()
def variables_that_configure_the_old_way(w: Workshop) -> None:
    planted(w, GIT_CONFIG_PARAMETERS=f"'core.fsmonitor=touch {w.root}/executed' 'core.bare=true'")


@case()
def variables_that_trace(w: Workshop) -> None:
    target = str(w.root / "executed")
    planted(w, GIT_TRACE=target, GIT_TRACE_PACKET="1", GIT_TRACE2=target, GIT_TRACE2_EVENT=target, GIT_TRACE_SETUP="2")


@case()
def variables_that_change_paths(w: Workshop) -> None:
    planted(w, GIT_GLOB_PATHSPECS="1", GIT_ICASE_PATHSPECS="1", GIT_PREFIX="x/", GIT_REPLACE_REF_BASE="refs/heads/")


@case()
def variables_that_name_other_programs(w: Workshop) -> None:
    planted(w, GIT_EXEC_PATH=str(w.root), GIT_TEMPLATE_DIR=str(w.root))


@case()
def variables_that_graft(w: Workshop) -> None:
    w.plant()
    last = w.commit({"a.py": "gone\n"})
    (w.root / "grafts").write_text(last + "\n")
    w.environ.update(GIT_GRAFT_FILE=str(w.root / "grafts"))


@case()
def variable_for_attributes(w: Workshop) -> None:
    planted(w, GIT_ATTR_SOURCE="HEAD", GIT_ATTR_NOSYSTEM="1", GIT_DIFF_OPTS="-u0")


@case()
def variables_of_hashes_and_namespaces(w: Workshop) -> None:
    planted(w, GIT_DEFAULT_HASH="sha256", GIT_NAMESPACE="x", GIT_DEFAULT_REF_FORMAT="reftable")


@case()
def objects_elsewhere(w: Workshop) -> None:
    other = w.neighbour()
    other.plant()
    w.environ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = str(other.store / "objects")


@case()
def objects_in_quarantine(w: Workshop) -> None:
    w.plant()
    other = w.neighbour()
    other.plant()
    w.environ["GIT_OBJECT_DIRECTORY"] = str(other.store / "objects")
    w.environ["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = str(w.store / "objects")
    w.environ["GIT_QUARANTINE_PATH"] = str(other.store / "objects")


@case("staged")
def index_elsewhere(w: Workshop) -> None:
    w.stage({"a.py": w.secret()})
    (w.store / "index").rename(w.root / "index")
    w.environ["GIT_INDEX_FILE"] = str(w.root / "index")


@case()
def folder_elsewhere(w: Workshop) -> None:
    other = w.neighbour()
    other.plant()
    w.environ.update(GIT_DIR=str(other.store), GIT_WORK_TREE=str(other.path))


@case()
def locale_of_c(w: Workshop) -> None:
    planted(w, LC_ALL="C", LANG="C", PYTHONUTF8="0", TERM="dumb")


@case()
def no_home(w: Workshop) -> None:
    planted(w, HOME="/nowhere/at/all", XDG_CONFIG_HOME="/nowhere", XDG_CACHE_HOME="/dev/null/x")


@case(unread=True)
def bare_repositories_are_refused(w: Workshop) -> None:
    config = w.root / "gitconfig"
    config.write_text("[safe]\n\tbareRepository = explicit\n")
    w.git("clone", "-q", "--bare", str(w.path), str(w.root / "bare.git"))
    w.path, w.store = w.root / "bare.git", w.root / "bare.git"
    w.environ["GIT_CONFIG_GLOBAL"] = str(config)
    if w.git("version") < "git version 2.38":
        w.git("refuse")


@case()
def ceiling_above(w: Workshop) -> None:
    planted(w, GIT_CEILING_DIRECTORIES=str(w.root), GIT_DISCOVERY_ACROSS_FILESYSTEM="0")
