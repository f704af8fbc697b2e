"""Early warning: what the rules find, once each; a verified warning has a case in time (F39, L10)."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Policy
from engine.binding.places import OpenGrid
from engine.district.hazards import Rule
from engine.grid.hazards import JudgeWarning, OpenWarningCase, ScanCases, _stands_out
from engine.reporting.closing import ResolveReport
from engine.reporting.dispatch import AcceptReport, DispatchReport
from engine.reporting.intake import EnterReport, WithdrawReport
from engine.views.hazards import warning_shares
from tests.engine.grid.scenes import cared_town, raised
from tests.engine.reporting.scenes import DAY, HOUR, by_assignee, submitted, verdict
from tests.towns import Town

KIND = "facilities"


def entered(town: Town, building: str | None = None, category: str = KIND, grid: str = "grd_1") -> str:
    """A member's entry at a building."""
    worker = "wkr_1" if grid == "grd_1" else "wkr_2"
    made = town.must(EnterReport("problem", category, grid, None, building), "grid", worker)
    return str(made.events[0].report)  # type: ignore[attr-defined]


def scan(town: Town, rule: Rule = "count") -> list[tuple[str, str, str | None, tuple[str, ...]]]:
    """What a scan raises: category, grid, building, cases."""
    events = town.must(ScanCases(rule)).events[1:]
    return [(each.category, each.grid, each.building, each.cases) for each in events]  # type: ignore[attr-defined]


def state(town: Town, warning: str) -> str:
    """The state of a warning."""
    return str(town.engine.district.hazards.warnings[warning].state)


def test_three_cases_at_one_building_are_a_warning_that_lists_them() -> None:
    """Two are none; the third of one category at one building within the window is, and no night raises it again."""
    town = cared_town()
    cases = [entered(town, "bld_1"), entered(town, "bld_1")]
    entered(town, "bld_1", "sanitation")
    entered(town)
    assert scan(town) == []
    cases.append(entered(town, "bld_1"))
    assert scan(town) == [(KIND, "grd_1", "bld_1", tuple(cases))]
    assert scan(town) == []
    town.clock += DAY
    again = [entered(town, "bld_1") for _ in range(3)]
    assert scan(town) == [(KIND, "grd_1", "bld_1", tuple(again))]


@pytest.mark.parametrize(("late", "found"), [(0, 1), (1, 0)])
def test_the_window_is_as_long_as_the_policy_says(late: int, found: int) -> None:
    """A case of exactly fourteen days ago counts, one of a second more does not."""
    town = cared_town()
    entered(town)
    town.clock += 14 * DAY + late
    entered(town)
    entered(town)
    assert len(scan(town)) == found


def test_withdrawn_and_rejected_cases_are_no_sign() -> None:
    """Duplicates are: each reporter saw it; what a warning opened is not, else it would feed itself."""
    town = cared_town()
    first = entered(town)
    taken_back, refused, twice = entered(town), entered(town), entered(town)
    town.must(WithdrawReport(taken_back), "grid", "wkr_1")
    town.must(verdict(refused, "reject", reason="not_ours"))
    town.must(verdict(first))
    town.must(verdict(twice, "duplicate", of=first))
    warning = raised(town)
    town.must(JudgeWarning(warning, real=True))
    town.must(OpenWarningCase(warning))
    assert scan(town) == []
    assert scan(town) == []
    third = entered(town)
    assert scan(town) == [(KIND, "grd_1", None, (first, twice, third))]


def test_dispersion_looks_for_the_unusual_where_counts_only_count() -> None:
    """Five cases everywhere are no news to the rule of dispersion, five in one of many grids are."""
    town = cared_town()
    for _ in range(5):
        entered(town, grid="grd_1")
        entered(town, grid="grd_2")
    assert scan(town, "dispersion") == []
    for number in range(10, 40):
        town.must(OpenGrid(f"grd_{number}", "com_1"))
    assert [(each[1], len(each[3])) for each in scan(town, "dispersion")] == [("grd_2", 5), ("grd_1", 5)]


@given(st.integers(1, 60), st.integers(0, 400), st.integers(1, 200), st.integers(0, 600), st.integers(10_000, 50_000))
def test_the_rule_in_whole_numbers_is_the_rule(here: int, others: int, grids: int, z: int, v: int) -> None:
    """N > m + z sqrt(v m), stated in fractions."""
    policy = Policy().changed({"grid.warning_deviations_hundredths": z, "grid.warning_dispersion_bp": v})
    mean = Fraction(here + others, grids)
    above = here - mean
    unusual = above > 0 and above**2 > Fraction(z, 100) ** 2 * Fraction(v, 10_000) * mean
    assert _stands_out(policy, here, here + others, grids) == unusual


STEPS = st.tuples(st.sampled_from(["count", "dispersion", "case", "case", "case"]), st.integers(0, 3))


@given(st.lists(STEPS, max_size=30))
def test_no_case_is_listed_twice(steps: list[tuple[str, int]]) -> None:
    """Whatever comes when: a case stands in one warning at most, and a warning has as many as the policy says."""
    town = cared_town()
    listed: Counter[str] = Counter()
    for what, days in steps:
        town.clock += days * DAY
        if what == "case":
            entered(town)
        else:
            for *_, cases in scan(town, what):  # type: ignore[arg-type]
                assert len(cases) >= 3
                listed.update(cases)
    assert set(listed.values()) <= {1}


@pytest.mark.parametrize(("at", "expected"), [(2 * HOUR - 1, "VERIFIED"), (2 * HOUR, "CASE_OPENED")])
def test_a_verified_warning_has_a_case_in_two_hours(at: int, expected: str) -> None:
    """L10: the clock opens it where nobody has."""
    town = cared_town()
    warning = raised(town, building="bld_1")
    town.must(JudgeWarning(warning, real=True))
    town.engine.advance(town.clock + at)
    assert state(town, warning) == expected


def test_the_case_of_a_warning_closes_it() -> None:
    """Handled as any case; closed by the clock, since nobody reported it, it clears the warning in the same record."""
    town = cared_town()
    warning = raised(town, building="bld_1")
    town.must(JudgeWarning(warning, real=True))
    report = str(town.must(OpenWarningCase(warning)).events[0].report)  # type: ignore[attr-defined]
    case = town.engine.district.cases.reports[report]
    assert (case.source, case.building, case.reporter, case.warning) == ("warning", "bld_1", "", warning)
    town.must(verdict(report))
    town.must(DispatchReport(report, None))
    by_assignee(town, AcceptReport(report))
    by_assignee(town, ResolveReport(report, "pho_1"))
    town.engine.advance(town.clock + 3 * DAY)
    assert (case.state, state(town, warning)) == ("CLOSED", "CLEARED")


def test_shares_by_source_name_every_source() -> None:
    """F39: how many each source raised, how many wait, and how many of the judged ones were true."""
    town = cared_town()
    one, two, _ = raised(town), raised(town), raised(town)
    town.must(JudgeWarning(one, real=True))
    town.must(JudgeWarning(two, real=False))
    for _ in range(3):
        submitted(town)
    scan(town)
    shares = {each.source: each for each in warning_shares(town.engine.district)}
    assert [shares[name].raised for name in ("member", "rider", "count", "dispersion")] == [3, 0, 1, 0]
    assert (shares["member"].of_all.bp, shares["member"].precision.bp, shares["member"].waiting) == (7_500, 5_000, 1)
    assert shares["rider"].precision.bp is None
