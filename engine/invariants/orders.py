"""Orders: terms (S09, S10, T24), holds (S04, T11), escrow (S16), completion (S14, S15), ends in time (L03, L11).

Each order is remembered as it was placed until it is finished, with the instant by which its state must have ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.district.ledger import HELD
from engine.invariants.books import Books
from engine.invariants.invariant import Broken, Look
from engine.invariants.lots import LotUses
from engine.invariants.machines import Machine
from engine.invariants.order_accounts import OrderAccounts
from engine.invariants.order_returns import OrderRefunds, ReleasedHolds, ReturnedWhole
from engine.kernel.command import Outcome
from engine.kernel.ids import ID_DIGITS
from engine.kernel.units import BASIS


@dataclass(slots=True)
class Deal:
    """An order as it was placed; its channel once paid; until when its state lasts (0: it is over)."""

    placed: Any
    ends_by: int
    channel: str = ""
    fulfil_by: int = 0
    finish_at: int = 0


class Orders(OrderAccounts):
    """Every order on its way."""

    ids: ClassVar[tuple[str, ...]] = (
        "S04", "S05", "S09", "S10", "S14", "S15", "S16", "T01", "T04", "T05", "T11", "T24", "H11", "L03", "L11",
    )  # fmt: skip

    def __init__(self, district: Any, broken: Broken, books: Books, machine: Machine) -> None:
        """No order; `machine` holds their states."""
        super().__init__(district, broken, books)
        self.uses = LotUses(district, broken, books, self.counts)
        self.deals: dict[str, Deal] = {}
        self.released = ReleasedHolds(district, broken, books)
        self.returned = ReturnedWhole(district, broken, books)
        self.refunds = OrderRefunds(district, broken, books, machine)
        self._machine = machine

    def looks(self) -> Mapping[str, Look]:
        """Events of orders, and merges, which move what is on hold."""
        return {
            "binding.person_merged": self.merged,
            "marketplace.order_placed": self.placed,
            "marketplace.order_paid": self.paid,
            "marketplace.order_accepted": self.accepted,
            "marketplace.order_delivered": self.delivered,
            "marketplace.order_completed": self.completed,
            "marketplace.order_cancelled": self.cancelled,
            "marketplace.points_returned": self.points_returned,
            "marketplace.refund_started": self.refund_started,
            "marketplace.escrow_returned": self.escrow_returned,
            "marketplace.order_refunded": self.refunded,
            "marketplace.orders_finished": self.finished,
        }

    def placed(self, event: Any, outcome: Outcome) -> None:
        """A new order, on the terms of the instant."""
        policy, at, points = self.district.policy, outcome.by.at, event.points
        self.deals[event.order] = Deal(event, event.hold_expires)
        self.counts["S09"] += 1
        eligible = event.goods_fen - event.excluded_fen
        if eligible < 0 or points * event.value_fen * BASIS > eligible * event.rate_bp:
            self.broken("S09", f"{points} points are more than {event.rate_bp} of {eligible}", outcome, event)
        rate = min(self.books.till(event.merchant).points_rate_bp, policy.points.deduction_cap_bp)
        numbers = policy.marketplace
        fee = numbers.delivery_fee_fen if event.dwelling is not None else 0
        said = (event.value_fen, event.rate_bp, event.fee_fen, event.hold_expires)
        self._terms(event, outcome, said, (policy.points.value_fen, rate, fee, at + numbers.hold_s))
        if sum(used for _, used in event.lots) != points:
            self.broken("S05", f"{points} points from lots {event.lots}", outcome, event)
        if points:
            self.uses.take(event, event.lots, outcome)
            self.books.gain(event.person, -points)
            self._hold(event, outcome, points)

    def paid(self, event: Any, outcome: Outcome) -> None:
        """Money comes into escrow, and the points on hold, while the hold lasts."""
        deal, at, numbers = self.deals[event.order], outcome.by.at, self.district.policy.marketplace
        placed = deal.placed
        self.counts["T11"] += 1
        if at >= placed.hold_expires or event.points != placed.points or deal.channel:
            self.broken("T11", f"{event} captures what was on hold until {placed.hold_expires}", outcome, event)
        if event.cash_fen + event.points * placed.value_fen != placed.goods_fen or event.fee_fen != placed.fee_fen:
            self.broken("S10", f"{event} pays {placed}", outcome, event)
        deal.channel, deal.fulfil_by, deal.ends_by = event.channel, event.fulfil_by, event.accept_by
        fulfil_by = at + numbers.fulfil_s
        right = (min(at + numbers.accept_s, fulfil_by), at + numbers.promise_s, fulfil_by)
        self._terms(event, outcome, (event.accept_by, event.promised_at, event.fulfil_by), right)
        self._channel(event, outcome, event.cash_fen + event.fee_fen)
        if event.points:
            self._hold(event, outcome, -event.points)
            self.books.escrow_points += event.points
        self._escrow(event, outcome, (event.cash_fen + event.fee_fen, event.points))

    def accepted(self, event: Any, _outcome: Outcome) -> None:
        """The merchant has answered: the time until the goods are there runs."""
        deal = self.deals[event.order]
        deal.ends_by = deal.fulfil_by

    def delivered(self, event: Any, outcome: Outcome) -> None:
        """The buyer may say something for a while; until then the money waits."""
        deal = self.deals[event.order]
        deal.ends_by = event.complete_at
        self._terms(event, outcome, (deal.ends_by,), (outcome.by.at + self.district.policy.marketplace.confirm_s,))
        self._escrow(event, outcome, (self._paid_fen(deal), deal.placed.points))

    def _paid_fen(self, deal: Deal) -> int:
        """Money of an order, delivery included."""
        placed = deal.placed
        return int(placed.goods_fen - placed.points * placed.value_fen + placed.fee_fen)

    def completed(self, event: Any, outcome: Outcome) -> None:
        """The escrow is divided among merchant, rider and sponsor's account."""
        deal, books, at = self.deals[event.order], self.books, outcome.by.at
        placed = deal.placed
        deal.ends_by, deal.finish_at = 0, event.refundable_until
        commission = placed.goods_fen * self.district.policy.marketplace.commission_bp // BASIS
        said = (event.commission_fen, event.refundable_until, event.cash_fen + event.fee_fen, event.points)
        self._terms(event, outcome, said, (commission, self._days_on(at), self._paid_fen(deal), placed.points))
        self._escrow(event, outcome, (0, 0))
        books.escrow_points -= event.points
        till = books.till(placed.merchant)
        if till.owed_fen <= 0:
            till.owed_since = at
        till.owed_fen += placed.goods_fen - commission
        till.redeemed += placed.points
        if event.points:
            books.redeem(at, placed.points * placed.value_fen)
        self._settled(placed.merchant, event, outcome)

    def cancelled(self, event: Any, outcome: Outcome) -> None:
        """An unpaid order is over; a paid one goes on to its refund."""
        deal = self.deals[event.order]
        if not deal.channel:
            deal.ends_by, deal.finish_at = 0, event.finish_at
            self._escrow(event, outcome, (0, 0))
            if deal.placed.points and not any(each.type == "marketplace.points_returned" for each in outcome.events):
                self.broken("T11", f"the points of {event.order} stay on hold", outcome, event)

    def points_returned(self, event: Any, outcome: Outcome) -> None:
        """A hold is released: the same lots, whoever the person is now."""
        self.released.whole_order(event, self.deals[event.order].placed, outcome)
        self.counts["T11"] += 1
        self._hold(event, outcome, -event.points)

    def refund_started(self, event: Any, outcome: Outcome) -> None:
        """A paid order goes no further; what was paid is still there."""
        deal = self.deals[event.order]
        deal.ends_by = event.refund_at
        self._terms(event, outcome, (deal.ends_by,), (outcome.by.at + self.district.policy.marketplace.refund_s,))
        self._escrow(event, outcome, (self._paid_fen(deal), deal.placed.points))

    def escrow_returned(self, event: Any, outcome: Outcome) -> None:
        """Everything is back."""
        deal = self.deals[event.order]
        deal.ends_by, deal.finish_at = 0, event.finish_at
        if event.cash_fen + event.fee_fen != self._paid_fen(deal) or event.channel != deal.channel:
            self.broken("S10", f"{event} gives {self._paid_fen(deal)} fen back", outcome, event)
        self.returned.whole_order(event, deal.placed, outcome)
        self.books.escrow_points -= event.points
        self.books.refunded_fen += event.cash_fen + event.fee_fen
        self._channel(event, outcome, -event.cash_fen - event.fee_fen)
        self._escrow(event, outcome, (0, 0))

    def refunded(self, event: Any, outcome: Outcome) -> None:
        """Goods of a completed order come back."""
        deal = self.deals[event.order]
        self.refunds.refund(event, deal.placed, deal.finish_at, outcome)

    def merged(self, event: Any, outcome: Outcome) -> None:
        """What was on hold under the row that goes is on hold under the one that stays."""
        moved = self.books.held.pop(event.person, 0)
        if moved:
            self.books.held[event.into] = self.books.held.get(event.into, 0) + moved
        self.counts["H11"] += 1
        held = self.books.held.get(event.into, 0)
        if event.held != moved or self._balances[HELD].get(event.into, 0) != held:
            self.broken("H11", f"{event.held} points on hold move, should be {moved}", outcome, event)

    def finished(self, event: Any, outcome: Outcome) -> None:
        """Orders that are over can no longer be refunded; their rows go."""
        for order in event.orders:
            deal = self.deals.pop(order)
            self.refunds.back.pop(order, None)
            wrong = self._machine.step(int(order[-ID_DIGITS:]), self._machine.numbers["FINISHED"])
            self.counts["T01"] += 1
            if wrong is not None or deal.finish_at != outcome.by.at or order in self.district.market.orders:
                self.broken("T01", f"{order} {wrong}, due {deal.finish_at}", outcome, event)

    def night(self) -> None:
        """No state of an order lasts longer than it may."""
        at = self.district.at
        for order, deal in self.deals.items():
            name = "L11" if deal.channel else "L03"
            self.counts[name] += 1
            if 0 < deal.ends_by < at:
                self.broken(name, f"{order} is {self._machine.state(order)} since before {deal.ends_by}", None, None)

    def checked(self) -> Mapping[str, int]:
        """Its own looks, and those at what came back."""
        found = dict(self.counts)
        for watcher in (self.released, self.returned, self.refunds):
            for name, count in watcher.counts.items():
                found[name] = found.get(name, 0) + count
        return found
