"""F11 snapshot report: photo, place and text go their way step by step, with actor and time (S25, T01, T15)."""

from __future__ import annotations

from tests.acceptance.cases import HOUR_S, OFFICE, Cases


def test_each_step_has_actor_and_time() -> None:
    """Reported, accepted for handling, sent, taken, solved, confirmed: six steps, instants in order."""
    town = Cases()
    case = town.reported("per_1")
    town.solved(case)
    town.at += HOUR_S
    town.must("reporting.rate_report", "resident:per_1", report=case, stars=5)
    story = town.read("reporting.case", "resident:per_1", report=case)
    assert (story["state"], story["text"], story["place"]) == ("CLOSED", "the lamp is broken", "by the gate")
    assert [step.partition(":")[0] for _, step, _ in story["steps"]] == [
        "submitted", "triaged", "dispatched", "accepted", "resolved", "rated", "closed",
    ]  # fmt: skip
    instants = [at for at, _, _ in story["steps"]]
    assert instants == sorted(instants)
    assert all(actor for _, _, actor in story["steps"])
    town.close()


def test_the_words_and_the_place_are_in_no_record() -> None:
    """A record holds commitments; only those who may see the case see its words."""
    town = Cases()
    case = town.reported("per_1")
    event = town.engine.district.cases.reports[case]
    assert len(event.text) == len(event.place) == 64
    for actor in ("resident:per_2", "grid:wkr_2", "merchant:mer_1"):
        assert town.read_refused("reporting.case", actor, report=case) in ("FORBIDDEN", "OUT_OF_GRID")
    town.close()


def test_no_step_is_left_out() -> None:
    """What was not accepted is not sent, what was not sent is not solved, what is solved is not withdrawn."""
    town = Cases()
    case = town.reported("per_1")
    assert town.refused("reporting.dispatch_report", OFFICE, report=case, worker=None) == "RPT_BAD_STATE"
    solved = {"report": case, "evidence": "ev_photo"}
    assert town.refused("reporting.resolve_report", OFFICE, **solved) in ("RPT_BAD_STATE", "FORBIDDEN")
    town.solved(case)
    assert town.refused("reporting.withdraw_report", "resident:per_1", report=case) == "RPT_BAD_STATE"
    town.close()
