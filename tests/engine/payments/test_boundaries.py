"""The last fen, the last second and the reason that is written down: where a payment's rule turns."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Outcome
from engine.district.ledger import BIL, MER
from engine.kernel.units import after_days
from engine.payments.bills import SettleBillers
from engine.payments.channel_refunds import AnswerRefund
from engine.payments.checkouts import CancelCheckout, ReportUnpaid
from engine.payments.refunds import RefundPurchase
from engine.payments.settlement import ReimbursePoints, SettleChannel, SettleMerchants
from engine.payments.statements import FileStatement
from tests.engine.payments.counter import Counter, counter
from tests.purses import Purse, first, purse, said


def seen(town: Purse, wire: str) -> list[Any]:
    """Events of a kind from now on, those of deadlines too."""
    found: list[Any] = []
    town.engine.watch.setdefault(wire, []).append(lambda event, _: found.append(event))
    return found


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("payer", "payer"),
        ("office", "office"),
        ("word", "channel"),
        ("word after a query", "channel"),
        ("nobody", "timeout"),
        ("silence", "no_answer"),
    ],
)
def test_a_closed_checkout_says_who_closed_it(how: str, reason: str) -> None:
    """The payer, the office, the channel's word, or time: without a channel it is nobody's silence."""
    town = counter()
    closed = seen(town.purse, "payments.checkout_closed")
    checkout = town.open(channel=None if how == "nobody" else "wechat")
    numbers = town.purse.engine.district.policy.payments
    if how in ("nobody", "silence", "word after a query"):
        town.pass_s(numbers.checkout_wait_s)
    if how == "silence":
        town.pass_s(numbers.query_wait_s)
    if how == "payer":
        assert town.say(CancelCheckout(checkout), "resident:per_1").ok
    if how == "office":
        assert town.say(CancelCheckout(checkout)).ok
    if how.startswith("word"):
        assert town.say(ReportUnpaid(checkout), "channel:wechat").ok
    assert [(each.checkout, each.by) for each in closed] == [(checkout, reason)]


def told(answer: Outcome, name: str) -> Any:
    """The event of an answer whose name ends so."""
    return next(each for each in answer.events if each.type.endswith(name))


def refund_asked(town: Counter) -> str:
    """A refund that wechat has been asked for: half of a purchase comes back."""
    assert town.notify(town.open()).ok
    answer = town.say(RefundPurchase("pay_00000001", 500))
    return str(told(answer, "refund_requested").channel_refund)


def test_a_failed_refund_says_whether_the_channel_spoke() -> None:
    """Its word and its silence are two things."""
    for silent, reason in ((False, "channel"), (True, "no_answer")):
        town = counter()
        refund = refund_asked(town)
        failed = seen(town.purse, "payments.channel_refund_failed")
        if silent:
            town.pass_s(town.purse.engine.district.policy.payments.refund_wait_s)
        else:
            assert town.answer(refund, "failed").ok
        assert [(each.channel_refund, each.by) for each in failed] == [(refund, reason)]


def test_a_channel_takes_a_refund_up_once() -> None:
    """`processing` is the answer to a new request only; a refund that never was is not one that is over."""
    town = counter()
    refund = refund_asked(town)
    assert said(town.answer(refund, "processing")) == "ok"
    again = town.answer(refund, "processing")
    assert (said(again), again.details) == ("REFUND_BAD_STATE", {"state": "PROCESSING"})
    assert said(town.say(AnswerRefund("crf_00000009", "succeeded"), "system:bank")) == "REFUND_NOT_FOUND"


def test_one_fen_is_something() -> None:
    """A channel that owes one fen pays it, a merchant that is owed one gets it, the sponsor pays for one."""
    town = purse(points__value_fen=1)
    assert town.award().ok
    assert town.pay(0, 1).ok
    assert first(town.town.say(SettleChannel("wechat"), "system", "bank")).net_fen == 1
    assert first(town.town.say(SettleMerchants(), "system", "bank")).lines == (("mer_1", 1),)
    assert said(town.town.say(ReimbursePoints(1))) == "SETTLE_NOTHING_DUE"
    assert town.pay(1, 10).ok
    assert said(town.town.say(ReimbursePoints(2))) == "REIMBURSE_EXCEEDS_DUE"
    assert first(town.town.say(ReimbursePoints(1))).amount_fen == 1
    assert town.balance(MER, "mer_1") == 10


def test_a_company_is_paid_one_fen_and_not_nothing() -> None:
    """Billers whose balance is zero have no line in a settlement, one that is owed a fen has."""
    town = counter(payments__bill_fee_bp=0)
    bill = town.paid_bill(1)
    assert town.post(bill).ok
    town.pass_s(40 * 86_400)
    owed = town.purse.balance(BIL, "bil_1")
    settled = first(town.say(SettleBillers(), "system:bank"))
    assert (owed, settled.lines) == (1, (("bil_1", 1),))
    assert said(town.say(SettleBillers(), "system:bank")) == "SETTLE_NOTHING_DUE"


def test_who_never_had_points_has_not_enough() -> None:
    """No wallet is an empty wallet."""
    assert said(purse().pay(1, person="per_2")) == "POINTS_INSUFFICIENT"


def test_the_most_that_points_may_pay_is_told_without_excluded_goods() -> None:
    """Of 1,000 fen 400 are excluded: 30 per cent of the other 600 are the most."""
    town = purse(points__value_fen=1)
    assert town.award("per_1").ok
    assert town.award("per_1").ok
    assert town.award("per_1").ok
    refused = town.pay(181, 1_000, excluded_fen=400)
    assert (said(refused), refused.details) == ("PAY_CAP_EXCEEDED", {"max": 180})


def test_a_purchase_earns_where_the_policy_wants_it_at_a_till_and_by_code() -> None:
    """Ten fen a point: 1,000 fen earn 100 points, the goods of a checkout are all eligible."""
    town = counter(points__purchase_fen_a_point=10)
    at_till = town.purse.pay(0, 1_000)
    earned = told(at_till, "purchase_earned")
    assert (earned.points, earned.payment) == (100, "pay_00000001")
    by_code = town.notify(town.open())
    paid, earned = told(by_code, "purchase_paid"), told(by_code, "purchase_earned")
    assert (paid.excluded_fen, paid.points, paid.cash_fen) == (0, 0, 1_000)
    assert (earned.points, earned.payment, earned.person) == (100, "pay_00000002", "per_1")


def test_a_younger_purchase_whose_window_is_over_first_is_closed_to_the_second() -> None:
    """The policy shortened the window: its row still stands behind the older one, and it cannot be refunded."""
    for late, answer in ((-1, "ok"), (0, "REFUND_WINDOW_CLOSED")):
        town = purse(payments__refund_window_days=7)
        assert town.pay(0, 500).ok
        town.change(1, payments__refund_window_days=1)
        town.at += 1
        assert town.pay(0, 500).ok
        town.at = after_days(town.at, 1) + late
        assert said(town.refund("pay_00000002", 500)) == answer
        assert said(town.refund("pay_00000001", 500)) == "ok"


def test_windows_that_are_over_retire_no_purchase_behind_one_that_is_not() -> None:
    """Purchases are retired in their order: the older one with the longer window keeps both rows."""
    town = purse(payments__refund_window_days=7)
    assert town.pay(0, 500).ok
    until = after_days(town.at, 7)
    town.at += 86_400
    assert town.pay(0, 500).ok
    town.at = until
    town.sweep()
    assert list(town.engine.district.trade.payments) == ["pay_00000002"]


@pytest.mark.parametrize(("day", "answer"), [(0, "ok"), (1, "ok")])
def test_the_first_day_of_all_can_be_stated(day: int, answer: str) -> None:
    """A channel that has stated nothing may begin with any day, the first one too."""
    town = counter()
    assert said(town.say(FileStatement("wechat", day, ()), "channel:wechat")) == answer
    refused = town.say(FileStatement("wechat", day, ()), "channel:wechat")
    assert (said(refused), refused.details) == ("STATEMENT_EXISTS", {"through": day})
