"""What a client foresees of votes, sheets, cases and services: silent about what is right, loud about what is not."""

from __future__ import annotations

from typing import Any

import pytest

from engine import Policy
from loadtests.plan.hunt.small_town import LIVELY
from loadtests.zoo.ballots_heard import Ballots
from loadtests.zoo.cases_heard import Cases
from loadtests.zoo.services_heard import Services
from loadtests.zoo.sheets_heard import Sheets
from loadtests.zoo.witness import Homes, Told, Witness

POLICY = Policy().changed(LIVELY)
NOON = 1_631_678_400
Event = tuple[str, dict[str, Any]]


def told(at: int, *events: Event, wire: str = "", asked: Any = None, value: Any = None) -> Told:
    """An answer."""
    return Told(wire, asked or {}, "", at, events, value, lambda _at: POLICY)


def homes() -> Homes:
    """Two persons of one household and one of another."""
    found = Homes()
    for person, household, relation in (
        ("per_1", "hh_1", "owner"),
        ("per_2", "hh_1", "family"),
        ("per_3", "hh_2", "tenant"),
    ):
        said = {
            "person": person,
            "binding": f"bnd_{person}",
            "relation": relation,
            "household": household,
            "primary": True,
        }
        found.hear(told(0, ("binding.activated", said)))
    return found


def differing(witness: Any, *answers: Told) -> list[bool]:
    """Of each answer, whether the witness says that it cannot be right."""
    found = []
    for answer in answers:
        before = len(witness.differences)
        witness.hear(answer)
        found.append(len(witness.differences) > before)
    return found


def vote(unit: str, electorate: int, quorum_bp: int = 5_000) -> list[Told]:
    """A vote over two options, opened."""
    drafted = {
        "vote": "vot_1",
        "options": 2,
        "unit": unit,
        "closes_at": NOON + 60,
        "quorum_bp": quorum_bp,
        "matter": "",
    }
    opened = {"vote": "vot_1", "electorate": electorate}
    return [told(NOON, ("participation.vote_drafted", drafted)), told(NOON, ("participation.vote_opened", opened))]


def ballot(person: str, choice: int, at: int = NOON) -> Told:
    """A ballot that was taken."""
    return told(at, ("participation.ballot_cast", {"vote": "vot_1", "person": person, "choices": [choice]}))


def result(at: int, state: str = "TALLIED", **said: Any) -> Told:
    """What a question about the vote says."""
    right = {"electorate": 2, "ballots": 1, "counts": [0, 1], "valid": True, "leading": [1], **said}
    value = {"state": state, "closes_at": NOON + 60, "result": right if state == "TALLIED" else None}
    return told(at, wire="read:participation.vote", asked={"vote": "vot_1"}, value=value)


@pytest.mark.parametrize(("unit", "electorate"), [("person", 3), ("household", 2), ("owner", 1)])
def test_an_electorate_is_counted_by_persons_households_or_owners(unit: str, electorate: int) -> None:
    """One more than there are is one too many."""
    assert differing(Ballots(homes=homes()), *vote(unit, electorate)) == [False, False]
    assert differing(Ballots(homes=homes()), *vote(unit, electorate + 1)) == [False, True]


def test_a_household_has_one_ballot_and_none_when_time_is_over() -> None:
    """The second member's ballot is wrong, and so is one in the closing second."""
    witness = Ballots(homes=homes())
    differing(witness, *vote("household", 2))
    late = [ballot("per_1", 1), ballot("per_2", 1), ballot("per_3", 1, NOON + 60)]
    assert differing(witness, *late) == [False, True, True]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [({}, False), ({"valid": False, "leading": []}, True), ({"counts": [1, 1]}, True), ({"electorate": 3}, True)],
)
def test_a_vote_with_exactly_its_quorum_has_a_result(*, said: dict[str, Any], wrong: bool) -> None:
    """One of two is half; it is counted once, and shown when the time is over, not later."""
    witness = Ballots(homes=homes())
    differing(witness, *vote("household", 2), ballot("per_2", 1))
    assert differing(witness, result(NOON + 59, "OPEN")) == [False]
    assert differing(witness, result(NOON + 60, **said)) == [wrong]
    assert differing(witness, result(NOON + 61, "OPEN")) == [True]


def sheet(person: str, name: str, reason: str = "", *, earns: bool = True, answers: tuple[int, ...] = (1, 2)) -> Told:
    """A sheet that was handed in."""
    said = {"response": name, "questionnaire": "qst_1", "person": person, "duration_s": 600, "valid": not reason}
    award = {"award": f"awd_{name}", "evidence": name, "final_at": NOON + 86_400}
    events: list[Event] = [("participation.response_submitted", {**said, "reason": reason})]
    events += [("points.award_granted", award)] if earns else []
    return told(NOON, *events, asked={"answers": list(answers), "duration_s": 600})


