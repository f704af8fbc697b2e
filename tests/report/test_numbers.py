"""What the charts show is what the tables hold, counted a second time without the report's queries."""

import datetime
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sim.report import write_report
from sim.report.purchases import gini
from sim.report.rhythm import calendar_days, weekend_index
from sim.report.stay import CURVE
from tests.report.page_reader import Page, read_page
from tests.report.synthetic import write_run, write_table

Rows = list[dict[str, Any]]
TOLD_BY_RESIDENTS = ("resident", "code")  # sources; everybody else enters


@pytest.fixture(scope="module")
def tables(run_folder: Path) -> dict[str, Rows]:
    """The tables of the run as plain rows."""
    return {path.stem: plain(path) for path in run_folder.joinpath("tables").glob("*.parquet")}


def plain(path: Path) -> Rows:
    """The rows of one file."""
    found = duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def counted(tables: dict[str, Rows]) -> Rows:
    """Cases that are there to be solved."""
    left_out = {"WITHDRAWN", "DUPLICATE", "REJECTED"}
    return [case for case in tables["cases"] if case["kind"] != "praise" and case["state"] not in left_out]


def split(shown: list[tuple[Any, ...]]) -> dict[Any, Any]:
    """Rows of code and number as a mapping."""
    return {row[:-1] if len(row) > 2 else row[0]: row[-1] for row in shown}


def test_bound_people(page: Page, tables: dict[str, Rows]) -> None:
    """The stacked areas are the four columns of the table, day by day."""
    columns = ("community_self", "community_grid", "other_self", "other_grid")
    counted = [(row["day"].isoformat(), *(row[name] for name in columns)) for row in tables["bound_by_day"]]
    assert page.rows("bound") == counted
    assert len(counted) == 329


def test_answers_of_each_questionnaire(page: Page, tables: dict[str, Rows]) -> None:
    """Bars are valid answers in order of opening; invalid ones are summed by reason, the most frequent first."""
    asked = sorted(tables["questionnaires"], key=lambda row: (row["opened"], row["questionnaire"]))
    counted = [(place, row["questionnaire"], row["points"], row["valid"]) for place, row in enumerate(asked, 1)]
    assert page.rows("questionnaires") == counted
    assert len(counted) == 81
    sums = {code: sum(row[code] for row in asked) for code in ("too_fast", "straight_line", "duplicate", "incomplete")}
    submitted = sum(row["submitted"] for row in asked)
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    assert [row[:2] for row in page.rows("invalid")] == ranked
    assert [row[2] for row in page.rows("invalid")] == pytest.approx([n / submitted for _, n in ranked], rel=1e-5)


def test_turnout(page: Page, tables: dict[str, Rows]) -> None:
    """Turnout is ballots among the electorate."""
    held = sorted(tables["votes"], key=lambda row: (row["opened"], row["vote"]))
    assert [row[1:3] for row in page.rows("votes")] == [(row["vote"], row["ballots"]) for row in held]
    turnout = [row["ballots"] / row["electorate"] for row in held]
    assert [row[3] for row in page.rows("votes")] == pytest.approx(turnout, rel=1e-5)


def test_cases_day_by_day(page: Page, tables: dict[str, Rows]) -> None:
    """Cumulative steps and waiting cases, counted case by case for three days of the run."""
    cases = counted(tables)
    shown = {row[0]: row[1:] for row in page.rows("cases")}
    waiting = {row[0]: row[1:] for row in page.rows("cases-waiting")}
    assert len(shown) == 329
    for text in ("2021-09-15", "2022-01-31", "2022-08-09"):
        night = datetime.datetime.combine(datetime.date.fromisoformat(text), datetime.time.max)

        def done(case: dict[str, Any], step: str, night: datetime.datetime = night) -> bool:
            return case[step] is not None and case[step] <= night

        steps = ("submitted", "answered", "resolved", "closed")
        assert shown[text] == tuple(sum(done(case, step) for case in cases) for step in steps)
        still_open = [case for case in cases if done(case, "submitted") and not done(case, "closed")]
        assert waiting[text] == (
            sum(not done(case, "answered") for case in still_open),
            sum(not done(case, "resolved") for case in still_open),
            len(still_open),
        )


