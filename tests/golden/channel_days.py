"""Days of the golden log on which people pay through channels: checkouts, bills, statements; and a deduction."""

from __future__ import annotations

from engine.kernel.command import Command
from engine.kernel.units import civil_day
from engine.payments.bills import IssueBill, PayBill, PostBill, RegisterBiller, ReverseBill, SettleBillers, WithdrawBill
from engine.payments.channel_refunds import AnswerRefund, PayRefundByHand
from engine.payments.checkouts import CancelCheckout, OpenCheckout, ReportUnpaid, StartPayment
from engine.payments.notices import NotifyPayment
from engine.payments.statements import FileStatement, ResolveDifference
from engine.points.deductions import AppealDeduction, ArchiveMoralYear, DecideAppeal, ProposeDeduction
from tests.purses import DAY_S
from tests.towns import MORNING

Said = tuple[int, str, Command]  # seconds since the one before, actor as kind:id, command
PAYER, CHANNEL, BILLER, OFFICE = "resident:per_1", "channel:wechat", "biller:bil_1", "officer:off_1"
DAY = civil_day(MORNING)


def _code(number: int, goods_fen: int) -> list[Said]:
    """Somebody scans the code of mer_1 and goes to a channel."""
    checkout = f"cko_{number:08d}"
    return [
        (60, PAYER, OpenCheckout("per_1", "mer_1", goods_fen)),
        (5, PAYER, StartPayment(checkout, "wechat")),
    ]


CHANNELS: list[Said] = [
    (60, OFFICE, ProposeDeduction("per_3", "littering", "ev_photo-9")),
    (60, OFFICE, ProposeDeduction("per_3", "littering", "ev_photo-9")),
    (60, "resident:per_3", AppealDeduction("ded_00000001")),
    (60, OFFICE, DecideAppeal("ded_00000001", upheld=True)),
    (60, "officer:off_2", DecideAppeal("ded_00000001", upheld=True)),
    (60, OFFICE, ArchiveMoralYear(2020)),
    *_code(1, 800),
    (5, CHANNEL, NotifyPayment("cko_00000001", "t-1", 799)),
    (5, CHANNEL, NotifyPayment("cko_00000001", "t-1", 800)),
    (5, CHANNEL, NotifyPayment("cko_00000001", "t-1", 800)),
    *_code(2, 300),
    (5, PAYER, CancelCheckout("cko_00000002")),
    (5, CHANNEL, NotifyPayment("cko_00000002", "t-2", 300)),
    (60, CHANNEL, AnswerRefund("crf_00000001", "processing")),
    (60, CHANNEL, AnswerRefund("crf_00000001", "failed")),
    (60, OFFICE, PayRefundByHand("crf_00000001")),
    *_code(3, 100),
    (20 * 60, CHANNEL, ReportUnpaid("cko_00000003")),
    (60, OFFICE, RegisterBiller("bil_1", "water")),
    (60, BILLER, IssueBill("bil_1", "dwl_1", 4_200)),
    (60, BILLER, IssueBill("bil_1", "dwl_2", 900)),
    (60, PAYER, PayBill("per_1", "utb_00000001")),
    (60, PAYER, PayBill("per_1", "utb_00000001")),
    (5, PAYER, StartPayment("cko_00000004", "wechat")),
    (5, CHANNEL, NotifyPayment("cko_00000004", "t-4", 4_200)),
    (60, BILLER, PostBill("utb_00000001", ok=True)),
    (60, BILLER, WithdrawBill("utb_00000002")),
    (60, OFFICE, SettleBillers()),
    (60, BILLER, ReverseBill("utb_00000001")),
    (60, CHANNEL, AnswerRefund("crf_00000002", "succeeded")),
    (60, CHANNEL, FileStatement("wechat", DAY, (("cko_00000001", "paid", 800), ("odd", "paid", 50)))),
    (60, OFFICE, ResolveDifference("dif_00000001", "return")),
    (DAY_S, CHANNEL, FileStatement("wechat", DAY + 1, ())),
]
