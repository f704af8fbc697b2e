"""Travel declarations (F21) and the levels of areas (F24).

Where somebody came from is sealed; whether that is a risk area is found when the health code is shown. A level holds
from an instant on, so a question about an instant is answered by the level that was valid then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.bindings import living
from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.epidemic import Level, Origin, TravelDeclared
from engine.district.epidemic_looks import RiskLevelSet
from engine.epidemic.codes import EPI_IN_FUTURE, EPI_IN_PAST, EPI_TOO_OLD
from engine.epidemic.standing import recent, while_on
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import PersonId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Instant, Name

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


@command(
    "epidemic.declare_travel",
    {"resident": while_on(own("person"))},
    (PERSON_NOT_FOUND, PERSON_MERGED, PERSON_NOT_BOUND, EPI_IN_FUTURE, EPI_TOO_OLD),
)
class DeclareTravel(Command):
    """Declare a stay in an area that ended at `left_at` (F21)."""

    person: PersonId
    origin: Origin
    left_at: Instant

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A declared stay."""
        person = living(district, self.person)
        if not person.active_bindings:
            raise Rejected(PERSON_NOT_BOUND)
        recent(self.left_at, by.at)
        return (TravelDeclared(person.id, self.left_at, self.origin),)


@command("epidemic.set_risk_level", {"officer": while_on(anyone), "system": while_on(anyone)}, (EPI_IN_PAST,))
class SetRiskLevel(Command):
    """An area has a level from now or a later instant on (F24)."""

    area: Name
    level: Level
    from_at: Instant

    def decide(self, _district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A level with its instant."""
        if self.from_at < by.at:
            raise Rejected(EPI_IN_PAST, now=by.at)
        return (RiskLevelSet(self.area, self.level, self.from_at),)
