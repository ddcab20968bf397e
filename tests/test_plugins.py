"""detect-secrets' plugins as the engine and the judge use them."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from secretguard import plugins
from secretguard.checks.samples import fill
from secretguard.engine.vectorscan import AVAILABLE, Database, Expression
from secretguard.model import UserError

USED = (
    "AWSKeyDetector",
    "ArtifactoryDetector",
    "AzureStorageKeyDetector",
    "BasicAuthDetector",
    "CloudantDetector",
    "GitHubTokenDetector",
    "GitLabTokenDetector",
    "IbmCloudIamDetector",
    "IbmCosHmacDetector",
    "JwtTokenDetector",
    "MailchimpDetector",
    "NpmDetector",
    "OpenAIDetector",
    "PypiTokenDetector",
    "SendGridDetector",
    "SlackDetector",
    "SoftlayerDetector",
    "SquareOAuthDetector",
    "StripeDetector",
    "TwilioKeyDetector",
)


@pytest.mark.parametrize("plugin", USED)
def test_the_engine_takes_every_expression(plugin):
    found = plugins.patterns_of(plugin)
    assert found
    if AVAILABLE:
        for pattern, caseless in found:
            Database.compile([Expression(pattern, caseless)])


@pytest.mark.parametrize(
    ("plugin", "line", "value"),
    [
        ("AWSKeyDetector", "id = AKIA{}", "<alnum-upper:16>"),
        ("AWSKeyDetector", 'aws_secret_key = "{}"', "<b64chars:40>"),
        ("BasicAuthDetector", "DATABASE_URL=postgres://bot:{}@db.internal:5432/trades", "<base62:20>"),
        ("GitHubTokenDetector", 'token: "{}"', "<github-pat>"),
        ("GitLabTokenDetector", "GITLAB_TOKEN=glpat-{}", "<base62:20>"),
        ("GitLabTokenDetector", "CI_JOB_TOKEN=glcbt-{}", "<base62:20>"),
        ("GitLabTokenDetector", "CI_JOB_TOKEN=glcbt-64_{}", "<base62:20>"),
        ("JwtTokenDetector", "jwt = '{}'", "<jwt>"),
        ("StripeDetector", 'stripe.api_key = "sk_live_{}"', "<base62:99>"),
        ("SlackDetector", "url: https://hooks.slack.com/services/T{}", "<alnum-upper:8>/B<alnum-upper:8>/<base62:24>"),
    ],
)
def test_values_are_whole(plugin, line, value):
    secret = fill(value, plugin)
    (found,) = plugins.values_in(plugin, line.format(secret))
    assert found.endswith(secret)
    assert found == secret or found == line.format(secret).split("=")[-1].strip(" '\"").split(" ")[-1]


def test_bytes_that_are_no_utf8_do_no_harm():
    line = b"\xff\xfe url = 'https://u\xff:".decode("utf-8", "surrogateescape") + fill("<base62:14>@h'", "a")
    assert len(plugins.values_in("BasicAuthDetector", line)) == 1


def test_a_short_password_is_only_itself():
    assert plugins.values_in("BasicAuthDetector", "https://user:pass@sub.example.com/a") == ["pass"]


def test_nothing_in_the_midst_of_a_word():
    line = fill("sha512-<base62:20>AKIA<alnum-upper:16>", "a")
    assert plugins.values_in("AWSKeyDetector", line) == []


def test_nothing_is_ever_verified(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a plugin went to the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    from detect_secrets.settings import transient_settings

    verifying = {"path": "detect_secrets.filters.common.is_ignored_due_to_verification_policies", "min_level": 2}
    with transient_settings({"plugins_used": [], "filters_used": [verifying]}):
        for plugin in USED:
            plugins.values_in(plugin, fill("stripe_key = 'sk_live_<base62:24>'  # <github-pat>", "a"))


def test_unknown_plugin_is_named():
    with pytest.raises(UserError, match="AWSKeyDetector"):
        plugins.patterns_of("AwsKeyDetector")


def test_plugin_without_expressions_is_refused():
    with pytest.raises(UserError, match="no expressions"):
        plugins.patterns_of("Base64HighEntropyString")


def test_importing_is_lazy():
    code = "import secretguard.plugins, sys; sys.exit('detect_secrets' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
