"""Visits and care: nobody of a special group is forgotten (L13), work is shown as the log has it (H12).

A person is cared for from the first tag to the last one's end. The books hold when the next visit is due and when an
overdue one is raised, taken from the instants of tags and visits, not from what the events say of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import DAY_S, MINUTE_S, civil_day, day_start


@dataclass(slots=True)
class Cared:
    """A person with tags: how many, by when a visit is due, how far it was raised, when it will be again (0: never)."""

    tags: int
    due: int
    level: int = 0
    raised_at: int = 0


@dataclass(slots=True)
class Tally:
    """Work of one kind on one day, counted from the log."""

    visits: int = 0
    minutes: int = 0
    events: int = 0


class Visits(Watcher):
    """Every visit, and everybody who waits for one."""

    ids: ClassVar[tuple[str, ...]] = ("L13", "H12", "T24", "S24")

    def __init__(self, district: Any, broken: Broken) -> None:
        """Nobody waits."""
        super().__init__(district, broken)
        self.cared: dict[str, Cared] = {}
        self.tag_of: dict[str, str] = {}
        self.started: dict[str, tuple[Any, int]] = {}
        self.work: dict[tuple[str, int], Tally] = {}

    def looks(self) -> Mapping[str, Look]:
        """Events of tags, visits and care."""
        return {
            "binding.special_tagged": self.tagged,
            "binding.special_untagged": self.untagged,
            "binding.person_merged": self.merged,
            "grid.care_overdue": self.overdue,
            "grid.visit_started": self.set_out,
            "grid.visit_done": self.done,
            "grid.visit_broken_off": self.broken_off,
            "reporting.report_resolved": self.resolved,
            "marketplace.order_assigned": self.assigned,
        }

    def _due(self, at: int) -> int:
        days: int = self.district.policy.grid.care_days
        return day_start(civil_day(at) + 1) + days * DAY_S

    def tagged(self, event: Any, outcome: Outcome) -> None:
        """From the first tag on somebody has to come."""
        self.tag_of[event.tag] = event.person
        known = self.cared.get(event.person)
        if known is not None:
            known.tags += 1
            return
        due = self._due(outcome.by.at)
        name = self.district.residents.persons[event.person].id
        self.cared[name] = Cared(1, due, 0, due)
        self._shown(event.person, outcome)

    def untagged(self, event: Any, outcome: Outcome) -> None:
        """With the last tag nobody has to come any more."""
        person = self.district.residents.root(self.tag_of.pop(event.tag))
        self.cared[person].tags -= 1
        if not self.cared[person].tags:
            del self.cared[person]
            if person in self.district.care.plans:
                self.broken("L13", f"{person} has no tag left and waits for a visit", outcome, event)

    def merged(self, event: Any, outcome: Outcome) -> None:
        """Tags of two rows are those of one person, who waits no longer than either of them."""
        gone, kept = self.cared.pop(event.person, None), self.cared.get(event.into)
        if gone is None:
            return
        into = self.district.residents.persons[event.into].id
        if kept is None:
            self.cared[into] = gone
        else:
            first = min(kept, gone, key=lambda each: each.due)
            self.cared[into] = Cared(kept.tags + gone.tags, first.due, first.level, first.raised_at)
        self._shown(into, outcome)

    def _shown(self, person: str, outcome: Outcome | None) -> None:
        """The plan of a person is what tags and visits make of it."""
        self.counts["L13"] += 1
        plan, known = self.district.care.plans.get(person), self.cared[person]
        if plan is None or (plan.due, plan.level, plan.raised_at) != (known.due, known.level, known.raised_at):
            self.broken("L13", f"{person} waits by {plan}, should be {known}", outcome, None)

    def overdue(self, event: Any, outcome: Outcome) -> None:
        """Raised at its instant by one level, at most to the top, and below it again after the policy's days."""
        self.counts["L13"] += 1
        known, policy = self.cared[event.person], self.district.policy
        again = None
        if event.level < policy.reporting.top_level:
            again = day_start(civil_day(outcome.by.at) + 1) + policy.grid.care_escalate_days * DAY_S
        level = known.level + (known.level < policy.reporting.top_level)
        if (event.level, outcome.by.at, event.again) != (level, known.raised_at, again):
            self.broken("L13", f"{event} at {outcome.by.at}, should follow {known}", outcome, event)
        known.level, known.raised_at = event.level, event.again or 0

    def set_out(self, event: Any, outcome: Outcome) -> None:
        """One visit at a time, and to care only for who waits in that grid."""
        self.counts["T24"] += 1
        limit_s = self.district.policy.grid.visit_limit_minutes * MINUTE_S
        if event.lapses_at != outcome.by.at + limit_s:
            self.broken("T24", f"{event.visit} lapses at {event.lapses_at}, {limit_s} s are allowed", outcome, event)
        if any(each.visitor == event.visitor for each, _ in self.started.values()):
            self.broken("L13", f"{event.visitor} is on two visits", outcome, event)
        if event.purpose == "care" and event.person not in self.cared:
            self.broken("L13", f"{event.visit} cares for {event.person}, who has no tag", outcome, event)
        self.started[event.visit] = (event, outcome.by.at)

    def done(self, event: Any, outcome: Outcome) -> None:
        """Who was visited waits for the next visit."""
        begun = self._counted(event, outcome)
        person = self.district.residents.root(begun.person) if begun.purpose == "care" else ""
        if person in self.cared:
            due = self._due(outcome.by.at)
            known = self.cared[person]
            known.due, known.level, known.raised_at = due, 0, due
            self._shown(person, outcome)
        elif event.due is not None:
            self.broken("L13", f"{event.visit} makes {begun.person} wait for another visit", outcome, event)

    def broken_off(self, event: Any, outcome: Outcome) -> None:
        """The time is spent; whoever was to be visited goes on waiting."""
        begun = self._counted(event, outcome)
        limit_s = self.district.policy.grid.visit_limit_minutes * MINUTE_S
        if event.reason == "lapsed" and event.minutes * MINUTE_S > limit_s and begun.lapses_at != outcome.by.at:
            self.broken("T24", f"{event.visit} lapses after {event.minutes} minutes", outcome, event)

    def _counted(self, event: Any, outcome: Outcome) -> Any:
        """The start of a visit that is over; its time stands in the work of its day."""
        begun, at = self.started.pop(event.visit)
        passed_s = outcome.by.at - at
        self.counts["H12"] += 1
        if not passed_s <= event.minutes * MINUTE_S < passed_s + MINUTE_S:
            self.broken("H12", f"{event.visit} took {passed_s} s, {event.minutes} minutes are said", outcome, event)
        tally = self._tally(begun.visitor, outcome)
        tally.visits += 1
        tally.minutes += event.minutes
        return begun

    def assigned(self, event: Any, outcome: Outcome) -> None:
        """No order comes to a rider who is on a visit."""
        self.counts["S24"] += 1
        if any(begun.visitor == event.rider for begun, _ in self.started.values()):
            self.broken("S24", f"{event.rider} gets {event.order} during a visit", outcome, event)

    def resolved(self, event: Any, outcome: Outcome) -> None:
        """One case done by the kind of its member."""
        self._tally(self.district.cases.reports[event.report].assignee, outcome).events += 1

    def _tally(self, who: str, outcome: Outcome) -> Tally:
        worker = self.district.grid.workers.get(who)
        kind = worker.kind if worker is not None else "rider" if who[:4] == "rid_" else who
        return self.work.setdefault((kind, civil_day(outcome.by.at)), Tally())

    def night(self) -> None:
        """Nobody who is overdue was left unraised."""
        at, top = self.district.at, self.district.policy.reporting.top_level
        for person, known in self.cared.items():
            self.counts["L13"] += 1
            if known.due < at and (not known.level or (0 < known.raised_at < at and known.level < top)):
                self.broken("L13", f"{person} waits since {known.due}: {known}", None, None)

    def whole(self) -> None:
        """All plans and all work."""
        for person in self.cared:
            self._shown(person, None)
        if self.cared.keys() != self.district.care.plans.keys():
            self.broken("L13", "others wait for visits than those who have tags", None, None)
        shown = {key: (row.events, row.visits, row.minutes) for key, row in self.district.work.days.items()}
        counted = {key: (row.events, row.visits, row.minutes) for key, row in self.work.items()}
        self.counts["H12"] += 1
        if shown != counted:
            self.broken("H12", "work by kind and day is not what the log has", None, None)
