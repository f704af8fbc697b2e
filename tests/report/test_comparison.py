"""The page of a comparison says what is settled, which way, and what is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from sim.report import write_comparison
from sim.report.compare_charts import sentence
from sim.report.compare_outcome import Policy, Result, results_of, verdict
from sim.report.quantities import Words, render
from tests.report.comparing import OUTCOMES, POLICIES, comparison
from tests.report.page_reader import Page, read_page
from tests.report.test_page import HOSTILE


def result(key: str, low: float | None, high: float | None, **more: Any) -> Result:
    """A result with this interval."""
    difference = (low + high) / 2 if low is not None and high is not None else 5.0
    plain: dict[str, Any] = {
        "variant": Policy("less", Words("少", "less")),
        "unit": "count",
        "base_mean": 100.0,
        "variant_mean": 100 + difference,
        "difference": difference,
        "level": 0.95,
        "per_seed": (difference,) * 10,
        "needs_more": None,
    }
    return Result(key=key, low=low, high=high, **plain | more)


VERDICTS = [
    ("questionnaire_answers", 1, 3, "better"),
    ("questionnaire_answers", -3, -1, "worse"),
    ("late_share", 1, 3, "worse"),
    ("late_share", -3, -1, "better"),
    ("turnover_yuan", 1, 3, "higher"),
    ("turnover_yuan", -3, -1, "lower"),
    ("a_new_outcome", -3, -1, "lower"),
    ("late_share", -1, 3, "open"),
    ("late_share", 0, 3, "open"),
    ("late_share", 0, 0, "same"),
    ("late_share", None, None, "single"),
]


@pytest.mark.parametrize(("key", "low", "high", "expected"), VERDICTS)
def test_a_verdict_needs_an_interval_without_zero(key: str, low: float, high: float, expected: str) -> None:
    """Better or worse where the planner's direction is plain, higher or lower elsewhere, open while zero is inside."""
    assert verdict(result(key, low, high)) == expected


SENTENCES = [
    (result("late_share", 0.01, 0.03, unit="share"), "is worse: +2 percentage points (95% interval +1 to +3)"),
    (result("closed_share", 0.001, 0.003, unit="share"), "is better: +0.20 percentage points"),
    (result("turnover_yuan", -30, -10, unit="yuan", level=0.9), "is lower: −20 yuan (90% interval −30 to −10)"),
    (result("votes", -1, 3, needs_more=40), "with 10 replications (+1, 95% interval −1 to +3); it needs about 40 more"),
    (result("votes", -1, 3), "is not settled with 10 replications (+1, 95% interval −1 to +3)."),
    (result("votes", 0, 0), '"Votes held" is the same in all 10 replications.'),
    (result("votes", None, None, per_seed=(5.0,)), "differs by +5; 1 replications give no interval"),
    (result("waits", 1, 3, unit="parsec"), '"waits" is higher: +2 parsec'),
]  # fmt: skip


@pytest.mark.parametrize(("settled", "said"), SENTENCES)
def test_every_result_has_its_sentence(settled: Result, said: str) -> None:
    """The sentence names policy, outcome, difference with unit, interval and level, and what is still needed."""
    english, chinese = render(sentence(settled), "en"), render(sentence(settled), "zh")
    assert said in english
    assert english.startswith("less: ")
    assert chinese.startswith("少：")
    assert "约还需 40 次" in chinese or settled.needs_more is None


def test_one_picture_an_outcome_across_policies(comparison_page: Page) -> None:
    """Each outcome has one chart that holds a mean and ten seeds of every policy, the numbers as they came."""
    given = comparison()
    names = [name for name, _ in POLICIES]
    assert [name for name in comparison_page.charts if name.startswith("outcome-")] == [
        f"outcome-{key}" for key, *_ in OUTCOMES
    ]
    for key, *_ in OUTCOMES:
        rows = comparison_page.rows(f"outcome-{key}")
        assert [row[0] for row in rows if row[1] == "mean"] == names
        assert len([row for row in rows if row[1] == "seed"]) == 30
    chosen = given["variants"][1]["outcomes"][0]
    row = comparison_page.rows(f"outcome-{chosen['key']}")[1]
    assert row[2:] == pytest.approx((chosen["difference"], chosen["low"], chosen["high"]), rel=1e-5)


def test_one_picture_an_outcome_by_age(comparison_page: Page) -> None:
    """By-age charts hold all groups from young to old for every policy."""
    rows = comparison_page.rows("age-questionnaire_answers")
    assert [row[1] for row in rows[::3]] == ["0-14", "15-24", "25-44", "45-59", "60-69", "70+"]
    assert len(rows) == 18


