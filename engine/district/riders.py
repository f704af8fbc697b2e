"""Events of riders: registered, trained, on duty, paid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.ledger import BK, NOBODY, RID
from engine.district.market import Rider
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import RiderId
from engine.kernel.units import Fen, PositiveFen, Seconds

if TYPE_CHECKING:
    from engine.district.district import District


@event("marketplace.rider_registered")
class RiderRegistered(Event):
    """Somebody of the neighbourhood joins the delivery team."""

    rider: RiderId

    def apply(self, district: District) -> None:
        """Write the rider."""
        district.market.riders[self.rider] = Rider(self.rider, district.at)


@event("marketplace.rider_trained")
class RiderTrained(Event):
    """The rider has passed the training and may carry orders."""

    rider: RiderId

    def apply(self, district: District) -> None:
        """Remember it."""
        district.market.riders[self.rider].state = "TRAINED"


@event("marketplace.duty_started")
class DutyStarted(Event):
    """The rider takes orders from now on."""

    rider: RiderId

    def apply(self, district: District) -> None:
        """Start the clock."""
        district.market.riders[self.rider].on_duty_since = district.at


@event("marketplace.duty_ended")
class DutyEnded(Event):
    """The rider goes home after `worked_s` seconds."""

    rider: RiderId
    worked_s: Seconds

    def apply(self, district: District) -> None:
        """Stop the clock."""
        rider = district.market.riders[self.rider]
        rider.on_duty_since = None
        rider.worked_s += self.worked_s


@event("marketplace.riders_paid")
class RidersPaid(Event):
    """Every rider who is owed something gets it from the bank account, one line a rider."""

    lines: tuple[tuple[RiderId, PositiveFen], ...]
    total_fen: Fen

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'riders paid'."""
        return tuple((RID, rider, BK, NOBODY, amount) for rider, amount in self.lines)

    def apply(self, district: District) -> None:
        """Pay the riders."""
        district.ledger.post(self.postings())
