"""What a run is measured by: counters that watch the engine's events, and snapshots at midnight.

Everything is counted from what the engine accepted, not from what agents meant to do.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from engine import Outcome
from engine.views import points as point_views
from sim.agents.residents import Residents
from sim.profiles import DAY_S, HOUR_S, WEEKDAYS, weekday_of
from sim.world import World

HOURS_A_WEEK = 24 * WEEKDAYS
PERSON_DIGITS = 7  # the last digits of an id name the row, of a second self too
Flow = tuple[int, str, str, str]  # day, ledger, rule, flow
SPENT, RESTORED, EXPIRED, CLAWED, ISSUED, DEBT = "spent", "restored", "expired", "clawed_back", "issued", "debt"


class PersonCounts:
    """How often each person did what, by row of the town."""

    __slots__ = ("answers", "ballots", "cases", "earned", "moral", "purchases", "redeemed", "redemptions")

    def __init__(self, people: int) -> None:
        """Nothing done."""
        for name in self.__slots__:
            setattr(self, name, [0] * people)


class Measures:
    """Counters of one run; attach once, before the first command."""

    def __init__(self, world: World, residents: Residents) -> None:
        """Watch the engine of a world."""
        self.world = world
        self.residents = residents
        days = world.scenario.days
        self._first_hour = weekday_of(world.scenario.first_day) * 24
        self.events: dict[str, list[int]] = defaultdict(lambda: [0] * (days + 1))
        self.hours: dict[str, list[int]] = defaultdict(lambda: [0] * HOURS_A_WEEK)
        self.refused_hours: dict[str, list[int]] = defaultdict(lambda: [0] * HOURS_A_WEEK)
        self.rejections: dict[str, int] = defaultdict(int)
        self.flows: dict[Flow, int] = defaultdict(int)
        self.sales: dict[tuple[int, str], list[int]] = {}
        self.people = PersonCounts(len(world.town.people))
        self.bound_days: list[tuple[int, ...]] = []
        self.point_days: list[tuple[int, ...]] = []
        self.opened: dict[str, int] = {}
        self.electors: dict[str, int] = {}  # bound persons when a questionnaire opened
        self.commands = 0
        self.highest_deduction = 0.0  # share of the goods of one purchase that points paid
        world.engine.observers.append(self)
        for kind, look in self._watchers().items():
            world.engine.watch.setdefault(kind, []).append(look)

    def _watchers(self) -> dict[str, Any]:
        return {
            "payments.purchase_paid": self._paid,
            "payments.purchase_refunded": self._refunded,
            "points.award_granted": self._granted,
            "points.award_revoked": self._revoked,
            "points.award_cancelled": self._revoked,
            "points.lot_expired": self._expired,
            "participation.response_submitted": self._answered,
            "participation.ballot_cast": self._voted,
            "participation.questionnaire_opened": self._opened,
            "participation.vote_opened": self._opened,
            "reporting.report_submitted": self._reported,
            "reporting.praise_submitted": self._praised,
        }

    def observe(self, outcome: Outcome) -> None:
        """Count a command by hour of the week and its events by day."""
        by = outcome.by
        since = by.at - self.world.start
        self.commands += 1
        hour = (since // HOUR_S + self._first_hour) % HOURS_A_WEEK
        if outcome.code is None:
            self.hours[by.command.type][hour] += 1
            day = since // DAY_S
            for event in outcome.events:
                self.events[event.type][day] += 1
        else:
            self.refused_hours[by.command.type][hour] += 1
            self.rejections[outcome.code.name] += 1

    def _day(self, outcome: Outcome) -> int:
        return (outcome.by.at - self.world.start) // DAY_S

    def _sale(self, outcome: Outcome, merchant: str) -> list[int]:
        key = (outcome.by.at - self.world.start) // DAY_S, merchant
        sale = self.sales.get(key)
        if sale is None:
            sale = self.sales[key] = [0, 0, 0, 0, 0, 0]
        return sale

    def _paid(self, paid: Any, outcome: Outcome) -> None:
        sale = self._sale(outcome, paid.merchant)
        sale[0] += 1
        sale[1] += paid.goods_fen
        sale[2] += paid.cash_fen
        row = row_of(paid.person)
        self.people.purchases[row] += 1
        if paid.points:
            sale[3] += paid.points
            self.highest_deduction = max(self.highest_deduction, 1.0 - paid.cash_fen / paid.goods_fen)
            self.people.redeemed[row] += paid.points
            self.people.redemptions[row] += 1
            self.flows[self._day(outcome), "MP", "", SPENT] += paid.points

    def _refunded(self, refund: Any, outcome: Outcome) -> None:
        sale = self._sale(outcome, refund.merchant)
        sale[4] += 1
        sale[5] += refund.goods_fen
        if refund.points:
            day = self._day(outcome)
            self.flows[day, "MP", "", RESTORED] += refund.points - refund.forfeited
            self.flows[day, "MP", "", EXPIRED] += refund.forfeited

    def _granted(self, award: Any, outcome: Outcome) -> None:
        self.flows[self._day(outcome), award.ledger, award.rule, ISSUED] += award.points
        earned = self.people.earned if award.ledger == "MP" else self.people.moral
        earned[row_of(award.person)] += award.points

    def _revoked(self, award: Any, outcome: Outcome) -> None:
        ledger = getattr(award, "ledger", "MP")
        self.flows[self._day(outcome), ledger, award.rule, CLAWED] += award.points
        if getattr(award, "debt", 0):
            self.flows[self._day(outcome), ledger, award.rule, DEBT] += award.debt
        earned = self.people.earned if ledger == "MP" else self.people.moral
        earned[row_of(award.person)] -= award.points

    def _expired(self, lapsed: Any, outcome: Outcome) -> None:
        self.flows[self._day(outcome), "MP", "", EXPIRED] += lapsed.points

    def _answered(self, response: Any, _outcome: Outcome) -> None:
        self.people.answers[row_of(response.person)] += not response.reason

    def _voted(self, ballot: Any, _outcome: Outcome) -> None:
        self.people.ballots[row_of(ballot.person)] += 1

    def _opened(self, opened: Any, outcome: Outcome) -> None:
        name = getattr(opened, "questionnaire", None) or opened.vote
        self.opened[name] = outcome.by.at
        self.electors[name] = self.world.engine.district.residents.bound_count

    def _reported(self, report: Any, _outcome: Outcome) -> None:
        if report.person is not None:
            self.people.cases[row_of(report.person)] += 1

    def _praised(self, praise: Any, _outcome: Outcome) -> None:
        self.people.cases[row_of(praise.person)] += 1

    def midnight(self, day: int) -> None:
        """Counts at the end of a day (numbered from the launch)."""
        people, district = self.world.town.people, self.world.engine.district
        bound = self.residents.bound_column.astype(bool)
        alone = people.binds_alone
        community = people.kind == 0
        kinds = (community & alone, community & ~alone, ~community & alone, ~community & ~alone)
        counts = tuple(int(np.count_nonzero(bound & kind)) for kind in kinds)
        self.bound_days.append((day, *counts, district.residents.household_count))
        outstanding, owed, moral = point_views.sums(district)
        self.point_days.append((day, outstanding, owed, moral))


def row_of(person: str) -> int:
    """Row of a person in the town, from the id of the person or of a second self."""
    return int(person[-PERSON_DIGITS:]) - 1
