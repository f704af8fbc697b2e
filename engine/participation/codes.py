"""Answers of participation, in order of precedence."""

from __future__ import annotations

from engine.kernel.rejection import Code, Precedence

NOT_FOUND, STATE, LIMIT = Precedence.NOT_FOUND, Precedence.STATE, Precedence.LIMIT

ARTICLE_NOT_FOUND = Code("ARTICLE_NOT_FOUND", NOT_FOUND, "No article has this id.")
VOTE_NOT_FOUND = Code("VOTE_NOT_FOUND", NOT_FOUND, "No vote has this id.")
QUESTIONNAIRE_NOT_FOUND = Code("QUESTIONNAIRE_NOT_FOUND", NOT_FOUND, "No questionnaire has this id.")
RESPONSE_NOT_FOUND = Code("RESPONSE_NOT_FOUND", NOT_FOUND, "No response has this id.")

ARTICLE_WITHDRAWN = Code("ARTICLE_WITHDRAWN", STATE, "The article was withdrawn.")
ARTICLE_ARCHIVED = Code("ARTICLE_ARCHIVED", STATE, "The article no longer counts its readers.")
ARTICLE_ALREADY_READ = Code("ARTICLE_ALREADY_READ", STATE, "The person's receipt for this article is there already.")

VOTE_BAD_TERMS = Code("VOTE_BAD_TERMS", STATE, "A ballot needs at least one choice and at most one for each option.")
VOTE_BAD_MATTER = Code("VOTE_BAD_MATTER", STATE, "A matter is one choice of yes or no, by owners.")
VOTE_NO_AREA = Code("VOTE_NO_AREA", STATE, "No owner's dwelling has a floor area, so nothing can be counted by area.")
VOTE_BAD_STATE = Code("VOTE_BAD_STATE", STATE, "The vote is in a state in which this cannot be done; see `state`.")
VOTE_CLOSES_IN_PAST = Code("VOTE_CLOSES_IN_PAST", STATE, "The vote would close before it opens.")
VOTE_NOT_OPEN = Code("VOTE_NOT_OPEN", STATE, "The vote takes no ballots now.")
VOTE_NOT_ELIGIBLE = Code("VOTE_NOT_ELIGIBLE", STATE, "The person was not in the electorate when the vote opened.")
VOTE_ALREADY_CAST = Code("VOTE_ALREADY_CAST", STATE, "The ballot of this person, household or owner is cast already.")
VOTE_CHANGE_OFF = Code("VOTE_CHANGE_OFF", STATE, "The policy lets nobody change a ballot.")
VOTE_NO_BALLOT = Code("VOTE_NO_BALLOT", STATE, "There is no ballot to change; cast one.")
VOTE_BAD_CHOICE = Code(
    "VOTE_BAD_CHOICE", STATE, "A ballot names `choices` different options, by numbers from 0 to below `options`."
)

QST_BAD_TERMS = Code("QST_BAD_TERMS", STATE, "More items are required than the questionnaire has.")
QST_BAD_STATE = Code("QST_BAD_STATE", STATE, "The questionnaire is in a state in which this cannot be done.")
QST_CLOSES_IN_PAST = Code("QST_CLOSES_IN_PAST", STATE, "The questionnaire would close before it opens.")
QST_NOT_OPEN = Code("QST_NOT_OPEN", STATE, "The questionnaire takes no answers now.")
QST_NO_HOUSEHOLD = Code("QST_NO_HOUSEHOLD", STATE, "Households answer here, and the person is at home in none.")
QST_ALREADY_ANSWERED = Code("QST_ALREADY_ANSWERED", STATE, "A valid response is there already; see `response`.")
QST_BAD_SHEET = Code("QST_BAD_SHEET", STATE, "A sheet has one answer for each item, 0 for one left blank.")
RESPONSE_FINAL = Code("RESPONSE_FINAL", STATE, "What the response earned can no longer be taken back.")
RESPONSE_NOT_VALID = Code("RESPONSE_NOT_VALID", STATE, "The response is not valid; hand in a new one.")
RESPONSE_IS_VALID = Code("RESPONSE_IS_VALID", STATE, "The response is valid already.")

ACTIVITY_NOT_FOUND = Code("ACTIVITY_NOT_FOUND", NOT_FOUND, "No activity has this id.")
ACT_BAD_TIMES = Code("ACT_BAD_TIMES", STATE, "First registering opens, then it closes, then the activity begins.")
ACT_BAD_STATE = Code("ACT_BAD_STATE", STATE, "The activity is in a state in which this cannot be done; see `state`.")
ACT_CLOSES_IN_PAST = Code("ACT_CLOSES_IN_PAST", STATE, "Registering would close before it opens.")
ACT_NOT_OPEN = Code("ACT_NOT_OPEN", STATE, "The activity takes no registrations now.")
REG_DUPLICATE = Code("REG_DUPLICATE", STATE, "The person has registered for this activity; see `registration`.")
REG_NONE = Code("REG_NONE", STATE, "The person has no registration for this activity.")
REG_BAD_STATE = Code("REG_BAD_STATE", STATE, "The registration does not stand where this can be done; see `state`.")
ACT_NOT_NOW = Code("ACT_NOT_NOW", STATE, "Too early, or too late: see when the activity `begins`.")
ACT_FULL = Code("ACT_FULL", LIMIT, "Every place is taken, and so is every place in the waiting list.")

CALL_NOT_FOUND = Code("CALL_NOT_FOUND", NOT_FOUND, "No call for volunteers has this id.")
SHIFT_NOT_FOUND = Code("SHIFT_NOT_FOUND", NOT_FOUND, "No shift has this id.")
CALL_CLOSES_IN_PAST = Code("CALL_CLOSES_IN_PAST", STATE, "The call would close before it opens.")
CALL_NOT_OPEN = Code("CALL_NOT_OPEN", STATE, "The call takes no volunteers now.")
VOL_DUPLICATE = Code("VOL_DUPLICATE", STATE, "The person is a volunteer of this call already.")
SHIFT_BAD_TIMES = Code("SHIFT_BAD_TIMES", STATE, "A shift begins in the future and ends on the same civil day.")
SHIFT_BAD_STATE = Code("SHIFT_BAD_STATE", STATE, "The shift does not stand where this can be done; see `state`.")
SHIFT_NOT_YOURS = Code("SHIFT_NOT_YOURS", STATE, "Somebody else has this shift.")
VOL_NOT_JOINED = Code("VOL_NOT_JOINED", STATE, "The person is no volunteer of this call; join it first.")
SHIFT_OVERLAP = Code("SHIFT_OVERLAP", STATE, "The person has another shift at that time; see `shift`.")
SHIFT_NOT_NOW = Code("SHIFT_NOT_NOW", STATE, "Too early, or too late: see when the shift `starts`.")
SHIFT_DAY_CAP = Code("SHIFT_DAY_CAP", LIMIT, "The person would serve more minutes on that day than the policy allows.")