def pile(unit: str = "person") -> Sheets:
    """A questionnaire of two items, rewarded, open."""
    witness = Sheets(homes=homes())
    terms = {"questionnaire": "qst_1", "items": 2, "required_items": 2, "closes_at": NOON + 60, "rewarded": True}
    drafted = ("participation.questionnaire_drafted", {**terms, "unit": unit})
    differing(witness, told(NOON, drafted, ("participation.questionnaire_opened", {"questionnaire": "qst_1"})))
    return witness


def test_a_sheet_is_judged_by_reading_it_and_earns_if_it_counts() -> None:
    """Blank answers, missing points, a second sheet of one person, or of a household, are seen."""
    assert differing(pile(), sheet("per_1", "a"), sheet("per_1", "b")) == [False, True]
    assert differing(pile(), sheet("per_1", "a", earns=False)) == [True]
    assert differing(pile(), sheet("per_1", "a", answers=(0, 1))) == [True]
    assert differing(pile(), sheet("per_1", "a", "incomplete", earns=False, answers=(0, 1))) == [False]
    assert differing(pile("household"), sheet("per_1", "a"), sheet("per_2", "b")) == [False, True]
    assert differing(pile("household"), sheet("per_1", "a"), sheet("per_2", "b", "duplicate", earns=False))[1] is False


@pytest.mark.parametrize(("back", "valid", "wrong"), [(True, 0, [False, False]), (False, 1, [True, True])])
def test_a_sheet_taken_out_loses_its_points_and_its_count(*, back: bool, valid: int, wrong: list[bool]) -> None:
    """What an invalid sheet has earned goes with it, and the count says so when it is shown."""
    witness = pile()
    differing(witness, sheet("per_1", "a"))
    out: list[Event] = [
        ("participation.response_invalidated", {"response": "a", "questionnaire": "qst_1", "reason": "not_genuine"})
    ]
    out += [("points.award_revoked", {"award": "awd_a"})] if back else []
    counts = {"valid": valid, "invalid": {"not_genuine": 1}}
    shown = {"state": "CLOSED", "counts": counts}
    read = told(NOON + 60, wire="read:participation.questionnaire", asked={"questionnaire": "qst_1"}, value=shown)
    assert differing(witness, told(NOON, *out), read) == wrong


LIMIT_S, CLOSE_S, WINDOW_S = 36_000, 21_600, 43_200


def case(*more: tuple[int, str, dict[str, Any]]) -> tuple[Cases, list[bool]]:
    """A case of noise from noon on, and what follows after so many seconds."""
    witness = Cases()
    serves: list[Event] = [
        ("binding.worker_appointed", {"worker": "wkr_1", "kind": "community_worker"}),
        ("binding.grid_assigned", {"worker": "wkr_1", "grid": "grd_1"}),
        ("binding.worker_appointed", {"worker": "wkr_2", "kind": "community_worker"}),
    ]
    said = {"report": "rpt_1", "category": "noise", "grid": "grd_1", "tier": "general", "due": NOON + LIMIT_S}
    witness.hear(told(NOON, *serves, ("reporting.report_submitted", said)))
    assert not witness.differences
    steps = [told(NOON + after_s, (f"reporting.{name}", {"report": "rpt_1", **data})) for after_s, name, data in more]
    return witness, differing(witness, *steps)


def shown(after_s: int, state: str, due_s: int, level: int, number: int = 1) -> Told:
    """A question about the case."""
    value = {"state": state, "due": NOON + due_s, "level": level, "round": number}
    return told(NOON + after_s, wire="read:reporting.case", asked={"report": "rpt_1"}, value=value)


def test_a_case_is_late_in_its_second_and_rises_step_by_step() -> None:
    """One level at the limit, another one four hours later, none while nothing is due."""
    witness, _ = case()
    rise = 4 * 3_600
    answers = [
        shown(LIMIT_S - 1, "SUBMITTED", LIMIT_S, 0),
        shown(LIMIT_S, "SUBMITTED", LIMIT_S, 1),
        shown(LIMIT_S + rise - 1, "SUBMITTED", LIMIT_S, 1),
        shown(LIMIT_S + rise, "SUBMITTED", LIMIT_S, 2),
        shown(LIMIT_S + rise, "SUBMITTED", LIMIT_S, 3),
    ]
    assert differing(witness, *answers) == [False, False, False, False, True]


@pytest.mark.parametrize("worker", ["wkr_1", "wkr_2"])
def test_a_case_goes_to_who_serves_there(worker: str) -> None:
    """A member of another grid cannot get it."""
    _, wrong = case(
        (1, "report_triaged", {"tier": "general", "due": NOON + LIMIT_S}), (2, "report_dispatched", {"worker": worker})
    )
    assert wrong == [False, worker != "wkr_1"]


