"""Events of offers: a merchant's price for a while, as long as the stock lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.market import Offer
from engine.kernel.event import Event, event
from engine.kernel.ids import MerchantId, OfferId
from engine.kernel.units import Instant, PositiveCount, PositiveFen

if TYPE_CHECKING:
    from engine.district.district import District

CLOSE = "offer_close"  # kind of deadline


@event("marketplace.offer_published")
class OfferPublished(Event):
    """`stock` items at `price_fen` each, for orders placed while opens_at <= at < closes_at."""

    offer: OfferId
    merchant: MerchantId
    price_fen: PositiveFen
    stock: PositiveCount
    opens_at: Instant
    closes_at: Instant

    def apply(self, district: District) -> None:
        """Write the offer."""
        district.ids.taken_next("ofr")
        district.market.offers[self.offer] = Offer(
            self.offer, self.merchant, self.price_fen, self.stock, self.opens_at, self.closes_at
        )
        district.deadlines.add(self.closes_at, CLOSE, self.offer)


@event("marketplace.offer_withdrawn")
class OfferWithdrawn(Event):
    """The merchant takes the offer back; orders that were placed stand."""

    offer: OfferId

    def apply(self, district: District) -> None:
        """Nobody can order it any more."""
        offer = district.market.offers[self.offer]
        offer.state = "WITHDRAWN"
        district.deadlines.cancel(offer.closes_at, CLOSE, self.offer)


@event("marketplace.offer_closed")
class OfferClosed(Event):
    """The window is over."""

    offer: OfferId

    def apply(self, district: District) -> None:
        """Nobody can order it any more."""
        district.market.offers[self.offer].state = "CLOSED"