def test_what_the_curves_leave_out_is_said(page: Page, tables: dict[str, Rows]) -> None:
    """Praise, and cases that were withdrawn, duplicate or refused, are counted in a sentence and in the table."""
    cases = tables["cases"]
    praise = sum(case["kind"] == "praise" for case in cases)
    dropped = len(cases) - praise - len(counted(tables))
    assert praise > 100
    assert dropped > 100
    assert f"left out are {praise} praises (nothing to solve) and {dropped} that" in page.section("cases").en


@pytest.mark.parametrize("step", ["resolved", "closed"])
def test_curves_of_time(page: Page, tables: dict[str, Rows], step: str) -> None:
    """A curve is the share of all cases of a tier, unfinished ones included, that came to the step within the time."""
    shown: dict[str, list[float]] = defaultdict(list)
    for tier, _, part in page.rows(f"stay-{step}"):
        shown[tier].append(part)
    assert set(shown) == {"urgent", "utility", "general", "hard"}
    for tier, parts in shown.items():
        stays = [
            (case[step] - case["submitted"]).total_seconds() / 3600 if case[step] else None
            for case in counted(tables)
            if case["tier"] == tier
        ]
        for hours, part in list(zip(CURVE, parts, strict=True))[::15]:
            within = sum(stay is not None and stay <= hours for stay in stays) / len(stays)
            assert part == pytest.approx(within, rel=1e-5)


def test_hours(page: Page, tables: dict[str, Rows]) -> None:
    """Hour profiles: cases by the local hour of submission, purchases from accepted commands."""
    counted: dict[str, Counter[int]] = defaultdict(Counter)
    for case in tables["cases"]:
        counted["resident" if case["source"] in TOLD_BY_RESIDENTS else "grid"][case["submitted"].hour] += 1
    for row in tables["commands_by_hour"]:
        counted["purchase"][row["hour"]] += row["n"]
    shown = split(page.rows("hours"))
    assert len(shown) == 72
    for (stream, hour), part in shown.items():
        assert part == pytest.approx(counted[stream][hour] / counted[stream].total(), rel=1e-5)


def test_weekdays(page: Page, tables: dict[str, Rows]) -> None:
    """Weekdays are means a calendar day, 1 being the mean day; reports sink at weekends and purchases rise."""
    n: Counter[int] = Counter()
    for row in tables["purchases"]:
        n[row["day"].weekday()] += row["n"]
    mean = sum(n.values()) / 7
    shown = split(page.rows("weekdays"))
    assert [shown["purchase", day] for day in range(7)] == pytest.approx([n[day] / mean for day in range(7)], rel=1e-4)
    entered = [case for case in tables["cases"] if case["source"] not in TOLD_BY_RESIDENTS]
    entries = Counter(case["submitted"].weekday() for case in entered)
    counted_days = [entries[day] / (entries.total() / 7) for day in range(7)]
    assert [shown["grid", day] for day in range(7)] == pytest.approx(counted_days, rel=1e-4)
    assert shown["resident", 6] < 0.8
    assert shown["purchase", 6] > 1.02
    assert "走向相反" in page.section("rhythm").zh
    assert "move in opposite directions" in page.section("rhythm").en


def test_a_run_of_ten_days_does_not_favour_its_weekdays() -> None:
    """Weekdays of a calendar are counted from the first to the last day."""
    first = datetime.date(2021, 9, 15)
    for length in (1, 3, 7, 10, 329):
        last = first + datetime.timedelta(days=length - 1)
        walked = Counter((first + datetime.timedelta(days=day)).weekday() for day in range(length))
        assert calendar_days(first, last) == [walked[weekday] for weekday in range(7)]


def test_the_weekend_index() -> None:
    """Twice as much on a weekend day is 2; a run without a weekend has no index."""
    assert weekend_index([1, 1, 1, 1, 1, 2, 2], [1] * 7) == 2
    assert weekend_index([1, 3, 0, 0, 0, 2, 0], [1, 1, 0, 0, 0, 1, 0]) == 1
    assert weekend_index([1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0, 0]) is None


def test_points(page: Page, tables: dict[str, Rows]) -> None:
    """Outstanding points day by day; issued by rule and ledger; redeemed net of what refunds restored."""
    counted = [(row["day"].isoformat(), row["outstanding"]) for row in tables["points_outstanding"]]
    assert page.rows("outstanding") == counted
    flows: Counter[tuple[str, str, str]] = Counter()
    for row in tables["points_flows"]:
        flows[row["ledger"], row["flow"], row["rule"]] += row["points"]
    for ledger in ("MP", "MO"):
        issued = {rule: n for (its, flow, rule), n in flows.items() if (its, flow) == (ledger, "issued")}
        assert page.rows(f"rules-{ledger}") == sorted(issued.items(), key=lambda item: -item[1])
    spent = sum(n for (_, flow, _), n in flows.items() if flow == "spent")
    restored = sum(n for (_, flow, _), n in flows.items() if flow == "restored")
    assert f"{spent - restored:,} redeemed net of refunds" in page.section("points").en


