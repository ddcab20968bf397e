"""``secretguard ci``: which commits a run is about, in every system, and what is said where that can't be known."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.ci import SYSTEMS, range_of
from secretguard.ends import ends_of
from secretguard.git import Repository
from secretguard.model import UserError

OLD, NEW, TIP = "a" * 40, "b" * 40, "c" * 40
ZERO = "0" * 40
REPOSITORY = {"default_branch": "main"}
GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_SHA": TIP}
GITLAB = {"GITLAB_CI": "true", "CI_COMMIT_SHA": NEW, "CI_DEFAULT_BRANCH": "main"}
BITBUCKET = {"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_COMMIT": NEW}
AZURE = {"TF_BUILD": "True", "BUILD_SOURCEVERSION": NEW}
CIRCLE = {"CIRCLECI": "true", "CIRCLE_SHA1": NEW}
JENKINS = {"JENKINS_URL": "https://ci.example.org/", "GIT_COMMIT": NEW}
BUILDKITE = {"BUILDKITE": "true", "BUILDKITE_COMMIT": NEW, "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main"}
DRONE = {"DRONE": "true", "DRONE_COMMIT_SHA": NEW, "DRONE_REPO_BRANCH": "main"}
PULL = {"base": {"sha": OLD, "ref": "main"}, "head": {"sha": NEW}}


def github(name: str, **event: object) -> tuple[dict[str, str], dict[str, object]]:
    return {**GITHUB, "GITHUB_EVENT_NAME": name}, {"repository": REPOSITORY, **event}


def pushed(before: str, after: str = NEW, ref: str = "refs/heads/work", **more: object):
    return github("push", before=before, after=after, ref=ref, **more)


def system(variables: dict[str, str], **more: str) -> tuple[dict[str, str], None]:
    return {**variables, **more}, None


# (environment and event) -> (base, head, onto, branch, pull)
CHANGES = {
    "github push": (pushed(OLD), (OLD, NEW, "main", "work", False)),
    "github first push": (pushed(ZERO, created=True), (None, NEW, "main", "work", False)),
    "github forced push": (pushed(OLD, forced=True), (OLD, NEW, "main", "work", False)),
    "github push to main": (pushed(OLD, ref="refs/heads/main"), (OLD, NEW, "main", "main", False)),
    "github tag": (pushed(ZERO, ref="refs/tags/main"), (None, NEW, "main", "refs/tags/main", False)),
    "github pull request": (github("pull_request", pull_request=PULL), (OLD, NEW, "main", None, True)),
    "github pull request target": (github("pull_request_target", pull_request=PULL), (OLD, NEW, "main", None, True)),
    "github merge group": (
        github("merge_group", merge_group={"base_sha": OLD, "head_sha": NEW}),
        (OLD, NEW, "main", None, True),
    ),
    "gitlab push": (
        system(GITLAB, CI_PIPELINE_SOURCE="push", CI_COMMIT_BEFORE_SHA=OLD, CI_COMMIT_BRANCH="work"),
        (OLD, NEW, "main", "work", False),
    ),
    "gitlab first push": (
        system(GITLAB, CI_PIPELINE_SOURCE="push", CI_COMMIT_BEFORE_SHA=ZERO, CI_COMMIT_BRANCH="work"),
        (None, NEW, "main", "work", False),
    ),
    "gitlab tag": (
        system(GITLAB, CI_PIPELINE_SOURCE="push", CI_COMMIT_BEFORE_SHA=ZERO, CI_COMMIT_TAG="v1"),
        (None, NEW, "main", "refs/tags/v1", False),
    ),
    "gitlab merge request": (
        system(
            GITLAB,
            CI_PIPELINE_SOURCE="merge_request_event",
            CI_MERGE_REQUEST_IID="7",
            CI_COMMIT_BEFORE_SHA=ZERO,
            CI_MERGE_REQUEST_DIFF_BASE_SHA=OLD,
            CI_MERGE_REQUEST_TARGET_BRANCH_NAME="release",
        ),
        (OLD, NEW, "release", None, True),
    ),
    "gitlab merged results": (
        system(
            GITLAB,
            CI_PIPELINE_SOURCE="merge_request_event",
            CI_MERGE_REQUEST_IID="7",
            CI_MERGE_REQUEST_DIFF_BASE_SHA=OLD,
            CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=TIP,
        ),
        (OLD, TIP, "main", None, True),
    ),
    "bitbucket push": (system(BITBUCKET, BITBUCKET_BRANCH="work"), (None, NEW, None, "work", False)),
    "bitbucket tag": (system(BITBUCKET, BITBUCKET_TAG="v1"), (None, NEW, None, "refs/tags/v1", False)),
    "bitbucket pull request": (
        system(
            BITBUCKET,
            BITBUCKET_PR_ID="3",
            BITBUCKET_PR_DESTINATION_COMMIT=OLD[:12],
            BITBUCKET_PR_DESTINATION_BRANCH="main",
            BITBUCKET_BRANCH="work",
        ),
        (OLD[:12], NEW, "main", None, True),
    ),
    "azure push": (
        system(AZURE, BUILD_REASON="IndividualCI", BUILD_SOURCEBRANCH="refs/heads/work"),
        (None, NEW, None, "work", False),
    ),
    "azure pull request": (
        system(
            AZURE,
            BUILD_REASON="PullRequest",
            SYSTEM_PULLREQUEST_TARGETBRANCH="refs/heads/main",
            SYSTEM_PULLREQUEST_SOURCECOMMITID=TIP,
        ),
        (None, TIP, "main", None, True),
    ),
    "circleci push": (
        system(CIRCLE, CIRCLE_BRANCH="work", CIRCLE_BASE_REVISION=OLD),
        (OLD, NEW, None, "work", False),
    ),
    "circleci without the pipeline value": (system(CIRCLE, CIRCLE_BRANCH="work"), (None, NEW, None, "work", False)),
    "circleci tag": (system(CIRCLE, CIRCLE_TAG="v1"), (None, NEW, None, "refs/tags/v1", False)),
    "jenkins push": (
        system(JENKINS, BRANCH_NAME="work", GIT_PREVIOUS_SUCCESSFUL_COMMIT=OLD),
        (OLD, NEW, None, "work", False),
    ),
    "jenkins first build": (system(JENKINS, BRANCH_NAME="work"), (None, NEW, None, "work", False)),
    "jenkins first build of the main branch": (
        system(JENKINS, BRANCH_NAME="trunk", BRANCH_IS_PRIMARY="true"),
        (None, NEW, "trunk", "trunk", False),
    ),
    "jenkins pull request": (
        system(JENKINS, BRANCH_NAME="PR-3", CHANGE_ID="3", CHANGE_TARGET="main"),
        (None, NEW, "main", None, True),
    ),
    "buildkite push": (
        system(BUILDKITE, BUILDKITE_BRANCH="work", BUILDKITE_PULL_REQUEST="false", BUILDKITE_SOURCE="webhook"),
        (None, NEW, "main", "work", False),
    ),
    "buildkite pull request": (
        system(BUILDKITE, BUILDKITE_PULL_REQUEST="3", BUILDKITE_PULL_REQUEST_BASE_BRANCH="release"),
        (None, NEW, "release", None, True),
    ),
    "drone push": (
        system(DRONE, DRONE_BUILD_EVENT="push", DRONE_COMMIT_BEFORE=OLD, DRONE_BRANCH="work"),
        (OLD, NEW, "main", "work", False),
    ),
    "drone first push": (
        system(DRONE, DRONE_BUILD_EVENT="push", DRONE_COMMIT_BEFORE=ZERO, DRONE_BRANCH="work"),
        (None, NEW, "main", "work", False),
    ),
    "drone tag": (
        system(DRONE, DRONE_BUILD_EVENT="tag", DRONE_TAG="v1", DRONE_COMMIT_BEFORE=OLD),
        (None, NEW, "main", "refs/tags/v1", False),
    ),
    "drone pull request": (
        system(DRONE, DRONE_BUILD_EVENT="pull_request", DRONE_TARGET_BRANCH="main", DRONE_COMMIT_BEFORE=""),
        (None, NEW, "main", None, True),
    ),
}
EVERYTHING = {
    "github schedule": github("schedule"),
    "github by hand": github("workflow_dispatch"),
    "gitlab schedule": system(GITLAB, CI_PIPELINE_SOURCE="schedule", CI_COMMIT_BEFORE_SHA=ZERO),
    "azure schedule": system(AZURE, BUILD_REASON="Schedule"),
    "buildkite schedule": system(BUILDKITE, BUILDKITE_SOURCE="schedule"),
    "drone cron": system(DRONE, DRONE_BUILD_EVENT="cron"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_range_of_a_change(name):
    (env, event), expected = CHANGES[name]
    found = range_of(env, event)
    assert (found.base, found.head, found.onto, found.branch, found.pull) == expected
    assert not found.everything and not found.nothing and found.what and found.depth


@pytest.mark.parametrize("name", EVERYTHING)
def test_runs_that_no_change_started_read_everything(name):
    assert range_of(*EVERYTHING[name]).everything


def test_a_deleted_branch_leaves_nothing_to_read():
    assert range_of(*pushed(OLD, ZERO, deleted=True)).nothing


@pytest.mark.parametrize("name", CHANGES)
def test_given_ends_outweigh_the_system(name):
    (env, event), _ = CHANGES[name]
    assert range_of(env, event, "x", "y").base == "x"
    assert range_of(env, event, "x", "y").head == "y"
    assert range_of(env, event, head="y").head == "y"


def test_without_a_system_the_base_must_be_given():
    with pytest.raises(UserError, match="--base COMMIT"):
        range_of({"CI": "true"})
    assert range_of({}, None, "main").head == "HEAD"
    with pytest.raises(UserError, match="GITHUB_EVENT_PATH"):
        range_of({**GITHUB, "GITHUB_EVENT_NAME": "push"})
    assert range_of(GITHUB, None, "main").base == "main"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.sampled_from([ZERO, OLD]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["pull_request", "merge_group", "before", "after", "ref", "deleted", "forced", "repository"]


@given(
    st.sampled_from(["push", "pull_request", "merge_group", "schedule"]), st.dictionaries(st.sampled_from(KEYS), JSON)
)
def test_no_event_raises(name, event):
    found = range_of({**GITHUB, "GITHUB_EVENT_NAME": name}, event)
    assert found.head and isinstance(found.head, str)


# With real git: where the ends are.


@pytest.fixture
def work(repo):
    """A repository as a CI run has it: origin/main with one commit, and the branch work with two more."""
    base = repo.commit({"a": "1\n"})
    repo.git("update-ref", "refs/remotes/origin/main", base)
    repo.git("checkout", "-q", "-b", "work")
    first = repo.commit({"b": "2\n"})
    second = repo.commit({"c": "3\n"})
    repo.git("branch", "-q", "-D", "main")
    return repo, base, first, second


def ends(repo, env_and_event):
    found = ends_of(Repository.open(repo.path), range_of(*env_and_event))
    return found.base, found.head


def test_ends_of_pushes(work):
    repo, base, first, second = work
    assert ends(repo, pushed(first, second)) == (first, second)
    assert ends(repo, pushed(ZERO, second)) == (base, second), "a new branch: what main has not"
    assert ends(repo, pushed(OLD, second, forced=True)) == (base, second), "the commit before is gone"
    assert ends(repo, pushed(ZERO, second, "refs/heads/main")) == (None, second), "the first push of all"
    assert ends(repo, pushed(OLD, second, "refs/heads/main")) == (None, second), "main itself, forced"


def test_ends_of_pull_requests(work):
    repo, base, first, second = work
    pull = {"base": {"sha": base, "ref": "main"}, "head": {"sha": second}}
    assert ends(repo, github("pull_request", pull_request=pull)) == (base, second)
    bitbucket = {**BITBUCKET, "BITBUCKET_COMMIT": second[:12], "BITBUCKET_PR_ID": "1"}
    assert ends(repo, ({**bitbucket, "BITBUCKET_PR_DESTINATION_COMMIT": first[:12]}, None)) == (first, second)
    assert ends(repo, ({**bitbucket, "BITBUCKET_PR_DESTINATION_BRANCH": "main"}, None)) == (base, second)
    assert ends(repo, ({**BUILDKITE, "BUILDKITE_COMMIT": "HEAD", "BUILDKITE_PULL_REQUEST": "2"}, None)) == (
        base,
        second,
    )


def test_a_push_to_an_unnamed_branch_is_never_measured_from_itself(work):
    repo, _, _, second = work
    repo.git("update-ref", "refs/remotes/origin/main", second)
    assert ends(repo, ({**JENKINS, "GIT_COMMIT": second}, None)) == (None, second)


def test_the_remote_says_which_branch_is_the_default(work):
    repo, _, first, second = work
    repo.git("update-ref", "refs/remotes/origin/trunk", first)
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    env = {**BITBUCKET, "BITBUCKET_COMMIT": second}
    assert ends(repo, ({**env, "BITBUCKET_BRANCH": "work"}, None)) == (first, second)
    assert ends(repo, ({**env, "BITBUCKET_BRANCH": "trunk"}, None)) == (None, second)


def test_what_is_missing_is_said_with_what_mends_it(work):
    repo, base, _, second = work
    opened = Repository.open(repo.path)
    missing = {
        "fetch origin \\+refs/heads/gone:refs/remotes/origin/gone": (
            {**JENKINS, "GIT_COMMIT": second, "CHANGE_TARGET": "gone"},
            None,
        ),
        f"git fetch origin {TIP}": github("merge_group", merge_group={"base_sha": TIP, "head_sha": second}),
        f"git fetch origin {NEW}": pushed(base, NEW),
        "give --base": ({**BITBUCKET, "BITBUCKET_COMMIT": second, "BITBUCKET_PR_ID": "1"}, None),
    }
    missing.pop(f"git fetch origin {TIP}")  # main stands in for it
    for words, run in missing.items():
        with pytest.raises(UserError, match=words):
            ends_of(opened, range_of(*run))
    with pytest.raises(UserError, match="git fetch origin nowhere"):
        ends_of(opened, range_of({}, None, "nowhere"))
    with pytest.raises(UserError, match="git fetch origin"):
        ends_of(opened, range_of({}, None, "--upload-pack=x"))


SHALLOW = {
    "github": ("fetch-depth: 0", {**GITHUB, "GITHUB_EVENT_NAME": "push"}, "before"),
    "gitlab": (
        'GIT_DEPTH: "0"',
        {**GITLAB, "CI_PIPELINE_SOURCE": "push", "CI_COMMIT_SHA": "HEAD"},
        "CI_COMMIT_BEFORE_SHA",
    ),
    "azure": ("fetchDepth: 0", {**AZURE, "BUILD_SOURCEVERSION": "HEAD", "BUILD_SOURCEBRANCH": "refs/heads/work"}, None),
    "bitbucket": ("depth: full", {**BITBUCKET, "BITBUCKET_COMMIT": "HEAD", "BITBUCKET_BRANCH": "work"}, None),
}


@pytest.mark.parametrize("name", SHALLOW)
def test_a_shallow_clone_is_refused_with_the_systems_own_words(work, tmp_path, name):
    repo, base, _, second = work
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth=1", repo.path.as_uri(), str(clone)], check=True, capture_output=True)
    words, env, variable = SHALLOW[name]
    event = {"before": base, "after": second, "ref": "refs/heads/work", "repository": REPOSITORY}
    if variable and variable.isupper():
        env = {**env, variable: base}
    with pytest.raises(UserError) as error:
        ends_of(Repository.open(clone), range_of(env, event))
    assert words in str(error.value) and "git fetch --unshallow" in str(error.value)


# The command.


def ci(path: Path, env: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in SYSTEMS and not k.startswith(("GITHUB_", "CI_"))}
    command = [sys.executable, "-m", "secretguard", "ci", *args]
    return subprocess.run(command, cwd=path, env={**kept, **env}, capture_output=True, text=True, check=False)


def event_file(tmp_path: Path, env_and_event) -> dict[str, str]:
    env, event = env_and_event
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event))
    return {**env, "GITHUB_EVENT_PATH": str(path)}


def test_github_gets_annotations_a_summary_and_files(work, tmp_path):
    repo, _, _, before = work
    value = fill("<base64:64>", "v")
    after = repo.commit({"bot.py": f'KRAKEN_PRIVATE_KEY = "{value}"\n'})
    repo.commit({"bot.py": "removed again\n"})
    head = repo.oid("HEAD")
    env = {**event_file(tmp_path, pushed(before, head)), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    files = {form: tmp_path / f"out.{form}" for form in ("sarif", "gitlab", "junit", "json")}
    done = ci(repo.path, env, *(word for form, path in files.items() for word in (f"--{form}", str(path))))
    assert done.returncode == 1, done.stderr
    assert "::error file=bot.py,line=1" in done.stdout
    assert "kraken" in done.stdout.lower() and "the push: what" in done.stdout
    summary = (tmp_path / "summary.md").read_text()
    assert "1 secret" in summary and "bot.py" in summary.replace("&#46;", ".")
    found = json.loads(files["json"].read_text())["findings"]
    assert [f["commit"] for f in found] == [after]
    for text in (done.stdout, done.stderr, summary, *(path.read_text() for path in files.values())):
        assert value not in text


def test_clean_and_broken_runs_have_their_exit_codes(work, tmp_path):
    repo, _, first, second = work
    assert ci(repo.path, event_file(tmp_path, pushed(first, second))).returncode == 0
    assert ci(repo.path, event_file(tmp_path, pushed(OLD, ZERO, deleted=True))).returncode == 0
    assert ci(repo.path, event_file(tmp_path, github("schedule"))).returncode == 0
    broken = ci(repo.path, event_file(tmp_path, pushed(first, NEW)))
    assert broken.returncode == 2 and "git fetch origin" in broken.stderr and not broken.stdout
    lost = ci(repo.path, {**GITHUB, "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(tmp_path / "none")})
    assert lost.returncode == 2 and len(lost.stderr.splitlines()) == 1
    assert ci(repo.path, {}).returncode == 2
    assert ci(repo.path, {}, "--base", first).returncode == 0
    assert ci(tmp_path, {}, "--base", first).returncode == 2


# The templates.

DOCS = Path(__file__).parent.parent / "docs" / "ci"


@pytest.mark.parametrize("path", [*sorted(DOCS.glob("*.yml")), DOCS.parent.parent / "action.yml"], ids=lambda p: p.name)
def test_templates_parse_and_run_our_command(path):
    text = path.read_text(encoding="utf-8")
    assert isinstance(yaml.safe_load(text), dict)
    assert "secretguard ci" in text.replace('"', "")


def test_the_action_says_what_it_is():
    action = yaml.safe_load((DOCS.parent.parent / "action.yml").read_text(encoding="utf-8"))
    assert action["runs"]["using"] == "composite"
    assert set(action["inputs"]) == {"version", "args", "sarif"}
    for step in action["runs"]["steps"]:
        assert "${{ inputs." not in step.get("run", ""), "inputs in a script would be run as code"
