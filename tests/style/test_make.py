"""Two commands are complete from a fresh checkout, with make and without."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.style.sources import ROOT

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs make with the Makefile of the project in another folder."""
    command = ["make", "-C", str(folder), "-f", str(ROOT / "Makefile"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@needs_make
def test_an_old_python_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """A Python below 3.11 ends `make run` before anything is made, and the sentence says what to do."""
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make(tmp_path, "run", f"PYTHON={old}")
    assert done.returncode == 2
    assert "mashang needs Python 3.11 or newer" in done.stdout
    assert "码上需要 Python 3.11" in done.stdout
    assert not (tmp_path / ".venv").exists()


@needs_make
def test_a_python_without_venv_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """Debian without python3-venv is told which package to install, and no half-made .venv stays."""
    bare = tmp_path / "python-bare"
    bare.write_text('#!/bin/sh\n[ "$1" = -c ] && exit 0\nmkdir -p .venv\nexit 1\n')
    bare.chmod(0o755)
    done = make(tmp_path, "run", f"PYTHON={bare}")
    assert done.returncode == 2
    assert "apt install python3-venv" in done.stdout
    assert not (tmp_path / ".venv").exists()


@needs_make
@pytest.mark.parametrize(("target", "lock"), [("run", "requirements.lock"), ("test", "requirements-dev.lock")])
def test_nothing_is_installed_twice(tmp_path: Path, target: str, lock: str) -> None:
    """What is installed is installed again only after pyproject.toml or the lock has changed."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for name in (".venv/bin/python", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).touch()
    assert f"--require-hashes -r {lock}" in make(tmp_path, "-n", target).stdout
    for name in ("run", "dev"):
        (tmp_path / f".venv/installed-{name}").touch()
    assert "-m pip" not in make(tmp_path, "-n", target).stdout
    later = (tmp_path / ".venv/installed-run").stat().st_mtime_ns + 10**9
    os.utime(tmp_path / lock, ns=(later, later))
    assert "-m pip" in make(tmp_path, "-n", target).stdout


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_the_readme_shows_the_plain_lines(name: str) -> None:
    """Under each of the two commands the README shows the lines that it runs, for people without make."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    readme = (ROOT / name).read_text("utf-8")
    for line in (
        "python3 -m venv .venv",
        ".venv/bin/pip install --require-hashes -r requirements.lock",
        ".venv/bin/pip install --require-hashes -r requirements-dev.lock",
        ".venv/bin/pip install --no-deps -e .",
        ".venv/bin/mashang run",
        '.venv/bin/python -m pytest -q -n 2 --dist worksteal -m "not slow"',
    ):
        assert line in readme, f"{name} lacks the line: {line}"
        spoken = re.sub(r"^(\.venv/bin/pip install |\.venv/bin/|python3 -m venv |python -m )", "", line)
        assert spoken.removeprefix("python -m ").split(" -m ")[0] in makefile.replace("$(VENV)", ".venv")
