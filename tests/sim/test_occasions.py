"""Every command of the catalogue is part of a simulated year, or a file says why it is not."""

from __future__ import annotations

import tomllib
from functools import cache

import pytest

from engine.catalogue import BY_TYPE
from sim.scenario import load_scenario
from sim.sourced import STATUSES
from tests.sim.lives import OFTEN, Life, life
from tests.style.sources import ROOT


@cache
def busy() -> Life:
    """A small town in which what is rare happens."""
    return life(settings=OFTEN)


def unlived() -> dict[str, str]:
    """Commands without a life, with the reason."""
    return tomllib.loads((ROOT / "sim" / "unlived.toml").read_text(encoding="utf-8"))


def test_every_command_is_given_or_a_reason_is_written_down() -> None:
    """A year accepts each command of the catalogue at least once, but for those that the file names with a reason."""
    given = {record["envelope"]["type"] for record in busy().records if record["code"] is None}
    reasons = unlived()
    by_people = {each for each in given if each != "clock.fire_deadline"}
    assert BY_TYPE.keys() - by_people == reasons.keys()
    assert all(reasons.values())


def test_a_council_reviews_where_the_policy_asks_for_it() -> None:
    """The one command of people that the baseline leaves out is given under the other choice of the policy."""
    settings = ('points.moral_posting="batch"', "behaviour.paying.deductions_month=4000.0")
    assert list(life(settings=settings, days=120).said("points.review_deductions"))


def test_few_commands_are_refused() -> None:
    """Agents look before they act: of each kind of command most are accepted."""
    refused = sum(record["code"] is not None for record in busy().records)
    assert refused < 0.02 * len(busy().records)


def test_guests_leave_no_trace_in_the_totals() -> None:
    """Who came for a week is bound no more at the end, and no part of the bound people."""
    district = busy().run.engine.district
    guests = [row for name, row in district.residents.persons.items() if name.startswith("per_8")]
    assert guests
    assert not any(row.active_bindings for row in guests)


def test_votes_of_owners_are_counted_by_area() -> None:
    """Owners vote beside the sixteen votes of the board; few take part, so that the law's quorum is not reached."""
    votes = [row for row in busy().run.engine.district.board.votes.values() if row.matter]
    counted = [row for row in votes if row.state == "TALLIED"]
    assert {row.state for row in votes} == {"ANNULLED", "TALLIED"}
    assert all(row.areas[0] > row.areas[1] >= row.areas[2] for row in counted)
    assert not any(row.valid for row in counted)


@pytest.mark.parametrize("section", ["occasions"])
def test_every_number_of_the_section_says_where_it_comes_from(section: str) -> None:
    """No rate was published, so each says that it is assumed, and why so many."""
    rows = [row for row in load_scenario().provenance if row.path.startswith(f"behaviour.{section}.")]
    assert rows
    assert all(row.status in STATUSES and row.source for row in rows)
