"""The targets sheet: published beside simulated, and the sentences on 99.8 and 97.6 %."""

import re
from pathlib import Path
from typing import Any

import pytest

from sim.report import write_report
from sim.report.run_folder import Target
from sim.report.targets import comparable
from tests.report.page_reader import Page, read_page
from tests.report.synthetic import write_table
from tests.report.test_broken_off import manifest_only

COLUMNS = ("key", "published", "qualifier", "simulated", "low", "high", "within", "status", "note")


def sheet(tmp_path: Path, *rows: tuple[Any, ...]) -> Page:
    """The page of a run with these rows in its targets sheet; -1 stands for null."""
    folder = manifest_only(tmp_path / "run")
    numbers = {"published", "simulated", "low", "high", "within"}
    columns = {
        name: [float("nan") if name in numbers and row[place] == -1 else row[place] for row in rows]
        for place, name in enumerate(COLUMNS)
    }
    write_table(folder, "targets", columns)
    return read_page(write_report(folder, "en"))


def share_rows(answered: float, resolved: float, closed: float) -> list[tuple[Any, ...]]:
    """The three shares beside 99.8 %."""
    shares = {"answered_share": answered, "resolved_share": resolved, "closed_share": closed}
    return [(key, 0.998, "exact", value, -1, -1, -1, "published", "") for key, value in shares.items()]


def cells(page: Page) -> list[list[str]]:
    """The rows of the targets sheet in English."""
    table = page.text.split('id="section-targets"')[1].split("<tbody>")[1].split("</tbody>")[0]
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, flags=re.DOTALL) for row in table.split("</tr>")[:-1]]
    plain = [[re.sub(r'<span lang="zh">.*?</span>|<[^>]+>', "", cell) for cell in row] for row in rows]
    return [[cell.strip().replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in plain]


def test_the_boards_and_the_remainder_are_separate_rows(page: Page) -> None:
    """134, 244, 215, their sum, over 8,000 and the unexplained remainder each have a row with a deviation."""
    rows = {row[0]: row for row in cells(page)}
    published = {
        "Problem reports (snapshot)": "134",
        "Suggestions and complaints": "244",
        "Praise of good deeds (snapshot)": "215",
        "Sum of the three boards": "593",
        "Praise and report events handled": "over 8,000",
        "Events not explained by the boards": "over 7,407",
    }
    assert {name: rows[name][1] for name in published} == published
    assert all(re.fullmatch(r"[+−]?\d+\.\d%", rows[name][3]) for name in published)


def test_a_row_says_published_simulated_deviation_band_and_status(tmp_path: Path) -> None:
    """Deviation is relative to the published total; the verdict on the band is the run's own."""
    page = sheet(
        tmp_path,
        ("questionnaire_answers", 200_000, "over", 207_400, 190_000, 210_000, True, "published", ""),
        ("votes", 16, "exact", 12, 16, 16, False, "published", ""),
        ("merchants_payment", 1_000, "nearly", 990, -1, -1, -1, "published", ""),
        ("deduction_rate_max", 0.30, "at_most", 0.2994, -1, 0.30, True, "published", ""),
        ("purchases", -1, "exact", 986_620, -1, -1, -1, "assumed", ""),
        ("a_new_total", 10, "exact", 11, 9, -1, True, "derived", ""),
    )
    assert cells(page) == [
        ["Valid answers", "over 200,000", "207,400", "+3.7%", "190,000 to 210,000", "inside", "published"],
        ["Votes held", "16", "12", "−25.0%", "16 to 16", "outside", "published"],
        ["Merchants with the payment code", "nearly 1,000", "990", "−1.0%", "—", "—", "published"],
        ["Highest deduction rate", "at most 30.0%", "29.9%", "—", "at most 30.0%", "inside", "published"],
        ["Purchases by code", "—", "986,620", "—", "—", "—", "assumed"],
        ["a_new_total", "10", "11", "+10.0%", "at least 9", "inside", "derived"],
    ]
    assert "Of 4 rows with a band, 3 lie inside it." in page.section("targets").en


def test_a_word_on_a_total_stands_under_its_name(tmp_path: Path) -> None:
    """A note that is a wording id is shown as its text, any other as it stands; an id without a text is left out."""
    row = ("bound_people", 10, "exact", 10, -1, -1, -1, "published")
    notes = ("report.target_note.boards_sum", "as it stands", "report.target_note.gone")
    page = sheet(
        tmp_path, *((key, *row[1:], note) for key, note in zip(("boards_sum", "votes", "b"), notes, strict=True))
    )
    assert [each[0] for each in cells(page)] == [
        "Sum of the three boardsThe sum of the three rows above.",
        "Votes heldas it stands",
        "b",
    ]


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ((0.9992, 0.9854, 0.9976), '"Closed share" comes nearest: 99.76%, within what rounds to 99.8%'),
        ((0.9975, 0.9700, 0.9900), '"Answered share" comes nearest: 99.75%, within what rounds to 99.8%'),
        ((0.9999, 0.9970, 0.9500), '"Resolved share" comes nearest: 99.70%, yet outside what rounds to 99.8%'),
    ],
)
def test_the_nearest_of_three_words_is_named(tmp_path: Path, shares: tuple[float, float, float], sentence: str) -> None:
    """Answered, resolved and closed are each compared with 99.8 %; the sentence names the nearest."""
    page = sheet(tmp_path, *share_rows(*shares))
    assert sentence in page.section("targets").en
    assert [row[1] for row in page.rows("closing")] == list(shares)


def test_silence_bounds_satisfaction(tmp_path: Path) -> None:
    """With 97 % of 30 % content, silence leaves 29.1 to 99.1 %."""
    rated = ("rated_share", -1, "exact", 0.30, -1, -1, -1, "derived", "")
    satisfied = ("satisfied_share", 0.976, "exact", 0.97, -1, -1, -1, "published", "")
    page = sheet(tmp_path, satisfied, rated)
    assert page.rows("satisfied") == [pytest.approx((0.291, 0.97, 0.991))]
    assert "unhappy the share would be 29.1%, if all were content 99.1%" in page.section("targets").en


def test_limits_and_unpublished_rows_are_not_deviations() -> None:
    """A limit (at most 30 %) is no total to hit, and a row without a published figure has no deviation."""
    rows = {
        "a": Target("a", 0.3, "at_most", 0.2, None, None, None, "published", ""),
        "b": Target("b", None, "exact", 5, None, None, None, "assumed", ""),
        "c": Target("c", 16, "exact", 12, None, None, None, "published", ""),
    }
    assert [(row.key, row.deviation) for row in comparable(rows)] == [("c", -0.25)]


def test_the_summary_is_counted_from_the_sheet(page: Page, short_page: Page) -> None:
    """How many totals lie within five per cent follows the deviations that the sheet shows."""
    for each in (page, short_page):
        deviations = [row[1] for row in each.rows("deviations")]
        close = sum(abs(deviation) <= 0.05 for deviation in deviations)
        assert f"Of {len(deviations)} totals that can be set beside a published one, {close} are within 5%" in each.text
