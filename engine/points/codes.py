"""Answers of points, in order of precedence."""

from __future__ import annotations

from engine.kernel.rejection import Code, Precedence

NOT_FOUND, STATE, LIMIT = Precedence.NOT_FOUND, Precedence.STATE, Precedence.LIMIT

RULE_NOT_FOUND = Code("RULE_NOT_FOUND", NOT_FOUND, "The policy has no rule of this name.")
AWARD_NOT_FOUND = Code("AWARD_NOT_FOUND", NOT_FOUND, "No award has this id.")
DEDUCTION_NOT_FOUND = Code("DEDUCTION_NOT_FOUND", NOT_FOUND, "No deduction of moral points has this id.")
POINTS_SWITCHED_OFF = Code("POINTS_SWITCHED_OFF", STATE, "The policy gives no points by this rule or of its ledger.")
POINTS_EVIDENCE_USED = Code("POINTS_EVIDENCE_USED", STATE, "The fact has already earned by this rule.")
POINTS_COOLDOWN = Code("POINTS_COOLDOWN", STATE, "The rule gives this person nothing until its cooldown is over.")
POINTS_ALREADY_REVOKED = Code("POINTS_ALREADY_REVOKED", STATE, "The award was taken back before.")
POINTS_AWARD_FINAL = Code("POINTS_AWARD_FINAL", STATE, "The time in which the award could be taken back is over.")
DEDUCTION_BAD_STATE = Code("DEDUCTION_BAD_STATE", STATE, "The deduction does not stand where this could be done to it.")
DEDUCTION_FINAL = Code("DEDUCTION_FINAL", STATE, "The time in which the deduction could be appealed is over.")
DEDUCTION_SAME_EYES = Code("DEDUCTION_SAME_EYES", STATE, "Who proposed a deduction may not review it.")
MORAL_YEAR_ARCHIVED = Code("MORAL_YEAR_ARCHIVED", STATE, "The scores of this year are archived.")
MORAL_YEAR_NOT_OVER = Code("MORAL_YEAR_NOT_OVER", STATE, "The year is not over.")
POINTS_DAILY_CAP = Code("POINTS_DAILY_CAP", LIMIT, "A daily cap leaves nothing to grant.")
POINTS_PERIOD_CAP = Code("POINTS_PERIOD_CAP", LIMIT, "The monthly cap of the rule leaves nothing to grant.")
POINTS_BUDGET_EXHAUSTED = Code("POINTS_BUDGET_EXHAUSTED", LIMIT, "The month's budget of the rule is used up.")
