"""Neighbours: short stretches about what people decide and do together, each up to the edge where a rule says no.

A quorum that is reached exactly and a ballot in the closing second, a place that comes free while two wait, a volunteer
who would be in two places, a pause longer than a case has left, a deduction that was wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loadtests.plan.hunt.ballots import BASIS
from loadtests.plan.hunt.companies import HOUR_S, MEETINGS, OFFICER, Companies
from loadtests.plan.hunt.purses import Purses


@dataclass(slots=True)
class Neighbours(Companies):
    """A hunt in which neighbours meet."""

    def all_stretches(self) -> list[Callable[[Any, str], None]]:
        """Every stretch once; those about purses alone have come at the beginning of the hunt."""
        return [Purses.merging, Purses.capped, *MEETINGS, *GATHERED]

    def vote(self, _person: str) -> None:
        """The last ballot that the quorum needs comes in the last second, one more in the closing one."""
        unit, ends = self.luck.choice(("person", "household")), self.at + HOUR_S
        terms = {"options": 2, "choices": 1, "unit": unit, "closes_at": ends, "matter": ""}
        vote = self.tell(self.as_said("participation.draft_vote", OFFICER, quorum_bp=BASIS // 2, **terms))
        if not vote:
            return
        self.tell(self.as_said("participation.open_vote", OFFICER, vote=vote))
        row = self.district.board.votes[vote]
        needed = max(1, -(-row.electorate // 2))
        voters = list(row.entitled.items())
        self.luck.shuffle(voters)
        seen: dict[str, str] = {}
        rest = []
        for person, of in voters:
            if of not in seen and len(seen) == needed - 1:
                self.turn_to(ends - 1)
            if of in seen or len(seen) < needed:
                self._ballot(person, vote)
                seen.setdefault(of, person)
            else:
                rest.append(person)
        self.turn_to(ends)
        for person in rest[:1]:
            self._ballot(person, vote)
        self.ask_about([vote])

    def _ballot(self, person: str, vote: str) -> None:
        said = {"vote": vote, "choices": (self.luck.randrange(2),)}
        self.tell(self.as_said("participation.cast_ballot", ("resident", person), person=person, **said), "boundary")

    def waiting(self, _person: str) -> None:
        """An activity with one place: two wait, and the place comes free."""
        at = self.at
        spans = {"opens_at": at, "closes_at": at + HOUR_S, "begins_at": at + 2 * HOUR_S, "ends_at": at + 3 * HOUR_S}
        draft = self.as_said("participation.draft_activity", OFFICER, places=1, rewarded=True, **spans)
        activity = self.tell(draft)
        if not activity:
            return
        self.tell(self.as_said("participation.publish_activity", OFFICER, activity=activity))
        came = self.bound_at_home()[:3]
        for wire, persons in (("join_activity", came), ("cancel_registration", came[:1])):
            for each in persons:
                said = {"person": each, "activity": activity}
                self.tell(self.as_said(f"participation.{wire}", ("resident", each), **said))
        self.ask_about([activity])

    def shifts(self, person: str) -> None:
        """Two shifts that overlap and one that does not, all for one volunteer."""
        at = self.at
        call = self.tell(self.as_said("participation.open_call", OFFICER, closes_at=at + 24 * HOUR_S))
        if not call:
            return
        self.tell(self.as_said("participation.join_call", ("resident", person), person=person, call=call))
        for first in (1, 2, 4):
            spans = {"starts_at": at + first * HOUR_S, "ends_at": at + (first + 2) * HOUR_S}
            shift = self.tell(self.as_said("participation.open_shifts", OFFICER, call=call, shifts=1, **spans))
            if shift:
                said = {"person": person, "shift": shift}
                self.tell(self.as_said("participation.sign_shift", ("resident", person), **said), "boundary")

    def pause(self, person: str) -> None:
        """A case is to wait a second longer than it may, waits, and is late afterwards."""
        case = self.case_under_way(person)
        if not case:
            return
        row = self.district.cases.reports[case]
        who = ("grid", row.assignee) if row.assignee.startswith("wkr_") else OFFICER
        most = self.at + self.district.policy.reporting.pause_limit_s
        for until in (most + 1, self.at + HOUR_S):
            said = {"report": case, "until": until, "reason": "no_access"}
            self.tell(self.as_said("reporting.suspend_report", who, **said), "boundary")
        self.turn_to(self.at + self.luck.choice((60, HOUR_S)))
        self.tell(self.as_said("reporting.resume_report", who, report=case))
        self.ask_about([case])
        self.turn_to(self.district.cases.reports[case].due)
        self.ask_about([case])

    def appeal(self, person: str) -> None:
        """Moral points are taken for a fact, and come back when the appeal is right."""
        self.tell(self.award(person, "service_moral"))
        rule = self.luck.choice(list(self.district.policy.points.deductions))
        said = {"person": person, "rule": rule, "evidence": f"ev_h{self.seed}-{self.drawing.fresh()}"}
        taken = self.tell(self.as_said("points.propose_deduction", OTHER_OFFICE, **said))
        if not taken:
            return
        self.tell(self.as_said("points.review_deductions", OFFICER, accepted=(taken,), declined=()))
        self.tell(self.as_said("points.appeal_deduction", ("resident", person), deduction=taken))
        self.tell(self.as_said("points.decide_appeal", OFFICER, deduction=taken, upheld=True))
        self.ask_about([person])


OTHER_OFFICE = ("system", "clock")
"""Nobody reviews the own proposal."""
GATHERED: tuple[Callable[[Neighbours, str], None], ...] = (
    Neighbours.vote,
    Neighbours.vote,
    Neighbours.vote,
    Neighbours.waiting,
    Neighbours.waiting,
    Neighbours.shifts,
    Neighbours.shifts,
    Neighbours.pause,
    Neighbours.pause,
    Neighbours.appeal,
    Neighbours.appeal,
)
