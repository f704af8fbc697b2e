"""A real browser opens the pages: every chart is drawn, in both languages, and nothing is blocked or fails."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sim.report import write_comparison
from tests.report.comparing import comparison
from tests.report.page_reader import Page

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
pytestmark = pytest.mark.skipif(
    not BROWSER, reason="no Chromium on this machine (Debian: apt-get install chromium): pages were not opened"
)


def opened(page: Path, where: str, profile: Path, width: int = 1200) -> tuple[str, list[str]]:
    """The elements after all scripts ran, and what the page said on the console."""
    command = [
        BROWSER, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
        "--enable-logging=stderr",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}", f"--window-size={width},900",
        "--virtual-time-budget=30000", "--dump-dom", f"{page.as_uri()}{where}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def check(dom: str, console: list[str], language: str, charts: int) -> None:
    """All charts stand drawn in one language, and the console is silent."""
    assert not console
    assert re.search(rf'<html lang="{language}"[^>]* data-ready="{language}"', dom)
    assert dom.count(f'data-drawn="{language}"') == charts
    assert len(re.findall(r'<svg[^>]*class="marks"', dom)) == charts
    assert 'data-drawn="failed"' not in dom


def test_the_report_is_drawn_in_chinese(run_folder: Path, page: Page, tmp_path: Path) -> None:
    """The report of a full run opens from the disk under its content policy."""
    dom, console = opened(run_folder / "report.html", "", tmp_path)
    check(dom, console, "zh", len(page.charts))


def test_the_report_is_drawn_in_english_on_a_phone(run_folder: Path, page: Page, tmp_path: Path) -> None:
    """`?lang=en` opens the same file in English; a phone's width is enough."""
    dom, console = opened(run_folder / "report.html", "?lang=en", tmp_path, width=390)
    check(dom, console, "en", len(page.charts))


def test_the_comparison_is_drawn(tmp_path: Path) -> None:
    """The page of a comparison opens in English by `#en`."""
    path = write_comparison(tmp_path, comparison())
    dom, console = opened(path, "#en", tmp_path / "profile")
    check(dom, console, "en", path.read_text("utf-8").count("data-chart="))
