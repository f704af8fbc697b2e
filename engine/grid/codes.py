"""Answers of the grid's own work, in order of precedence."""

from __future__ import annotations

from engine.kernel.rejection import Code, Precedence

NOT_FOUND, STATE = Precedence.NOT_FOUND, Precedence.STATE

VISIT_NOT_FOUND = Code("VISIT_NOT_FOUND", NOT_FOUND, "No visit has this id.")
WARNING_NOT_FOUND = Code("WARNING_NOT_FOUND", NOT_FOUND, "No warning has this id.")
VISIT_OVER = Code("VISIT_OVER", STATE, "The visit is over.")
VISIT_BUSY = Code("VISIT_BUSY", STATE, "The visitor is on another visit: see `visit`; end it first.")
VISIT_INCOMPLETE = Code(
    "VISIT_INCOMPLETE", STATE, "A visit to care names a person, one to handle a case; to collect needs neither."
)
VISIT_ELSEWHERE = Code("VISIT_ELSEWHERE", STATE, "The person is bound, or the case lies, in no such grid.")
WRN_BAD_STATE = Code("WRN_BAD_STATE", STATE, "The warning does not stand where this can be done: see `state`.")
WRN_CASE_GOES_ON = Code("WRN_CASE_GOES_ON", STATE, "The case of the warning is not over: see `state`.")
CARE_NOT_PLANNED = Code("CARE_NOT_PLANNED", STATE, "No care visit to this person is planned.")
