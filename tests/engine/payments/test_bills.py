"""Utility bills: paid once, posted or given back in full."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.payments.bills import ReverseBill, SettleBillers, WithdrawBill
from engine.payments.checkouts import CancelCheckout
from tests.engine.payments.counter import Counter, counter
from tests.purses import DAY_S, first, said


def test_a_retry_meets_the_first_payment() -> None:
    """Another key, another person, before and after the money: one checkout, one payment."""
    town = counter()
    bill = town.issue()
    checkout = first(town.pay_bill(bill)).checkout
    again = town.pay_bill(bill)
    assert (said(again), again.details) == ("BILL_BEING_PAID", {"checkout": checkout})
    assert said(town.pay_bill(bill, "per_2")) == "BILL_BEING_PAID"
    assert town.notify(town.start(checkout), 5_000).ok
    assert said(town.pay_bill(bill)) == "BILL_BAD_STATE"
    assert town.books() == {"ch": -5_000, "bil": 5_000}


def test_a_checkout_given_up_frees_the_bill() -> None:
    """The next one may pay, and late money of the first one goes back."""
    town = counter()
    bill = town.issue()
    gone = town.start(first(town.pay_bill(bill)).checkout)
    assert town.say(CancelCheckout(gone), "resident:per_1").ok
    paid = town.start(first(town.pay_bill(bill, "per_1")).checkout)
    assert town.notify(paid, 5_000).ok
    assert town.events(town.notify(gone, 5_000)) == ["payment_came_late", "channel_refund_requested"]
    assert town.bill(bill) == "BILLER_POSTING"
    town.watchers.whole()


@given(amount_fen=st.integers(1, 10**9), fee_bp=st.integers(0, 500), way=st.sampled_from(["failed", "reversed"]))
def test_a_reversal_restores_both(amount_fen: int, fee_bp: int, way: str) -> None:
    """The channel's debit is the biller's credit plus the fee; afterwards every account is as it was before."""
    town = counter(payments__bill_fee_bp=fee_bp)
    bill = town.paid_bill(amount_fen)
    fee_fen = amount_fen * fee_bp // 10_000
    moved = {"ch": -amount_fen - fee_fen, "bil": amount_fen, "fee": fee_fen}
    assert town.books() == {name: fen for name, fen in moved.items() if fen}
    if way == "reversed":
        assert town.post(bill).ok
        assert town.say(ReverseBill(bill), "biller:bil_1").ok
    else:
        assert town.post(bill, ok=False).ok
    assert town.bill(bill) == "BILLER_FAILED"
    assert town.events(town.answer("crf_00000001")) == ["channel_refund_succeeded", "bill_refunded"]
    assert town.books() == {}
    assert town.pay_bill(bill).ok
    town.watchers.whole()


def test_a_company_that_says_nothing_has_not_posted() -> None:
    """At the end of the window the money goes back; a posted bill is final then."""
    town = counter()
    silent, posted = town.paid_bill(), town.paid_bill()
    assert town.post(posted).ok
    town.pass_s(9 * DAY_S)
    assert town.bill(silent) == "BILLER_FAILED"
    assert said(town.say(ReverseBill(posted), "biller:bil_1")) == "BILL_FINAL"
    town.watchers.whole()


def test_billers_get_what_is_payable_and_reversals_are_netted() -> None:
    """One line a company; what was reversed after it was paid is missing next time."""
    town = counter()
    assert said(town.say(SettleBillers())) == "SETTLE_NOTHING_DUE"
    bill = town.paid_bill(5_000)
    assert first(town.say(SettleBillers())).lines == (("bil_1", 5_000),)
    assert town.post(bill, ok=False).ok
    town.paid_bill(7_000)
    assert first(town.say(SettleBillers())).lines == (("bil_1", 2_000),)
    town.watchers.whole()


def _unknown(_town: Counter, _bill: str) -> str:
    return "utb_00000099"


def _withdrawn(town: Counter, bill: str) -> str:
    assert town.say(WithdrawBill(bill), "biller:bil_1").ok
    return bill


def _under_way(town: Counter, bill: str) -> str:
    assert town.pay_bill(bill).ok
    return bill


@pytest.mark.parametrize(
    ("before", "code"), [(_unknown, "BILL_NOT_FOUND"), (_withdrawn, "BILL_FINAL"), (_under_way, "BILL_BEING_PAID")]
)
def test_only_a_bill_that_is_due_can_be_paid_or_withdrawn(before: object, code: str) -> None:
    """The same answers for both."""
    town = counter()
    bill = before(town, town.issue())  # type: ignore[operator]
    assert said(town.pay_bill(bill)) == code
    assert said(town.say(WithdrawBill(bill), "biller:bil_1")) == code


def test_a_company_speaks_of_its_own_bills_only() -> None:
    """Another company is refused."""
    town = counter()
    bill = town.paid_bill()
    assert said(town.say(ReverseBill(bill), "biller:bil_2")) == "FORBIDDEN"
