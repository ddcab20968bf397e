"""``secretguard ci``: which commits a run is about, in every system, from its variables alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secretguard.ci import range_of
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


@pytest.mark.parametrize("event", [{}, {"after": None}, {"after": ""}, {"after": 1}])
def test_a_push_that_tells_no_end_is_none_of_a_deletion(event):
    found = range_of(*github("push", before=OLD, ref="refs/heads/work", **event))
    assert (found.base, found.head, found.nothing) == (OLD, TIP, False)


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
