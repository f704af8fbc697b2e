"""F25 online orders, placed: points on hold, items of an offer taken, everything frozen on the terms of the instant.

Points pay at most the merchant's rate of the eligible goods, which are counted after discounts and without the delivery
fee: a special price and points together obey the same cap as a purchase at the till (section A8 of docs/domain.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.orders import OrderPlaced
from engine.kernel.command import Command, Envelope, command, own
from engine.kernel.event import Event
from engine.kernel.ids import MerchantId, OfferId, PersonId
from engine.kernel.rejection import Rejected
from engine.kernel.units import BASIS, Count, Fen, Points
from engine.marketplace.codes import OFFER_NOT_FOUND, OFFER_NOT_OPEN, OFFER_SOLD_OUT, ORDER_EMPTY
from engine.payments.codes import MERCHANT_NOT_FOUND, PAY_CAP_EXCEEDED, POINTS_EXCLUDED_GOODS, POINTS_INSUFFICIENT
from engine.payments.purchases import most_points
from engine.points.awards import draw

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.market import Offer
    from engine.district.merchants import Merchant
    from engine.district.residents import Person
    from engine.policy import Policy

Goods = Annotated[int, Field(ge=0, le=10**12)]  # fen; with an offer's items the sum stays an exact JSON number


@command(
    "marketplace.place_order",
    {"resident": own("person")},
    (
        PERSON_NOT_FOUND,
        MERCHANT_NOT_FOUND,
        OFFER_NOT_FOUND,
        PERSON_MERGED,
        PERSON_NOT_BOUND,
        OFFER_NOT_OPEN,
        ORDER_EMPTY,
        POINTS_EXCLUDED_GOODS,
        OFFER_SOLD_OUT,
        PAY_CAP_EXCEEDED,
        POINTS_INSUFFICIENT,
    ),
)
class PlaceOrder(Command):
    """Order goods for `goods_fen` at list prices, `quantity` items of an offer, or both; `points` pay a part.

    With `delivery` a rider brings it to the person's home for the policy's fee; else it is handed over by the merchant.
    """

    person: PersonId
    merchant: MerchantId
    goods_fen: Goods
    excluded_fen: Fen
    offer: OfferId | None
    quantity: Count
    points: Points
    delivery: bool

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """An order that waits for its payment."""
        person, merchant, offer = self._found(district)
        self._check_state(person, offer, by.at)
        goods_fen = self.goods_fen + (offer.price_fen * self.quantity if offer is not None else 0)
        if not goods_fen or (offer is None) != (not self.quantity):
            raise Rejected(ORDER_EMPTY)
        if self.excluded_fen > goods_fen:
            raise Rejected(POINTS_EXCLUDED_GOODS)
        if offer is not None and self.quantity > offer.stock - offer.sold:
            raise Rejected(OFFER_SOLD_OUT, left=offer.stock - offer.sold)
        rate = min(merchant.points_rate_bp, policy.points.deduction_cap_bp)
        value, eligible_fen = policy.points.value_fen, goods_fen - self.excluded_fen
        if self.points * value * BASIS > eligible_fen * rate:
            raise Rejected(PAY_CAP_EXCEEDED, max=most_points(eligible_fen, rate, value))
        lots = draw(district.points.wallets.get(self.person, []), self.points, by.at)
        if lots is None:
            raise Rejected(POINTS_INSUFFICIENT)
        home = district.residents.home(person.id) if self.delivery else None
        return (
            OrderPlaced(
                order=district.ids.new("ord"),
                person=person.id,
                merchant=merchant.id,
                dwelling=home.dwelling if home is not None else None,
                offer=self.offer,
                quantity=self.quantity,
                goods_fen=goods_fen,
                excluded_fen=self.excluded_fen,
                points=self.points,
                value_fen=value,
                rate_bp=rate,
                fee_fen=policy.marketplace.delivery_fee_fen if self.delivery else 0,
                lots=lots,
                hold_expires=by.at + policy.marketplace.hold_s,
            ),
        )

    def _found(self, district: District) -> tuple[Person, Merchant, Offer | None]:
        """Who buys, who sells, and which offer."""
        person = district.residents.persons.get(self.person)
        if person is None:
            raise Rejected(PERSON_NOT_FOUND)
        merchant = district.trade.merchants.get(self.merchant)
        if merchant is None:
            raise Rejected(MERCHANT_NOT_FOUND)
        offer = district.market.offers.get(self.offer) if self.offer is not None else None
        if self.offer is not None and (offer is None or offer.merchant != self.merchant):
            raise Rejected(OFFER_NOT_FOUND)
        return person, merchant, offer

    def _check_state(self, person: Person, offer: Offer | None, at: int) -> None:
        """Raise the first reason in the states of person and offer."""
        if person.state != "ACTIVE":
            raise Rejected(PERSON_MERGED, into=person.merged_into)
        if (self.points or self.delivery) and not person.active_bindings:
            raise Rejected(PERSON_NOT_BOUND)
        if offer is not None and (offer.state != "PUBLISHED" or at < offer.opens_at):
            raise Rejected(OFFER_NOT_OPEN)
