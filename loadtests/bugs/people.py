"""Bugs of rules about people: votes, sheets, cases, records of persons that become one."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from loadtests.bugs.bug import Bug
from loadtests.bugs.patching import after, before, forgotten, put, replaced, wrapped

PAID, REFUNDED = "payments.purchase_paid", "payments.purchase_refunded"
GRANTED, REVOKED = "points.award_granted", "points.award_revoked"
TALLIED = "participation.vote_tallied"


def _counted_twice(event: Any, _district: Any) -> None:
    event.counts = (event.counts[0] + 1, *event.counts[1:])


def _most_of_all(event: Any, _district: Any) -> None:
    event.valid = True
    event.leading = tuple(place for place, count in enumerate(event.counts) if count == max(event.counts))


def _valid_stays(event: Any, district: Any) -> None:
    if event.questionnaire in district.board.questionnaires:
        district.board.questionnaires[event.questionnaire].valid += 1


def _moral_left_behind(event: Any, district: Any) -> None:
    account = resolve_name("engine.district.ledger.MORAL")
    scores = district.ledger.balances[account]
    moved = min(1, scores[event.into])
    scores[event.person] += moved
    scores[event.into] -= moved


def _twice(right: Any, command: Any, district: Any, questionnaire: Any) -> bool:
    """The own answer is no obstacle to another one."""
    try:
        return bool(right(command, district, questionnaire))
    except resolve_name("engine.Rejected") as wrong:
        if wrong.code.name != "QST_ALREADY_ANSWERED":
            raise
        return False


def _household_votes_twice(right: Any, command: Any, district: Any, policy: Any, by: Any) -> Any:
    """A second member of a household votes as well."""
    vote = district.board.votes.get(command.vote)
    if vote is None or vote.state != "OPEN":
        return right(command, district, policy, by)
    unit = vote.entitled.get(command.person)
    if unit is None or unit == command.person or unit not in vote.ballots:
        return right(command, district, policy, by)
    mine = vote.ballots.pop(unit)
    try:
        return right(command, district, policy, by)
    finally:
        vote.ballots.setdefault(unit, mine)


def _first_limit(event: Any, district: Any) -> None:
    event.due = district.cases.reports[event.report].due


BUGS = (
    Bug("ballots-counted-twice", "aggregate", ("S20",), "A ballot is counted twice.", before(TALLIED, _counted_twice)),
    Bug(
        "two-ballots-of-a-household",
        "aggregate",
        ("S20",),
        "A second member of a household votes as well.",
        wrapped("engine.participation.votes.CastBallot.decide", _household_votes_twice),
    ),
    Bug(
        "votes-need-no-quorum",
        "aggregate",
        ("T21",),
        "A vote has a result without a quorum.",
        before(TALLIED, _most_of_all),
    ),
    Bug(
        "electorate-one-too-many",
        "aggregate",
        ("T20",),
        "The electorate is counted one too many.",
        before("participation.vote_opened", put(electorate=lambda event: event.electorate + 1)),
    ),
    Bug(
        "second-answers-count",
        "aggregate",
        ("S21", "T22"),
        "A second sheet of one person is valid.",
        wrapped("engine.participation.responses.SubmitResponse._taken", _twice),
    ),
    Bug(
        "invalid-answers-stay-counted",
        "aggregate",
        ("H14", "H12"),
        "An answer that was found invalid is still counted as valid.",
        after("participation.response_invalidated", _valid_stays),
    ),
    Bug(
        "invalid-answers-keep-points",
        "aggregate",
        ("H14", "L09", "T09"),
        "What an invalid answer earned is not taken back.",
        replaced("engine.participation.reviews.take_back", lambda *_: []),
    ),
    Bug(
        "valid-answers-earn-nothing",
        "aggregate",
        ("L09", "H14"),
        "A valid answer earns nothing.",
        replaced("engine.participation.responses.earn", lambda *_: []),
    ),
    Bug(
        "merge-leaves-a-point",
        "aggregate",
        ("H11", "H05"),
        "When two records of a person become one, a moral point stays behind.",
        after("binding.person_merged", _moral_left_behind),
    ),
    Bug(
        "cases-go-to-anybody",
        "aggregate",
        ("T15",),
        "A case goes to whoever is named.",
        replaced("engine.reporting.dispatch.fit", lambda *_: True),
    ),
    Bug(
        "cases-are-accepted-twice",
        "aggregate",
        ("T01",),
        "A case is accepted whatever its state.",
        replaced("engine.reporting.dispatch.standing", lambda *_: None),
    ),
    Bug(
        "breaches-raise-two-levels",
        "aggregate",
        ("T18",),
        "A case that is late is raised by two levels.",
        before("reporting.sla_breached", put(level=lambda event: event.level + 1)),
    ),
    Bug(
        "pauses-give-a-second-more",
        "aggregate",
        ("T19",),
        "A case that was suspended is due a second later than it should be.",
        before("reporting.report_resumed", put(due=lambda event: event.due + 1)),
    ),
    Bug(
        "reopened-cases-keep-their-limit",
        "aggregate",
        ("T19",),
        "A reopened case keeps the limit of its first round.",
        before("reporting.report_reopened", _first_limit),
    ),
    Bug(
        "limits-are-forgotten",
        "aggregate",
        ("L01", "L02", "T18"),
        "Nobody is told that a case is late.",
        forgotten("report_due"),
    ),
    Bug("tags-never-lapse", "aggregate", ("S19",), "A special tag outlives its day.", forgotten("special_tag")),
    Bug("votes-never-close", "aggregate", ("T20", "L09"), "A vote stays open.", forgotten("vote_close")),
)
