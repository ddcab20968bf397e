"""Build wheel and sdist of a checkout, the same bytes from the same content: python .ci/dist.py SOURCE FOLDER

Times are those of SOURCE_DATE_EPOCH (2020-01-01 without it); owners and modes don't depend on who builds.
"""

from __future__ import annotations

import gzip
import io
import os
import stat
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

EPOCH = os.environ.get("SOURCE_DATE_EPOCH", "1577836800")
TOOLS = ("setuptools==80.9.0",)
BUILD = "import sys; from setuptools import build_meta as b; to = sys.argv[1]; b.build_wheel(to); b.build_sdist(to)"


def pip() -> list[str]:
    """The command of pip; an environment made without it is served by the one beside it."""
    own = [sys.executable, "-m", "pip"]
    found = subprocess.run([*own, "--version"], capture_output=True, check=False).returncode == 0
    return own if found else ["python3", "-m", "pip", "--python", sys.executable]


def build(source: Path, folder: Path) -> None:
    """Build with the pinned tools, out of reach of what is installed here."""
    with tempfile.TemporaryDirectory() as tools:
        subprocess.run(
            [*pip(), "install", "-q", "--no-deps", "--target", tools, *TOOLS], check=True, capture_output=True
        )
        env = {**os.environ, "PYTHONPATH": tools, "SOURCE_DATE_EPOCH": EPOCH}
        argv = [sys.executable, "-c", BUILD, str(folder.resolve())]
        subprocess.run(argv, cwd=source, env=env, check=True, capture_output=True)


def settle_wheel(wheel: Path) -> None:
    """Write the archive again with the modes of plain files: the builder's mask stands in them."""
    with zipfile.ZipFile(wheel) as old:
        entries = [(item, old.read(item)) for item in old.infolist()]
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as new:
        for item, data in entries:
            item.external_attr = (stat.S_IFREG | 0o644) << 16
            new.writestr(item, data)


def settle_sdist(sdist: Path) -> None:
    """Write the archive again: names in order, one time, no owner, modes of a plain file or folder."""
    with tarfile.open(sdist) as old:
        members = sorted(((item, old.extractfile(item)) for item in old), key=lambda each: each[0].name)
        inner = io.BytesIO()
        with tarfile.open(fileobj=inner, mode="w", format=tarfile.GNU_FORMAT) as new:
            for item, data in members:
                item.mtime, item.uid, item.gid, item.uname, item.gname = int(EPOCH), 0, 0, "", ""
                item.mode, item.pax_headers = (0o755 if item.isdir() or item.mode & 0o100 else 0o644), {}
                new.addfile(item, data)
    with sdist.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=int(EPOCH)) as packed:
        packed.write(inner.getvalue())


def main() -> None:
    source, folder = map(Path, sys.argv[1:])
    folder.mkdir(parents=True, exist_ok=True)
    build(source, folder)
    for wheel in folder.glob("*.whl"):
        settle_wheel(wheel)
    for sdist in folder.glob("*.tar.gz"):
        settle_sdist(sdist)


if __name__ == "__main__":
    main()
