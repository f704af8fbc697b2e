"""An order paid by the one code of all payment apps: once, while it waits for that, and late money goes back."""

from __future__ import annotations

import pytest

from engine.marketplace.orders import CancelOrder
from engine.marketplace.placing import PlaceOrder
from engine.payments.orders import CheckOutOrder, PayOrder
from tests.engine.payments.counter import Counter, counter
from tests.purses import first, said

BUYER, ORDER, CHECKOUT = "resident:per_1", "ord_00000001", "cko_00000001"
GOODS_FEN, FEE_FEN = 10_000, 300


def placed() -> Counter:
    """per_1 has ordered goods for 100 yuan that a rider brings for 3 yuan."""
    town = counter(marketplace__delivery_fee_fen=FEE_FEN)
    assert said(town.say(PlaceOrder("per_1", "mer_1", GOODS_FEN, 0, None, 0, 0, delivery=True), BUYER)) == "ok"
    return town


def test_a_checkout_asks_for_goods_and_delivery_and_pays_the_order() -> None:
    """10,300 fen through any app; the order is its merchant's to accept, and the channel's name stands in it."""
    town = placed()
    opened = first(town.say(CheckOutOrder(ORDER), BUYER))
    assert (opened.checkout, opened.person, opened.payee, opened.amount_fen) == (CHECKOUT, "per_1", ORDER, 10_300)
    town.start(CHECKOUT, "alipay")
    answer = town.notify(CHECKOUT, 10_300, channel="alipay")
    assert town.events(answer) == ["payment_succeeded", "order_paid"]
    paid = answer.events[1]
    numbers = town.purse.engine.district.policy.marketplace
    told = (paid.order, paid.person, paid.channel, paid.cash_fen, paid.fee_fen, paid.points)  # type: ignore[attr-defined]
    assert told == (ORDER, "per_1", "alipay", GOODS_FEN, FEE_FEN, 0)
    instants = (paid.accept_by, paid.promised_at, paid.fulfil_by)  # type: ignore[attr-defined]
    assert instants == (town.at + numbers.accept_s, town.at + numbers.promise_s, town.at + numbers.fulfil_s)


def test_one_checkout_at_a_time_is_open_for_an_order() -> None:
    """A second scan meets the first checkout; closed by time, it leaves the order free for another one."""
    town = placed()
    assert town.say(CheckOutOrder(ORDER), BUYER).ok
    again = town.say(CheckOutOrder(ORDER), BUYER)
    assert (said(again), again.details) == ("ORDER_BEING_PAID", {"checkout": CHECKOUT})
    town.pass_s(town.purse.engine.district.policy.payments.checkout_wait_s)
    assert first(town.say(CheckOutOrder(ORDER), BUYER)).checkout == "cko_00000002"


@pytest.mark.parametrize(("how", "answer"), [("cancelled", "CANCELLED"), ("paid", "PAID")])
def test_an_order_that_does_not_wait_for_money_has_no_checkout(how: str, answer: str) -> None:
    """It says where the order stands; one that nobody placed is not found; another person's is not to be paid."""
    town = placed()
    assert said(town.say(CheckOutOrder(ORDER), "resident:per_2")) == "FORBIDDEN"
    assert said(town.say(CheckOutOrder("ord_00000009"), BUYER)) == "ORDER_NOT_FOUND"
    assert town.say(CancelOrder(ORDER) if how == "cancelled" else PayOrder(ORDER, "bank"), BUYER).ok
    refused = town.say(CheckOutOrder(ORDER), BUYER)
    assert (said(refused), refused.details) == ("ORDER_BAD_STATE", {"state": answer})


def test_an_order_that_time_cancelled_says_so_and_one_that_its_buyer_cancelled_does_not() -> None:
    """HOLD_EXPIRED is for the end of the hold, to the second; whoever cancelled before is told the state."""
    town = placed()
    hold_s = town.purse.engine.district.policy.marketplace.hold_s
    town.pass_s(hold_s)
    assert said(town.say(CheckOutOrder(ORDER), BUYER)) == "HOLD_EXPIRED"
    town = placed()
    town.pass_s(hold_s - 1)
    assert town.say(CancelOrder(ORDER), BUYER).ok
    town.pass_s(1)
    assert said(town.say(CheckOutOrder(ORDER), BUYER)) == "ORDER_BAD_STATE"


def test_money_for_an_order_that_was_cancelled_meanwhile_goes_back() -> None:
    """The checkout closes since its payee is gone, and the same money is asked back from the same channel."""
    town = placed()
    assert town.say(CheckOutOrder(ORDER), BUYER).ok
    town.start(CHECKOUT)
    assert town.say(CancelOrder(ORDER), BUYER).ok
    answer = town.notify(CHECKOUT, 10_300, "t-7")
    assert town.events(answer) == ["checkout_closed", "payment_came_late", "channel_refund_requested"]
    closed, late, asked = answer.events
    assert (closed.checkout, closed.by) == (CHECKOUT, "payee")  # type: ignore[attr-defined]
    assert (late.trade, late.amount_fen, late.channel) == ("t-7", 10_300, "wechat")  # type: ignore[attr-defined]
    wait_s = town.purse.engine.district.policy.payments.refund_wait_s
    assert (asked.origin, asked.amount_fen, asked.due_at) == (CHECKOUT, 10_300, town.at + wait_s)  # type: ignore[attr-defined]
    assert town.books() == {"ch": -10_300, "back": 10_300}


def test_an_order_that_is_long_over_is_finished() -> None:
    """Its row is retired: nobody can pay it, and it is not one that never was."""
    town = placed()
    assert town.say(CancelOrder(ORDER), BUYER).ok
    town.pass_s(400 * 86_400)
    assert ORDER not in town.purse.engine.district.market.orders
    refused = town.say(PayOrder(ORDER, "bank"), BUYER)
    assert (said(refused), refused.details) == ("ORDER_BAD_STATE", {"state": "FINISHED"})
