"""Caps: what is left of each is the most that a grant can be, at the boundaries of days and months (S11, S12)."""

from __future__ import annotations

import pytest

from engine.kernel.units import after_days, civil_day, civil_month, day_start
from tests.purses import DAY_S, MIDNIGHT, Purse, first, purse, rule, said

OCTOBER = MIDNIGHT + 15 * DAY_S  # 2021-10-01 00:00 at +08:00


def points_of(town: Purse, at: int, person: str = "per_1", name: str = "gift") -> int | str:
    """Points of an award given at an instant, or why there are none."""
    town.at = at
    outcome = town.award(person, name)
    return first(outcome).points if outcome.ok else said(outcome)


def test_a_grant_is_what_the_cap_leaves() -> None:
    """Of 100 points asked, 50 are left after the first grant, then nothing; another person has an own cap."""
    town = purse(points__rules__gift=rule(daily_cap=150))
    answers = [points_of(town, town.at) for _ in range(3)]
    assert answers == [100, 50, "POINTS_DAILY_CAP"]
    assert points_of(town, town.at, "per_2") == 100


def test_a_rejected_grant_uses_up_nothing() -> None:
    """Neither the cap nor the fact: the same fact earns on the next day."""
    town = purse(points__rules__gift=rule(daily_cap=100))
    assert town.award(evidence="ev_a").ok
    assert said(town.award(evidence="ev_b")) == "POINTS_DAILY_CAP"
    town.at += DAY_S
    assert first(town.award(evidence="ev_b")).points == 100


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ({"points__rules__gift": rule(daily_cap=150)}, "POINTS_DAILY_CAP"),
        ({"points__material_daily_cap": 150}, "POINTS_DAILY_CAP"),
    ],
)
def test_a_day_turns_at_midnight_in_shanghai(number: dict[str, object], code: str) -> None:
    """At 23:59:59 the day's cap still holds, at 00:00:00 (+08:00) a new one begins."""
    town = purse(**number)
    answers = [points_of(town, at) for at in (MIDNIGHT - 2, MIDNIGHT - 1, MIDNIGHT - 1, MIDNIGHT)]
    assert answers == [100, 50, code, 100]


@pytest.mark.parametrize(
    ("number", "code"), [("period_cap", "POINTS_PERIOD_CAP"), ("budget_month", "POINTS_BUDGET_EXHAUSTED")]
)
def test_a_month_turns_at_its_first_midnight(number: str, code: str) -> None:
    """Grants of September count until 30 September 23:59:59, on 1 October 00:00:00 nothing is used."""
    town = purse(points__rules__gift=rule(**{number: 150}))
    answers = [points_of(town, at) for at in (MIDNIGHT, OCTOBER - 1, OCTOBER - 1, OCTOBER)]
    assert answers == [100, 50, code, 100]


def test_a_personal_cap_counts_the_person_and_a_budget_counts_everybody() -> None:
    """Two persons may each reach the monthly cap; the budget of the month they share."""
    each = purse(points__rules__gift=rule(period_cap=100))
    assert [points_of(each, each.at, person) for person in ("per_1", "per_2")] == [100, 100]
    shared = purse(points__rules__gift=rule(budget_month=130))
    assert [points_of(shared, shared.at, person) for person in ("per_1", "per_2", "per_3")] == [
        100, 30, "POINTS_BUDGET_EXHAUSTED",
    ]  # fmt: skip


def test_the_cap_of_a_whole_day_is_shared_by_the_rules_of_a_ledger() -> None:
    """Two material rules share it, moral points have their own."""
    town = purse(
        points__material_daily_cap=120,
        points__moral_daily_cap=7,
        points__rules__other=rule(points=50),
        points__rules__deed_moral={"ledger": "MO", "points": 5},
    )
    assert [points_of(town, town.at, name=name) for name in ("gift", "other", "gift")] == [
        100, 20, "POINTS_DAILY_CAP",
    ]  # fmt: skip
    assert [points_of(town, town.at, name="deed_moral") for _ in range(3)] == [5, 2, "POINTS_DAILY_CAP"]