def test_charts_have_a_zero_line_and_a_unit(comparison_page: Page) -> None:
    """Every picture shows where no change is, and its axis says what is measured."""
    for chart in comparison_page.charts.values():
        for language, title in (("zh", "政策 − 基准"), ("en", "Policy − base")):
            text = json.dumps(chart["specs"][language], ensure_ascii=False)
            assert '"values": [{"at": 0}]' in text
            assert title in text
    late = json.dumps(comparison_page.charts["outcome-late_share"]["specs"], ensure_ascii=False)
    assert "percentage points" in late
    assert "百分点" in late


def test_the_table_has_every_result(comparison_page: Page) -> None:
    """All outcomes of all policies stand in one table, with the number that is settled above it."""
    results = [each for listed in results_of(comparison()).values() for each in listed]
    settled = sum(verdict(each) in {"better", "worse", "higher", "lower"} for each in results)
    text = comparison_page.section("verdicts").en
    assert f"With 10 replications {settled} of {len(results)} results are settled" in text
    table = comparison_page.text.split('id="section-verdicts"')[1].split("</table>")[0]
    assert table.count("<tr>") == len(results) + 1


def test_the_caution_is_on_the_page(comparison_page: Page, page: Page) -> None:
    """Both pages say that a model shows consequences of assumptions, in both languages."""
    for each in (comparison_page, page):
        assert "consequences of assumptions, not facts about people" in each.text
        assert "假设的后果，不是关于真实居民的事实" in each.text


def test_a_single_replication_is_a_page(tmp_path: Path) -> None:
    """Without intervals there are dots, and sentences that ask for more replications."""
    page = read_page(write_comparison(tmp_path, comparison(reps=1)))
    assert "1 replications give no interval" in page.text
    assert all(row[3] is None for row in page.rows("outcome-closed_share"))


def test_nothing_to_compare_is_a_page(tmp_path: Path) -> None:
    """A comparison without variants says so."""
    page = read_page(write_comparison(tmp_path, {"base": "a", "seeds": [], "reps": 0, "variants": []}, "en"))
    assert "There is nothing to compare." in page.text
    assert page.charts == {}


def test_hostile_names_of_policies_stay_text(tmp_path: Path) -> None:
    """A policy's name with markup is shown as text, in tables and in charts."""
    given = comparison()
    given["variants"][0]["name"] = given["base"] = HOSTILE
    page = read_page(write_comparison(tmp_path, given))
    assert not page.all("img")
    assert page.rows("outcome-closed_share")[0][0] == HOSTILE


def test_policies_go_by_their_titles(tmp_path: Path) -> None:
    """Titles stand in tables, sentences and pictures, in the language of the reader; the scale is labelled."""
    given = comparison() | {"scale": 0.05, "days": 90}
    given["titles"] = {
        "no_points": {"zh": "没有积分", "en": "No points at all"},
        "kangbashi_2022": {"zh": "基准", "en": "Base"},
    }
    page = read_page(write_comparison(tmp_path, given))
    assert page.all("h1")[0].zh == "基准：政策比较"
    assert 'No points at all: "Valid answers" is worse' in page.section("outcomes").en
    specs = page.charts["outcome-closed_share"]["specs"]
    assert "没有积分" in json.dumps(specs["zh"], ensure_ascii=False)
    assert "No points at all" in json.dumps(specs["en"])
    assert "Small-scale first result (scale 0.05)" in page.text


def test_policies_of_one_title_go_by_their_names(tmp_path: Path) -> None:
    """Two policies that share a title are told apart by name."""
    given = comparison()
    given["titles"] = {name: {"zh": "同名", "en": "same"} for name in ("no_points", "deduction_20", "kangbashi_2022")}
    page = read_page(write_comparison(tmp_path, given))
    assert "no_points: " in page.section("outcomes").en
    assert "同名" not in page.text


def test_ages_without_change_say_so(tmp_path: Path) -> None:
    """Where every difference of every age group is zero, the sentence says unchanged, not unsettled."""
    given = comparison()
    for row in given["variants"][0]["by_age"]:
        row.update(difference=0.0, low=0.0, high=0.0)
    text = read_page(write_comparison(tmp_path, given)).section("ages").en
    assert text.count("deduction_20: unchanged in all 6 age groups.") == 2
    assert "no_points: unchanged" not in text
