"""Praise: a good deed is told, looked at, published, and earns the praised person moral points once (F12).

Nobody praises oneself or the own household. Both are asked again before publishing: a row entered by a grid member
may turn out to be the praiser's own when the two are merged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.binding.codes import GRID_NOT_FOUND, PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.cases import CaseText
from engine.district.points import AwardGranted
from engine.district.praises import (
    Praise,
    PraiseAwarded,
    PraisePublished,
    PraiseRejected,
    PraiseSubmitted,
    PraiseVerified,
)
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import GridId, PersonId, PraiseId
from engine.kernel.rejection import FORBIDDEN, OUT_OF_GRID, Code, Rejected
from engine.points.awards import Fact, earn
from engine.reporting.codes import (
    PRAISE_NOT_FOUND,
    PRS_BAD_STATE,
    PRS_PAIR_LIMIT,
    PRS_SAME_HOUSEHOLD,
    PRS_SELF,
)
from engine.reporting.standing import actor, alive, bound

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


def _covers_praise(command: Any, district: District, who: str) -> Code | None:
    """Authority of a grid member who covers the grid of the deed."""
    row = district.praises.praises.get(command.praise)
    if row is None:
        return None
    if not district.grid.active(who):
        return FORBIDDEN
    return None if district.grid.covers(who, row.grid) else OUT_OF_GRID


JUDGES = {"officer": anyone, "system": anyone, "grid": _covers_praise}


def _of_others(district: District, person: str, praised: str) -> None:
    """Reject praise of oneself or of the own household."""
    residents = district.residents
    if residents.root(person) == residents.root(praised):
        raise Rejected(PRS_SELF)
    if residents.same_household(person, praised):
        raise Rejected(PRS_SAME_HOUSEHOLD)


def refuse_friends(district: District, policy: Policy, pair: tuple[str, str], at: int) -> None:
    """Reject praise of oneself, of the own household, and of the same neighbour again and again."""
    person, praised = pair
    _of_others(district, person, praised)
    limit = policy.reporting.praise_pair_month
    if district.praises.of_pair(person, praised, at) >= limit:
        raise Rejected(PRS_PAIR_LIMIT, limit=limit)


def _standing(district: District, praise: str, *states: str) -> Praise:
    row = district.praises.praises.get(praise)
    if row is None:
        raise Rejected(PRAISE_NOT_FOUND)
    if row.state not in states:
        raise Rejected(PRS_BAD_STATE, state=row.state)
    return row


@command(
    "reporting.submit_praise",
    {"resident": own("person")},
    (
        PERSON_NOT_FOUND,
        GRID_NOT_FOUND,
        PERSON_MERGED,
        PERSON_NOT_BOUND,
        PRS_SELF,
        PRS_SAME_HOUSEHOLD,
        PRS_PAIR_LIMIT,
    ),
)
class SubmitPraise(Command):
    """Praise somebody for a good deed."""

    person: PersonId
    praised: PersonId
    grid: GridId
    text: CaseText | None

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A praise to be looked at."""
        residents = district.residents
        if self.person not in residents.persons or self.praised not in residents.persons:
            raise Rejected(PERSON_NOT_FOUND)
        if self.grid not in district.grid.grids:
            raise Rejected(GRID_NOT_FOUND)
        alive(district, self.person)
        alive(district, self.praised)
        bound(district, self.person)
        refuse_friends(district, policy, (self.person, self.praised), by.at)
        return (PraiseSubmitted(district.ids.new("prs"), self.person, self.praised, self.grid, self.text),)


@command("reporting.verify_praise", JUDGES, (PRAISE_NOT_FOUND, PRS_BAD_STATE))
class VerifyPraise(Command):
    """Say whether the deed was real; a mistaken yes can be taken back until it is published."""

    praise: PraiseId
    ok: bool

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The verdict."""
        if self.ok:
            _standing(district, self.praise, "SUBMITTED")
            return (PraiseVerified(self.praise, actor(by)),)
        _standing(district, self.praise, "SUBMITTED", "VERIFIED")
        return (PraiseRejected(self.praise, actor(by)),)


@command("reporting.publish_praise", JUDGES, (PRAISE_NOT_FOUND, PRS_BAD_STATE, PRS_SELF, PRS_SAME_HOUSEHOLD))
class PublishPraise(Command):
    """Let everybody read of the deed and give the praised person the moral points."""

    praise: PraiseId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A published praise; awarded if a rule gives points, no cap withholds them, and somebody stands behind it."""
        row = _standing(district, self.praise, "VERIFIED")
        if row.person:
            _of_others(district, row.person, row.praised)
        praised = district.residents.root(row.praised)
        events: list[Event] = [PraisePublished(self.praise, actor(by))]
        if row.person and district.residents.persons[praised].state == "ACTIVE":
            events += earn(district, policy, "praised", Fact(praised, self.praise, by.at))
        if any(isinstance(each, AwardGranted) for each in events):
            events.append(PraiseAwarded(self.praise, actor(by)))
        return tuple(events)
