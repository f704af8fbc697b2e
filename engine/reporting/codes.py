"""Answers of reporting, in order of precedence."""

from __future__ import annotations

from engine.kernel.rejection import Code, Precedence

NOT_FOUND, STATE, LIMIT = Precedence.NOT_FOUND, Precedence.STATE, Precedence.LIMIT

REPORT_NOT_FOUND = Code("REPORT_NOT_FOUND", NOT_FOUND, "No case has this id.")
PRAISE_NOT_FOUND = Code("PRAISE_NOT_FOUND", NOT_FOUND, "No praise has this id.")
CATEGORY_NOT_FOUND = Code("CATEGORY_NOT_FOUND", NOT_FOUND, "The policy has no category of this name.")
TIER_NOT_FOUND = Code("TIER_NOT_FOUND", NOT_FOUND, "The policy has no class of time limit of this name.")
RPT_BAD_STATE = Code("RPT_BAD_STATE", STATE, "The case does not stand where this can be done: see `state`.")
RPT_NOT_ASSIGNEE = Code("RPT_NOT_ASSIGNEE", STATE, "The case is in the hands of somebody else.")
RPT_INCOMPLETE = Code("RPT_INCOMPLETE", STATE, "A duplicate names the case it repeats, a rejection its reason.")
RPT_DUPLICATE_ROOT = Code(
    "RPT_DUPLICATE_ROOT", STATE, "A case can repeat only another case that was accepted and is not withdrawn."
)
RPT_HAS_DUPLICATES = Code("RPT_HAS_DUPLICATES", STATE, "Other reporters wait for this case; it cannot be withdrawn.")
RPT_WORKER_UNFIT = Code(
    "RPT_WORKER_UNFIT", STATE, "The grid member is not active, does not cover the place, or is of no kind for this."
)
RPT_BAD_UNTIL = Code("RPT_BAD_UNTIL", STATE, "A pause ends in the future.")
RPT_REOPEN_WINDOW = Code("RPT_REOPEN_WINDOW", STATE, "The time after closing is over; bring a new case.")
RPT_ALREADY_RATED = Code("RPT_ALREADY_RATED", STATE, "This round has been rated.")
PRS_BAD_STATE = Code("PRS_BAD_STATE", STATE, "The praise does not stand where this can be done: see `state`.")
PRS_SELF = Code("PRS_SELF", STATE, "Nobody praises oneself.")
PRS_SAME_HOUSEHOLD = Code("PRS_SAME_HOUSEHOLD", STATE, "Nobody praises the own household.")
RPT_RETURN_LIMIT = Code("RPT_RETURN_LIMIT", LIMIT, "Returned as often as a round allows; the supervisor decides.")
RPT_REOPEN_LIMIT = Code("RPT_REOPEN_LIMIT", LIMIT, "Reopened or disputed as often as a case allows.")
RPT_LEVEL_LIMIT = Code("RPT_LEVEL_LIMIT", LIMIT, "The case stands at the highest level.")
SLA_PAUSE_LIMIT = Code("SLA_PAUSE_LIMIT", LIMIT, "The pauses of this case would be longer than allowed: see `left_s`.")
PRS_PAIR_LIMIT = Code("PRS_PAIR_LIMIT", LIMIT, "The person has praised this neighbour as often as a month allows.")

SUGGESTION_NOT_FOUND = Code("SUGGESTION_NOT_FOUND", NOT_FOUND, "No suggestion has this id.")
TOPIC_NOT_FOUND = Code("TOPIC_NOT_FOUND", NOT_FOUND, "No topic has this id.")
POST_NOT_FOUND = Code("POST_NOT_FOUND", NOT_FOUND, "No post has this id.")
SUG_BAD_STATE = Code("SUG_BAD_STATE", STATE, "The suggestion does not stand where this can be done: see `state`.")
SUG_DUPLICATE_ROOT = Code(
    "SUG_DUPLICATE_ROOT", STATE, "A suggestion can repeat only another one that was screened and is not withdrawn."
)
SUG_HAS_DUPLICATES = Code(
    "SUG_HAS_DUPLICATES", STATE, "Others wait for the answer to this suggestion; it cannot be withdrawn."
)
SUG_ANSWERED = Code("SUG_ANSWERED", STATE, "The suggestion has been answered.")
SUG_NOT_ANSWERED = Code("SUG_NOT_ANSWERED", STATE, "A suggestion is answered before it is accepted.")
SUG_ROUTED = Code("SUG_ROUTED", STATE, "The suggestion goes there already.")
TOPIC_CLOSES_IN_PAST = Code("TOPIC_CLOSES_IN_PAST", STATE, "The topic would close before it opens.")
TOPIC_NOT_OPEN = Code("TOPIC_NOT_OPEN", STATE, "The topic takes no posts now.")
TOPIC_BAD_STATE = Code("TOPIC_BAD_STATE", STATE, "The topic does not stand where this can be done: see `state`.")
POST_BAD_STATE = Code("POST_BAD_STATE", STATE, "The post is shown no more.")
TOPIC_POST_LIMIT = Code("TOPIC_POST_LIMIT", LIMIT, "The person has posted about this topic as often as allowed.")
