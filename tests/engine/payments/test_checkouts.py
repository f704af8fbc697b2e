"""Checkouts: whatever a channel tells, how often, in which order and how late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.payments.channel_refunds import PayRefundByHand
from engine.payments.checkouts import CancelCheckout, ReportUnpaid, StartPayment
from engine.payments.refunds import RefundPurchase
from engine.payments.settlement import SettleChannel, SettleMerchants
from tests.engine.payments.counter import Counter, counter
from tests.purses import DAY_S, first, said

WAIT_S, QUERY_S = 15 * 60, 3_600


def test_ten_notices_are_one_success() -> None:
    """Each of ten notices under its own key is accepted; one purchase and one debit of the channel follow (T12)."""
    town = counter()
    checkout = town.open()
    told = [town.events(town.notify(checkout)) for _ in range(10)]
    assert told == [["payment_succeeded", "purchase_paid"], *[["notice_repeated"]] * 9]
    assert town.books() == {"ch": -1_000}
    assert len(town.purse.engine.district.trade.payments) == 1
    town.watchers.whole()


@pytest.mark.parametrize("channel", ["alipay", "wechat", "bank"])
def test_any_channel_pays_the_same_code(channel: str) -> None:
    """The merchant is owed the same, and is settled the same, whichever app has paid."""
    town = counter()
    checkout = town.open(channel=None)
    assert said(town.notify(checkout)) == "FORBIDDEN"
    town.start(checkout, channel)  # type: ignore[arg-type]
    assert town.events(town.notify(checkout, channel=channel))[0] == "payment_succeeded"
    assert first(town.say(SettleMerchants())).lines == (("mer_1", 1_000),)
    assert first(town.say(SettleChannel(channel))).net_fen == 1_000 - 3  # type: ignore[arg-type]


def test_another_amount_or_number_is_no_success() -> None:
    """The channel's word must fit what was asked, and later notices must be about the same payment."""
    town = counter()
    checkout = town.open()
    assert said(town.notify(checkout, 999)) == "PAY_AMOUNT_MISMATCH"
    assert said(town.notify(checkout, trade="t-1")) == "ok"
    assert said(town.notify(checkout, trade="t-2")) == "PAY_TRADE_MISMATCH"
    assert town.books() == {"ch": -1_000}


def test_a_silent_channel_is_queried_and_then_given_up() -> None:
    """PAYING turns UNKNOWN at the end of the wait and CLOSED at the end of the query, to the second (L04)."""
    town = counter()
    checkout = town.open()
    for seconds, state in ((WAIT_S - 1, "PAYING"), (1, "UNKNOWN"), (QUERY_S - 1, "UNKNOWN"), (1, "CLOSED")):
        town.pass_s(seconds)
        assert town.state(checkout) == state


def test_a_payer_who_never_chose_a_channel_is_not_queried_for() -> None:
    """CREATED closes by itself, and no channel may tell anything of it."""
    town = counter()
    checkout = town.open(channel=None)
    town.pass_s(WAIT_S)
    assert town.state(checkout) == "CLOSED"
    assert said(town.notify(checkout)) == "FORBIDDEN"


def test_money_that_comes_while_the_channel_is_queried_is_a_success() -> None:
    """UNKNOWN is not closed."""
    town = counter()
    checkout = town.open()
    town.pass_s(WAIT_S + QUERY_S - 1)
    assert town.events(town.notify(checkout))[0] == "payment_succeeded"


@pytest.mark.parametrize("by", ["payer", "channel", "time"])
def test_late_money_goes_back_once_and_buys_nothing(by: str) -> None:
    """However a checkout was closed: one refund of everything, no purchase, and repeats change nothing (T13)."""
    town = counter()
    checkout = town.open()
    if by == "payer":
        assert town.say(CancelCheckout(checkout), "resident:per_1").ok
    elif by == "channel":
        assert town.say(ReportUnpaid(checkout), "channel:wechat").ok
    else:
        town.pass_s(WAIT_S + QUERY_S)
    assert town.events(town.notify(checkout)) == ["payment_came_late", "channel_refund_requested"]
    assert town.books() == {"ch": -1_000, "back": 1_000}
    assert town.events(town.notify(checkout)) == ["notice_repeated"]
    assert town.events(town.answer("crf_00000001", "processing")) == ["channel_refund_taken"]
    assert town.events(town.answer("crf_00000001")) == ["channel_refund_succeeded", "late_payment_refunded"]
    assert town.state(checkout) == "REFUNDED"
    assert town.books() == {}
    assert town.events(town.notify(checkout)) == ["notice_repeated"]
    assert not town.purse.engine.district.trade.payments
    town.watchers.whole()


