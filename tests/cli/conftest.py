"""One run for all tests of the command line that only look at it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.calls import TOWN, mashang_anew

CAP = "points.deduction_cap_bp=2500"
Whole = tuple[Path, str, str]
"""Folder of a run, what it printed, what it said on the way."""


@pytest.fixture(scope="session", autouse=True)
def own_set() -> None:
    """A MASHANG_SET of whoever runs the tests does not reach them."""
    os.environ.pop("MASHANG_SET", None)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """A year of a small town, with workbook and report."""
    folder = tmp_path_factory.mktemp("runs") / "year"
    done = mashang_anew("run", *TOWN, "--excel", "--lang", "zh", "--out", folder, "--set", CAP)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout, done.stderr
