"""The pytest plug-in: one option and nothing to write; without the option it costs and does nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from tests.loadtests.property.serving import deployed
from tests.style.sources import ROOT

MODULE = "loadtests.property.pytest_plugin"
HEAVY = {"numpy", "locust", "gevent", "hypothesis", "engine", "sim", "pydantic", "simpy", "yaml", "typer"}


def run_pytest(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Pytest in a folder, with the plug-in as an installation would load it."""
    installed = any(each.value == MODULE for each in entry_points(group="pytest11"))
    others = ["-p", "no:locust", "-p", "no:schemathesis", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "--rootdir", str(folder), *others, *words]
    command += [] if installed else ["-p", MODULE]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MASHANG_LANG": "en"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_an_installation_brings_the_plug_in() -> None:
    """The entry point names the module."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["pytest11"]
    assert told == {"mashang": MODULE}


def test_without_the_option_nothing_is_loaded() -> None:
    """The module imports pytest and the texts; neither the engine nor Hypothesis."""
    code = f"import sys, {MODULE} as plugin; plugin._words().text('property.pytest.group'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not HEAVY & {name.partition(".")[0] for name in done.stdout.split()}


def test_without_the_option_nothing_is_added(tmp_path: Path) -> None:
    """Other people's tests run as before; a test that wants the target is skipped with the reason."""
    (tmp_path / "test_own.py").write_text("def test_a(): pass\ndef test_b(mashang_property): mashang_property()\n")
    done = run_pytest(tmp_path, "-rs")
    assert done.returncode == 0
    assert "1 passed, 1 skipped" in done.stdout
    assert "--mashang-adapter" in done.stdout


def test_a_target_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    """No traceback of ours."""
    done = run_pytest(tmp_path, "--mashang-adapter", "reference", "--mashang-target", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "http://127.0.0.1:9" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.slow
def test_one_option_is_enough(tmp_path: Path) -> None:
    """On a right deployment the test passes, own tests choose a subject, and -k leaves it out."""
    (tmp_path / "test_own.py").write_text(
        "def test_points(mashang_property):\n"
        "    found = mashang_property(only='points', max_examples=2, steps=3)\n"
        "    assert 0 < found['commands']['served'] < 20\n"
    )
    with deployed(tmp_path) as url:
        words = ("--mashang-adapter", "reference", "--mashang-target", url, "--mashang-max-examples", "2")
        both = run_pytest(tmp_path, *words, "--mashang-steps", "3")
        none = run_pytest(tmp_path, *words, "-k", "nothing")
    assert "2 passed" in both.stdout, both.stdout[-2_000:]
    assert "2 deselected" in none.stdout
    results = sorted((tmp_path / "runs").rglob("property.json"))
    assert results
    assert {json.loads(each.read_text("utf-8"))["verdict"] for each in results} == {"same"}


@pytest.mark.slow
def test_a_difference_fails_with_its_story(tmp_path: Path) -> None:
    """Operation, both answers and the place of the curl lines stand in the failure."""
    with deployed(tmp_path, "keys-forgotten") as url:
        words = ("--mashang-adapter", "reference", "--mashang-target", url, "--mashang-out", str(tmp_path / "out"))
        done = run_pytest(tmp_path, *words)
    assert done.returncode == 1
    assert "engine: " in done.stdout
    assert "H04" in done.stdout
    assert (tmp_path / "out" / "finding" / "replay.sh").exists()
