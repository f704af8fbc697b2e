"""F40 openness: views of closed cases without personal data, of the own case step by step, of the own record (S27)."""

from __future__ import annotations

import json

from tests.acceptance.cases import DAY_S, OFFICE, Cases

SECRETS = ("per_", "wkr_", "the lamp is broken", "by the gate", "hh_", "dwl_")


def test_the_public_list_has_closed_cases_and_names_nobody() -> None:
    """Everybody may ask; one of two cases is closed and stands there, with days, grid and outcome, and with nobody."""
    town = Cases()
    done, _ = town.reported("per_1"), town.reported("per_2")
    town.solved(done)
    town.must("reporting.rate_report", "resident:per_1", report=done, stars=5)
    for actor in ("resident:per_6", "merchant:mer_1", OFFICE):
        (shown,) = town.read("reporting.closed_cases", actor)
        assert (shown["report"], shown["grid"], shown["stars"]) == (done, "grd_1", 5)
        assert not any(secret in json.dumps(shown, ensure_ascii=False) for secret in SECRETS)
    town.close()


def test_a_resident_follows_the_own_case_step_by_step() -> None:
    """After each act the story is longer by its step; another resident sees none of it."""
    town = Cases()
    case = town.reported("per_1")

    def steps() -> list[str]:
        story = town.read("reporting.case", "resident:per_1", report=case)
        return [step.partition(":")[0] for _, step, _ in story["steps"]]

    assert steps() == ["submitted"]
    town.taken(case)
    assert steps() == ["submitted", "triaged", "dispatched", "accepted"]
    town.must("reporting.resolve_report", "grid:wkr_1", report=case, evidence="ev_photo")
    town.at += 4 * DAY_S
    assert steps()[-2:] == ["resolved", "closed"]
    assert town.read_refused("reporting.case", "resident:per_2", report=case) == "FORBIDDEN"
    town.close()


def test_a_resident_gets_the_own_record_on_request() -> None:
    """Bindings, tags, consents, cases with their words, points; nobody else gets it, and it names nobody else."""
    town = Cases()
    town.reported("per_1")
    town.must("binding.tag_special", "grid:wkr_1", person="per_1", tag="disabled", evidence="doc_1")
    town.must("binding.give_consent", "resident:per_1", person="per_1", purpose="survey")
    record = town.read("district.own_record", "resident:per_1", person="per_1")
    assert [each["dwelling"] for each in record["bindings"]] == ["dwl_1"]
    assert (record["tags"][0]["group"], record["consents"]) == ("disabled", ["survey"])
    assert record["cases"][0]["text"] == "the lamp is broken"
    assert record["points"] == {"available": 0, "pending": 0, "debt": 0, "moral": 0}
    assert "per_" not in json.dumps(record)
    for actor in ("resident:per_2", "grid:wkr_1", OFFICE):
        assert town.read_refused("district.own_record", actor, person="per_1") == "FORBIDDEN"
    town.close()
