"""How often: the measure of each pattern, and of commands that are worth more than one among seventy."""

from __future__ import annotations

CLIENTS = 24
HOT_SHARE = 0.205
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
FOLLOW_SHARE, DECK_SHARE = 0.3, 0.7
"""Of new commands: about something just made; from a deck in which every command stands once."""
TRIES, FEW_TRIES, KINDS_TRIED = 30, 10, 5
PUT_OFF_MOST = 4
"""How often a kind of command that is not possible yet waits; then it is asked all the same, and refused."""
FOLLOWED, MEMORY = 12, 400
"""How many of the newest ids and of the latest operations are chosen from."""
FIRST_PHASE, PHASE = 450, 200
"""A hunt begins with so many operations of value alone, then leaves out every other part of the platform for so many.

With a hundred and seventy kinds of commands at a time what needs five of one part would hardly ever come about. Value
comes first because nothing else has moved it by then: whoever recalculates it by hand knows every balance.
"""
OF_VALUE = frozenset(
    {
        "points.grant_award",
        "points.revoke_award",
        "payments.register_merchant",
        "payments.pay_purchase",
        "payments.refund_purchase",
        "payments.settle_channel",
        "payments.settle_merchants",
        "payments.reimburse_points",
    }
)
COMPANY_SHARE, FILLING_MOST = 0.55, 8
"""Of dense stretches later on: about a purse or a company; awards until a cap is reached, at most."""
IDLE_SHARE, SPITE_SHARE, SPITE_TRIES = 0.15, 0.35, 4
"""Of threads: nobody does anything before the first moment; of steps: what a rule refuses is sought, so many draws."""
SAME_KIND_SHARE = 0.5
"""Of reused keys: under the key of a command comes the same command with one number changed."""
THREAD_SHARE, STEPS_A_THREAD, MOMENTS_A_THREAD, COMPANY = 0.65, 7, 3, 8
"""Of all operations: in threads; steps before each moment of a thread, moments, and how many take part at most."""
THREADS_OF = {
    "vot": 4, "qst": 3, "act": 2, "cal": 3, "art": 1, "rpt": 4, "sug": 2, "top": 1, "prs": 1, "wrn": 2, "vis": 1,
    "ded": 2, "ofr": 1, "ord": 4, "utb": 2, "cko": 1, "pay": 1, "dif": 1, "tag": 2, "bnd": 1, "qr": 1, "chk": 1,
    "rid": 2, "bil": 1,
}  # fmt: skip
"""Threads of a kind in one round, by the prefix of ids; a kind that is not named here has one."""
MADE_BESIDE = ("awd", "lot", "rfd", "bal", "reg", "rsp", "shf", "pst", "stl", "crf")
"""Prefixes without threads of their own: what is so called is made in the threads of other things."""
ENDED_SHARE = 0.25
"""Of threads: one may end before its time by a command that ends things."""
FEWEST = 7
"""Bound persons that a town has at least before a dense stretch begins."""
REACH_S = 5 * 86_400
"""A thread goes so far ahead to meet a moment of its own."""
REFUSED_SHARE = 0.8
"""Of refusals that a thread meets: how many are sent, divided by how often that one was sent before."""
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
    "binding.untag_special": 0.5,
    "payments.withdraw_bill": 0.5,
    "reporting.close_topic": 0.5,
    "reporting.decline_suggestion": 0.6,
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


MAKERS = {
    "vot": "participation.draft_vote",
    "qst": "participation.draft_questionnaire",
    "act": "participation.draft_activity",
    "cal": "participation.open_call",
    "art": "participation.publish_article",
    "rpt": "reporting.submit_report",
    "prs": "reporting.submit_praise",
    "sug": "reporting.submit_suggestion",
    "top": "reporting.open_topic",
    "wrn": "grid.raise_warning",
    "vis": "grid.start_visit",
    "rid": "marketplace.register_rider",
    "bil": "payments.register_biller",
    "ded": "points.propose_deduction",
    "pay": "payments.pay_purchase",
    "utb": "payments.issue_bill",
    "cko": "payments.open_checkout",
    "dif": "payments.file_statement",
    "ofr": "marketplace.publish_offer",
    "ord": "marketplace.place_order",
    "tag": "binding.tag_special",
    "bnd": "binding.worker_bind",
    "qr": "binding.issue_qr",
    "chk": "epidemic.check_in",
}
"""What makes things, by the prefix of their ids; a hunt learns of others as it goes."""


def weight_of(wire: str) -> float:
    """How often a command is drawn, relative to others."""
    return WEIGHTS.get(wire, PLAIN)
