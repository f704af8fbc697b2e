"""Outdoor codes (F38): whoever scans one may report a problem or praise somebody, and need not say where.

A visitor is nobody of the base: no person stands behind the scan. Visitors report and praise; every other command lists
the kinds of actors that may give it, and visitors are in none, so they neither vote nor earn. A praise that nobody
stands behind is published without points, since nobody can tell whether somebody praised oneself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.binding.codes import (
    BIND_QR_EXPIRED,
    BIND_QR_REVOKED,
    CODE_NOT_OUTDOOR,
    PERSON_MERGED,
    PERSON_NOT_FOUND,
    QR_NOT_FOUND,
)
from engine.binding.places import refuse_dead
from engine.district.cases import CasePlace, CaseText, ReportKind, ReportSubmitted
from engine.district.praises import PraiseSubmitted
from engine.kernel.command import Command, Envelope, command, own
from engine.kernel.event import Event
from engine.kernel.ids import PersonId, QrId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import Name
from engine.reporting.codes import CATEGORY_NOT_FOUND, PRS_PAIR_LIMIT, PRS_SAME_HOUSEHOLD, PRS_SELF
from engine.reporting.limits import due_from
from engine.reporting.praise import refuse_friends
from engine.reporting.standing import alive

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.grid import Spot
    from engine.policy import Policy


def nameless(command: Any, _district: District, _who: str) -> Code | None:
    """Authority of a visitor: for nobody of the base."""
    return None if command.person is None else FORBIDDEN


SCANNERS = {"resident": own("person"), "visitor": nameless}
DEAD = (CODE_NOT_OUTDOOR, BIND_QR_REVOKED, BIND_QR_EXPIRED)


def _spot(district: District, qr: str, at: int) -> Spot:
    """The spot of a live outdoor code that is there."""
    spot = district.grid.spots.get(qr)
    if spot is None:
        raise Rejected(CODE_NOT_OUTDOOR)
    refuse_dead(district.grid.codes[qr], at)
    return spot


@command(
    "reporting.report_by_code",
    SCANNERS,
    (PERSON_NOT_FOUND, QR_NOT_FOUND, CATEGORY_NOT_FOUND, *DEAD, PERSON_MERGED),
)
class ReportByCode(Command):
    """Report a problem, complain or suggest something where an outdoor code hangs, bound or not."""

    qr: QrId
    person: PersonId | None
    kind: ReportKind
    category: Name
    text: CaseText | None
    place: CasePlace | None

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A case at the place of the code; the code's spot is filled in unless a place is given."""
        if self.person is not None and self.person not in district.residents.persons:
            raise Rejected(PERSON_NOT_FOUND)
        if self.qr not in district.grid.codes:
            raise Rejected(QR_NOT_FOUND)
        category = policy.reporting.categories.get(self.category)
        if category is None:
            raise Rejected(CATEGORY_NOT_FOUND)
        spot = _spot(district, self.qr, by.at)
        if self.person is not None:
            alive(district, self.person)
        return (
            ReportSubmitted(
                district.ids.new("rpt"),
                self.kind,
                "code",
                self.category,
                spot.grid,
                self.person,
                None,
                self.text,
                self.place,
                category.route,
                category.tier,
                due_from(policy, category.tier, by.at),
                spot.building or None,
                spot.name if self.place is None else None,
            ),
        )


@command(
    "reporting.praise_by_code",
    SCANNERS,
    (PERSON_NOT_FOUND, QR_NOT_FOUND, *DEAD, PERSON_MERGED, PRS_SELF, PRS_SAME_HOUSEHOLD, PRS_PAIR_LIMIT),
)
class PraiseByCode(Command):
    """Praise somebody for a good deed where an outdoor code hangs, bound or not."""

    qr: QrId
    person: PersonId | None
    praised: PersonId
    text: CaseText | None

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A praise to be looked at."""
        persons = district.residents.persons
        if self.praised not in persons or (self.person is not None and self.person not in persons):
            raise Rejected(PERSON_NOT_FOUND)
        if self.qr not in district.grid.codes:
            raise Rejected(QR_NOT_FOUND)
        spot = _spot(district, self.qr, by.at)
        alive(district, self.praised)
        if self.person is not None:
            alive(district, self.person)
            refuse_friends(district, policy, (self.person, self.praised), by.at)
        return (PraiseSubmitted(district.ids.new("prs"), self.person, self.praised, spot.grid, self.text),)
