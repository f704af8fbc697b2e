"""What people, channels and utility companies do in a random life: checkouts, bills, statements; and deductions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.kernel.units import DAY_S, civil_day

OFTEN = {
    "payments.refund_purchase": 8,
    "payments.reimburse_points": 2,
    "points.grant_award": 9,
    "points.revoke_award": 5,
    "payments.pay_purchase": 14,
    "points.propose_deduction": 2,
    "points.appeal_deduction": 2,
    "points.decide_appeal": 2,
    "payments.open_checkout": 4,
    "payments.issue_bill": 2,
    "payments.pay_bill": 3,
    "payments.start_payment": 8,
    "payments.notify_payment": 11,
    "payments.check_out_order": 3,
    "payments.answer_refund": 2,
    "payments.post_bill": 2,
    "payments.file_statement": 2,
}
WANTED: dict[str, tuple[str, ...]] = {
    "points.appeal_deduction": ("POSTED",),
    "points.decide_appeal": ("APPEALED",),
    "payments.answer_refund": ("REQUESTED", "PROCESSING"),
    "payments.cancel_checkout": ("CREATED", "PAYING"),
    "payments.notify_payment": ("PAYING", "UNKNOWN", "CLOSED", "SUCCEEDED"),
    "payments.pay_bill": ("DUE", "REFUNDED"),
    "payments.post_bill": ("BILLER_POSTING",),
    "payments.report_unpaid": ("PAYING", "UNKNOWN"),
    "payments.reverse_bill": ("POSTED",),
    "payments.start_payment": ("CREATED",),
    "payments.withdraw_bill": ("DUE", "REFUNDED"),
}
LIVELY: dict[str, object] = {
    "payments.refund_window_days": 3,
    "payments.merchant_limit_fen": 50_000,
    "payments.sponsor_limit_fen": 60,
    "points.moral_year_end": "reset",
    "points.purchase_fen_a_point": 400,
    "payments.bill_fee_bp": 50,
    "payments.checkout_days": 12,
    "payments.checkout_wait_s": 4 * DAY_S,
    "payments.query_wait_s": 3 * DAY_S,
    "payments.refund_wait_s": 2 * DAY_S,
}


def _asked(life: Any) -> int:
    """What a checkout asks for, which the command may yet name or not."""
    rows = life.engine.district.checkouts.checkouts
    row = rows.get(life.named.get("checkout", ""))
    return row.amount_fen if row is not None and life.luck.random() < 0.95 else 77


def _trade(life: Any) -> str:
    row = life.engine.district.checkouts.checkouts.get(life.named.get("checkout", ""))
    return row.trade if row is not None and row.trade and life.luck.random() < 0.8 else f"trade-{life.given}"


def _lines(life: Any) -> tuple[tuple[str, str, int], ...]:
    """Most of what a channel has moved, at times a line too many, one of another amount, one that was missed."""
    luck, district = life.luck, life.engine.district
    channel = life.named.get("channel", "")
    moved = [(*entry, row.amount_fen) for entry, row in district.checkouts.unstated.items() if row.channel == channel]
    lines = [line if luck.random() < 0.95 else (*line[:2], 5) for line in moved if luck.random() < 0.85]
    missed = [each.line for each in district.statements.differences.values() if each.channel == channel]
    lines += [line for line in missed if luck.random() < 0.3]
    late = [each for each in district.checkouts.checkouts.values() if each.state == "CLOSED" and each.channel]
    return (*lines, *((each.id, "paid", each.amount_fen) for each in late if luck.random() < 0.05))


def _some_deductions(life: Any) -> tuple[str, ...]:
    rows = life.engine.district.deductions.deductions.values()
    found = [row.id for row in rows if row.state == "PROPOSED" and row.id not in life.named.get("accepted", ())]
    return tuple(each for each in found if life.luck.random() < 0.5) or ("ded_00000001",)


NAMED: dict[str, Callable[[Any], Any]] = {
    "bill": lambda life: life.some(life.engine.district.bills.bills, "utb"),
    "biller": lambda life: life.luck.choice(("bil_1", "bil_2")),
    "channel_refund": lambda life: life.some(life.engine.district.channel_refunds, "crf"),
    "checkout": lambda life: life.some(life.engine.district.checkouts.checkouts, "cko"),
    "accepted": _some_deductions,
    "declined": _some_deductions,
    "deduction": lambda life: life.some(life.engine.district.deductions.deductions, "ded"),
    "points.propose_deduction.rule": lambda life: life.luck.choice(("littering", "disturbance")),
    "year": lambda life: life.luck.choice((2020, 2021)),
    "day": lambda life: civil_day(life.at) - life.luck.choice((1, 1, 1, 2)),
    "difference": lambda life: life.some(life.engine.district.statements.differences, "dif"),
    "lines": _lines,
    "payments.notify_payment.amount_fen": _asked,
    "trade": _trade,
}
