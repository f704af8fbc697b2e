"""Rows and events of moral points that go down: proposed, reviewed, posted, appealed; and the yearly archive (F31)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from engine.district.ledger import ARCHIVE, MORAL, MORAL_ISS
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import DeductionId, EvidenceId, PersonId
from engine.kernel.units import LARGEST, Count, Instant, Name, PositivePoints, Text

if TYPE_CHECKING:
    from engine.district.district import District

DeductionState = Literal["PROPOSED", "DECLINED", "POSTED", "APPEALED", "UPHELD", "DISMISSED"]
DEDUCTION_EDGES = frozenset(
    {
        ("", "PROPOSED"),
        ("PROPOSED", "POSTED"),
        ("PROPOSED", "DECLINED"),
        ("POSTED", "APPEALED"),
        ("APPEALED", "UPHELD"),
        ("APPEALED", "DISMISSED"),
    }
)
Score = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]


@dataclass(slots=True)
class Deduction:
    """Moral points that somebody proposes to take from a person, by which rule, for which fact."""

    id: str
    person: str
    rule: str
    evidence: str
    points: int
    proposed_by: str
    state: DeductionState = "PROPOSED"
    appealable_until: int = 0


class DeductionRows:
    """Deductions, and of each archived year how many people had a score and what the scores summed to."""

    __slots__ = ("archived", "deductions")

    def __init__(self) -> None:
        """Nothing taken."""
        self.deductions: dict[str, Deduction] = {}
        self.archived: dict[int, tuple[int, int]] = {}


@event("points.deduction_proposed")
class DeductionProposed(Event):
    """Somebody says that a fact costs a person moral points by a rule of the policy."""

    deduction: DeductionId
    person: PersonId
    rule: Name
    evidence: EvidenceId
    points: PositivePoints
    proposed_by: Text

    def apply(self, district: District) -> None:
        """Write the deduction and use up the evidence."""
        district.ids.taken_next("ded")
        district.points.evidence.use(self.rule, self.evidence)
        district.deductions.deductions[self.deduction] = Deduction(
            self.deduction, self.person, self.rule, self.evidence, self.points, self.proposed_by
        )


@event("points.deduction_posted")
class DeductionPosted(Event):
    """The points are taken: at once, or when somebody else has reviewed the proposal."""

    deduction: DeductionId
    person: PersonId
    rule: Name
    evidence: EvidenceId
    points: PositivePoints
    appealable_until: Instant

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'moral deduction'."""
        return ((MORAL, self.person, MORAL_ISS, self.rule, self.points),)

    def apply(self, district: District) -> None:
        """Move the points."""
        district.ledger.post(self.postings())
        row = district.deductions.deductions[self.deduction]
        row.state, row.appealable_until = "POSTED", self.appealable_until


@event("points.deduction_declined")
class DeductionDeclined(Event):
    """The review says no: nothing is taken."""

    deduction: DeductionId

    def apply(self, district: District) -> None:
        """Mark the deduction."""
        district.deductions.deductions[self.deduction].state = "DECLINED"


@event("points.deduction_appealed")
class DeductionAppealed(Event):
    """The person says that it was wrong."""

    deduction: DeductionId

    def apply(self, district: District) -> None:
        """Mark the deduction."""
        district.deductions.deductions[self.deduction].state = "APPEALED"


@event("points.deduction_upheld")
class DeductionUpheld(Event):
    """The appeal is right: exactly what was taken comes back."""

    deduction: DeductionId
    person: PersonId
    rule: Name
    points: PositivePoints

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'moral deduction', turned round."""
        return ((MORAL_ISS, self.rule, MORAL, self.person, self.points),)

    def apply(self, district: District) -> None:
        """Move the points back."""
        district.ledger.post(self.postings())
        district.deductions.deductions[self.deduction].state = "UPHELD"


@event("points.deduction_dismissed")
class DeductionDismissed(Event):
    """The appeal changes nothing."""

    deduction: DeductionId

    def apply(self, district: District) -> None:
        """Mark the deduction."""
        district.deductions.deductions[self.deduction].state = "DISMISSED"


@event("points.moral_year_archived")
class MoralYearArchived(Event):
    """The scores of all persons at the end of a year; with `reset` they begin again from zero."""

    year: Count
    scores: tuple[tuple[PersonId, Score], ...]
    reset: bool

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'moral year archived'."""
        year = str(self.year)
        return tuple(
            (MORAL, person, ARCHIVE, year, score) if score > 0 else (ARCHIVE, year, MORAL, person, -score)
            for person, score in self.scores
            if self.reset
        )

    def apply(self, district: District) -> None:
        """Move the points, if they do not stay, and keep the sums; the scores stand in the log."""
        district.ledger.post(self.postings())
        district.deductions.archived[self.year] = len(self.scores), sum(score for _, score in self.scores)
