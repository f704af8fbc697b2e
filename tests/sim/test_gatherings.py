"""Activities, volunteers and suggestions in the simulation: published totals, the surge of January, paired luck."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from engine import Outcome
from engine.views.gatherings import recruits
from sim.behaviour.gatherings import recruits_by_day
from sim.profiles import date_of
from sim.run import Run, RunOptions
from sim.scenario import load_scenario


def test_recruits_follow_the_two_published_totals_and_surge_in_january() -> None:
    """F15: 4,583 in all, 700 before 21 January, about 700 of January, and no month before it as many."""
    scenario = load_scenario()
    first, end = scenario.first_day, scenario.first_day + scenario.days
    expected = recruits_by_day(scenario.behaviour.volunteering, first, end)
    days = [date_of(day) for day in range(first, end)]
    months = Counter[tuple[int, int]]()
    for day, count in zip(days, expected.tolist(), strict=True):
        months[day.year, day.month] += count
    assert expected.sum() == pytest.approx(4_583)
    early = sum(count for day, count in zip(days, expected.tolist(), strict=True) if day < dt.date(2022, 1, 21))
    assert early == pytest.approx(700)
    assert months[2022, 1] == pytest.approx(700, rel=0.05)
    assert months[2022, 1] > 5 * max(months[2021, month] for month in (9, 10, 11, 12))


@pytest.mark.parametrize("days", [(0, 40), (200, 240)])
def test_a_horizon_on_one_side_of_the_date_has_that_sides_total(days: tuple[int, int]) -> None:
    """A shorter horizon keeps the total of the part that it lies in."""
    scenario = load_scenario()
    behaviour = scenario.behaviour.volunteering
    expected = recruits_by_day(behaviour, scenario.first_day + days[0], scenario.first_day + days[1])
    part = behaviour.early_recruits if days[0] == 0 else behaviour.recruits - behaviour.early_recruits
    assert expected.sum() == pytest.approx(part)


class Told:
    """An observer that counts accepted commands and codes."""

    def __init__(self) -> None:
        self.said = Counter[str]()

    def observe(self, outcome: Outcome) -> None:
        """Count one."""
        self.said[outcome.by.command.type if outcome.ok else "refused"] += 1


def test_a_small_town_comes_together() -> None:
    """Within two months somebody registers and attends, serves and is verified, suggests and is answered."""
    run = Run(
        load_scenario(settings=["behaviour.volunteering.early_recruits=4000", "behaviour.reporting.suggestions=4000",
                                "behaviour.activities.interested=6000"]),
        RunOptions(days=75, scale=0.02),
    )
    told = Told()
    run.engine.observers.append(told)
    run.live()
    district = run.engine.district
    assert recruits(district) == told.said["participation.join_call"] > 10
    assert sum(row.state == "SETTLED" for row in district.board.activities.values()) >= 2
    done = [each.state for row in district.board.activities.values() for each in row.registrations.values()]
    assert "COMPLETED" in done
    for wire in (
        "participation.check_in_registration",
        "participation.verify_shift",
        "reporting.answer_suggestion",
        "reporting.accept_suggestion",
        "reporting.decline_suggestion",
    ):
        assert told.said[wire], wire