def test_weeks_cut_by_the_run_are_not_drawn(page: Page, tables: dict[str, Rows]) -> None:
    """The run starts on a Wednesday and ends on a Tuesday: both weeks stand in the table, neither in the picture."""
    drawn = page.rows("weekly")
    assert (drawn[0][0], drawn[-1][0]) == ("2021-09-20", "2022-08-01")
    assert "2021-09-13" in page.section("points").zh
    monday = datetime.date(2021, 9, 20)
    week = [row for row in tables["points_flows"] if 0 <= (row["day"] - monday).days < 7 and row["ledger"] == "MP"]
    assert drawn[0][1] == sum(row["points"] for row in week if row["flow"] == "issued")


def test_tenths_of_merchants(page: Page, tables: dict[str, Rows]) -> None:
    """Tenths by turnover net of refunds, the smallest first, a hundred merchants in each."""
    turnover: Counter[str] = Counter()
    for row in tables["purchases"]:
        turnover[row["merchant"]] += row["goods_fen"] - row["refunded_fen"]
    ranked = sorted(turnover.values())
    tenths = [sum(ranked[part * 100 : part * 100 + 100]) / sum(ranked) for part in range(10)]
    assert [row[2] for row in page.rows("deciles")] == [100] * 10
    assert [row[1] for row in page.rows("deciles")] == pytest.approx(tenths, rel=1e-5)


def test_gini_is_half_the_mean_difference() -> None:
    """The formula equals its definition: mean absolute difference of all pairs over twice the mean."""
    for turnovers in ([1, 1, 1], [0, 0, 5], [1, 2, 3, 40]):
        size = len(turnovers)
        pairs = sum(abs(one - other) for one in turnovers for other in turnovers)
        assert gini(turnovers) == pytest.approx(pairs / (2 * size * sum(turnovers)))
    assert gini([0, 0]) is None


def test_participation(page: Page, tables: dict[str, Rows]) -> None:
    """Bound people among all, every other act among the bound; counts below ten are not drawn."""
    for row in tables["groups"]:
        for act in ("bound", "answerers", "voters", "reporters", "buyers", "redeemers"):
            shown = {each[0]: each[1] for each in page.rows(f"{row['dimension']}-{act}")}[row["grp"]]
            if 0 < row[act] < 10:
                assert shown is None
            else:
                assert shown == pytest.approx(row[act] / row["persons" if act == "bound" else "bound"], rel=1e-5)
        alone = {each[0]: each[2] for each in page.rows(f"{row['dimension']}-bound")}[row["grp"]]
        assert alone == pytest.approx((row["bound"] - row["bound_by_grid"]) / row["persons"], rel=1e-5)
    assert dict(page.rows("age-reporters"))["70+"] is None
    assert "少于 10 人" in page.section("participation").zh


def test_small_groups_are_merged_on_the_page(tmp_path: Path) -> None:
    """A group of eight and one of five appear as `other` only, in charts and in the table."""
    folder = write_run(tmp_path / "run", days=10)
    columns = ("persons", "bound", "bound_by_grid", "answerers", "answers", "voters", "reporters", "buyers")
    rows: dict[str, list[Any]] = {"dimension": ["age"] * 4, "grp": ["25-44", "45-59", "60-69", "70+"]}
    rows |= {name: [90, 40, 8, 5] for name in columns}
    rows |= {name: [12, 11, 3, 2] for name in ("redeemers", "points_earned", "points_redeemed", "moral")}
    write_table(folder, "groups", rows)
    page = read_page(write_report(folder))
    assert page.rows("age-bound") == [("25-44", 1, 0), ("45-59", 1, 0), ("other", 1, 0)]
    assert dict(page.rows("age-redeemers"))["other"] is None
    assert "60–69" not in page.section("participation").zh


def test_workload(page: Page, tables: dict[str, Rows]) -> None:
    """Minutes are a member and calendar day."""
    counted = {row["kind"]: row["busy_minutes"] / row["members"] / 329 for row in tables["grid_members"]}
    assert dict(page.rows("minutes")) == pytest.approx(counted, rel=1e-5)
