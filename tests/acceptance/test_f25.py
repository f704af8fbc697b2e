"""F25 Xinfeng Life marketplace: four trades; an order from placing to completion, cancelled, refunded (S16, T11)."""

from __future__ import annotations

import pytest

from tests.acceptance.shop import DAY_S, HOUR_S, OFFICE, Shop


@pytest.mark.parametrize("trade", ["retail", "repair", "housekeeping", "catering"])
def test_an_order_goes_its_way_in_every_trade(trade: str) -> None:
    """Placed, paid, accepted, ready, handed over, confirmed: the merchant gets cash and the points' value."""
    shop = Shop()
    shop.must("payments.register_merchant", OFFICE, merchant="mer_9", grid="grd_1", trade=trade, points_rate_bp=3_000)
    order = shop.order(merchant="mer_9", goods_fen=10_000, points=20, delivery=False)
    assert shop.balance() == (80, 0), "twenty of a hundred points are on hold"
    shop.must("payments.pay_order", "resident:per_1", order=order, channel="alipay")
    for step in ("accept_order", "ready_order", "hand_over_order"):
        shop.must(f"marketplace.{step}", "merchant:mer_9", order=order)
    shop.must("marketplace.confirm_order", "resident:per_1", order=order)
    assert shop.states(order) == ["PLACED", "PAID", "ACCEPTED", "READY", "DELIVERED", "COMPLETED"]
    assert shop.read("payments.payable", OFFICE, merchant="mer_9") == 10_000
    shop.close()


def test_a_cancelled_order_gives_points_and_money_back() -> None:
    """Before it is ready the buyer cancels: all points are in their lot again, nothing is owed to anybody."""
    shop = Shop()
    order = shop.order(goods_fen=10_000, points=30, delivery=True)
    shop.must("payments.pay_order", "resident:per_1", order=order, channel="alipay")
    shop.must("marketplace.accept_order", "merchant:mer_1", order=order)
    shop.must("marketplace.cancel_order", "resident:per_1", order=order)
    shop.at += HOUR_S
    assert shop.states(order)[-3:] == ["CANCELLED", "REFUNDING", "REFUNDED"]
    assert shop.balance() == (100, 0)
    assert shop.read("payments.payable", OFFICE, merchant="mer_1") == 0
    shop.close()


def test_an_order_that_nobody_pays_or_answers_gives_all_back_by_itself() -> None:
    """Half an hour ends an unpaid order, half an hour without the merchant's answer a paid one."""
    shop = Shop()
    unpaid = shop.order(goods_fen=10_000, points=30, delivery=False)
    paid = shop.order(goods_fen=10_000, points=30, delivery=False)
    shop.must("payments.pay_order", "resident:per_1", order=paid, channel="wechat")
    shop.at += 1_800
    assert shop.refused("payments.pay_order", "resident:per_1", order=unpaid, channel="wechat") == "HOLD_EXPIRED"
    shop.at += HOUR_S
    assert (shop.states(unpaid)[-1], shop.states(paid)[-1]) == ("CANCELLED", "REFUNDED")
    assert shop.balance() == (100, 0)
    shop.close()


def test_a_completed_order_is_refunded_in_parts_to_what_was_paid() -> None:
    """A third, then the rest: cash and points come back as they were paid, and no second time."""
    shop = Shop()
    order = shop.completed(goods_fen=9_000, points=30)
    assert shop.balance() == (70, 0)
    first, *_ = shop.must("marketplace.refund_order", "merchant:mer_1", order=order, goods_fen=3_000)
    rest, *_ = shop.must("marketplace.refund_order", "merchant:mer_1", order=order, goods_fen=6_000)
    assert (first.points, first.cash_fen, rest.points, rest.cash_fen) == (10, 2_900, 20, 5_800)
    assert shop.balance() == (100, 0)
    assert shop.refused("marketplace.refund_order", "merchant:mer_1", order=order, goods_fen=1) == "REFUND_EXCEEDS_PAID"
    shop.at += 9 * DAY_S
    assert shop.refused("marketplace.refund_order", OFFICE, order=order, goods_fen=1) == "REFUND_WINDOW_CLOSED"
    shop.close()
