"""What moves through a state machine: by event type, the entity and the state that it enters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

To = str | Callable[[Any, Any], str]  # a state, or how it follows from the event and the district after it


def _granted(event: Any, _district: Any) -> str:
    return "VESTED" if event.vests_at is None else "PENDING"


def _response(event: Any, _district: Any) -> str:
    return "VALID" if event.valid else "INVALID"


def _payment(event: Any, district: Any) -> str:
    state: str = district.trade.returned[event.payment].state
    return state


def _statement(event: Any, _district: Any) -> str:
    return "DISPUTED" if event.open_differences else "RECONCILED"


def _order(event: Any, district: Any) -> str:
    state: str = district.market.orders[event.order].state
    return state


MOVES: Mapping[str, tuple[str, To]] = {
    "binding.person_registered": ("person", "ACTIVE"),
    "binding.person_merged": ("person", "MERGED"),
    "binding.person_deceased": ("person", "DECEASED"),
    "binding.requested": ("binding", "PENDING_REVIEW"),
    "binding.activated": ("binding", "ACTIVE"),
    "binding.rejected": ("binding", "REJECTED"),
    "binding.ended": ("binding", "ENDED"),
    "binding.qr_issued": ("qr", "LIVE"),
    "binding.outdoor_code_issued": ("qr", "LIVE"),
    "binding.qr_revoked": ("qr", "REVOKED"),
    "binding.special_tagged": ("tag", "SET"),
    "binding.special_untagged": ("tag", "ENDED"),
    "participation.article_published": ("article", "PUBLISHED"),
    "participation.article_archived": ("article", "ARCHIVED"),
    "participation.article_withdrawn": ("article", "WITHDRAWN"),
    "participation.vote_drafted": ("vote", "DRAFT"),
    "participation.vote_opened": ("vote", "OPEN"),
    "participation.vote_closed": ("vote", "CLOSED"),
    "participation.vote_tallied": ("vote", "TALLIED"),
    "participation.vote_annulled": ("vote", "ANNULLED"),
    "participation.questionnaire_drafted": ("questionnaire", "DRAFT"),
    "participation.questionnaire_opened": ("questionnaire", "OPEN"),
    "participation.questionnaire_closed": ("questionnaire", "CLOSED"),
    "participation.questionnaire_final": ("questionnaire", "FINAL"),
    "participation.response_submitted": ("response", _response),
    "participation.response_revised": ("response", _response),
    "participation.response_invalidated": ("response", "INVALID"),
    "participation.response_validated": ("response", "VALID"),
    "participation.activity_drafted": ("activity", "DRAFT"),
    "participation.activity_published": ("activity", "PUBLISHED"),
    "participation.activity_opened": ("activity", "OPEN"),
    "participation.activity_filled": ("activity", "FULL"),
    "participation.activity_freed": ("activity", "OPEN"),
    "participation.activity_closed": ("activity", "CLOSED"),
    "participation.activity_held": ("activity", "HELD"),
    "participation.activity_settled": ("activity", "SETTLED"),
    "participation.activity_cancelled": ("activity", "CANCELLED"),
    "participation.registration_made": ("registration", lambda event, _: "WAITLISTED" if event.waits else "REGISTERED"),
    "participation.registration_promoted": ("registration", "REGISTERED"),
    "participation.registration_cancelled": ("registration", "CANCELLED"),
    "participation.registration_checked_in": ("registration", "CHECKED_IN"),
    "participation.registration_completed": ("registration", "COMPLETED"),
    "participation.registration_missed": ("registration", "NO_SHOW"),
    "reporting.report_submitted": ("report", "SUBMITTED"),
    "reporting.report_triaged": ("report", "TRIAGED"),
    "reporting.report_marked_duplicate": ("report", "DUPLICATE"),
    "reporting.report_rejected": ("report", "REJECTED"),
    "reporting.report_withdrawn": ("report", "WITHDRAWN"),
    "reporting.report_dispatched": ("report", "DISPATCHED"),
    "reporting.report_accepted": ("report", "IN_PROGRESS"),
    "reporting.report_returned": ("report", "TRIAGED"),
    "reporting.report_transferred": ("report", "DISPATCHED"),
    "reporting.report_suspended": ("report", "SUSPENDED"),
    "reporting.report_resumed": ("report", "IN_PROGRESS"),
    "reporting.report_resolved": ("report", "RESOLVED"),
    "reporting.report_closed": ("report", "CLOSED"),
    "reporting.report_reopened": ("report", "DISPATCHED"),
    "reporting.praise_submitted": ("praise", "SUBMITTED"),
    "reporting.praise_verified": ("praise", "VERIFIED"),
    "reporting.praise_rejected": ("praise", "REJECTED"),
    "reporting.praise_published": ("praise", "PUBLISHED"),
    "reporting.praise_awarded": ("praise", "AWARDED"),
    "grid.visit_started": ("visit", "UNDER_WAY"),
    "grid.visit_done": ("visit", "DONE"),
    "grid.visit_broken_off": ("visit", "BROKEN_OFF"),
    "grid.warning_raised": ("warning", "RAISED"),
    "grid.warning_verified": ("warning", "VERIFIED"),
    "grid.warning_dismissed": ("warning", "FALSE_ALARM"),
    "grid.warning_case_opened": ("warning", "CASE_OPENED"),
    "grid.warning_cleared": ("warning", "CLEARED"),
    "points.award_granted": ("award", _granted),
    "points.award_vested": ("award", "VESTED"),
    "points.award_cancelled": ("award", "CANCELLED"),
    "points.award_revoked": ("award", "REVOKED"),
    "points.deduction_proposed": ("deduction", "PROPOSED"),
    "points.deduction_posted": ("deduction", "POSTED"),
    "points.deduction_declined": ("deduction", "DECLINED"),
    "points.deduction_appealed": ("deduction", "APPEALED"),
    "points.deduction_upheld": ("deduction", "UPHELD"),
    "points.deduction_dismissed": ("deduction", "DISMISSED"),
    "payments.purchase_paid": ("payment", "SUCCEEDED"),
    "payments.purchase_refunded": ("payment", _payment),
    "payments.checkout_opened": ("checkout", "CREATED"),
    "payments.payment_started": ("checkout", "PAYING"),
    "payments.payment_unclear": ("checkout", "UNKNOWN"),
    "payments.payment_succeeded": ("checkout", "SUCCEEDED"),
    "payments.checkout_closed": ("checkout", "CLOSED"),
    "payments.payment_came_late": ("checkout", "LATE_PAID"),
    "payments.late_payment_refunded": ("checkout", "REFUNDED"),
    "payments.channel_refund_requested": ("channel_refund", "REQUESTED"),
    "payments.channel_refund_taken": ("channel_refund", "PROCESSING"),
    "payments.channel_refund_succeeded": ("channel_refund", "SUCCEEDED"),
    "payments.channel_refund_failed": ("channel_refund", "FAILED"),
    "payments.channel_refund_paid_by_hand": ("channel_refund", "PAID_BY_HAND"),
    "payments.bill_issued": ("bill", "DUE"),
    "payments.bill_paid": ("bill", "BILLER_POSTING"),
    "payments.bill_posted": ("bill", "POSTED"),
    "payments.bill_failed": ("bill", "BILLER_FAILED"),
    "payments.bill_refunded": ("bill", "REFUNDED"),
    "payments.bill_withdrawn": ("bill", "WITHDRAWN"),
    "payments.statement_filed": ("statement", _statement),
    "payments.statement_reconciled": ("statement", "RECONCILED"),
    "marketplace.offer_published": ("offer", "PUBLISHED"),
    "marketplace.offer_withdrawn": ("offer", "WITHDRAWN"),
    "marketplace.offer_closed": ("offer", "CLOSED"),
    "marketplace.order_placed": ("order", "PLACED"),
    "marketplace.order_paid": ("order", "PAID"),
    "marketplace.order_accepted": ("order", "ACCEPTED"),
    "marketplace.order_rejected": ("order", "REJECTED"),
    "marketplace.order_ready": ("order", "READY"),
    "marketplace.order_assigned": ("order", "ASSIGNED"),
    "marketplace.order_given_back": ("order", "READY"),
    "marketplace.order_picked_up": ("order", "PICKED_UP"),
    "marketplace.order_delivered": ("order", "DELIVERED"),
    "marketplace.order_completed": ("order", "COMPLETED"),
    "marketplace.order_cancelled": ("order", "CANCELLED"),
    "marketplace.delivery_failed": ("order", "DELIVERY_FAILED"),
    "marketplace.refund_started": ("order", "REFUNDING"),
    "marketplace.escrow_returned": ("order", "REFUNDED"),
    "marketplace.order_refunded": ("order", _order),
    "marketplace.rider_registered": ("rider", "REGISTERED"),
    "marketplace.rider_trained": ("rider", "TRAINED"),
}
"""By event type: the field that holds the entity, and the state that it enters. Edges stand in engine/district."""
