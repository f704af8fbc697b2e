"""Events of the clock and of the policy in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernel.event import Event, event
from engine.kernel.units import Count, Instant, Name, Text

if TYPE_CHECKING:
    from engine.district.district import District

ANNOUNCED_POLICY = "announced_policy"
"""Kind of deadline. Its name comes first of all kinds: what else is due at the same instant follows the new policy."""


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
    """Numbers of the policy change at an instant: pairs of path and value, values as JSON text.

    `change` counts announcements; which version of the policy it makes is known when it takes effect.
    """

    change: Count
    effective_from: Instant
    changes: tuple[tuple[Name, Text], ...]

    def apply(self, district: District) -> None:
        """Keep the change until its instant."""
        district.changes_announced = self.change
        district.announced[self.change] = (self.effective_from, self.changes)
        district.deadlines.add(self.effective_from, ANNOUNCED_POLICY, str(self.change))


@event("policy.took_effect")
class PolicyTookEffect(Event):
    """An announced change holds from now on and makes a new version of the policy."""

    change: Count
    version: Count

    def apply(self, district: District) -> None:
        """Put the new policy in force."""
        _, changes = district.announced.pop(self.change)
        district.policy = district.policy.changed_by(changes, district.at)


@event("vault.purged")
class VaultPurged(Event):
    """Personal values of a field that came before an instant are deleted from the vault."""

    field: Name
    before: Instant

    def apply(self, district: District) -> None:
        """Nothing in the state holds a personal value, only commitments."""