def test_a_rule_may_bear_the_name_of_a_ledger() -> None:
    """What the rule MP gave and what the ledger MP gave are counted apart."""
    town = purse(points__material_daily_cap=150, points__rules__MP=rule(points=20, daily_cap=40))
    assert [points_of(town, town.at, name=name) for name in ("gift", "MP", "MP", "MP")] == [
        100, 20, 20, "POINTS_DAILY_CAP",
    ]  # fmt: skip


def test_of_several_caps_the_tightest_one_decides() -> None:
    """What is granted is the least of what the caps leave; the first cap that leaves nothing answers."""
    town = purse(points__rules__gift=rule(daily_cap=90, period_cap=160, budget_month=200))
    first_days = [points_of(town, MIDNIGHT), points_of(town, MIDNIGHT + DAY_S), points_of(town, MIDNIGHT + 2 * DAY_S)]
    assert first_days == [90, 70, "POINTS_PERIOD_CAP"]
    assert points_of(town, MIDNIGHT + 2 * DAY_S, "per_2") == 40
    assert points_of(town, MIDNIGHT + 2 * DAY_S, "per_3") == "POINTS_BUDGET_EXHAUSTED"


def test_a_cap_that_the_policy_sets_later_counts_what_was_granted_before() -> None:
    """A monthly cap that holds from noon on counts the points of the morning."""
    town = purse()
    assert points_of(town, MIDNIGHT) == 100
    town.change(60, points__rules__gift=rule(period_cap=130))
    assert points_of(town, MIDNIGHT + 60) == 30


def test_a_cooldown_ends_to_the_second() -> None:
    """One second before its end the rule gives nothing, at its end it gives again; other persons do not wait."""
    town = purse(points__rules__gift=rule(cooldown_s=600))
    at = town.at
    assert [points_of(town, at + late) for late in (0, 0, 599, 600)] == [100, "POINTS_COOLDOWN", "POINTS_COOLDOWN", 100]
    assert points_of(town, at + 601, "per_2") == 100
    assert points_of(town, at + 601) == "POINTS_COOLDOWN"


def test_moral_points_are_a_score_without_lots() -> None:
    """They add up, never expire, and cannot pay."""
    town = purse(points__rules__deed_moral={"ledger": "MO", "points": 5})
    event = first(town.award("per_1", "deed_moral"))
    assert (event.lot, event.expires_at, event.vests_at, event.netted) == (None, 0, None, 0)
    town.at += 400 * DAY_S
    town.sweep()
    assert town.purse() == {"available": 0, "pending": 0, "debt": 0, "moral": 5, "expired": 0}
    assert said(town.pay(1)) == "POINTS_INSUFFICIENT"


def test_days_and_months_of_the_calendar() -> None:
    """Civil days begin at 16:00 UTC; months follow the calendar, leap years too."""
    assert civil_day(MIDNIGHT - 1) + 1 == civil_day(MIDNIGHT)
    assert day_start(civil_day(MIDNIGHT)) == MIDNIGHT
    assert civil_month(civil_day(OCTOBER)) == civil_month(civil_day(OCTOBER - 1)) + 1 == 2021 * 12 + 9
    leap_day = (2024 * 12 + 1, 1_709_136_000)  # 2024-02-29 00:00 at +08:00
    assert civil_month(civil_day(leap_day[1])) == leap_day[0]
    assert civil_month(civil_day(leap_day[1] + DAY_S)) == leap_day[0] + 1
    assert after_days(MIDNIGHT, 0) == after_days(MIDNIGHT + DAY_S - 1, 0) == MIDNIGHT + DAY_S
    assert after_days(MIDNIGHT - 1, 3) == MIDNIGHT + 3 * DAY_S