UNDER_WAY = (
    (1, "report_triaged", {"tier": "general", "due": NOON + LIMIT_S}),
    (2, "report_dispatched", {"worker": "wkr_1"}),
    (3, "report_accepted", {"late": False}),
)


@pytest.mark.parametrize(("due_s", "wrong"), [(LIMIT_S + 50, False), (LIMIT_S + 51, True), (LIMIT_S, True)])
def test_a_pause_moves_the_limit_by_its_length(*, due_s: int, wrong: bool) -> None:
    """Fifty seconds of pause give fifty seconds."""
    pause = (10, "report_suspended", {"until": NOON + 1_000})
    end = (60, "report_resumed", {"paused_s": 50, "due": NOON + due_s})
    assert case(*UNDER_WAY, pause, end)[1][-1] is wrong


def test_pauses_are_limited_over_the_whole_case() -> None:
    """Five days and no second more."""
    longest = POLICY.reporting.pause_limit_s
    for until_s, wrong in ((10 + longest, False), (11 + longest, True)):
        assert case(*UNDER_WAY, (10, "report_suspended", {"until": NOON + until_s}))[1][-1] is wrong


@pytest.mark.parametrize(
    ("at_s", "due_s", "wrong"), [(WINDOW_S - 1, LIMIT_S, False), (WINDOW_S, LIMIT_S, True), (WINDOW_S - 1, 0, True)]
)
def test_a_case_comes_back_within_its_window_with_a_new_limit(*, at_s: int, due_s: int, wrong: bool) -> None:
    """It closes by itself after six hours; for twelve hours from then on it can be opened again."""
    after_s = 10 + CLOSE_S + at_s
    witness, steps = case(
        *UNDER_WAY,
        (10, "report_resolved", {"closes_at": NOON + 10 + CLOSE_S}),
        (after_s, "report_reopened", {"cause": "reopen", "round": 2, "worker": "wkr_1", "due": NOON + after_s + due_s}),
    )
    assert steps == [False] * 4 + [wrong]
    assert isinstance(witness, Witness)


MADE, GIVEN_BACK, PROMOTED = (f"participation.registration_{each}" for each in ("made", "cancelled", "promoted"))


@pytest.mark.parametrize(("next_one", "wrong"), [("reg_2", False), ("reg_3", True), ("", True)])
def test_a_place_goes_to_the_first_who_waits(*, next_one: str, wrong: bool) -> None:
    """One place: the second and the third wait, and the second gets it."""
    witness = Services()
    draft = ("participation.activity_drafted", {"activity": "act_1", "places": 1, "closes_at": NOON + 60})
    rows = [told(NOON, (MADE, {"registration": f"reg_{n}", "activity": "act_1", "waits": n > 1})) for n in (1, 2, 3)]
    assert differing(witness, told(NOON, draft), *rows) == [False] * 4
    events: list[Event] = [(GIVEN_BACK, {"registration": "reg_1", "activity": "act_1"})]
    events += [(PROMOTED, {"registration": next_one, "activity": "act_1"})] if next_one else []
    assert differing(witness, told(NOON, *events, wire="participation.cancel_registration")) == [wrong]


def test_more_places_than_there_are_and_two_shifts_at_once_are_seen() -> None:
    """Whoever comes when all places are taken waits; a volunteer is in one place at a time."""
    witness = Services()
    draft = ("participation.activity_drafted", {"activity": "act_1", "places": 0, "closes_at": NOON + 60})
    row = (MADE, {"registration": "reg_1", "activity": "act_1", "waits": False})
    assert differing(witness, told(NOON, draft), told(NOON, row)) == [False, True]
    opened = [
        ("participation.shift_opened", {"shift": f"shf_{n}", "starts_at": NOON + n * 60, "ends_at": NOON + n * 60 + 90})
        for n in (1, 2, 3)
    ]
    signed = [told(NOON, ("participation.shift_signed", {"shift": f"shf_{n}", "person": "per_1"})) for n in (1, 3, 2)]
    assert differing(witness, told(NOON, *opened), *signed) == [False, False, False, True]


def test_an_order_of_an_offer_that_is_over_and_an_untrained_rider_are_seen() -> None:
    """The closing second is too late; who was not trained does not ride."""
    witness = Services()
    offer = ("marketplace.offer_published", {"offer": "ofr_1", "closes_at": NOON + 60})
    hold_s = POLICY.marketplace.hold_s
    orders = [
        told(at, ("marketplace.order_placed", {"order": f"ord_{at}", "offer": "ofr_1", "hold_expires": at + hold_s}))
        for at in (NOON + 59, NOON + 60)
    ]
    assert differing(witness, told(NOON, offer), *orders) == [False, False, True]
    ride = told(NOON, ("marketplace.order_assigned", {"order": "ord_1", "rider": "rid_1"}))
    trained = told(NOON, ("marketplace.rider_trained", {"rider": "rid_1"}))
    assert differing(witness, ride, trained, ride) == [True, False, False]
