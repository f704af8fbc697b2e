"""Awards: caps and budgets (S11, S12), facts (T22), terms (T24), taking back (T09), and what moves lots in and out.

Caps are counted here from the grants alone. A cap that a policy change brings into the middle of a month counts from
that change on, so that months are kept only for rules that need them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.invariants.books import Books
from engine.invariants.facts import Facts
from engine.invariants.invariant import Broken, Look, Watcher
from engine.invariants.lots import LotUses
from engine.kernel.command import Outcome
from engine.kernel.event import Event
from engine.kernel.units import DAY_S, civil_day, civil_month, day_start

Used = dict[str, dict[str, int]]  # what (a rule or a ledger) -> person -> points
QUALIFYING = {
    "participation.response_submitted": "response",
    "participation.response_validated": "review",
    "participation.ballot_cast": "ballot",
    "participation.registration_completed": "registration",
    "participation.shift_settled": "shift",
    "reporting.report_resolved": "report",
    "reporting.praise_published": "praise",
    "reporting.suggestion_advanced": "suggestion",
}
"""Event that earns -> field that names the fact; it begins the record (or follows the deadline that did), the award
that cites it stands behind it."""
FIRED = "clock.deadline_fired"
GRANT = "points.grant_award"  # cites a fact that the platform did not see itself


def _fact(outcome: Outcome) -> Event:
    """The event that began a record, or followed the deadline that did."""
    first = outcome.events[0]
    return outcome.events[1] if first.type == FIRED else first


class Earning(Watcher):
    """From grant to vesting, cancelling, revoking and expiry."""

    ids: ClassVar[tuple[str, ...]] = ("S11", "S12", "T09", "T22", "T24", "S05", "T04", "T05", "T06")

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """Nothing granted."""
        super().__init__(district, broken)
        self.books = books
        self.uses = LotUses(district, broken, books, self.counts)
        self.facts = Facts()
        self.grants = 0
        self._month = -1
        self._tomorrow = 0
        self._today: Used = {}
        self._this_month: Used = {}
        self._budgets: dict[str, int] = {}

    def looks(self) -> Mapping[str, Look]:
        """Events of points."""
        return {
            "points.award_granted": self.granted,
            "points.award_vested": self.vested,
            "points.award_withheld": self.withheld,
            "points.award_cancelled": self.cancelled,
            "points.award_revoked": self.revoked,
            "points.lot_expired": self.expired,
            "binding.person_merged": self.merged,
        }

    def granted(self, event: Any, outcome: Outcome) -> None:
        """Points for one fact."""
        self.grants += 1
        at, points, name = outcome.by.at, event.points, event.rule
        if at >= self._tomorrow:
            self._turn(at)
        if not self.facts.add(name, event.evidence):
            self.broken("T22", f"{event.evidence} has earned by {name} before", outcome, event)
        terms = self.district.policy.points
        rule = terms.rules.get(name)
        if rule is None or rule.ledger != event.ledger or not 0 < points <= rule.points:
            self.broken("T24", f"{event.award} gives {points} points by {name}: {rule}", outcome, event)
            return
        self._cites(event, outcome)
        if rule.ledger == "MO":
            if rule.daily_cap or rule.period_cap or rule.budget_month or terms.moral_daily_cap:
                self._count(event, rule, outcome)
            self.books.gain_moral(event.person, points)
            self.books.moral_issued[name] = self.books.moral_issued.get(name, 0) + points
            fits = event.vests_at is None and event.lot is None and not event.expires_at
        else:
            if rule.daily_cap or rule.period_cap or rule.budget_month or terms.material_daily_cap:
                self._count(event, rule, outcome)
            self.books.gain(event.person, points).granted += points
            self.books.issued[name] = self.books.issued.get(name, 0) + points
            fits = self._material(event, rule, outcome)
        vested_at = at if event.vests_at is None else event.vests_at
        if not fits or event.final_at != self._days_on(terms.revocation_days, vested_at):
            self.broken("T24", f"{event} is not on the terms {rule}", outcome, event)

    def _material(self, event: Any, rule: Any, outcome: Outcome) -> bool:
        """Pending points, or a lot with what debt leaves; True if the instants are the rule's."""
        if rule.vest_delay_s:
            self.books.holdings[event.person].pending += event.points
            instants = (outcome.by.at + rule.vest_delay_s, 0)
            return (event.vests_at, event.expires_at) == instants and event.lot is None
        self._opened(event, outcome)
        expires_at = self._days_on(rule.validity_days, outcome.by.at)
        return (event.vests_at, event.expires_at) == (None, expires_at)

    def _opened(self, event: Any, outcome: Outcome) -> None:
        points = event.points - event.netted
        if (event.lot is None) is not (points == 0):
            self.broken("S05", f"{points} points after debt, lot {event.lot}", outcome, event)
        elif event.lot is not None and not self.books.lots.open(event.lot, points, event.expires_at):
            self.broken("S05", f"{event.lot} is not the next lot", outcome, event)

    def _cites(self, event: Any, outcome: Outcome) -> None:
        command = outcome.by.command
        if command.type == GRANT:
            fits = command.evidence == event.evidence and command.person == event.person  # type: ignore[attr-defined]
        else:
            first = _fact(outcome)
            fits = first.type in QUALIFYING and getattr(first, QUALIFYING[first.type]) == event.evidence
        if not fits:
            self.broken("T22", f"{event.award} cites {event.evidence}, which this record does not hold", outcome, event)

    def _count(self, event: Any, rule: Any, outcome: Outcome) -> None:
        """Caps of the rule, of the day over all rules of the ledger, and the issuer's budget."""
        terms, name = self.district.policy.points, event.rule
        if rule.daily_cap:
            self._capped(self._today, name, rule.daily_cap, event, outcome)
        whole_day = terms.material_daily_cap if rule.ledger == "MP" else terms.moral_daily_cap
        if whole_day:
            self._capped(self._today, rule.ledger, whole_day, event, outcome)
        if rule.period_cap:
            self._capped(self._this_month, name, rule.period_cap, event, outcome)
        if rule.budget_month:
            spent = self._budgets[name] = self._budgets.get(name, 0) + event.points
            self.counts["S12"] += 1
            if spent > rule.budget_month:
                self.broken("S12", f"{spent} points of {name} of {rule.budget_month} a month", outcome, event)

    def _capped(self, used: Used, what: str, cap: int, event: Any, outcome: Outcome) -> None:
        """Points of `what` that the person has got in the period, within the cap."""
        by_person = used.get(what)
        if by_person is None:
            by_person = used[what] = {}
        total = by_person[event.person] = by_person.get(event.person, 0) + event.points
        if total > cap:
            self.broken("S11", f"{event.person} has {total} points of {what}, cap {cap}", outcome, event)

    def _turn(self, at: int) -> None:
        day = civil_day(at)
        self._tomorrow = day_start(day + 1)
        self._today = {}
        month = civil_month(day)
        if month != self._month:
            self._month, self._this_month, self._budgets = month, {}, {}

    def _days_on(self, days: int, at: int) -> int:
        """First instant after that many whole civil days behind the day of `at`."""
        return (self._tomorrow if at < self._tomorrow else day_start(civil_day(at) + 1)) + days * DAY_S

    def withheld(self, event: Any, outcome: Outcome) -> None:
        """A fact that a cap keeps from earning is used up all the same."""
        if not self.facts.add(event.rule, event.evidence):
            self.broken("T22", f"{event.evidence} has counted for {event.rule} before", outcome, event)

    def vested(self, event: Any, outcome: Outcome) -> None:
        """Pending points become available."""
        if outcome.by.at >= self._tomorrow:
            self._turn(outcome.by.at)
        self.books.gain(event.person, 0).pending -= event.points
        self._opened(event, outcome)
        rule = self.district.policy.points.rules[event.rule]
        self.counts["T24"] += 1
        if event.expires_at != self._days_on(rule.validity_days, outcome.by.at):
            self.broken("T24", f"{event.lot} expires at {event.expires_at}, rule {rule}", outcome, event)

    def cancelled(self, event: Any, outcome: Outcome) -> None:
        """Pending points go back to the issuer."""
        self._award(event, outcome)
        self.books.gain(event.person, -event.points).pending -= event.points
        self.books.issued[event.rule] -= event.points

    def _award(self, event: Any, outcome: Outcome) -> None:
        """What is taken back is the award, and within its time."""
        self.counts["T09"] += 1
        award = self.district.points.awards.get(event.award)
        if award is None or (award.points, award.rule) != (event.points, event.rule):
            self.broken("T09", f"{event.points} points of {event.rule} are taken back of {award}", outcome, event)
        elif outcome.by.at >= award.final_at:
            self.broken("T09", f"{event.award} was final at {award.final_at}", outcome, event)

    def revoked(self, event: Any, outcome: Outcome) -> None:
        """Points are taken from lots, and the rest is owed."""
        self._award(event, outcome)
        if event.ledger == "MO":
            self.books.gain_moral(event.person, -event.points)
            self.books.moral_issued[event.rule] -= event.points
            return
        available = self.books.holding(event.person).available
        taken = sum(points for _, points in event.lots)
        if taken + event.debt != event.points or taken != min(event.points, available):
            self.broken("T09", f"{taken} of {available} points taken, {event.debt} owed", outcome, event)
        self.books.gain(event.person, -event.points)
        self.books.issued[event.rule] -= event.points
        self.uses.take(event, event.lots, outcome, self.district.points.lot_of(event.award))

    def expired(self, event: Any, outcome: Outcome) -> None:
        """A lot lapsed."""
        lots = self.books.lots
        self.counts["T06"] += 1
        if lots.left(event.lot) != event.points or outcome.by.at < lots.expiry(event.lot):
            seen = f"{event.lot} held {lots.left(event.lot)} until {lots.expiry(event.lot)}, {event.points} expired"
            self.broken("T06", seen, outcome, event)
        lots.move(event.lot, -event.points)
        self.books.gain(event.person, -event.points)
        self.books.expired += event.points

    def merged(self, event: Any, outcome: Outcome) -> None:
        """All points of one row are the other's; caps count together."""
        gone, kept = (self.books.gain(each, 0) for each in (event.person, event.into))
        self.books.moved_moral += [event.person, event.into]
        for name in ("granted", "net", "pending", "moral"):
            setattr(kept, name, getattr(kept, name) + getattr(gone, name))
            setattr(gone, name, 0)
        if outcome.by.at >= self._tomorrow:
            self._turn(outcome.by.at)
        for used in (*self._today.values(), *self._this_month.values()):
            if event.person in used:
                used[event.into] = used.get(event.into, 0) + used.pop(event.person)
        self.uses.take(event, event.lots, outcome)

    def checked(self) -> Mapping[str, int]:
        """Every grant counts for its caps, its fact and its terms."""
        more = {"S11": self.grants, "T22": self.grants, "T24": self.grants + self.counts["T24"]}
        return {**self.counts, **more}
