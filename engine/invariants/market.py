"""Offers (S28) and riders (S24, T23, T14): who carries what, who is owed what, counted from events alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from engine.district.ledger import RID
from engine.district.market import RIDER_EDGES
from engine.invariants.books import Books
from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome


@dataclass(slots=True)
class Sold:
    """An offer as published, and how many of it living orders took."""

    published: Any
    over_at: int
    items: int = 0


@dataclass(slots=True)
class Carrier:
    """A rider: state, since when on duty, orders in hand (value: picked up)."""

    state: str = ""
    on_duty_since: int | None = None
    orders: dict[str, bool] = field(default_factory=dict)


@dataclass(slots=True)
class Way:
    """How an order reaches its buyer: items of an offer, its rider, whether it was delivered."""

    offer: str | None
    quantity: int
    fee_fen: int
    rider: str | None = None
    delivered: bool = False


class Market(Watcher):
    """Offers and riders."""

    ids: ClassVar[tuple[str, ...]] = ("S14", "S24", "S28", "T01", "T14", "T23")

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """Nothing offered, nobody rides."""
        super().__init__(district, broken)
        self.books = books
        self._offers: dict[str, Sold] = {}
        self._riders: dict[str, Carrier] = {}
        self._ways: dict[str, Way] = {}

    def looks(self) -> Mapping[str, Look]:
        """Events of offers, of riders, and of orders on the way."""
        own = {
            f"marketplace.{name}": getattr(self, name)
            for name in (
                "offer_published", "rider_registered", "rider_trained", "duty_started", "duty_ended", "riders_paid",
                "order_placed", "order_assigned", "order_given_back", "order_picked_up", "order_delivered",
                "order_completed", "fee_refunded", "orders_finished",
            )
        }  # fmt: skip
        over = dict.fromkeys(("marketplace.offer_withdrawn", "marketplace.offer_closed"), self.offer_over)
        ends = ("order_cancelled", "order_rejected", "delivery_failed")
        return {**own, **over, **dict.fromkeys([f"marketplace.{each}" for each in ends], self.stopped)}

    def offer_published(self, event: Any, outcome: Outcome) -> None:
        """A new offer."""
        self._offers[event.offer] = Sold(event, event.closes_at)
        if event.closes_at <= max(event.opens_at, outcome.by.at):
            self.broken("S28", f"{event} is never open", outcome, event)

    def offer_over(self, event: Any, outcome: Outcome) -> None:
        """Nothing of it is sold from now on; at the latest at the end of its window."""
        sold = self._offers[event.offer]
        if outcome.by.at > sold.over_at:
            self.broken("S28", f"{event.offer} ended at {outcome.by.at}, not at {sold.over_at}", outcome, event)
        sold.over_at = outcome.by.at

    def order_placed(self, event: Any, outcome: Outcome) -> None:
        """Items of an offer are taken, and no more than there are."""
        self._ways[event.order] = Way(event.offer, event.quantity, event.fee_fen)
        if event.offer is None:
            return
        sold = self._offers[event.offer]
        published, at = sold.published, outcome.by.at
        if not published.opens_at <= at < sold.over_at or published.merchant != event.merchant:
            self.broken("S28", f"{event.offer} is ordered at {at}, it is {published}", outcome, event)
        if event.goods_fen < published.price_fen * event.quantity or event.quantity <= 0:
            self.broken("S28", f"{event.quantity} of {published} for {event.goods_fen} fen", outcome, event)
        self._items(event.offer, event.quantity, event, outcome)

    def _items(self, offer: str, more: int, event: Any, outcome: Outcome) -> None:
        """Items taken from the stock, or (negative) given back."""
        self.counts["S28"] += 1
        sold = self._offers[offer]
        sold.items += more
        seen = self.district.market.offers[offer].sold
        if not 0 <= sold.items <= sold.published.stock or seen != sold.items:
            self.broken("S28", f"{seen} of {offer} are sold, {sold.items} of {sold.published.stock}", outcome, event)

    def stopped(self, event: Any, outcome: Outcome) -> None:
        """An order goes no further: its items can be bought again, its rider is free."""
        way = self._ways[event.order]
        if way.offer is not None:
            self._items(way.offer, -way.quantity, event, outcome)
        if way.rider is not None:
            self._riders[way.rider].orders.pop(event.order, None)
            self._in_hand(way.rider, event, outcome)

    def rider_registered(self, event: Any, outcome: Outcome) -> None:
        """A new rider."""
        self._step(self._riders.setdefault(event.rider, Carrier()), "REGISTERED", event, outcome)

    def rider_trained(self, event: Any, outcome: Outcome) -> None:
        """May carry from now on."""
        self._step(self._riders[event.rider], "TRAINED", event, outcome)

    def _step(self, rider: Carrier, state: str, event: Any, outcome: Outcome) -> None:
        self.counts["T01"] += 1
        if (rider.state, state) not in RIDER_EDGES:
            self.broken("T01", f"{event.rider} goes from {rider.state} to {state}", outcome, event)
        rider.state = state

    def duty_started(self, event: Any, outcome: Outcome) -> None:
        """Works from now on."""
        rider = self._riders[event.rider]
        self.counts["S24"] += 1
        if rider.state != "TRAINED" or rider.on_duty_since is not None:
            self.broken("S24", f"{event.rider} goes on duty as {rider}", outcome, event)
        rider.on_duty_since = outcome.by.at

    def duty_ended(self, event: Any, outcome: Outcome) -> None:
        """Goes home with empty hands."""
        rider = self._riders[event.rider]
        self.counts["S24"] += 1
        if rider.orders or rider.on_duty_since is None or event.worked_s != outcome.by.at - rider.on_duty_since:
            self.broken("S24", f"{event} of {rider}", outcome, event)
        rider.on_duty_since = None

    def order_assigned(self, event: Any, outcome: Outcome) -> None:
        """A trained rider on duty gets an order, and not one too many."""
        rider = self._riders.get(event.rider, Carrier())
        self._ways[event.order].rider = event.rider
        rider.orders[event.order] = False
        most = self.district.policy.marketplace.rider_orders
        if rider.state != "TRAINED" or rider.on_duty_since is None or len(rider.orders) > most:
            self.broken("S24", f"{event.rider} gets {event.order} as {rider}, most {most}", outcome, event)
        self._in_hand(event.rider, event, outcome)

    def _in_hand(self, rider: str, event: Any, outcome: Outcome) -> None:
        self.counts["S24"] += 1
        seen, right = self.district.market.riders[rider].orders, self._riders[rider].orders
        if sorted(seen) != sorted(right):
            self.broken("S24", f"{rider} carries {seen}, should carry {sorted(right)}", outcome, event)

    def order_given_back(self, event: Any, outcome: Outcome) -> None:
        """Another rider may take it."""
        self._riders[event.rider].orders.pop(event.order, None)
        self._ways[event.order].rider = None
        self._in_hand(event.rider, event, outcome)

    def order_picked_up(self, event: Any, outcome: Outcome) -> None:
        """The rider who was asked has the goods."""
        self.counts["T23"] += 1
        if self._ways[event.order].rider != event.rider:
            self.broken("T23", f"{event.rider} picks {event.order} up from {self._ways[event.order]}", outcome, event)
        self._riders[event.rider].orders[event.order] = True

    def order_delivered(self, event: Any, outcome: Outcome) -> None:
        """By who picked it up; or at the counter, if nobody was to bring it."""
        self.counts["T23"] += 1
        way = self._ways[event.order]
        way.delivered = True
        picked_up = self._riders[event.rider].orders.pop(event.order, False) if event.rider is not None else True
        if way.rider != event.rider or not picked_up:
            self.broken("T23", f"{event} of {way}", outcome, event)
        if event.rider is not None:
            self._in_hand(event.rider, event, outcome)

    def order_completed(self, event: Any, outcome: Outcome) -> None:
        """The rider who delivered it earns the fee."""
        way = self._ways[event.order]
        self.counts["T23"] += 1
        if not way.delivered or event.rider != way.rider or event.fee_fen != way.fee_fen:
            self.broken("T23", f"{event} of {way}", outcome, event)
        if event.rider is not None:
            self._owed(event.rider, event.fee_fen, event, outcome)

    def _owed(self, rider: str, fen: int, event: Any, outcome: Outcome) -> None:
        """A rider is owed more (or, negative, less)."""
        self.counts["S14"] += 1
        owed = self.books.riders[rider] = self.books.riders.get(rider, 0) + fen
        seen = self.district.ledger.balances[RID].get(rider, 0)
        if seen != owed:
            self.broken("S14", f"{rider} is owed {seen}, should be {owed}", outcome, event)

    def fee_refunded(self, event: Any, outcome: Outcome) -> None:
        """The fee comes back, whole, to the channel."""
        way = self._ways[event.order]
        if (event.rider, event.fee_fen) != (way.rider, way.fee_fen):
            self.broken("S08", f"{event} of {way}", outcome, event)
        way.fee_fen = 0
        self.books.channels[event.channel] -= event.fee_fen
        self.books.refunded_fen += event.fee_fen
        self._owed(event.rider, -event.fee_fen, event, outcome)

    def riders_paid(self, event: Any, outcome: Outcome) -> None:
        """Each rider gets what is owed, all of them, once."""
        owed = self.books.riders
        due = {rider: fen for rider, fen in owed.items() if fen > 0}
        self.counts["T14"] += 1
        if dict(event.lines) != due or event.total_fen != sum(due.values()):
            self.broken("T14", f"{event} pays {due}", outcome, event)
        for rider, fen in event.lines:
            self.books.paid_out_fen += fen
            self._owed(rider, -fen, event, outcome)

    def orders_finished(self, event: Any, _outcome: Outcome) -> None:
        """Nothing more of these."""
        for order in event.orders:
            del self._ways[order]
