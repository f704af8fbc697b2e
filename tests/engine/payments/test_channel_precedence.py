"""Which answer a command of checkouts, bills and statements gives where several would be true, and who may give it."""

from __future__ import annotations

import pytest

from engine.kernel.command import Command
from engine.kernel.units import civil_day
from engine.payments.bills import IssueBill, PayBill, PostBill, RegisterBiller, ReverseBill, SettleBillers, WithdrawBill
from engine.payments.channel_refunds import AnswerRefund, PayRefundByHand
from engine.payments.checkouts import CancelCheckout, OpenCheckout, ReportUnpaid, StartPayment
from engine.payments.notices import NotifyPayment
from engine.payments.statements import FileStatement, ResolveDifference
from tests.engine.payments.counter import Counter, counter
from tests.engine.payments.test_precedence import named, subsets
from tests.purses import DAY_S, said

CLOSED = {"PAY_BAD_STATE", "PAY_TRADE_MISMATCH"}  # sent back by hand, and paid by another payment: one or the other


@pytest.mark.parametrize("faults", [each for each in subsets(NotifyPayment) if not set(each) >= CLOSED], ids=named)
def test_a_notice_is_refused_for_the_first_reason(faults: tuple[str, ...]) -> None:
    """No such checkout, one long over, money that went back by hand, another amount, another number."""
    town = counter()
    checkout = town.open()
    if "PAY_BAD_STATE" in faults:
        _sent_back(town, checkout)
    elif "PAY_TRADE_MISMATCH" in faults:
        assert town.notify(checkout, trade="t-0").ok
    if "CHECKOUT_FINISHED" in faults:
        town.pass_s(40 * DAY_S)
    claimed = "cko_00000099" if "CHECKOUT_NOT_FOUND" in faults else checkout
    amount_fen = 7 if "PAY_AMOUNT_MISMATCH" in faults else 1_000
    assert said(town.notify(claimed, amount_fen)) == (faults[0] if faults else "ok")


def _sent_back(town: Counter, checkout: str) -> None:
    assert town.say(CancelCheckout(checkout)).ok
    town.next_day()
    assert town.state_day((checkout, "paid", 1_000)).ok
    assert town.resolve("dif_00000001", "return").ok


STATES = {"BILL_BAD_STATE", "BILL_FINAL", "BILL_BEING_PAID"}  # a bill is in one of them


@pytest.mark.parametrize("faults", [each for each in subsets(PayBill) if len(STATES & {*each}) < 2], ids=named)
def test_paying_a_bill_is_refused_for_the_first_reason(faults: tuple[str, ...]) -> None:
    """No such person or bill, a merged row, then the state of the bill."""
    town = counter()
    bill = town.paid_bill() if "BILL_BAD_STATE" in faults else town.issue()
    if "BILL_FINAL" in faults:
        assert town.say(WithdrawBill(bill), "biller:bil_1").ok
    if "BILL_BEING_PAID" in faults:
        assert town.pay_bill(bill, "per_2").ok
    person = "per_1"
    if "PERSON_MERGED" in faults:
        town.purse.merge("per_1", "per_2")
    if "PERSON_NOT_FOUND" in faults:
        person = "per_9"
    claimed = "utb_00000099" if "BILL_NOT_FOUND" in faults else bill
    assert said(town.pay_bill(claimed, person)) == (faults[0] if faults else "ok")


@pytest.mark.parametrize("faults", subsets(OpenCheckout), ids=named)
def test_a_checkout_is_refused_for_the_first_reason(faults: tuple[str, ...]) -> None:
    """No such person or merchant, then a merged row."""
    town = counter()
    if "PERSON_MERGED" in faults:
        town.purse.merge("per_1", "per_2")
    person = "per_9" if "PERSON_NOT_FOUND" in faults else "per_1"
    merchant = "mer_9" if "MERCHANT_NOT_FOUND" in faults else "mer_1"
    answer = town.say(OpenCheckout(person, merchant, 5), f"resident:{person}")
    assert said(answer) == (faults[0] if faults else "ok")


