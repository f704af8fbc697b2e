"""Engines that are wrong about orders, holds, offers and riders."""

from __future__ import annotations

from typing import Any

import pytest

from engine.district import order_returns, orders
from engine.district.ledger import AV, ESC, FEE, HELD, MER
from engine.kernel.rejection import Rejected
from engine.marketplace import riders
from tests.broken.faults import Change, Fault, after, before, forgotten, shift


def _person(event: Any) -> str:
    return str(event.person)


def _merchant(event: Any) -> str:
    return str(event.merchant)


def _order(event: Any) -> str:
    return str(event.order)


def _with_points(change: Change) -> Change:
    return lambda event, district: change(event, district) if event.points else None


def _to_another_lot(event: Any, _district: Any) -> None:
    """The first lot of a release gets nothing, as if its points were gone."""
    event.restored = event.restored[1:]


def _restores_more(event: Any, _district: Any) -> None:
    if event.restored:
        lot, points, into, expires_at = event.restored[0]
        event.restored = ((lot, points + 1, into, expires_at), *event.restored[1:])


def _sells_on(event: Any, district: Any) -> None:
    """The stock does not know of what was sold."""
    if event.offer is not None:
        district.market.offers[event.offer].sold -= event.quantity


def _untrained(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(riders, "_trained", lambda _rider: None)


def _any_number(patch: pytest.MonkeyPatch) -> None:
    """A rider who is busy gets the order all the same."""
    right = riders.AssignOrder.decide

    def wrong(command: Any, district: Any, policy: Any, by: Any) -> Any:
        try:
            return right(command, district, policy, by)
        except Rejected as refused:
            if refused.code.name != "RIDER_BUSY":
                raise
            return (orders.OrderAssigned(command.order, command.rider),)

    patch.setattr(riders.AssignOrder, "decide", wrong)


def _another_rider(event: Any, _district: Any) -> None:
    event.rider = "rid_1" if event.rider != "rid_1" else "rid_2"


def _nobody_pays(event: Any, _district: Any) -> None:
    """The hold goes, the points stay reserved."""
    event.hold_expires += 1


def _kept_escrow(patch: pytest.MonkeyPatch) -> None:
    """A cancelled order gives the money back from the merchant, and keeps its escrow."""
    right = order_returns.EscrowReturned.postings

    def wrong(event: Any) -> Any:
        money, *points = right(event)
        return ((MER, "mer_1", *money[2:]), *points)

    patch.setattr(order_returns.EscrowReturned, "postings", wrong)


PLACED, PAID = "marketplace.order_placed", "marketplace.order_paid"
MARKET = (
    Fault("more is on hold than was reserved", "S04", after(PLACED, _with_points(shift(HELD, _person, AV)))),
    Fault("an escrow keeps what was given back", "S16", _kept_escrow),
    Fault("an escrow holds a fen more", "S16", after(PAID, shift(ESC, _order, MER))),
    Fault("stock never runs out", "S28", after(PLACED, _sells_on)),
    Fault("offers never close", "S28", forgotten("offer_close")),
    Fault("anybody may ride", "S24", _untrained),
    Fault("riders carry any number", "S24", _any_number),
    Fault("a release forgets a lot", "T11", before("marketplace.points_returned", _to_another_lot)),
    Fault("orders can be paid at any time", "T11", forgotten("order_end")),
    Fault("another rider picks up", "T23", before("marketplace.order_picked_up", _another_rider)),
    Fault("holds last longer than they say", "T24", before(PLACED, _nobody_pays)),
    Fault("unpaid orders wait for ever", "L03", forgotten("order_end")),
    Fault("paid orders wait for ever", "L11", forgotten("order_end")),
    Fault("refunds of orders restore too much", "T07", before("marketplace.order_refunded", _restores_more)),
    Fault("a commission is taken twice", "S14", after("marketplace.order_completed", shift(MER, _merchant, FEE, -1))),
)
