"""F26 special offers: a merchant's price for a while; never more sold than there is.

Items are taken when an order is placed, and free again when it goes no further before completion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from engine.district.offers import OfferClosed, OfferPublished, OfferWithdrawn
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import MerchantId, OfferId
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import Instant
from engine.marketplace.codes import OFFER_NOT_FOUND, OFFER_NOT_OPEN, OFFER_WINDOW_EMPTY
from engine.payments.codes import MERCHANT_NOT_FOUND

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

Price = Annotated[int, Field(gt=0, le=10**9)]  # fen; price times stock stays an exact JSON number
Stock = Annotated[int, Field(gt=0, le=10**6)]


def _own_offer(command: Any, district: District, who: str) -> Code | None:
    offer = district.market.offers.get(command.offer)
    return FORBIDDEN if offer is not None and offer.merchant != who else None


@command(
    "marketplace.publish_offer",
    {"merchant": own("merchant"), "officer": anyone},
    (MERCHANT_NOT_FOUND, OFFER_WINDOW_EMPTY),
)
class PublishOffer(Command):
    """Offer `stock` items at a price while opens_at <= at < closes_at."""

    merchant: MerchantId
    price_fen: Price
    stock: Stock
    opens_at: Instant
    closes_at: Instant

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A published offer, which may open later."""
        if self.merchant not in district.trade.merchants:
            raise Rejected(MERCHANT_NOT_FOUND)
        if self.closes_at <= max(self.opens_at, by.at):
            raise Rejected(OFFER_WINDOW_EMPTY)
        offer = district.ids.new("ofr")
        return (OfferPublished(offer, self.merchant, self.price_fen, self.stock, self.opens_at, self.closes_at),)


@command(
    "marketplace.withdraw_offer", {"merchant": _own_offer, "officer": anyone}, (OFFER_NOT_FOUND, OFFER_NOT_OPEN)
)
class WithdrawOffer(Command):
    """Take an offer back; orders that were placed stand."""

    offer: OfferId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The offer withdrawn."""
        offer = district.market.offers.get(self.offer)
        if offer is None:
            raise Rejected(OFFER_NOT_FOUND)
        if offer.state != "PUBLISHED":
            raise Rejected(OFFER_NOT_OPEN)
        return (OfferWithdrawn(self.offer),)


def close(_district: District, _policy: Policy, waiting: str, _at: int) -> list[Event]:
    """Deadline `offer_close`: the window is over."""
    return [OfferClosed(waiting)]
