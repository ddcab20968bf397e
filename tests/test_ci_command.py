"""``secretguard ci`` with real git: where the ends of its range are, what it writes, and the templates to copy."""

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
from secretguard.model import (
    Confidence,
    Finding,
    Occurrence,
    Origin,
    OriginKind,
    Place,
    Receipt,
    Report,
    Sealed,
    Severity,
    UserError,
)
from secretguard.reports import REPORTS, Advice, Style

OLD, NEW, TIP = "a" * 40, "b" * 40, "c" * 40
ZERO = "0" * 40
REPOSITORY = {"default_branch": "main"}
GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_SHA": TIP}
GITLAB = {"GITLAB_CI": "true", "CI_COMMIT_SHA": NEW, "CI_DEFAULT_BRANCH": "main"}
BITBUCKET = {"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_COMMIT": NEW}
AZURE = {"TF_BUILD": "True", "BUILD_SOURCEVERSION": NEW}
JENKINS = {"JENKINS_URL": "https://ci.example.org/", "GIT_COMMIT": NEW}
BUILDKITE = {"BUILDKITE": "true", "BUILDKITE_COMMIT": NEW, "BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main"}


def github(name: str, **event: object) -> tuple[dict[str, str], dict[str, object]]:
    return {**GITHUB, "GITHUB_EVENT_NAME": name}, {"repository": REPOSITORY, **event}


def pushed(before: str, after: str = NEW, ref: str = "refs/heads/work", **more: object):
    return github("push", before=before, after=after, ref=ref, **more)


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


def test_the_text_of_a_pushed_tag_is_read_too(work):
    repo, base, _, _ = work
    repo.git("tag", "-a", "v1", "-m", "one", base)
    tag = repo.oid("v1")
    assert ends(repo, pushed(ZERO, tag, "refs/tags/v1")) == (base, tag)


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
    repo.git("remote", "add", "origin", "nowhere")
    opened = Repository.open(repo.path)
    missing = {
        "fetch origin \\+refs/heads/gone:refs/remotes/origin/gone": (
            {**JENKINS, "GIT_COMMIT": second, "CHANGE_TARGET": "gone"},
            None,
        ),
        f"git fetch origin {NEW}": pushed(base, NEW),
        "give --base": ({**BITBUCKET, "BITBUCKET_COMMIT": second, "BITBUCKET_PR_ID": "1"}, None),
    }
    for words, run in missing.items():
        with pytest.raises(UserError, match=words):
            ends_of(opened, range_of(*run))
    with pytest.raises(UserError, match="git fetch origin nowhere"):
        ends_of(opened, range_of({}, None, "nowhere"))
    with pytest.raises(UserError, match=r"'--upload-pack=x' is no commit here$"):
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
    assert broken.returncode == 2 and "is no commit here" in broken.stderr and not broken.stdout
    lost = ci(repo.path, {**GITHUB, "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(tmp_path / "none")})
    assert lost.returncode == 2 and len(lost.stderr.splitlines()) == 1
    assert ci(repo.path, {}).returncode == 2
    assert ci(repo.path, {}, "--base", first).returncode == 0
    assert ci(tmp_path, {}, "--base", first).returncode == 2


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_summary_holds_no_markup_of_the_repository(path, title):
    origin = Origin(OriginKind.FILE, f"{path}|<b>[x](y)".encode("utf-8", "surrogatepass"))
    sealed = Sealed("abc…yz (64 characters)", "v1:0")
    places = (Occurrence(origin, Place(1, 1, 1, 2)),)
    finding = Finding(title, title, "k", "f", Severity.HIGH, Confidence.HIGH, sealed, places)
    text = REPORTS["markdown"](Report((finding,), Receipt(errors=[f"<i>{title}"])), Advice(), Style())
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert [row.count("|") for row in rows] == [5, 5, 5]
    assert "<" not in text and "](" not in text


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
