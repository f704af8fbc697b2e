"""Moral points that go down (F31): by a rule and for a fact, posted at once or after review, open to appeal.

`points.moral_posting` says whether a proposal is posted live or waits for a review by somebody else, many at a time.
An appeal is decided by nobody who proposed it; upheld, it gives back exactly what was taken. A score may be below zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.binding.authority import covers_person
from engine.binding.codes import PERSON_MERGED, PERSON_NOT_FOUND
from engine.district.deductions import (
    Deduction,
    DeductionAppealed,
    DeductionDeclined,
    DeductionDismissed,
    DeductionPosted,
    DeductionProposed,
    DeductionUpheld,
    MoralYearArchived,
)
from engine.district.ledger import MORAL
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import DeductionId, EvidenceId, PersonId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import Name, Year, after_days, civil_day, civil_year
from engine.points.codes import (
    DEDUCTION_BAD_STATE,
    DEDUCTION_FINAL,
    DEDUCTION_NOT_FOUND,
    DEDUCTION_SAME_EYES,
    MORAL_YEAR_ARCHIVED,
    MORAL_YEAR_NOT_OVER,
    POINTS_EVIDENCE_USED,
    POINTS_SWITCHED_OFF,
    RULE_NOT_FOUND,
)

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


@command(
    "points.propose_deduction",
    {"officer": anyone, "system": anyone, "grid": covers_person("person")},
    (PERSON_NOT_FOUND, RULE_NOT_FOUND, PERSON_MERGED, POINTS_SWITCHED_OFF, POINTS_EVIDENCE_USED),
)
class ProposeDeduction(Command):
    """Say that a fact costs a person moral points by a rule."""

    person: PersonId
    rule: Name
    evidence: EvidenceId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A deduction: proposed, and where the policy posts live, posted."""
        person = district.residents.persons.get(self.person)
        if person is None:
            raise Rejected(PERSON_NOT_FOUND)
        rule = policy.points.deductions.get(self.rule)
        if rule is None:
            raise Rejected(RULE_NOT_FOUND)
        if person.state != "ACTIVE":
            raise Rejected(PERSON_MERGED, into=person.merged_into)
        if not policy.points.moral_on or not rule.taken:
            raise Rejected(POINTS_SWITCHED_OFF)
        if district.points.evidence.used(self.rule, self.evidence):
            raise Rejected(POINTS_EVIDENCE_USED)
        proposed_by = f"{by.kind}:{by.who}"
        name = district.ids.new("ded")
        row = Deduction(name, person.id, self.rule, self.evidence, rule.taken, proposed_by)
        proposed = DeductionProposed(name, row.person, row.rule, row.evidence, row.points, proposed_by)
        live = policy.points.moral_posting == "live"
        return (proposed, _posted(district, policy, row, by.at)) if live else (proposed,)


def _posted(district: District, policy: Policy, row: Deduction, at: int) -> DeductionPosted:
    person = district.residents.root(row.person)
    until = after_days(at, policy.points.moral_appeal_days)
    return DeductionPosted(row.id, person, row.rule, row.evidence, row.points, until)


def _deduction(district: District, claimed: str, state: str) -> Deduction:
    row = district.deductions.deductions.get(claimed)
    if row is None:
        raise Rejected(DEDUCTION_NOT_FOUND, deduction=claimed)
    if row.state != state:
        raise Rejected(DEDUCTION_BAD_STATE, deduction=claimed, state=row.state)
    return row


def _other_eyes(row: Deduction, by: Envelope) -> None:
    if row.proposed_by == f"{by.kind}:{by.who}":
        raise Rejected(DEDUCTION_SAME_EYES, deduction=row.id)


@command(
    "points.review_deductions",
    {"officer": anyone},
    (DEDUCTION_NOT_FOUND, DEDUCTION_BAD_STATE, DEDUCTION_SAME_EYES),
)
class ReviewDeductions(Command):
    """Review proposals, many at a time and all or none: which are posted, which are declined."""

    accepted: tuple[DeductionId, ...]
    declined: tuple[DeductionId, ...]

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """One event a proposal, in the order in which they are named."""
        both = (*self.accepted, *self.declined)
        if not both:
            raise Rejected(DEDUCTION_NOT_FOUND, deduction="none is named")
        rows = [_deduction(district, each, "PROPOSED") for each in both]
        if len(set(both)) < len(both):
            raise Rejected(DEDUCTION_BAD_STATE, deduction="one is named twice")
        for row in rows:
            _other_eyes(row, by)
        posted = [_posted(district, policy, row, by.at) for row in rows[: len(self.accepted)]]
        return (*posted, *(DeductionDeclined(each) for each in self.declined))


def _whose(command: Any, district: District, who: str) -> Code | None:
    """Authority of the person from whom points were taken."""
    row = district.deductions.deductions.get(command.deduction)
    return FORBIDDEN if row is not None and district.residents.root(row.person) != who else None


@command("points.appeal_deduction", {"resident": _whose}, (DEDUCTION_NOT_FOUND, DEDUCTION_BAD_STATE, DEDUCTION_FINAL))
class AppealDeduction(Command):
    """Say that a deduction was wrong, once and within the time for it."""

    deduction: DeductionId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An appealed deduction."""
        row = _deduction(district, self.deduction, "POSTED")
        if by.at >= row.appealable_until:
            raise Rejected(DEDUCTION_FINAL)
        return (DeductionAppealed(row.id),)


@command("points.decide_appeal", {"officer": anyone}, (DEDUCTION_NOT_FOUND, DEDUCTION_BAD_STATE, DEDUCTION_SAME_EYES))
class DecideAppeal(Command):
    """Say whether an appeal is right."""

    deduction: DeductionId
    upheld: bool

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The points back, exactly; or nothing changed."""
        row = _deduction(district, self.deduction, "APPEALED")
        _other_eyes(row, by)
        if not self.upheld:
            return (DeductionDismissed(row.id),)
        return (DeductionUpheld(row.id, district.residents.root(row.person), row.rule, row.points),)


@command("points.archive_moral_year", {"officer": anyone, "system": anyone}, (MORAL_YEAR_ARCHIVED, MORAL_YEAR_NOT_OVER))
class ArchiveMoralYear(Command):
    """Keep the moral scores of all persons as a calendar year ends; a policy may let them begin again from zero."""

    year: Year

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The archive of the year."""
        if self.year in district.deductions.archived:
            raise Rejected(MORAL_YEAR_ARCHIVED)
        if civil_year(civil_day(by.at)) <= self.year:
            raise Rejected(MORAL_YEAR_NOT_OVER)
        scores = sorted((person, score) for person, score in district.ledger.balances[MORAL].items() if score)
        return (MoralYearArchived(self.year, tuple(scores), policy.points.moral_year_end == "reset"),)
