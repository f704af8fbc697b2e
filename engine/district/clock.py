"""Events of the clock and of the policy in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel.event import Event, event
from engine.kernel.units import Instant, Name, Text

if TYPE_CHECKING:
    from engine.district.district import District


@event("clock.advanced")
class ClockAdvanced(Event):
    """Somebody swept: nothing happens before this instant any more."""

    def apply(self, district: District) -> None:
        """Nothing to write: the engine's clock stands at the record's instant already."""


@event("clock.deadline_fired")
class DeadlineFired(Event):
    """A deadline was due at the record's instant; what follows from it stands behind it in the same record."""

    kind: Name
    waiting: Name

    def apply(self, district: District) -> None:
        """Take the deadline off the list."""
        district.deadlines.cancel(district.at, self.kind, self.waiting)


@event("policy.change_announced")
class PolicyChangeAnnounced(Event):
    """Numbers of the policy change at an instant: pairs of path and value, values as canonical JSON text."""

    version: int
    effective_from: Instant
    changes: tuple[tuple[Name, Text], ...]

    def apply(self, district: District) -> None:
        """Keep the change until its instant."""
        district.policies_announced = self.version
        district.announced[self.version] = self.changes
        district.deadlines.add(self.effective_from, "policy", str(self.version))


@event("policy.took_effect")
class PolicyTookEffect(Event):
    """The announced version holds from now on."""

    version: int

    def apply(self, district: District) -> None:
        """Put the new policy in force."""
        changes = district.announced.pop(self.version)
        district.policy = district.policy.changed_by(changes, district.at)


@event("vault.purged")
class VaultPurged(Event):
    """Personal values of a field that came before an instant are deleted from the vault."""

    field: Name
    before: Instant

    def apply(self, district: District) -> None:
        """Nothing in the state holds a personal value, only commitments."""
