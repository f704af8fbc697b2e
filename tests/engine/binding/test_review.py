"""Review of bindings whose code did not match the dwelling."""

from __future__ import annotations

import pytest

from engine import new_engine
from engine.administration import Sweep
from engine.binding.bindings import ScanBind
from engine.binding.moving import EndBinding, TransferBinding
from engine.binding.review import ApproveBinding, RejectBinding
from engine.district.residents import BINDING_EDGES
from engine.kernel.command import Command
from engine.kernel.digest import digest
from engine.kernel.units import DAY_S, HOUR_S
from tests.towns import MORNING, Town, code_of, small_town

LAPSE = MORNING + 16 * HOUR_S + 3 * DAY_S  # midnight after the third day; the town opens at 08:00 in Shanghai
REQUEST = "bnd_00000007"


@pytest.fixture
def town() -> Town:
    """The small town, where per_7 scanned the code of dwl_1 and named dwl_4."""
    made = small_town(new_engine())
    made.must(ScanBind("per_7", made.codes["dwl_1"], "dwl_4", "owner"), "resident", "per_7")
    return made


def test_a_neighbours_code_binds_nobody_before_the_review(town: Town) -> None:
    """A live code of another dwelling makes a request: no household, no count, not bound at any instant."""
    rows = town.engine.district.residents
    assert rows.bindings[REQUEST].state == "PENDING_REVIEW"
    assert (rows.bound_count, rows.household_count) == (6, 3)
    assert rows.home("per_7") is None
    assert not rows.bound_at("per_7", MORNING)


def test_an_approved_request_binds_from_then_on(town: Town) -> None:
    """The person is bound from the approval, not from the scan; the deadline is gone."""
    town.must(ApproveBinding(REQUEST), "grid", "wkr_2", at=MORNING + HOUR_S)
    rows = town.engine.district.residents
    assert (rows.bound_count, rows.household_count, rows.reviews) == (7, 4, {})
    assert [rows.bound_at("per_7", MORNING + second) for second in (0, HOUR_S - 1, HOUR_S)] == [False, False, True]
    town.must(Sweep(), at=LAPSE)
    assert rows.bindings[REQUEST].state == "ACTIVE"


def test_a_refused_request_leaves_no_row(town: Town) -> None:
    """After a refusal the person may scan again, now with the right code."""
    town.must(RejectBinding(REQUEST), "grid", "wkr_2")
    assert REQUEST not in town.engine.district.residents.bindings
    town.must(ScanBind("per_7", town.codes["dwl_4"], "dwl_4", "owner"), "resident", "per_7")
    assert town.engine.district.residents.persons["per_7"].bindings == ("bnd_00000008",)


@pytest.mark.parametrize(("at", "expected"), [(LAPSE - 1, "ok"), (LAPSE, "BIND_NOT_PENDING")])
def test_a_request_lapses_at_its_deadline(town: Town, at: int, expected: str) -> None:
    """A request can be approved up to the last second of the third day after the scan, and not from midnight on."""
    assert code_of(town.say(ApproveBinding(REQUEST), "grid", "wkr_2", at=at)) == expected


def test_a_sweep_in_between_changes_no_answer(town: Town) -> None:
    """M1: the state after the lapse is the same whether somebody swept at the deadline or only came later."""
    other = small_town(new_engine())
    other.must(ScanBind("per_7", other.codes["dwl_1"], "dwl_4", "owner"), "resident", "per_7")
    other.must(Sweep(), at=LAPSE)
    for each in (town, other):
        each.must(Sweep(), at=LAPSE + DAY_S)
    assert digest(town.engine.district) == digest(other.engine.district)


COMMANDS: tuple[tuple[Command, str], ...] = (
    (ApproveBinding(REQUEST), "ACTIVE"),
    (RejectBinding(REQUEST), "REJECTED"),
    (EndBinding(REQUEST, "moved"), "ENDED"),
    (TransferBinding(REQUEST, "dwl_2"), "ENDED"),
)


@pytest.mark.parametrize("state", ["PENDING_REVIEW", "ACTIVE", "REJECTED", "ENDED"])
@pytest.mark.parametrize(("command", "target"), COMMANDS, ids=lambda each: type(each).__name__)
def test_only_published_edges_are_taken(town: Town, state: str, command: Command, target: str) -> None:
    """T01: every command in every state of a binding takes an edge of the published machine or is rejected."""
    ways = {
        "PENDING_REVIEW": (),
        "ACTIVE": (COMMANDS[0],),
        "REJECTED": (COMMANDS[1],),
        "ENDED": (COMMANDS[0], COMMANDS[2]),
    }
    for step, _ in ways[state]:
        town.must(step)
    accepted = code_of(town.say(command)) == "ok"
    assert accepted == ((state, target) in BINDING_EDGES)
    row = town.engine.district.residents.bindings.get(REQUEST)
    after = target if accepted else state
    assert (row.state if row is not None else "REJECTED") == after
