"""The marketplace as processes: merchants publish offers, people order, merchants prepare, buyers confirm.

Orders are few, so that they are one stream in both modes of the clock. All luck is named by the moment and the merchant
of the order: the same under every policy.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.catalogue import (
    AcceptOrder,
    CancelOrder,
    CheckOutOrder,
    ConfirmOrder,
    HandOverOrder,
    PayOrder,
    PlaceOrder,
    PublishOffer,
    ReadyOrder,
    RefundDeliveryFee,
    RefundOrder,
    RejectOrder,
)
from engine.views import market as market_views
from engine.views import payments as payment_views
from engine.views import points as point_views
from sim.agents.grid_members import MINUTE_S
from sim.agents.marks import digits
from sim.agents.payers import Payers
from sim.agents.residents import Residents
from sim.agents.riders import Riders
from sim.agents.shoppers import CHANNELS, LARGEST_FEN, LEAST_FEN, Channel
from sim.arrivals import Arrivals, Crowd
from sim.behaviour.shopping import redeems
from sim.population.town import Trade
from sim.profiles import DAY_S
from sim.world import World

BROUGHT = (Trade.RETAIL, Trade.CATERING)  # what a rider can bring
UNPAID, CANCELS, REJECTS, CONFIRMS, RETURNS, OFFER, BROUGHT_MARK, REDEEMS = range(8)


@dataclass(slots=True)
class Deal:
    """An order on its way through the processes, with its luck."""

    order: str
    buyer: str
    merchant: str
    trade: int
    goods_fen: int
    delivery: bool
    luck: np.random.Generator
    marks: np.ndarray[Any, Any]


class Market:
    """Merchants of the marketplace, their buyers and riders."""

    def __init__(self, world: World, residents: Residents, payers: Payers, riders: Riders) -> None:
        """Crowds of merchants and buyers; `payers` know how a checkout is paid."""
        self.world = world
        self.residents = residents
        self.payers = payers
        self.riders = riders
        merchants, people = world.town.merchants, world.town.people
        self._joined = np.flatnonzero(merchants.in_marketplace)
        self._opens_at = world.start + merchants.opening_day.astype(np.int64) * DAY_S
        self._buyers = Crowd.of(people.spending_weight)
        rate = world.scenario.behaviour.ordering.orders_merchant_day * len(self._joined)
        crowd = Crowd.of(merchants.turnover_weight[self._joined]) if len(self._joined) else Crowd.of(np.ones(1))
        self._arrivals = Arrivals("ordering", rate, crowd, world.profiles.shops, world.streams)

    def join(self) -> None:
        """Riders come, offers are published, people order."""
        if not len(self._joined):
            return
        self.riders.join()
        self.world.env.add_stream(self._arrivals.draw, self.order, "ordering")
        for shop in np.flatnonzero(self.world.town.merchants.special_offer).tolist():
            self.world.env.process(self._offers(shop))

    def _offers(self, shop: int) -> Generator[Any, Any, None]:
        """An offer now and then, from the day after the merchant's first one on."""
        world, behaviour = self.world, self.world.scenario.behaviour.ordering
        median = world.scenario.behaviour.shopping.basket_median_fen[int(world.town.merchants.trade[shop])]
        price = max(LEAST_FEN, int(median * (1.0 - behaviour.discount_share)))
        yield world.env.timeout(int(self._opens_at[shop]) + DAY_S - world.env.now)
        while True:
            now = int(world.env.now)
            offer = PublishOffer(
                world.merchants[shop], price, behaviour.offer_stock, now, now + behaviour.offer_days * DAY_S
            )
            world.must(offer, "merchant", world.merchants[shop])
            yield world.env.timeout(behaviour.offer_every_days * DAY_S)

    def order(self, place: int, _u: float) -> None:
        """Somebody orders at a merchant, unless the shop is not open or the person not bound yet."""
        world = self.world
        shop = int(self._joined[place])
        luck = world.streams.generator("order", int(world.env.now), shop)
        marks = luck.random(8)
        who = int(self._buyers.rows(luck.random(1))[0])
        if self._opens_at[shop] >= world.env.now or not self.residents.bound[who]:
            return
        person, merchant = world.people[who], world.merchants[shop]
        trade = int(world.town.merchants.trade[shop])
        wanted = self._wanted(merchant, trade, luck, marks)
        points = self._points(person, merchant, wanted[0], marks[REDEEMS])
        brought = world.scenario.behaviour.ordering.delivery_share
        delivery = Trade(trade) in BROUGHT and bool(marks[BROUGHT_MARK] < brought)
        goods_fen, offer, listed_fen = wanted
        place_order = PlaceOrder(person, merchant, listed_fen, 0, offer, int(offer is not None), points, delivery)
        outcome = world.say(place_order, "resident", person)
        if outcome.ok:
            order = outcome.events[0].order  # type: ignore[attr-defined]
            world.env.process(self._way(Deal(order, person, merchant, trade, goods_fen, delivery, luck, marks)))

    def _wanted(
        self, merchant: str, trade: int, luck: np.random.Generator, marks: np.ndarray[Any, Any]
    ) -> tuple[int, str | None, int]:
        """What is bought in fen, the offer it is taken from, and what of it is at list prices."""
        world = self.world
        shopping = world.scenario.behaviour.shopping
        basket = shopping.basket_median_fen[trade] * np.exp(shopping.basket_log_sd * luck.standard_normal())
        goods = int(np.clip(basket, LEAST_FEN, LARGEST_FEN))
        if marks[OFFER] < world.scenario.behaviour.ordering.offer_share:
            open_now = market_views.open_offers_of(world.engine.district, merchant)
            if open_now:
                return open_now[0].price_fen, open_now[0].id, 0
        return goods, None, goods

    def _points(self, person: str, merchant: str, goods_fen: int, luck: float) -> int:
        """How many points the buyer puts in, by the same wish as at the till."""
        district = self.world.engine.district
        balance = point_views.available(district, person)
        most = min(payment_views.most_points_at(district, merchant, goods_fen), balance) if balance else 0
        return most if most and luck < redeems(balance, most, self.world.scenario.behaviour.shopping) else 0

    def _wait(self, deal: Deal, minutes: float) -> Any:
        return self.world.env.timeout(int(deal.luck.exponential(minutes) * MINUTE_S))

    def _way(self, deal: Deal) -> Generator[Any, Any, None]:
        """Paid, accepted, prepared, brought or handed over."""
        world, behaviour, marks = self.world, self.world.scenario.behaviour.ordering, deal.marks
        channel = CHANNELS[int(deal.luck.integers(len(CHANNELS)))]
        if marks[UNPAID] < behaviour.unpaid_share:
            return
        yield self._wait(deal, behaviour.pay_minutes)
        if not (yield from self._paid(deal, channel)):
            return
        yield self._wait(deal, behaviour.accept_minutes)
        if marks[CANCELS] < behaviour.cancel_share:
            world.say(CancelOrder(deal.order), "resident", deal.buyer)
            return
        if marks[REJECTS] < behaviour.reject_share:
            world.say(RejectOrder(deal.order), "merchant", deal.merchant)
            return
        if not world.say(AcceptOrder(deal.order), "merchant", deal.merchant).ok:
            return
        yield self._wait(deal, behaviour.prepare_minutes[deal.trade])
        if not world.say(ReadyOrder(deal.order), "merchant", deal.merchant).ok:
            return
        if deal.delivery:
            self.riders.ready.put((deal.order, deal.luck, lambda: self._arrived(deal)))
        elif world.say(HandOverOrder(deal.order), "merchant", deal.merchant).ok:
            self._arrived(deal)

    def _paid(self, deal: Deal, channel: Channel) -> Generator[Any, Any, bool]:
        """Paid at once, or by the one code of all apps; True if it was."""
        world, mark = self.world, float(deal.marks[UNPAID])
        if digits(mark, 0) >= world.scenario.behaviour.ordering.checkout_share:
            return world.say(PayOrder(deal.order, channel), "resident", deal.buyer).ok
        opened = world.say(CheckOutOrder(deal.order), "resident", deal.buyer)
        if not opened.ok:
            return False
        return (yield from self.payers.pay(opened.events[0], deal.buyer, [digits(mark, 1), digits(mark, 2)]))

    def _arrived(self, deal: Deal) -> None:
        if deal.marks[CONFIRMS] < self.world.scenario.behaviour.ordering.confirm_share:
            self.world.env.process(self._confirmed(deal))

    def _confirmed(self, deal: Deal) -> Generator[Any, Any, None]:
        """The buyer confirms, and seldom wants everything back a day later."""
        world, behaviour = self.world, self.world.scenario.behaviour.ordering
        yield self._wait(deal, behaviour.pay_minutes)
        world.say(ConfirmOrder(deal.order), "resident", deal.buyer)
        if deal.delivery and digits(float(deal.marks[CONFIRMS]), 0) < behaviour.fee_refund_share:
            world.say(RefundDeliveryFee(deal.order), "officer", "desk")
        if deal.marks[RETURNS] < behaviour.refund_share:
            yield world.env.timeout(DAY_S)
            world.say(RefundOrder(deal.order, deal.goods_fen), "merchant", deal.merchant)
