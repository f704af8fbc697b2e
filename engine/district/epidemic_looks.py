"""Events of who may look and who has looked: guardians of minors, the access log; and of the levels of areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from engine.district.epidemic import OF_AGE, Guardian, Level
from engine.kernel.event import Event, event
from engine.kernel.ids import GuardianshipId, PersonId
from engine.kernel.units import Instant, Name

if TYPE_CHECKING:
    from engine.district.district import District

Asker = Literal["grid", "officer", "resident"]


@event("epidemic.guardian_registered")
class GuardianRegistered(Event):
    """Somebody may see the test results of a minor before an instant."""

    guardianship: GuardianshipId
    person: PersonId
    guardian: PersonId
    until: Instant

    def apply(self, district: District) -> None:
        """Write the guardian and wait for the minor to be of age."""
        district.ids.taken_next("gua")
        district.deadlines.add(self.until, OF_AGE, self.guardianship)
        district.epidemic.guardians[self.guardianship] = Guardian(
            self.guardianship, self.person, self.guardian, self.until
        )


@event("epidemic.guardianship_ended")
class GuardianshipEnded(Event):
    """The minor is of age."""

    guardianship: GuardianshipId

    def apply(self, district: District) -> None:
        """Drop the guardian."""
        gone = district.epidemic.guardians.pop(self.guardianship)
        district.deadlines.cancel(gone.until, OF_AGE, gone.id)


@event("epidemic.risk_level_set")
class RiskLevelSet(Event):
    """An area has a level from an instant on."""

    area: Name
    level: Level
    from_at: Instant

    def apply(self, district: District) -> None:
        """Put the level in its place; at one instant the last one said holds."""
        levels = district.epidemic.levels
        kept = [each for each in levels.get(self.area, ()) if each[0] != self.from_at]
        levels[self.area] = tuple(sorted([*kept, (self.from_at, self.level)]))


@event("epidemic.results_read")
class ResultsRead(Event):
    """The access log: somebody reads the test results of a person."""

    person: PersonId
    asker: Asker
    who: Name

    def apply(self, district: District) -> None:
        """Let the view answer this reader at this instant."""
        district.epidemic.seen[self.person] = (self.asker, self.who, district.at)


@event("epidemic.contacts_screened")
class ContactsScreened(Event):
    """The access log: somebody looks for the close contacts of a person."""

    person: PersonId
    asker: Asker
    who: Name

    def apply(self, district: District) -> None:
        """Let the view answer this reader at this instant."""
        district.epidemic.screened[self.person] = (self.asker, self.who, district.at)
