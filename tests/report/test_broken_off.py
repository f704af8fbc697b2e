"""Runs that are cut off, small, empty or damaged still give a page that says what it is."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim.report import write_report
from sim.report.page import SECTIONS
from sim.report.run_folder import open_run
from sim.table_columns import COLUMNS
from tests.report.page_reader import Page, read_page
from tests.report.synthetic import manifest_of, write_run, write_table
from wording import ExitCode, MashangError, Wording


def manifest_only(folder: Path, **manifest: object) -> Path:
    """A run that wrote its manifest and nothing else."""
    folder.joinpath("tables").mkdir(parents=True)
    folder.joinpath("manifest.json").write_text(json.dumps(manifest_of(329, 1.0, 1) | manifest), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty days at a twentieth of the size."""
    return write_run(tmp_path_factory.mktemp("runs") / "small", days=40, scale=0.05)


def banners(page: Page) -> list[str]:
    """The English labels over the results."""
    return [each.en for each in page.all("p", role="status")]


def test_an_interrupted_small_run_says_both(short_page: Page) -> None:
    """The days that are covered and the scale stand over the results."""
    first, second = banners(short_page)
    assert first.startswith("Interrupted: this page covers the first 40 days only")
    assert second.startswith("Small-scale first result (scale 0.02)")
    assert "小规模初步结果（规模 0.02）" in short_page.text
    assert "multiplied by the scale 0.02" in short_page.section("targets").en


def test_a_finished_full_run_has_no_label(page: Page) -> None:
    """Nothing is put over the results of a whole run at full size."""
    assert banners(page) == []


@pytest.mark.parametrize(
    ("manifest", "days", "label"),
    [
        ({"status": "running"}, 5, "Still running"),
        ({"status": "broken"}, 5, "Stopped by a broken invariant"),
        ({"status": None}, 5, "The run does not say that it finished"),
        ({}, 5, "Only the first 5 days were run: the published totals are of all 329 days"),
        ({"mode": "slow"}, 3, "Slow mode"),
    ],
)
def test_a_run_is_labelled_as_what_it_is(tmp_path: Path, manifest: dict[str, Any], days: int, label: str) -> None:
    """Status, length and mode of a run each have their label."""
    folder = write_run(tmp_path / "run", days=days, scale=0.05, **manifest)
    assert any(each.startswith(label) for each in banners(read_page(write_report(folder))))


def test_a_broken_run_does_not_claim_that_nothing_was_broken(tmp_path: Path) -> None:
    """The sentence on invariants follows the status."""
    fine, broken = (
        read_page(write_report(manifest_only(tmp_path / status, status=status))).section("checks").en
        for status in ("finished", "broken")
    )
    assert "none was broken" in fine
    assert "none was broken" not in broken
    assert "stopped the run" in broken


def test_without_tables_every_section_says_so(tmp_path: Path) -> None:
    """A page without any table has all sections, no chart, and a sentence in each."""
    page = read_page(write_report(manifest_only(tmp_path / "run", status="interrupted")))
    assert page.charts == {}
    sections = [each for each in page.all("section") if each.attributes["id"] != "section-summary"]
    assert len(sections) == len(SECTIONS)
    assert all(len(each.en.strip().splitlines()) > 1 for each in sections)
    assert "No case was opened" in page.section("cases").en


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_any_single_table_may_be_missing_or_empty(tmp_path: Path, small_folder: Path, table: str) -> None:
    """The page is written without the table, and with a table of no rows."""
    folder = manifest_only(tmp_path / "run", days=40, scale=0.05)
    for path in small_folder.joinpath("tables").glob("*.parquet"):
        if path.stem != table:
            folder.joinpath("tables", path.name).symlink_to(path)
    missing = write_report(folder).read_text("utf-8")
    write_table(folder, table, {name: [] for name in COLUMNS[table]})
    assert write_report(folder).read_text("utf-8") == missing
    assert missing.count("data-chart=") > 10


def test_a_damaged_table_counts_as_empty_and_is_named(tmp_path: Path) -> None:
    """A file that was cut while it was written is named over the results; the rest is shown."""
    folder = write_run(tmp_path / "run", days=20, scale=0.05, status="interrupted")
    file = folder / "tables" / "cases.parquet"
    file.write_bytes(file.read_bytes()[:200])
    page = read_page(write_report(folder))
    assert any("could not be read" in each and "cases" in each for each in banners(page))
    assert "bound" in page.charts
    assert "cases" not in page.charts


def test_a_table_of_an_older_version_lacks_a_column(tmp_path: Path) -> None:
    """A column that is not there reads as nulls."""
    folder = manifest_only(tmp_path / "run")
    write_table(folder, "votes", {"vote": ["vot_000001"], "opened": ["2021-10-01"], "ballots": [7]})
    assert read_page(write_report(folder)).rows("votes") == [(1, "vot_000001", 7, None)]


def test_a_day_of_two_people_is_a_page(tmp_path: Path) -> None:
    """The smallest runs have one merchant, one member, hardly anybody bound, and a page."""
    page = read_page(write_report(write_run(tmp_path / "run", days=1, scale=0.001)))
    assert "bound" in page.charts
    assert len(page.all("section")) == len(SECTIONS) + 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("content", [None, "", "[1, 2]", '{"scenario": '])
def test_a_folder_that_is_no_run_is_refused_with_a_sentence(tmp_path: Path, content: str | None, language: str) -> None:
    """Without a readable manifest there is one sentence that names the folder and what to do."""
    if content is not None:
        tmp_path.joinpath("manifest.json").write_text(content)
    with pytest.raises(MashangError) as caught:
        write_report(tmp_path, language)
    assert caught.value.exit_code == ExitCode.USAGE
    sentence = Wording(language).text(caught.value.wording_id, **caught.value.values)
    assert str(tmp_path) in sentence
    assert sentence.endswith("。" if language == "zh" else ".")
    assert not tmp_path.joinpath("report.html").exists()


def test_a_folder_with_a_quote_in_its_name_is_read(tmp_path: Path) -> None:
    """Names of folders are no SQL."""
    folder = write_run(tmp_path / "it's a 'run'", days=3, scale=0.05)
    assert open_run(folder).row("SELECT count(*) FROM bound_by_day") == (3,)
