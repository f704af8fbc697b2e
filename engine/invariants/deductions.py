"""Moral points that go down: facts (T22), terms (T24), exact return after an appeal (T09), the archive (H12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.invariants.books import Books
from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import civil_day, day_start


@dataclass(slots=True)
class Proposal:
    """What is proposed: rule, points, who proposes it, whether the points are taken."""

    rule: str
    points: int
    proposed_by: str
    taken: bool = False


class Deductions(Watcher):
    """Every deduction from its proposal to the end of an appeal."""

    ids: ClassVar[tuple[str, ...]] = ("T09", "T22", "T24", "H12")

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """Nothing taken."""
        super().__init__(district, broken)
        self.books = books
        self.facts: set[tuple[str, str]] = set()
        self.proposals: dict[str, Proposal] = {}

    def looks(self) -> Mapping[str, Look]:
        """Events of deductions."""
        return {
            "points.deduction_proposed": self.proposed,
            "points.deduction_posted": self.posted,
            "points.deduction_upheld": self.upheld,
            "points.moral_year_archived": self.archived,
        }

    def proposed(self, event: Any, outcome: Outcome) -> None:
        """A fact costs points once by a rule, as many as the policy says; posted at once only where it says so."""
        terms = self.district.policy.points
        self.counts["T22"] += 1
        self.counts["T24"] += 1
        fact = event.rule, event.evidence
        if fact in self.facts:
            self.broken("T22", f"{event.evidence} has cost points by {event.rule} before", outcome, event)
        self.facts.add(fact)
        self.proposals[event.deduction] = Proposal(event.rule, event.points, event.proposed_by)
        rule = terms.deductions.get(event.rule)
        live = len(outcome.events) > 1
        if rule is None or rule.taken != event.points or live is not (terms.moral_posting == "live"):
            self.broken("T24", f"{event} is not on the terms {rule}, posted {terms.moral_posting}", outcome, event)

    def posted(self, event: Any, outcome: Outcome) -> None:
        """The points are taken, once; by a review only if it is somebody else's."""
        row, by = self.proposals[event.deduction], outcome.by
        self.counts["T09"] += 1
        if row.taken or (event.rule, event.points) != (row.rule, row.points):
            self.broken("T09", f"{event} takes what was proposed as {row}", outcome, event)
        row.taken = True
        until = day_start(civil_day(by.at) + 1 + self.district.policy.points.moral_appeal_days)
        self.counts["T24"] += 1
        reviewed = by.command.type == "points.review_deductions"
        if event.appealable_until != until or (reviewed and row.proposed_by == f"{by.kind}:{by.who}"):
            self.broken("T24", f"{event} is not on today's terms, or is reviewed by who proposed it", outcome, event)
        self._move(event, -event.points)

    def upheld(self, event: Any, outcome: Outcome) -> None:
        """Exactly what was taken comes back, once."""
        row = self.proposals[event.deduction]
        self.counts["T09"] += 1
        if not row.taken or (event.rule, event.points) != (row.rule, row.points):
            self.broken("T09", f"{event} gives back {row}", outcome, event)
        row.taken = False
        self._move(event, event.points)

    def _move(self, event: Any, points: int) -> None:
        self.books.gain_moral(event.person, points)
        self.books.moral_issued[event.rule] = self.books.moral_issued.get(event.rule, 0) + points

    def archived(self, event: Any, outcome: Outcome) -> None:
        """The archive holds every score that is not zero, as the books have it."""
        books = self.books
        scores = {person: holding.moral for person, holding in books.holdings.items() if holding.moral}
        self.counts["H12"] += 1
        if dict(event.scores) != scores or len(event.scores) != len(scores):
            seen = f"the archive of {event.year} holds {len(event.scores)} scores of {len(scores)}"
            self.broken("H12", seen, outcome, event)
        if event.reset:
            for person, score in event.scores:
                books.gain_moral(person, -score)
                books.moral_archived += score
