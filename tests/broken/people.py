"""Engines that are wrong about persons, votes, questionnaires and cases."""

from __future__ import annotations

from typing import Any

from engine.district.ledger import MORAL
from engine.district.votes import VoteClosed
from engine.kernel.rejection import Rejected
from engine.participation.codes import VOTE_NOT_FOUND
from engine.participation.responses import SubmitResponse
from tests.broken.faults import Change, Fault, after, before, forgotten, put, replaced


def _row(change: Change) -> Change:
    """A change of the row of a case."""
    return lambda event, district: change(district.cases.reports[event.report], district)


def _no_members(event: Any, district: Any) -> None:
    district.grid.grids[event.grid].workers.clear()


def _no_home(event: Any, district: Any) -> None:
    district.residents.persons[event.person].home = ""


def _one_more_bound(_event: Any, district: Any) -> None:
    district.residents.bound_count += 1


def _one_more_valid(event: Any, district: Any) -> None:
    district.board.questionnaires[event.questionnaire].valid += 1


def _moral_stays(event: Any, district: Any) -> None:
    balances = district.ledger.balances
    balances[MORAL][event.person] += 1
    balances[MORAL][event.into] -= 1


def _open_again(vote: Any, district: Any) -> None:
    district.board.votes[vote.vote].state = "OPEN"


def _twice(right: Any) -> Any:
    """The own answer is no obstacle to another one."""

    def taken(command: Any, district: Any, questionnaire: Any) -> Any:
        try:
            return right(command, district, questionnaire)
        except Rejected:
            return False

    return taken


def _closes_only(command: Any, district: Any, *_: Any) -> Any:
    if command.vote not in district.board.votes:
        raise Rejected(VOTE_NOT_FOUND)
    return (VoteClosed(command.vote),)


def _options_off(event: Any, _district: Any) -> None:
    event.counts = (event.counts[0] + 1, *event.counts[1:])


def _raw_words(event: Any, _district: Any) -> None:
    event.text = "the lamp at the gate"


BOUND, RESPONSE = "binding.activated", "participation.response_submitted"
PEOPLE = (
    Fault("nobody is at home", "S17", after(BOUND, _no_home)),
    Fault("a grid loses its members", "S18", after(BOUND, _no_members)),
    Fault("a tag comes from a stranger", "S19", before("binding.special_tagged", put(set_by="wkr_99"))),
    Fault("tags never lapse", "S19", forgotten("special_tag")),
    Fault("a ballot is counted twice", "S20", before("participation.vote_tallied", _options_off)),
    Fault(
        "a person answers twice",
        "S21",
        replaced(f"{SubmitResponse.__module__}.SubmitResponse._taken", _twice(SubmitResponse._taken)),
    ),
    Fault("a free place stays free", "S22", replaced("engine.participation.registrations.given_back", lambda *_: [])),
    Fault("everybody gets a place", "S22", before("participation.registration_made", put(waits=False))),
    Fault("two shifts at once", "S23", replaced("engine.district.volunteers.Shift.overlaps", lambda *_: False)),
    Fault("minutes that nobody served count", "S23", before("participation.shift_verified", put(minutes=1_441))),
    Fault(
        "a resolved case has no member",
        "S25",
        after("reporting.report_resolved", _row(lambda row, _: setattr(row, "assignee", ""))),
    ),
    Fault(
        "a case repeats itself",
        "S26",
        before("reporting.report_marked_duplicate", put(root=lambda event: event.report)),
    ),
    Fault("words of a case stand in the log", "S27", before("reporting.report_submitted", _raw_words)),
    Fault("a phone number is an id", "S27", before("reporting.report_resolved", put(evidence="ev_138" + "0" * 8))),
    Fault("a case goes to whoever is named", "T15", replaced("engine.reporting.dispatch.fit", lambda *_: True)),
    Fault(
        "nobody is there for a case", "T15", replaced("engine.reporting.dispatch.chosen", lambda *_: "district_desk")
    ),
    Fault("stars are forgotten", "T16", after("reporting.report_rated", _row(lambda row, _: setattr(row, "stars", 0)))),
    Fault("cases come back at any time", "T17", replaced("engine.reporting.closing._in_window", lambda *_: None)),
    Fault(
        "a breach raises two levels", "T18", before("reporting.sla_breached", put(level=lambda event: event.level + 1))
    ),
    Fault(
        "a pause gives a second more", "T19", before("reporting.report_resumed", put(due=lambda event: event.due + 1))
    ),
    Fault(
        "the electorate is one too many",
        "T20",
        before("participation.vote_opened", put(electorate=lambda event: event.electorate + 1)),
    ),
    Fault("votes never close", "T20", forgotten("vote_close")),
    Fault("a closed vote takes ballots", "T20", after("participation.vote_tallied", _open_again)),
    Fault(
        "a verdict is turned round",
        "T21",
        before("participation.vote_tallied", put(valid=lambda event: not event.valid)),
    ),
    Fault("a merge leaves a point behind", "H11", after("binding.person_merged", _moral_stays)),
    Fault("the district counts one too many", "H12", after(BOUND, _one_more_bound)),
    Fault("no answer is ever late", "H12", before("reporting.suggestion_answered", put(late=False))),
    Fault("promised answers are forgotten", "H12", forgotten("suggestion_due")),
    Fault("a questionnaire counts one too many", "H12", after(RESPONSE, _one_more_valid)),
    Fault(
        "invalid responses keep their points", "H14", replaced("engine.participation.reviews.take_back", lambda *_: [])
    ),
    Fault("care visits are forgotten", "L13", forgotten("care_due")),
    Fault("a care visit changes nothing", "L13", before("grid.visit_done", put(due=None))),
    Fault("visits count a minute more", "H12", before("grid.visit_done", put(minutes=lambda event: event.minutes + 1))),
    Fault("warnings have no case", "L10", forgotten("warning_case")),
    Fault("a rule finds nothing unusual", "T24", replaced("engine.grid.hazards._stands_out", lambda *_: False)),
    Fault("a warning forgets a case", "T24", before("grid.warning_raised", put(cases=lambda event: event.cases[1:]))),
    Fault("limits are forgotten", "L01", forgotten("report_due")),
    Fault("suspended cases sleep on", "L01", forgotten("report_resume")),
    Fault("late cases are raised once only", "L02", forgotten("report_escalate")),
    Fault(
        "closed votes are not tallied",
        "L09",
        replaced("engine.participation.votes.CloseVote.decide", _closes_only),
    ),
    Fault("valid responses earn nothing", "L09", replaced("engine.participation.responses.earn", lambda *_: [])),
)
