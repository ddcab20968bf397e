"""Repositories by URL: cloned whole, by git, with nothing of theirs run and nothing asked of anybody."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

from secretguard.git.process import Git, GitError, Where, complaint

PROTOCOLS = ("https", "http", "ssh", "git", "file")
URL = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
SCP = re.compile(r"[^/\\:@\s]+@[^/\\:\s]+:(?!:)")
USERINFO = re.compile(r"(?<=://)[^/\s@'\"]*@")
HELPERS = ("GIT_ASKPASS", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO")  # how the user's git gets at credentials
ALL = ("clone", "--mirror", "--quiet", "--template=", "--no-local", "--no-recurse-submodules")
PATIENCE = 0.2  # seconds between two looks at how much a clone has taken


def protocol_of(location: str) -> str | None:
    """The protocol of a URL (``user@host:path`` is ssh), or None for a path. Raises GitError for one we shun."""
    url = URL.match(location)
    if url is None:
        return "ssh" if SCP.match(location) else None
    protocol = url[1].lower()
    if protocol not in PROTOCOLS:
        raise GitError(f"{without_password(location)}: {protocol} is none of {', '.join(PROTOCOLS)}")
    return protocol


def without_password(text: str) -> str:
    """The text with the users and passwords of the URLs in it left out, except for ssh, where they are names."""
    return USERINFO.sub(lambda found: found[0] if text[: found.start()].endswith("ssh://") else "***@", text)


def clone(url: str, folder: Path, limit: int) -> bool:
    """Clone all that a URL has, every ref, into ``folder``; False if that takes up more than ``limit`` bytes.

    A password in the URL is on no command line and in no configuration file. Whoever asks for one gets none: what the
    user's credential helpers and ssh keys do not open stays shut. Raises GitError.
    """
    with Git(
        Where(str(folder.parent), inherit=False), [*ALL, "--", bare(url), str(folder)], extra=settings(url)
    ) as git:
        while not git.ended(PATIENCE):
            if size_of(folder) > limit:
                return False
        check(url, *git.finish())
    return size_of(folder) <= limit


def remote_refs(url: str) -> str:
    """A hash of all refs that a URL has. Raises GitError."""
    with Git(Where(str(Path.cwd()), inherit=False), ["ls-remote", "--", bare(url)], extra=settings(url)) as git:
        output = git.out.read()
        check(url, *git.finish())
    return hashlib.sha256(output).hexdigest()


def check(url: str, code: int, stderr: bytes) -> None:
    """Raise GitError where git did not do what it was asked with a URL."""
    if code != 0:
        raise GitError(f"{without_password(url)}: {without_password(complaint(stderr, code))}")


def bare(url: str) -> str:
    """The URL as it may be seen; ``settings`` tells git the rest."""
    return url if protocol_of(url) == "ssh" else USERINFO.sub("", url)


def settings(url: str) -> Mapping[str, str]:
    """The environment for the one protocol of ``url``, and for a password in it, which no process list shows so."""
    protocol = protocol_of(url) or "file"
    found = {name: os.environ[name] for name in HELPERS if name in os.environ}
    found.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    found.setdefault(
        "GIT_ASKPASS", ""
    )  # empty, it also keeps git from core.askPass and SSH_ASKPASS, which open windows
    found["GIT_ALLOW_PROTOCOL"] = protocol
    secret = USERINFO.search(url)
    if secret and protocol != "ssh":
        count = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
        end = url.find("/", secret.end())
        site = url[: end + 1] if end > 0 else url
        found["GIT_CONFIG_COUNT"] = str(count + 1)
        found[f"GIT_CONFIG_KEY_{count}"] = f"url.{site}.insteadOf"
        found[f"GIT_CONFIG_VALUE_{count}"] = USERINFO.sub("", site)
    return found


def size_of(folder: Path) -> int:
    """The bytes of all files below a folder, which may change meanwhile."""
    total = 0
    for here, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(here, name)).st_size  # noqa: PTH118 - called often while git writes
            except OSError:
                continue  # git renames what it has written
    return total
