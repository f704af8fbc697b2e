"""Moral points that go down: one fact once, other eyes, appeals that reverse exactly, the archive."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import new_engine, seeded_salt
from engine.district.ledger import ARCHIVE, MORAL
from engine.invariants import Watchers, attach
from engine.points.deductions import (
    AppealDeduction,
    ArchiveMoralYear,
    DecideAppeal,
    ProposeDeduction,
    ReviewDeductions,
)
from engine.policy import Policy
from tests.purses import DAY_S, Purse, first, said
from tests.towns import small_town

DEDUCTION = "ded_00000001"


def commune(**numbers: object) -> tuple[Purse, Watchers]:
    """A town with moral points, and every invariant looking on."""
    named = {path.replace("__", "."): value for path, value in numbers.items()}
    engine = new_engine(Policy().changed(named), salt=seeded_salt(1))
    watchers = attach(engine)
    return Purse(small_town(engine)), watchers


def propose(town: Purse, fact: str = "ev_1", rule: str = "littering", person: str = "per_1") -> str:
    """An officer proposes; the code."""
    return said(town.town.say(ProposeDeduction(person, rule, fact)))


def decide(town: Purse, *, upheld: bool, who: str = "off_2") -> str:
    """Another officer decides the appeal; the code."""
    return said(town.town.say(DecideAppeal(DEDUCTION, upheld), "officer", who))


def test_a_fact_costs_once_and_an_upheld_appeal_gives_back_exactly_that() -> None:
    """Five points go and come back; the appeal can be decided once, and not by who proposed the deduction."""
    town, watchers = commune()
    town.award(rule="service_moral")
    assert propose(town) == "ok"
    assert propose(town) == "POINTS_EVIDENCE_USED"
    assert town.balance(MORAL) == 0
    assert said(town.town.say(AppealDeduction(DEDUCTION), "resident", "per_2")) == "FORBIDDEN"
    assert said(town.town.say(AppealDeduction(DEDUCTION), "resident", "per_1")) == "ok"
    assert decide(town, upheld=True, who="off_1") == "DEDUCTION_SAME_EYES"
    assert decide(town, upheld=True) == "ok"
    assert decide(town, upheld=True) == "DEDUCTION_BAD_STATE"
    assert town.balance(MORAL) == 5
    watchers.whole()


def test_a_score_may_be_below_zero_and_a_dismissed_appeal_changes_nothing() -> None:
    """Nobody has to own moral points to lose some."""
    town, watchers = commune()
    assert propose(town, rule="sham_report") == "ok"
    assert said(town.town.say(AppealDeduction(DEDUCTION), "resident", "per_1")) == "ok"
    assert decide(town, upheld=False) == "ok"
    assert town.balance(MORAL) == -10
    watchers.whole()


def test_an_appeal_has_its_time() -> None:
    """To the second: the first one after the days is too late."""
    town, _ = commune(points__moral_appeal_days=0)
    assert propose(town) == "ok"
    town.at += DAY_S
    assert said(town.town.say(AppealDeduction(DEDUCTION), "resident", "per_1")) == "DEDUCTION_FINAL"


def test_in_batches_nothing_is_taken_before_somebody_else_has_looked() -> None:
    """A review is all or none, each proposal once, and never by who proposed it."""
    town, watchers = commune(points__moral_posting="batch")
    for number in (1, 2, 3):
        assert propose(town, f"ev_{number}") == "ok"
    assert town.balance(MORAL) == 0
    names = tuple(f"ded_0000000{number}" for number in (1, 2, 3))
    for accepted, declined, who, code in (
        (names, (), "off_1", "DEDUCTION_SAME_EYES"),
        ((), (), "off_2", "DEDUCTION_NOT_FOUND"),
        ((*names, "ded_00000009"), (), "off_2", "DEDUCTION_NOT_FOUND"),
        (names, names[:1], "off_2", "DEDUCTION_BAD_STATE"),
        (names[:2], names[2:], "off_2", "ok"),
        (names[:1], (), "off_2", "DEDUCTION_BAD_STATE"),
    ):
        assert said(town.town.say(ReviewDeductions(accepted, declined), "officer", who)) == code
    assert town.balance(MORAL) == -10
    watchers.whole()


@pytest.mark.parametrize(("end", "left"), [("carry", (5, -10)), ("reset", (0, 0))])
def test_a_year_is_archived_once_and_when_it_is_over(end: str, left: tuple[int, int]) -> None:
    """Scores of both signs are kept; they go on, or begin again from zero, as the policy says."""
    town, watchers = commune(points__moral_year_end=end)
    town.award("per_1", "service_moral")
    assert propose(town, rule="sham_report", person="per_2") == "ok"
    assert said(town.town.say(ArchiveMoralYear(2021))) == "MORAL_YEAR_NOT_OVER"
    town.at += 120 * DAY_S
    archived = first(town.town.say(ArchiveMoralYear(2021)))
    assert archived.scores == (("per_1", 5), ("per_2", -10))
    assert (town.balance(MORAL, "per_1"), town.balance(MORAL, "per_2")) == left
    assert town.balance(ARCHIVE, "2021") == (-5 if end == "reset" else 0)
    assert said(town.town.say(ArchiveMoralYear(2021))) == "MORAL_YEAR_ARCHIVED"
    watchers.whole()


CODES = [code.name for code in ProposeDeduction.codes]
SUBSETS: list[Sequence[str]] = list(chain.from_iterable(combinations(CODES, size) for size in range(len(CODES) + 1)))
OFF = {"RULE_NOT_FOUND", "POINTS_SWITCHED_OFF"}  # a rule that is not there is not switched off


@pytest.mark.parametrize("faults", [each for each in SUBSETS if not set(each) >= OFF], ids="+".join)
def test_a_proposal_is_refused_for_the_first_reason(faults: tuple[str, ...]) -> None:
    """Of all the reasons that hold together the one that stands first in the list answers."""
    town, _ = commune(points__deductions__disturbance__taken=0)
    rule = "disturbance" if "POINTS_SWITCHED_OFF" in faults else "littering"
    rule = "nothing" if "RULE_NOT_FOUND" in faults else rule
    if "POINTS_EVIDENCE_USED" in faults:
        town.engine.district.points.evidence.use(rule, "ev_1")
    if "PERSON_MERGED" in faults:
        town.merge("per_1", "per_2")
    person = "per_9" if "PERSON_NOT_FOUND" in faults else "per_1"
    assert propose(town, rule=rule, person=person) == (faults[0] if faults else "ok")


def test_a_grid_member_proposes_for_people_of_the_own_grid() -> None:
    """Others are out of the grid; residents propose nothing."""
    town, _ = commune()
    for kind, who, code in (
        ("grid", "wkr_2", "OUT_OF_GRID"),
        ("resident", "per_2", "FORBIDDEN"),
        ("grid", "wkr_1", "ok"),
    ):
        assert said(town.town.say(ProposeDeduction("per_1", "littering", "ev_1"), kind, who)) == code


@given(st.lists(st.tuples(st.sampled_from(["propose", "appeal", "uphold", "dismiss", "merge"]), st.integers(1, 4))))
def test_the_score_is_what_was_earned_less_what_was_taken_and_not_given_back(moves: list[tuple[str, int]]) -> None:
    """Whatever happens in whatever order, whoever the row is merged into."""
    town, watchers = commune()
    town.award(rule="service_moral")
    for number, (move, which) in enumerate(moves):
        name = f"ded_0000000{which}"
        if move == "propose":
            propose(town, f"ev_{number}", person="per_1" if which % 2 else "per_2")
        elif move == "appeal":
            town.town.say(AppealDeduction(name), "resident", "per_1" if which % 2 else "per_2")
        elif move == "merge":
            town.town.say(ArchiveMoralYear(2020))
        else:
            town.town.say(DecideAppeal(name, move == "uphold"), "officer", "off_2")
    rows = town.engine.district.deductions.deductions.values()
    taken = sum(row.points for row in rows if row.state != "UPHELD")
    assert town.balance(MORAL, "per_1") + town.balance(MORAL, "per_2") == 5 - taken
    watchers.whole()
