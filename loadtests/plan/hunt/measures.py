"""How often: the measure of each pattern, and of commands that are worth more than one among seventy."""

from __future__ import annotations

CLIENTS = 24
HOT_SHARE = 0.2
SHARES = {"duplicate": 0.15, "key_reuse": 0.03, "read": 1 / 6}
"""Shares of all operations; a pilot with these found 13 of 14 planted bugs where one client found 8."""
MOMENT_SHARE, FORGOTTEN_SHARE = 0.18, 0.02
"""Of all waves: around a moment at which answers turn, and around the end of a key's life."""
EARLY_SHARE, FAR_SHARE = 0.5, 0.1
"""Of moments: something comes in the last second before it; it is sought a day ahead."""
EDGE_SHARE, RACE_SHARE, CARELESS_SHARE, LIMITED_SHARE = 0.3, 0.25, 0.1, 0.4
"""Of new commands: at an edge, several at once, whatever comes to mind; after one that a limit refuses."""
OWN_EVIDENCE_SHARE = 0.6
"""Of several at once that cite evidence: each cites another one."""
BALANCE_SHARE = 0.6
"""Of questions about others than the hot account: about a balance."""
PARTS_SHARE, PARTS = 0.15, (2, 3, 3, 5)
"""Of new commands with an amount that something limits: in so many parts, which together are just too much."""
FOLLOW_SHARE, DECK_SHARE = 0.45, 0.4
"""Of new commands: about something just made; from a deck in which every command stands once."""
TRIES, FEW_TRIES, KINDS_TRIED = 30, 10, 5
PUT_OFF_MOST = 4
"""How often a kind of command that is not possible yet waits; then it is asked all the same, and refused."""
FOLLOWED, MEMORY = 12, 400
"""How many of the newest ids and of the latest operations are chosen from."""
PHASE, FOCUSED = 250, 8.0
"""A hunt dwells on one subject for so many operations, then on another: its commands come up so many times as often.

With a hundred kinds of commands what needs five of one subject in a row would hardly ever come about by itself.
"""
PAUSES_S = (0, 0, 0, 1, 5, 60, 60, 600, 600)
KINDS_A_MOMENT, MOMENTS_AT_ONCE = 6, 4
SETTLE_NS = 30_000_000
"""Between two waves about one moment: the answers of the first are there before the second is sent."""
WEIGHTS = {
    "points.grant_award": 16,
    "points.revoke_award": 6,
    "payments.pay_purchase": 24,
    "payments.refund_purchase": 16,
    "participation.submit_response": 8,
    "participation.revise_response": 4,
    "participation.cast_ballot": 8,
    "participation.change_ballot": 4,
    "participation.draft_vote": 4,
    "participation.open_vote": 4,
    "participation.draft_questionnaire": 4,
    "participation.open_questionnaire": 4,
    "participation.invalidate_response": 3,
    "reporting.submit_report": 6,
    "reporting.triage_report": 9,
    "reporting.dispatch_report": 9,
    "reporting.accept_report": 9,
    "reporting.suspend_report": 6,
    "reporting.resume_report": 6,
    "reporting.transfer_report": 3,
    "reporting.resolve_report": 9,
    "reporting.confirm_report": 4,
    "reporting.dispute_report": 4,
    "reporting.rate_report": 8,
    "reporting.reopen_report": 8,
    "participation.validate_response": 3,
    "participation.draft_activity": 4,
    "participation.publish_activity": 4,
    "participation.join_activity": 6,
    "participation.join_call": 4,
    "participation.open_shifts": 4,
    "participation.sign_shift": 5,
    "participation.begin_shift": 3,
    "participation.end_shift": 3,
    "participation.cancel_activity": 0.3,
    "participation.close_activity": 0.6,
    "participation.close_call": 0.3,
    "participation.abort_shift": 0.4,
    "reporting.withdraw_suggestion": 0.4,
    "binding.scan_bind": 6,
    "binding.issue_qr": 3,
    "marketplace.place_order": 16,
    "payments.pay_order": 16,
    "marketplace.accept_order": 12,
    "marketplace.ready_order": 12,
    "marketplace.assign_order": 12,
    "marketplace.pick_up_order": 12,
    "marketplace.deliver_order": 12,
    "marketplace.confirm_order": 9,
    "marketplace.refund_order": 9,
    "marketplace.hand_over_order": 6,
    "marketplace.start_duty": 4,
    "marketplace.cancel_order": 0.6,
    "marketplace.reject_order": 0.6,
    "marketplace.fail_delivery": 0.6,
    "marketplace.give_back_order": 0.6,
    "marketplace.withdraw_offer": 0.4,
    "marketplace.end_duty": 0.4,
    "participation.withdraw_article": 0.5,
    "reporting.withdraw_report": 0.4,
    "reporting.escalate_report": 0.6,
    "binding.revoke_qr": 0.3,
    "binding.transfer_binding": 0.6,
    "binding.reject_binding": 0.6,
    "binding.dismiss_worker": 0.1,
    "binding.end_binding": 0.3,
    "binding.merge_persons": 0.3,
    "participation.annul_vote": 0.3,
    "participation.close_vote": 0.5,
    "participation.close_questionnaire": 0.5,
    "policy.change": 0.1,
    "policy.set_rule": 0.3,
}
"""Value and what opens the way to it more often, what ends things less; a command that is not named here has 2."""
PLAIN = 2.0


def weight_of(wire: str) -> float:
    """How often a command is drawn, relative to others."""
    return WEIGHTS.get(wire, PLAIN)
