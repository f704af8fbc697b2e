"""F19 utility payment: a retry is one payment; debit = biller credit + fee; a reversal restores both (S10)."""

from __future__ import annotations

from tests.acceptance.wire import Wire

COMPANY, CHANNEL, PAYER = "biller:bil_1", "channel:alipay", "resident:per_1"
AMOUNT_FEN, FEE_FEN = 8_640, 43


def bill_of(town: Wire) -> str:
    """A power bill for the home of per_1."""
    town.must("payments.register_biller", "officer:off_1", biller="bil_1", utility="power")
    issued, *_ = town.must("payments.issue_bill", COMPANY, biller="bil_1", dwelling="dwl_1", amount_fen=AMOUNT_FEN)
    return str(issued.bill)


def moved(town: Wire) -> tuple[int, int, int]:
    """What the channel owes, what the company is owed, what the platform has earned."""
    file = town.read("payments.settlement_file", "officer:off_1")
    owed = dict(map(tuple, file["payees"])).get("bil_1", 0)
    return file["due_fen"], owed, file["due_fen"] - file["owed_fen"]


def test_a_bill_paid_twice_by_retry_is_one_payment() -> None:
    """The payer taps twice, the channel tells thrice: one debit, which is the company's credit and the fee."""
    town = Wire(payments__bill_fee_bp=50)
    bill = bill_of(town)
    opened, *_ = town.must("payments.pay_bill", PAYER, person="per_1", bill=bill)
    assert town.refused("payments.pay_bill", PAYER, person="per_1", bill=bill) == "BILL_BEING_PAID"
    assert opened.amount_fen == AMOUNT_FEN + FEE_FEN

    town.must("payments.start_payment", PAYER, checkout=opened.checkout, channel="alipay")
    for _ in range(3):
        notice = {"checkout": opened.checkout, "trade": "t-77", "amount_fen": opened.amount_fen}
        town.must("payments.notify_payment", CHANNEL, **notice)
    assert town.refused("payments.pay_bill", PAYER, person="per_1", bill=bill) == "BILL_BAD_STATE"
    assert moved(town) == (AMOUNT_FEN + FEE_FEN, AMOUNT_FEN, FEE_FEN)

    town.must("payments.post_bill", COMPANY, bill=bill, ok=True)
    assert town.read("payments.bill", PAYER, bill=bill)["state"] == "POSTED"

    failed, asked = town.must("payments.reverse_bill", COMPANY, bill=bill)
    assert (failed.amount_fen, failed.fee_fen, asked.amount_fen) == (AMOUNT_FEN, FEE_FEN, AMOUNT_FEN + FEE_FEN)
    town.must("payments.answer_refund", CHANNEL, channel_refund=asked.channel_refund, answer="succeeded")
    assert moved(town) == (0, 0, 0)
    assert town.read("payments.bill", PAYER, bill=bill)["state"] == "REFUNDED"
    town.close()


def test_a_posting_that_fails_comes_back_by_itself() -> None:
    """The company cannot post: bill and fee are on their way back in the same record, and the bill can be paid anew."""
    town = Wire(payments__bill_fee_bp=50)
    bill = bill_of(town)
    for trade in ("t-1", "t-2"):
        opened, *_ = town.must("payments.pay_bill", PAYER, person="per_1", bill=bill)
        town.must("payments.start_payment", PAYER, checkout=opened.checkout, channel="alipay")
        notice = {"checkout": opened.checkout, "trade": trade, "amount_fen": opened.amount_fen}
        town.must("payments.notify_payment", CHANNEL, **notice)
        _, asked = town.must("payments.post_bill", COMPANY, bill=bill, ok=False)
        town.must("payments.answer_refund", CHANNEL, channel_refund=asked.channel_refund, answer="succeeded")
        assert moved(town) == (0, 0, 0)
    town.close()
