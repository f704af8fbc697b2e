"""F26 special offers: a window and a stock; never more sold than there is; price and points obey one cap (S28, S09)."""

from __future__ import annotations

from tests.acceptance.shop import HOUR_S, Shop


def _offer(shop: Shop, stock: int = 2) -> str:
    """Bread at 5 yuan for three hours that begin in an hour."""
    opens_at = shop.at + HOUR_S
    published, *_ = shop.must(
        "marketplace.publish_offer", "merchant:mer_1",
        merchant="mer_1", price_fen=500, stock=stock, opens_at=opens_at, closes_at=opens_at + 3 * HOUR_S,
    )  # fmt: skip
    return str(published.offer)


def test_more_than_the_stock_is_never_sold() -> None:
    """Two are there: the third buyer is refused, and may buy once somebody has cancelled."""
    shop = Shop()
    offer = _offer(shop)
    shop.at += HOUR_S
    first = shop.order(offer=offer, quantity=1)
    shop.order("per_2", offer=offer, quantity=1)
    asked = shop.wanted("per_3", offer=offer, quantity=1)
    assert shop.refused("marketplace.place_order", "resident:per_3", **asked) == "OFFER_SOLD_OUT"
    assert [each["left"] for each in shop.read("marketplace.offers", "resident:per_3")] == [0]
    shop.must("marketplace.cancel_order", "resident:per_1", order=first)
    shop.must("marketplace.place_order", "resident:per_3", **asked)
    shop.close()


def test_an_offer_is_open_within_its_window_only() -> None:
    """Not a second before it opens, to the last second before it closes, and not after it was withdrawn."""
    shop = Shop()
    offer, other = _offer(shop, 9), _offer(shop, 9)
    asked = shop.wanted("per_1", offer=offer, quantity=1)
    begin = shop.at + HOUR_S
    for at, answer in ((begin - 1, "OFFER_NOT_OPEN"), (begin, ""), (begin + 3 * HOUR_S - 1, "")):
        shop.at = at
        if answer:
            assert shop.refused("marketplace.place_order", "resident:per_1", **asked) == answer
        else:
            shop.must("marketplace.place_order", "resident:per_1", **asked)
    shop.must("marketplace.withdraw_offer", "merchant:mer_1", offer=other)
    again = {**asked, "offer": other}
    assert shop.refused("marketplace.place_order", "resident:per_1", **again) == "OFFER_NOT_OPEN"
    shop.at += 1
    assert shop.refused("marketplace.place_order", "resident:per_1", **asked) == "OFFER_NOT_OPEN"
    shop.close()


def test_points_pay_at_most_the_rate_of_the_lower_price() -> None:
    """Two at 5 yuan: thirty of a hundred per cent are 3 yuan, so 30 points and not one more."""
    shop = Shop()
    offer = _offer(shop)
    shop.at += HOUR_S
    asked = shop.wanted("per_1", offer=offer, quantity=2, points=31)
    assert shop.refused("marketplace.place_order", "resident:per_1", **asked) == "PAY_CAP_EXCEEDED"
    placed, *_ = shop.must("marketplace.place_order", "resident:per_1", **{**asked, "points": 30})
    assert placed.points * placed.value_fen * 10_000 == placed.goods_fen * placed.rate_bp
    shop.close()
