"""Which invariant a target breaks where it answers otherwise than the reference engine does.

A code guards an invariant: whoever accepts what the engine refuses by it, or refuses by it what the engine accepts,
breaks that one. Where both accept, the field of the event that differs tells. What nothing tells is H06: no order of
the operations explains the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loadtests.audit.findings import UNNAMED

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
    "RPT_BAD_STATE": "T01",
    "PRS_BAD_STATE": "T01",
    "VOTE_BAD_STATE": "T01",
    "QST_BAD_STATE": "T01",
    "SLA_PAUSE_LIMIT": "T19",
    "RPT_LEVEL_LIMIT": "T18",
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
