"""Which invariant a target breaks where it answers otherwise than the reference engine does.

A code guards an invariant: whoever accepts what the engine refuses by it, or refuses by it what the engine accepts,
breaks that one. Where both accept, the field of the event that differs tells. What nothing tells is H06: no order of
the operations explains the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loadtests.audit.findings import UNNAMED

MACHINES = (
    "RPT_BAD_STATE", "PRS_BAD_STATE", "VOTE_BAD_STATE", "QST_BAD_STATE", "ACT_BAD_STATE", "REG_BAD_STATE",
    "SHIFT_BAD_STATE", "WRN_BAD_STATE", "SUG_BAD_STATE", "TOPIC_BAD_STATE", "POST_BAD_STATE", "DEDUCTION_BAD_STATE",
    "BILL_BAD_STATE", "PAY_BAD_STATE", "REFUND_BAD_STATE", "ORDER_BAD_STATE",
)  # fmt: skip
"""Codes of state machines: an edge that does not exist."""
GUARDED: Mapping[str, str] = {
    "PAY_CAP_EXCEEDED": "S09",
    "POINTS_EXCLUDED_GOODS": "S09",
    "POINTS_INSUFFICIENT": "S02",
    "REFUND_EXCEEDS_PAID": "S08",
    "REFUND_WINDOW_CLOSED": "S08",
    "REFUND_NOT_REPRESENTABLE": "T08",
    "REFUND_MERCHANT_FUNDS": "S14",
    "REIMBURSE_EXCEEDS_DUE": "H09",
    "SETTLE_NOTHING_DUE": "T14",
    "POINTS_DAILY_CAP": "S11",
    "POINTS_PERIOD_CAP": "S11",
    "POINTS_COOLDOWN": "S11",
    "POINTS_BUDGET_EXHAUSTED": "S12",
    "POINTS_EVIDENCE_USED": "T22",
    "POINTS_ALREADY_REVOKED": "T09",
    "POINTS_AWARD_FINAL": "T24",
    "VOTE_NOT_OPEN": "T20",
    "VOTE_NOT_ELIGIBLE": "T20",
    "VOTE_ALREADY_CAST": "S20",
    "QST_ALREADY_ANSWERED": "S21",
    "RPT_REOPEN_WINDOW": "T17",
    "RPT_REOPEN_LIMIT": "T17",
    "RPT_ALREADY_RATED": "T16",
    "RPT_WORKER_UNFIT": "T15",
    "SLA_PAUSE_LIMIT": "T19",
    "RPT_LEVEL_LIMIT": "T18",
    "VOTE_NO_BALLOT": "S20",
    "RESPONSE_IS_VALID": "S21",
    "ACT_FULL": "S22",
    "REG_DUPLICATE": "S22",
    "SHIFT_OVERLAP": "S23",
    "SHIFT_DAY_CAP": "S23",
    "RIDER_UNTRAINED": "S24",
    "RIDER_BUSY": "S24",
    "RPT_NOT_ASSIGNEE": "S25",
    "RPT_DUPLICATE_ROOT": "S26",
    "RPT_HAS_DUPLICATES": "S26",
    "OFFER_SOLD_OUT": "S28",
    "OFFER_NOT_OPEN": "S28",
    "HOLD_EXPIRED": "T11",
    "PAY_AMOUNT_MISMATCH": "T12",
    "STATEMENT_EXISTS": "H13",
    "DIFFERENCE_OVER": "H13",
    "BIND_DUPLICATE": "S17",
    "GRID_UNSTAFFED": "S18",
    "TAG_NO_EVIDENCE": "S19",
    "TAG_ENDED": "S19",
    "EPI_FORGOTTEN": "P02",
    "EPI_NOT_OWN": "P03",
    **dict.fromkeys(MACHINES, "T01"),
    "CLOCK_REGRESSION": "H01",
    "IDEMPOTENCY_MISMATCH": "H04",
}
"""Code -> the invariant that it guards."""
TOLD: Mapping[tuple[str, str], str] = {
    ("payments.purchase_paid", "lots"): "T04",
    ("payments.purchase_paid", "refundable_until"): "T24",
    ("payments.purchase_paid", ""): "S10",
    ("payments.purchase_refunded", "restored"): "T07",
    ("payments.purchase_refunded", "netted"): "T10",
    ("payments.purchase_refunded", ""): "T08",
    ("payments.merchants_settled", ""): "T14",
    ("payments.sponsor_reimbursed", ""): "H09",
    ("points.award_granted", "points"): "S11",
    ("points.award_granted", "netted"): "T10",
    ("points.award_granted", "lot"): "T10",
    ("points.award_granted", ""): "T24",
    ("points.award_revoked", ""): "T09",
    ("participation.vote_opened", "electorate"): "T20",
    ("participation.vote_tallied", "counts"): "S20",
    ("participation.vote_tallied", "ballots"): "S20",
    ("participation.vote_tallied", ""): "T21",
    ("reporting.report_resumed", ""): "T19",
    ("reporting.report_reopened", "due"): "T19",
    ("reporting.sla_breached", "level"): "T18",
}
"""Type and field of an event -> invariant; without a field: any other one."""
AT_ITS_INSTANT: Mapping[str, str] = {
    "lot_expiry": "L08",
    "award_vest": "T24",
    "vote_close": "T20",
    "report_due": "L01",
    "report_escalate": "L02",
    "report_close": "T16",
    "report_resume": "T19",
    "special_tag": "S19",
    "checkout_close": "L04",
    "channel_refund_due": "L05",
    "order_end": "L11",
    "warning_case": "L10",
    "care_due": "L13",
}
"""Kind of a deadline -> the invariant that is broken where nothing happens at its instant."""
SHOWN: Mapping[str, str] = {
    "payments.payable": "S14",
    "payments.payment": "S08",
    "participation.response_counts": "H14",
    "participation.vote": "S20",
    "points.balance": "H05",
}
"""Read -> the invariant that a wrong answer to it breaks; of other reads it is H12."""


def name_of_codes(expected: str, seen: str) -> str:
    """The invariant where the engine answers by `expected` and the target by `seen`; empty: it is accepted."""
    return GUARDED.get(expected) or GUARDED.get(seen, UNNAMED)


def name_of_event(expected: Mapping[str, Any], seen: Mapping[str, Any]) -> str:
    """The invariant where an event stands otherwise; another type of event tells nothing."""
    wire = expected["type"]
    if wire != seen.get("type"):
        return UNNAMED
    theirs = seen.get("data") or {}
    fields = [name for name, value in expected["data"].items() if theirs.get(name) != value]
    named = [TOLD[wire, name] for name in fields if (wire, name) in TOLD]
    return named[0] if named else TOLD.get((wire, ""), UNNAMED)


def name_of_read(read: str) -> str:
    """The invariant that a wrong answer to a read breaks."""
    return SHOWN.get(read, "H12")
