"""Which commits a CI run is about, from the variables of the system it runs in. Pure: no git, no files, no environment.

Every reader below stands on its system's documentation, named above it. A base that a system does not tell is not
guessed here: ``Range`` says what is known, and ``secretguard.git.bases`` finds the commits that it means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from secretguard.model import UserError

Env = Mapping[str, str]
Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Range:
    """The commits that ``head`` has and ``base`` has not.

    ``base`` is a commit, or None where the system tells none; then, or where the commit is gone (a forced push),
    ``onto`` counts: the branch that holds what was there before. ``branch`` is the one that was pushed to. ``pull``:
    a pull request, which has a base or can't be read. ``everything``: no change started this run, so all there is
    counts. ``nothing``: there is nothing to read (a branch was deleted). ``depth`` is how this system is told to fetch
    the whole history.
    """

    system: str
    what: str
    head: str = "HEAD"
    base: str | None = None
    onto: str | None = None
    branch: str | None = None
    pull: bool = False
    everything: bool = False
    nothing: bool = False
    depth: str = "git fetch --unshallow"


def range_of(env: Env, event: Event | None = None, base: str | None = None, head: str | None = None) -> Range:
    """What this run is about; ``base`` and ``head`` as given by the user outweigh what the system says.

    Raises UserError outside a CI system that is known here, unless a base is given.
    """
    reader = next((read for seen, read in SYSTEMS.items() if env.get(seen)), None)
    if base is not None:
        known = _known(reader, env, event)
        return Range(known.system, "the commits you named", head or known.head, base, pull=True, depth=known.depth)
    if reader is None:
        names = "GitHub Actions, GitLab, Bitbucket, Azure, CircleCI, Jenkins, Buildkite or Drone"
        raise UserError(f"this is not {names}: say which commits to read with --base COMMIT [--head COMMIT]")
    found = reader(env, event)
    return replace(found, head=head) if head else found


def _known(reader: Reader | None, env: Env, event: Event | None) -> Range:
    """What the system says where only its head and its ways matter: no reason to stop if it says nothing."""
    try:
        return reader(env, event) if reader else Range("", "")
    except UserError:
        return Range("", "")


def _given(commit: object) -> str | None:
    """A commit id, or None for what systems write where there is none: nothing, or all zeros."""
    return commit if isinstance(commit, str) and commit.strip("0") else None


def _short(ref: str | None) -> str | None:
    return ref.removeprefix("refs/heads/") if ref else None


# https://docs.github.com/en/actions/reference/workflows-and-actions/variables
# https://docs.github.com/en/webhooks/webhook-events-and-payloads (push, pull_request, merge_group)
# https://github.com/actions/checkout#usage (fetch-depth; pull requests are checked out as their merge with the base)
def _github(env: Env, event: Event | None) -> Range:
    name = env.get("GITHUB_EVENT_NAME", "")
    if event is None:
        raise UserError("GITHUB_EVENT_PATH names no readable event; give --base and --head")
    default = _dig(event, "repository", "default_branch")
    start = Range("GitHub Actions", name, env.get("GITHUB_SHA") or "HEAD", onto=default, depth="fetch-depth: 0")
    if "pull_request" in event:
        base, head = _dig(event, "pull_request", "base", "sha"), _dig(event, "pull_request", "head", "sha")
        onto = _dig(event, "pull_request", "base", "ref")
        return replace(start, what="the pull request", base=_given(base), head=head or start.head, onto=onto, pull=True)
    if name == "merge_group":
        base, head = _dig(event, "merge_group", "base_sha"), _dig(event, "merge_group", "head_sha")
        return replace(start, what="the merge group", base=_given(base), head=head or start.head, pull=True)
    if name == "push":
        return _github_push(start, event)
    return replace(start, what=f"all there is (event {name})", everything=True)


def _github_push(start: Range, event: Event) -> Range:
    ref = str(event.get("ref", ""))
    after = _dig(event, "after") or start.head
    if event.get("deleted") or not _given(after):
        return replace(start, what=f"the deletion of {ref}", nothing=True)
    what = "the forced push" if event.get("forced") and _given(event.get("before")) else "the push"
    branch = _short(ref)
    return replace(start, what=what, base=_given(event.get("before")), head=after, branch=branch)


def _dig(event: Event, *keys: str) -> str | None:
    value: Any = event
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


# https://docs.gitlab.com/ci/variables/predefined_variables/ (CI_COMMIT_BEFORE_SHA is zeros for merge requests, new
# branches, tags, schedules and runs by hand; in merged results CI_COMMIT_SHA is a merge that also has the target's
# commits, and CI_MERGE_REQUEST_SOURCE_BRANCH_SHA the head)
def _gitlab(env: Env, _event: Event | None) -> Range:
    source, default = env.get("CI_PIPELINE_SOURCE", ""), env.get("CI_DEFAULT_BRANCH") or None
    start = Range("GitLab CI", source, env.get("CI_COMMIT_SHA") or "HEAD", onto=default, depth='GIT_DEPTH: "0"')
    if env.get("CI_MERGE_REQUEST_IID"):
        head = env.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or start.head
        onto = env.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME") or default
        base = _given(env.get("CI_MERGE_REQUEST_DIFF_BASE_SHA"))
        return replace(start, what="the merge request", head=head, base=base, onto=onto, pull=True)
    if source == "push":
        base, branch = (
            _given(env.get("CI_COMMIT_BEFORE_SHA")),
            env.get("CI_COMMIT_BRANCH") or _tag(env, "CI_COMMIT_TAG"),
        )
        return replace(start, what="the push", base=base, branch=branch)
    return replace(start, what=f"all there is (pipeline source {source})", everything=True)


# https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/ (no variable tells what was there before a
# push, none the default branch; BITBUCKET_PR_DESTINATION_COMMIT may be cut to twelve digits)
def _bitbucket(env: Env, _event: Event | None) -> Range:
    start = Range("Bitbucket Pipelines", "", env.get("BITBUCKET_COMMIT") or "HEAD", depth="clone: depth: full")
    if env.get("BITBUCKET_PR_ID"):
        base, onto = _given(env.get("BITBUCKET_PR_DESTINATION_COMMIT")), env.get("BITBUCKET_PR_DESTINATION_BRANCH")
        return replace(start, what="the pull request", base=base, onto=onto, pull=True)
    branch = env.get("BITBUCKET_BRANCH") or _tag(env, "BITBUCKET_TAG")
    return replace(start, what="the push", branch=branch)


# https://learn.microsoft.com/azure/devops/pipelines/build/variables (System.PullRequest.*, Build.Reason,
# Build.SourceBranch; nothing tells what was there before a push)
# https://learn.microsoft.com/azure/devops/pipelines/yaml-schema/steps-checkout (fetchDepth; new pipelines have 1)
def _azure(env: Env, _event: Event | None) -> Range:
    reason = env.get("BUILD_REASON", "")
    start = Range("Azure Pipelines", "", env.get("BUILD_SOURCEVERSION") or "HEAD", depth="fetchDepth: 0")
    target = _short(env.get("SYSTEM_PULLREQUEST_TARGETBRANCH"))
    if target:
        head = env.get("SYSTEM_PULLREQUEST_SOURCECOMMITID") or start.head
        return replace(start, what="the pull request", head=head, onto=target, pull=True)
    if reason in ("Schedule", "Manual"):
        return replace(start, what=f"all there is (Build.Reason {reason})", everything=True)
    return replace(start, what="the push", branch=_short(env.get("BUILD_SOURCEBRANCH")))


# https://circleci.com/docs/reference/variables/ (CIRCLE_SHA1, CIRCLE_BRANCH, CIRCLE_TAG; the previous revision is no
# variable but the pipeline value pipeline.git.base_revision, which docs/ci/circleci.yml passes as CIRCLE_BASE_REVISION)
def _circleci(env: Env, _event: Event | None) -> Range:
    base, branch = _given(env.get("CIRCLE_BASE_REVISION")), env.get("CIRCLE_BRANCH") or _tag(env, "CIRCLE_TAG")
    return Range(
        "CircleCI", "the push", env.get("CIRCLE_SHA1") or "HEAD", base, branch=branch, depth="checkout: method: full"
    )


# https://www.jenkins.io/doc/book/pipeline/multibranch/#additional-environment-variables (CHANGE_TARGET, BRANCH_NAME)
# https://plugins.jenkins.io/git/#plugin-content-environment-variables (GIT_COMMIT, GIT_PREVIOUS_SUCCESSFUL_COMMIT: the
# last build that passed, so what a failed build found is found again until it is mended)
def _jenkins(env: Env, _event: Event | None) -> Range:
    start = Range(
        "Jenkins", "", env.get("GIT_COMMIT") or "HEAD", depth="no shallow clone in the checkout's CloneOption"
    )
    if env.get("CHANGE_TARGET"):
        return replace(start, what="the change request", onto=env["CHANGE_TARGET"], pull=True)
    base, branch = _given(env.get("GIT_PREVIOUS_SUCCESSFUL_COMMIT")), _tag(env, "TAG_NAME") or env.get("BRANCH_NAME")
    onto = branch if env.get("BRANCH_IS_PRIMARY") == "true" else None
    return replace(start, what="the commits since the last good build", base=base, branch=branch, onto=onto)


# https://buildkite.com/docs/pipelines/configure/environment-variables (BUILDKITE_PULL_REQUEST is "false" for none;
# BUILDKITE_COMMIT may be the word HEAD; nothing tells what was there before a push)
def _buildkite(env: Env, _event: Event | None) -> Range:
    default, source = env.get("BUILDKITE_PIPELINE_DEFAULT_BRANCH") or None, env.get("BUILDKITE_SOURCE", "")
    depth = "no --depth in BUILDKITE_GIT_CLONE_FLAGS"
    start = Range("Buildkite", "", env.get("BUILDKITE_COMMIT") or "HEAD", onto=default, depth=depth)
    if env.get("BUILDKITE_PULL_REQUEST", "false") != "false":
        onto = env.get("BUILDKITE_PULL_REQUEST_BASE_BRANCH") or default
        return replace(start, what="the pull request", onto=onto, pull=True)
    if source == "schedule":
        return replace(start, what="all there is (schedule)", everything=True)
    branch = _tag(env, "BUILDKITE_TAG") or env.get("BUILDKITE_BRANCH")
    return replace(start, what="the push", branch=branch)


# https://docs.drone.io/pipeline/environment/reference/ (DRONE_COMMIT_BEFORE and _AFTER around a push, empty for other
# events; DRONE_TARGET_BRANCH; DRONE_REPO_BRANCH is the default branch)
def _drone(env: Env, _event: Event | None) -> Range:
    event, default = env.get("DRONE_BUILD_EVENT", ""), env.get("DRONE_REPO_BRANCH") or None
    head = env.get("DRONE_COMMIT_SHA") or env.get("DRONE_COMMIT_AFTER") or "HEAD"
    start = Range("Drone", "", head, onto=default, depth="no clone.depth in .drone.yml")
    if event == "pull_request":
        return replace(start, what="the pull request", onto=env.get("DRONE_TARGET_BRANCH") or default, pull=True)
    if event in ("push", "tag"):
        base = _given(env.get("DRONE_COMMIT_BEFORE")) if event == "push" else None
        branch = _tag(env, "DRONE_TAG") or env.get("DRONE_BRANCH")
        return replace(start, what=f"the {event}", base=base, branch=branch)
    return replace(start, what=f"all there is (event {event})", everything=True)


def _tag(env: Env, name: str) -> str | None:
    """A tag as a full ref, so that it is never taken for the branch of that name."""
    return f"refs/tags/{env[name]}" if env.get(name) else None


Reader = Callable[[Env, Event | None], Range]
# By the variable that each system always sets.
SYSTEMS: dict[str, Reader] = {
    "GITHUB_ACTIONS": _github,
    "GITLAB_CI": _gitlab,
    "BITBUCKET_BUILD_NUMBER": _bitbucket,
    "TF_BUILD": _azure,
    "CIRCLECI": _circleci,
    "BUILDKITE": _buildkite,
    "DRONE": _drone,
    "JENKINS_URL": _jenkins,
}
