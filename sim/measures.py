"""What a run is measured by: counters that watch the engine's events, and snapshots at midnight.

Everything is counted from what the engine accepted, not from what agents meant to do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from operator import attrgetter
from typing import Any

import numpy as np

from engine import Outcome
from engine.views import points as point_views
from sim.agents.residents import Residents
from sim.profiles import DAY_S, HOUR_S, WEEKDAYS, weekday_of
from sim.world import World

TYPE = attrgetter("type")
HOURS_A_WEEK = 24 * WEEKDAYS
SALE = ("n", "goods_fen", "cash_fen", "points", "refunds", "refunded_fen")  # what is counted of a merchant's day
Flow = tuple[int, str, str, str]  # day, ledger, rule, flow
SPENT, RESTORED, EXPIRED, CLAWED, ISSUED, DEBT = "spent", "restored", "expired", "clawed_back", "issued", "debt"


class PersonCounts:
    """How often each person did what, by row of the town."""

    __slots__ = ("answers", "ballots", "cases", "earned", "moral", "purchases", "redeemed", "redemptions")

    def __init__(self, people: int) -> None:
        """Nothing done."""
        self.answers = [0] * people
        self.ballots = [0] * people
        self.cases = [0] * people
        self.earned = [0] * people
        self.moral = [0] * people
        self.purchases = np.zeros(people, np.int64)
        self.redeemed = [0] * people
        self.redemptions = [0] * people


class Measures:
    """Counters of one run; attach once, before the first command."""

    def __init__(self, world: World, residents: Residents, days: int) -> None:
        """Watch the engine of a world for `days` days; deadlines of the last midnight count as the last day's."""
        self.world = world
        self.residents = residents
        self._last_hour = days * 24 - 1
        self._first_hour = weekday_of(world.scenario.first_day) * 24
        self.events: dict[str, list[int]] = defaultdict(lambda: [0] * days)
        self.hours: dict[str, list[int]] = defaultdict(lambda: [0] * HOURS_A_WEEK)
        self.refused_hours: dict[str, list[int]] = defaultdict(lambda: [0] * HOURS_A_WEEK)
        self.rejections: dict[str, int] = defaultdict(int)
        self.flows: dict[Flow, int] = defaultdict(int)
        self.sales = np.zeros((days, len(world.merchants), len(SALE)), np.int64)  # by day and merchant
        self._row_of_merchant = {merchant: row for row, merchant in enumerate(world.merchants)}
        self.people = PersonCounts(len(world.town.people))
        self.bound_days: list[tuple[int, ...]] = []
        self.point_days: list[tuple[int, ...]] = []
        self.services: dict[tuple[int, str], int] = defaultdict(int)  # by day and service
        self.opened: dict[str, int] = {}
        self.electors: dict[str, int] = {}  # bound persons when a questionnaire opened
        self._over = world.start + days * DAY_S
        self._hour, self._hour_ends = 0, world.start + HOUR_S
        self._said: list[str] = []  # types of the hour's commands, counted at its end: a third of the cost
        self._refused: list[str] = []
        self._done: list[Any] = []  # events
        self._rows = world.row_of_person
        self._sold: list[Any] = []  # today's purchases
        self.commands = 0
        self.highest_deduction = 0.0  # share of the goods of one purchase that points paid
        world.engine.observers.append(self)
        for kind, look in self._watchers().items():
            world.engine.watch.setdefault(kind, []).append(look)

    def _watchers(self) -> dict[str, Any]:
        return {
            "payments.purchase_paid": self._paid,
            "payments.purchase_refunded": self._refunded,
            "marketplace.order_placed": self._ordered,
            "marketplace.points_returned": self._came_back,
            "marketplace.escrow_returned": self._came_back,
            "marketplace.order_refunded": self._came_back,
            "points.award_granted": self._granted,
            "points.award_revoked": self._revoked,
            "points.award_cancelled": self._revoked,
            "points.lot_expired": self._expired,
            "participation.response_submitted": self._answered,
            "participation.ballot_cast": self._voted,
            "participation.questionnaire_opened": self._opened,
            "participation.vote_opened": self._opened,
            "participation.shift_verified": lambda shift, by: self._served(by, "volunteer_minutes", shift.minutes),
            "payments.bill_paid": lambda bill, by: self._served(by, "bill_fen", bill.amount_fen),
            "grid.visit_done": lambda visit, by: self._served(by, "care_visits", int(visit.due is not None)),
            "marketplace.order_delivered": lambda order, by: self._served(by, "deliveries", int(bool(order.rider))),
            "reporting.report_submitted": self._reported,
            "reporting.praise_submitted": self._spoke,
            "reporting.suggestion_submitted": self._spoke,
        }

    def observe(self, outcome: Outcome) -> None:
        """Count a command and its events in the hour that runs."""
        by = outcome.by
        if by.at >= self._hour_ends:
            self._turn(by.at)
        self.commands += 1
        if outcome.code is None:
            self._said.append(by.command.type)
            self._done.extend(outcome.events)
        else:
            self._refused.append(by.command.type)
            self.rejections[outcome.code.name] += 1

    def _turn(self, at: int) -> None:
        """Put the counts of the hour that has ended into their tables."""
        hour = (self._hour + self._first_hour) % HOURS_A_WEEK
        for kind, n in Counter(self._said).items():
            self.hours[kind][hour] += n
        for kind, n in Counter(self._refused).items():
            self.refused_hours[kind][hour] += n
        for kind, n in Counter(map(TYPE, self._done)).items():
            self.events[kind][self._hour // 24] += n
        for seen in (self._said, self._refused, self._done):
            seen.clear()
        day, self._hour = self._hour // 24, min((at - self.world.start) // HOUR_S, self._last_hour)
        if self._sold and (day != self._hour // 24 or at >= self._over):
            self._put_away(day)
        self._hour_ends = self.world.start + (self._hour + 1) * HOUR_S

    def close(self) -> None:
        """Count the last hour; the tables are whole afterwards."""
        self._turn(self._over)

    def _day(self, outcome: Outcome) -> int:
        return min((outcome.by.at - self.world.start) // DAY_S, self._last_hour // 24)

    def _paid(self, paid: Any, outcome: Outcome) -> None:
        if outcome.by.at >= self._hour_ends:
            self._turn(outcome.by.at)
        self._sold.append(paid)

    def _put_away(self, day: int) -> None:
        """Count a day's purchases at once: a third of the cost of counting them one by one."""
        sold, self._sold = self._sold, []
        shops = np.array([self._row_of_merchant[paid.merchant] for paid in sold], np.int64)
        buyers = np.array([self._rows[paid.person] for paid in sold], np.int64)
        columns = ([1] * len(sold), [paid.goods_fen for paid in sold], [paid.cash_fen for paid in sold],
                   [paid.points for paid in sold])  # fmt: skip
        for place, column in enumerate(columns):
            np.add.at(self.sales[day, :, place], shops, np.array(column, np.int64))
        np.add.at(self.people.purchases, buyers, 1)
        for paid, row in zip(sold, buyers.tolist(), strict=True):
            if paid.points:
                self.people.redeemed[row] += paid.points
                self.people.redemptions[row] += 1
                self.flows[day, "MP", "", SPENT] += paid.points
                deducted = (paid.goods_fen - paid.cash_fen) / paid.goods_fen
                self.highest_deduction = max(self.highest_deduction, deducted)

    def _refunded(self, refund: Any, outcome: Outcome) -> None:
        day = self._day(outcome)
        sale = self.sales[day, self._row_of_merchant[refund.merchant]]
        sale[4] += 1
        sale[5] += refund.goods_fen
        self._came_back(refund, outcome)

    def _ordered(self, order: Any, outcome: Outcome) -> None:
        """Points of an order leave their lots when it is placed."""
        if order.points:
            self.flows[self._day(outcome), "MP", "", SPENT] += order.points

    def _came_back(self, returned: Any, outcome: Outcome) -> None:
        """Points of a purchase or an order are there again, but for those that expire as they come."""
        if returned.points:
            day = self._day(outcome)
            self.flows[day, "MP", "", RESTORED] += returned.points
            self.flows[day, "MP", "", EXPIRED] += returned.forfeited

    def _granted(self, award: Any, outcome: Outcome) -> None:
        self.flows[self._day(outcome), award.ledger, award.rule, ISSUED] += award.points
        earned = self.people.earned if award.ledger == "MP" else self.people.moral
        earned[self._rows[award.person]] += award.points

    def _revoked(self, award: Any, outcome: Outcome) -> None:
        ledger = getattr(award, "ledger", "MP")
        self.flows[self._day(outcome), ledger, award.rule, CLAWED] += award.points
        if getattr(award, "debt", 0):
            self.flows[self._day(outcome), ledger, award.rule, DEBT] += award.debt
        earned = self.people.earned if ledger == "MP" else self.people.moral
        earned[self._rows[award.person]] -= award.points

    def _expired(self, lapsed: Any, outcome: Outcome) -> None:
        self.flows[self._day(outcome), "MP", "", EXPIRED] += lapsed.points

    def _answered(self, response: Any, _outcome: Outcome) -> None:
        self.people.answers[self._rows[response.person]] += not response.reason

    def _voted(self, ballot: Any, _outcome: Outcome) -> None:
        self.people.ballots[self._rows[ballot.person]] += 1

    def _opened(self, opened: Any, outcome: Outcome) -> None:
        name = getattr(opened, "questionnaire", None) or opened.vote
        self.opened[name] = outcome.by.at
        self.electors[name] = self.world.engine.district.residents.bound_count

    def _served(self, outcome: Outcome, what: str, n: int) -> None:
        """What a service of the platform came to on a day."""
        if n:
            self.services[self._day(outcome), what] += n

    def _reported(self, report: Any, _outcome: Outcome) -> None:
        if report.person is not None:
            self.people.cases[self._rows[report.person]] += 1

    def _spoke(self, said: Any, _outcome: Outcome) -> None:
        if said.person is not None:  # a visitor praises without being anybody
            self.people.cases[self._rows[said.person]] += 1

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