def test_a_place_comes_before_a_company() -> None:
    """A bill needs a dwelling and a registered company; a company is registered once."""
    town = counter()
    assert said(town.say(IssueBill("bil_1", "dwl_9", 5), "biller:bil_1")) == "DWELLING_NOT_FOUND"
    assert said(town.say(IssueBill("bil_1", "dwl_1", 5), "biller:bil_1")) == "BILLER_NOT_FOUND"
    assert said(town.say(RegisterBiller("bil_1", "gas"))) == "ok"
    assert said(town.say(RegisterBiller("bil_1", "gas"))) == "BILLER_EXISTS"


def test_a_day_that_was_stated_comes_before_a_day_that_is_not_over() -> None:
    """Whoever states tomorrow twice cannot have been heard the first time; a past day is told first."""
    town = counter()
    assert town.state_day().ok
    assert said(town.say(FileStatement("wechat", civil_day(town.at) - 1, ()), "system:x")) == "STATEMENT_EXISTS"
    assert said(town.say(FileStatement("wechat", civil_day(town.at), ()), "system:x")) == "STATEMENT_TOO_EARLY"


def scene() -> Counter:
    """A bill posted, one being posted, a checkout paying, a refund asked for, a difference open, a bill free."""
    town = counter()
    assert town.post(town.paid_bill()).ok
    town.paid_bill()
    late = town.open()
    assert town.say(CancelCheckout(late)).ok
    town.notify(late)
    town.next_day()
    assert town.state_day(("odd", "paid", 9)).ok
    town.issue()
    town.open(channel=None)
    town.open()
    return town


WHO = {
    "resident": "per_1",
    "grid": "wkr_1",
    "merchant": "mer_1",
    "officer": "off_1",
    "system": "clock",
    "channel": "wechat",
    "biller": "bil_1",
}
ROLES: list[tuple[Command, dict[str, str]]] = [
    (OpenCheckout("per_1", "mer_1", 5), {"resident": "ok"}),
    (StartPayment("cko_00000004", "bank"), {"resident": "ok"}),
    (CancelCheckout("cko_00000004"), {"resident": "ok", "officer": "ok"}),
    (NotifyPayment("cko_00000005", "t-9", 1_000), {"channel": "ok", "system": "ok"}),
    (ReportUnpaid("cko_00000005"), {"channel": "ok", "system": "ok"}),
    (AnswerRefund("crf_00000001", "succeeded"), {"channel": "ok", "system": "ok"}),
    (PayRefundByHand("crf_00000001"), {"officer": "REFUND_BAD_STATE"}),
    (RegisterBiller("bil_2", "heat"), {"officer": "ok", "system": "ok"}),
    (IssueBill("bil_1", "dwl_1", 5), {"biller": "ok", "system": "ok"}),
    (PayBill("per_1", "utb_00000003"), {"resident": "ok"}),
    (WithdrawBill("utb_00000003"), {"biller": "ok", "system": "ok"}),
    (PostBill("utb_00000002", ok=True), {"biller": "ok", "system": "ok"}),
    (ReverseBill("utb_00000001"), {"biller": "ok", "system": "ok"}),
    (SettleBillers(), {"officer": "ok", "system": "ok"}),
    (FileStatement("wechat", 18_887, ()), {"channel": "STATEMENT_TOO_EARLY", "system": "STATEMENT_TOO_EARLY"}),
    (ResolveDifference("dif_00000001", "write_off"), {"officer": "ok"}),
]


@pytest.mark.parametrize(("command", "answers"), ROLES, ids=lambda value: type(value).__name__)
def test_each_role_may_what_the_table_says(command: Command, answers: dict[str, str]) -> None:
    """Whoever the table does not name is refused."""
    found = {kind: said(scene().say(command, f"{kind}:{who}")) for kind, who in WHO.items()}
    assert found == {kind: answers.get(kind, "FORBIDDEN") for kind in WHO}


def test_nobody_acts_for_somebody_else() -> None:
    """A resident has the own checkouts only, a channel those that it was asked for."""
    town = scene()
    for command, actor in (
        (StartPayment("cko_00000004", "bank"), "resident:per_2"),
        (CancelCheckout("cko_00000004"), "resident:per_2"),
        (NotifyPayment("cko_00000005", "t-9", 1_000), "channel:bank"),
        (AnswerRefund("crf_00000001", "failed"), "channel:bank"),
        (FileStatement("wechat", 1, ()), "channel:bank"),
        (PayBill("per_1", "utb_00000003"), "resident:per_2"),
    ):
        assert said(town.say(command, actor)) == "FORBIDDEN"
