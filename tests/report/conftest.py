"""One run of full size and its page, for all tests of this folder; nobody changes them."""

from pathlib import Path

import pytest

from sim.report import write_comparison, write_report
from tests.report.comparing import comparison
from tests.report.page_reader import Page, read_page
from tests.report.synthetic import write_run


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of 329 days at full size, with its report."""
    folder = write_run(tmp_path_factory.mktemp("runs") / "full")
    write_report(folder)
    return folder


@pytest.fixture(scope="session")
def page(run_folder: Path) -> Page:
    """The report of that run."""
    return read_page(run_folder / "report.html")


@pytest.fixture(scope="session")
def short_page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The report of a small run that was interrupted on its fortieth day, written in English."""
    folder = write_run(tmp_path_factory.mktemp("runs") / "short", days=40, scale=0.02, status="interrupted")
    return read_page(write_report(folder, "en"))


@pytest.fixture(scope="session")
def comparison_page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The page of three policies on ten seeds."""
    return read_page(write_comparison(tmp_path_factory.mktemp("comparison"), comparison(), "zh"))
