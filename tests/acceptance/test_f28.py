"""F28 Little Bee riders: trained before the first order, paid by the delivery, earnings an hour reported (S24, T23)."""

from __future__ import annotations

from tests.acceptance.shop import HOUR_S, OFFICE, Shop


def test_an_untrained_rider_gets_no_order() -> None:
    """Neither on duty nor an order before the training; after it, both."""
    shop = Shop()
    shop.must("marketplace.register_rider", OFFICE, rider="rid_1")
    order = shop.order(goods_fen=1_000, delivery=True)
    shop.must("payments.pay_order", "resident:per_1", order=order, channel="bank")
    for step in ("accept_order", "ready_order"):
        shop.must(f"marketplace.{step}", "merchant:mer_1", order=order)
    assert shop.refused("marketplace.start_duty", "rider:rid_1", rider="rid_1") == "RIDER_UNTRAINED"
    asked = {"order": order, "rider": "rid_1"}
    assert shop.refused("marketplace.assign_order", OFFICE, **asked) == "RIDER_UNTRAINED"
    shop.must("marketplace.train_rider", OFFICE, rider="rid_1")
    assert shop.refused("marketplace.assign_order", OFFICE, **asked) == "RIDER_OFF_DUTY"
    shop.must("marketplace.start_duty", "rider:rid_1", rider="rid_1")
    shop.must("marketplace.assign_order", OFFICE, **asked)
    shop.close()


def test_earnings_an_hour_are_reported_and_paid_out() -> None:
    """Two deliveries at 3 yuan in two hours on duty are 3 yuan an hour; a day later the bank pays 6 yuan."""
    shop = Shop()
    shop.rider("rid_1")
    for _ in range(2):
        order = shop.order(goods_fen=1_000, delivery=True)
        shop.must("payments.pay_order", "resident:per_1", order=order, channel="bank")
        shop.to_rider(order, "rid_1")
        shop.at += HOUR_S
        shop.must("marketplace.deliver_order", "rider:rid_1", order=order)
        shop.must("marketplace.confirm_order", "resident:per_1", order=order)
    shop.must("marketplace.end_duty", "rider:rid_1", rider="rid_1")
    seen = shop.read("marketplace.rider", "rider:rid_1", rider="rid_1")
    assert (seen["delivered"], seen["worked_s"], seen["earned_fen_an_hour"]) == (2, 2 * HOUR_S, 300)
    paid, *_ = shop.must("marketplace.pay_riders", "system:bank")
    assert (paid.lines, shop.read("marketplace.rider", OFFICE, rider="rid_1")["owed_fen"]) == ((("rid_1", 600),), 0)
    shop.close()


def test_a_delivery_fee_comes_back_in_cash_from_the_rider() -> None:
    """The fee is refunded apart from the goods, once, and the rider's earnings fall by it."""
    shop = Shop()
    order = shop.completed(goods_fen=1_000, points=0)
    assert shop.read("marketplace.rider", OFFICE, rider="rid_1")["owed_fen"] == 300
    shop.must("marketplace.refund_delivery_fee", OFFICE, order=order)
    assert shop.read("marketplace.rider", OFFICE, rider="rid_1")["owed_fen"] == 0
    assert shop.refused("marketplace.refund_delivery_fee", OFFICE, order=order) == "REFUND_NO_FEE"
    assert shop.read("payments.payable", OFFICE, merchant="mer_1") == 1_000
    shop.close()
