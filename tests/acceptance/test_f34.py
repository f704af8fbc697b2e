"""F34 aggregated payment: any of n channels, the same settlement; the daily file sums to the ledger (T12, T13, H13)."""

from __future__ import annotations

from engine.district.ledger import CH, MER
from tests.acceptance.shop import Shop
from tests.acceptance.wire import Wire

SHOPS, CHANNELS = 1_000, ("alipay", "wechat", "bank")
DAY_S = 86_400


def sell(town: Wire, shop: str, channel: str, goods_fen: int) -> str:
    """One customer scans the shop's one code and pays by the app at hand; the checkout."""
    opened, *_ = town.must(
        "payments.open_checkout", "resident:per_1", person="per_1", merchant=shop, goods_fen=goods_fen
    )
    town.must("payments.start_payment", "resident:per_1", checkout=opened.checkout, channel=channel)
    notice = {"checkout": opened.checkout, "trade": f"{channel}-{opened.checkout}", "amount_fen": goods_fen}
    told = [town.must("payments.notify_payment", f"channel:{channel}", **notice) for _ in range(2)]
    assert [len(events) for events in told] == [2, 1], "the second notice changes nothing"
    return str(opened.checkout)


def test_the_settlement_file_of_a_day_sums_to_the_ledger() -> None:
    """A thousand shops and stalls sell through three channels; the file has every fen, and settling leaves nothing."""
    town = Wire()
    lines: dict[str, list[tuple[str, str, int]]] = {channel: [] for channel in CHANNELS}
    for number in range(SHOPS):
        shop, channel, goods_fen = f"mer_s{number}", CHANNELS[number % 3], 1_000 + 37 * number
        town.must(
            "payments.register_merchant", "officer:off_1", merchant=shop, grid="grd_1", trade="retail",
            points_rate_bp=0,
        )  # fmt: skip
        lines[channel].append((sell(town, shop, channel, goods_fen), "paid", goods_fen))
    file = town.read("payments.settlement_file", "officer:off_1")
    ledger = town.engine.district.ledger
    assert file["owed_fen"] == file["payable_fen"] == sum(ledger.balances[MER].values()) > 0
    assert file["due_fen"] == -sum(ledger.balances[CH].values()) == file["owed_fen"]
    assert len(file["payees"]) == SHOPS

    town.at += DAY_S
    day = (town.at + 28_800) // DAY_S - 1
    for channel in CHANNELS:
        stated = town.must(
            "payments.file_statement", f"channel:{channel}", channel=channel, day=day, lines=lines[channel]
        )
        assert len(stated) == 1, "every line matches a payment, so nothing goes to suspense"
        town.must("payments.settle_channel", "system:treasury", channel=channel)
    (paid,) = town.must("payments.settle_merchants", "system:treasury")
    assert [list(line) for line in paid.lines] == file["payees"]
    assert town.read("payments.settlement_file", "officer:off_1")["payees"] == []
    town.close()


def test_every_channel_settles_alike() -> None:
    """The same goods by each app: the shop is owed the same."""
    owed = []
    for channel in CHANNELS:
        town = Wire()
        sell(town, "mer_1", channel, 4_999)
        owed.append(town.read("payments.payable", "merchant:mer_1", merchant="mer_1"))
        town.close()
    assert owed == [4_999] * len(CHANNELS)


def test_money_that_comes_too_late_buys_nothing() -> None:
    """The payer gave up, the app paid all the same: all of it goes back, and the shop is owed nothing."""
    town = Wire()
    opened, *_ = town.must("payments.open_checkout", "resident:per_1", person="per_1", merchant="mer_1", goods_fen=900)
    town.must("payments.start_payment", "resident:per_1", checkout=opened.checkout, channel="wechat")
    town.must("payments.cancel_checkout", "resident:per_1", checkout=opened.checkout)
    notice = {"checkout": opened.checkout, "trade": "w-1", "amount_fen": 900}
    late, asked = town.must("payments.notify_payment", "channel:wechat", **notice)
    assert (late.amount_fen, asked.amount_fen) == (900, 900)
    town.must("payments.answer_refund", "channel:wechat", channel_refund=asked.channel_refund, answer="succeeded")
    assert town.read("payments.checkout", "resident:per_1", checkout=opened.checkout)["state"] == "REFUNDED"
    assert town.read("payments.payable", "merchant:mer_1", merchant="mer_1") == 0
    town.close()


def test_an_order_is_paid_by_the_same_code_and_late_money_goes_back() -> None:
    """A checkout in time pays the order; one whose order is cancelled meanwhile buys nothing, and all goes back."""
    shop = Shop()
    paid, cancelled = (shop.order(goods_fen=1_000, delivery=False) for _ in range(2))
    for order in (paid, cancelled):
        opened, *_ = shop.must("payments.check_out_order", "resident:per_1", order=order)
        shop.must("payments.start_payment", "resident:per_1", checkout=opened.checkout, channel="alipay")
        assert shop.refused("payments.check_out_order", "resident:per_1", order=order) == "ORDER_BEING_PAID"
        if order == cancelled:
            shop.must("marketplace.cancel_order", "resident:per_1", order=order)
        notice = {"checkout": opened.checkout, "trade": f"t-{order}", "amount_fen": opened.amount_fen}
        told = [each.type for each in shop.must("payments.notify_payment", "channel:alipay", **notice)]
        if order == paid:
            assert told == ["payments.payment_succeeded", "marketplace.order_paid"]
        else:
            assert told == [
                "payments.checkout_closed",
                "payments.payment_came_late",
                "payments.channel_refund_requested",
            ]
    shop.close()