def test_a_channel_that_does_not_refund_leaves_a_ticket() -> None:
    """After the wait the refund has failed; an officer pays it from the bank, once (L05)."""
    town = counter()
    checkout = town.open()
    assert town.say(CancelCheckout(checkout)).ok
    town.notify(checkout)
    town.pass_s(3 * DAY_S)
    assert town.purse.engine.district.channel_refunds["crf_00000001"].state == "FAILED"
    assert said(town.answer("crf_00000001")) == "REFUND_BAD_STATE"
    assert town.say(PayRefundByHand("crf_00000001")).ok
    assert said(town.say(PayRefundByHand("crf_00000001"))) == "REFUND_BAD_STATE"
    assert town.state(checkout) == "REFUNDED"
    assert town.books() == {"ch": -1_000, "bk": 1_000}
    town.watchers.whole()


def test_a_refund_of_a_checkout_waits_for_the_channel() -> None:
    """The merchant gives at once; the payer's money is on its way until the channel has said so."""
    town = counter()
    town.notify(town.open())
    refunded = town.say(RefundPurchase("pay_00000001", 400), "merchant:mer_1")
    assert town.events(refunded) == ["purchase_refunded", "channel_refund_requested"]
    assert town.books() == {"ch": -1_000, "back": 400}
    assert town.events(town.answer("crf_00000001")) == ["channel_refund_succeeded"]
    assert town.books() == {"ch": -600}
    assert town.purse.pay(0).ok
    assert town.events(town.purse.refund("pay_00000002", 1)) == ["purchase_refunded"]
    town.watchers.whole()


def test_checkouts_are_retired_when_nobody_expects_a_notice_any_more() -> None:
    """A retired one answers that it is finished; one whose refund is open stays, and so do all after it."""
    town = counter()
    late, paid = town.open(), town.open()
    town.notify(paid)
    assert town.say(CancelCheckout(late)).ok
    town.notify(late)
    town.pass_s(40 * DAY_S)
    assert town.state(late) == "LATE_PAID"
    assert town.say(PayRefundByHand("crf_00000001")).ok
    town.open()
    town.pass_s(40 * DAY_S)
    assert said(town.notify(late)) == "CHECKOUT_FINISHED"
    assert said(town.say(StartPayment("cko_00000009", "bank"), "resident:per_1")) == "CHECKOUT_NOT_FOUND"
    assert not town.purse.engine.district.checkouts.checkouts
    assert not town.purse.engine.district.checkouts.of_payment


MOVES = st.lists(
    st.tuples(st.sampled_from(["start", "cancel", "unpaid", "notify", "wait", "refund"]), st.integers(1, 5_000)),
    max_size=12,
)


@given(MOVES)
def test_whatever_happens_money_is_delivered_for_or_goes_back(moves: list[tuple[str, int]]) -> None:
    """In any order: at most one purchase; what came without one is refunded or owed back; the books agree."""
    town = counter()
    checkout = town.open(channel=None)
    for move, seconds in moves:
        _move(town, checkout, move, seconds)
    district = town.purse.engine.district
    payments = list(district.trade.payments.values())
    state = town.state(checkout)
    assert [each.goods_fen for each in payments] == [1_000] * (state == "SUCCEEDED")
    assert (town.books().get("back") == 1_000) == (state == "LATE_PAID")
    town.pass_s(10 * DAY_S)
    assert town.state(checkout) in ("SUCCEEDED", "CLOSED", "LATE_PAID", "REFUNDED")
    town.watchers.whole()


def _move(town: Counter, checkout: str, move: str, seconds: int) -> None:
    if move == "start":
        town.say(StartPayment(checkout, "wechat"), "resident:per_1")
    elif move == "cancel":
        town.say(CancelCheckout(checkout), "resident:per_1")
    elif move == "unpaid":
        town.say(ReportUnpaid(checkout), "channel:wechat")
    elif move == "notify":
        town.notify(checkout)
    elif move == "refund":
        town.answer("crf_00000001")
    else:
        town.pass_s(seconds)
