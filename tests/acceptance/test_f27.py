"""F27 online order, offline delivery: times by hour, the late share, nobody over capacity (S24, T23, L11)."""

from __future__ import annotations

from tests.acceptance.shop import HOUR_S, OFFICE, Shop


def test_delivery_times_are_told_by_hour_with_the_late_share() -> None:
    """Ten orders of one hour take 10 to 100 minutes: half within 50, nine of ten within 90, four of ten come late."""
    shop = Shop(marketplace__rider_orders=10)
    shop.rider("rid_1")
    begin = shop.at
    orders = [shop.order(goods_fen=1_000, delivery=True) for _ in range(10)]
    for order in orders:
        shop.must("payments.pay_order", "resident:per_1", order=order, channel="bank")
        shop.to_rider(order, "rid_1")
    for number, order in enumerate(orders, 1):
        shop.at = begin + number * 600
        shop.must("marketplace.deliver_order", "rider:rid_1", order=order)
    (hour,) = shop.read("marketplace.delivery_times", OFFICE)
    assert hour == {
        "hour": 8, "deliveries": 10, "median_minutes": 50, "p90_minutes": 90, "late": 4, "late_bp": 4_000,
    }  # fmt: skip
    shop.close()


def test_no_rider_carries_more_than_the_capacity() -> None:
    """With two in hand the third order waits for another rider, or until one is delivered."""
    shop = Shop(marketplace__rider_orders=2)
    shop.rider("rid_1")
    orders = [shop.order(goods_fen=1_000, delivery=True) for _ in range(3)]
    for order in orders:
        shop.must("payments.pay_order", "resident:per_1", order=order, channel="bank")
    for order in orders[:2]:
        shop.to_rider(order, "rid_1")
    for step in ("accept_order", "ready_order"):
        shop.must(f"marketplace.{step}", "merchant:mer_1", order=orders[2])
    assert [each["order"] for each in shop.read("marketplace.waiting", "rider:rid_1")] == orders[2:]
    asked = {"order": orders[2], "rider": "rid_1"}
    assert shop.refused("marketplace.assign_order", "rider:rid_1", **asked) == "RIDER_BUSY"
    shop.must("marketplace.deliver_order", "rider:rid_1", order=orders[0])
    shop.must("marketplace.assign_order", "rider:rid_1", **asked)
    shop.close()


def test_what_never_arrives_is_paid_back() -> None:
    """An order that is under way for three days has failed: its money and points are back with the buyer."""
    shop = Shop()
    shop.rider("rid_1")
    order = shop.order(goods_fen=1_000, points=10, delivery=True)
    shop.must("payments.pay_order", "resident:per_1", order=order, channel="bank")
    shop.to_rider(order, "rid_1")
    shop.at += 72 * HOUR_S + 60
    assert shop.states(order)[-3:] == ["DELIVERY_FAILED", "REFUNDING", "REFUNDED"]
    assert shop.balance() == (100, 0)
    assert shop.read("marketplace.rider", OFFICE, rider="rid_1")["carries"] == []
    shop.close()
