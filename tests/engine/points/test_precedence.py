"""Which answer a command of points gives where several would be true, and who may give it."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from engine.points.awards import GrantAward
from engine.points.clawback import RevokeAward
from tests.purses import DAY_S, Purse, purse, rule, said

CODES = [code.name for code in GrantAward.codes]
SUBSETS = list(chain.from_iterable(combinations(CODES, size) for size in range(len(CODES) + 1)))
CAPS = {
    "POINTS_COOLDOWN": {"cooldown_s": DAY_S},
    "POINTS_DAILY_CAP": {"daily_cap": 100},
    "POINTS_PERIOD_CAP": {"period_cap": 100},
    "POINTS_BUDGET_EXHAUSTED": {"budget_month": 100},
}


def faulty(faults: tuple[str, ...]) -> tuple[Purse, GrantAward]:
    """A town, and a command in it against which exactly these codes speak."""
    limits: dict[str, int] = {}
    for fault in faults:
        limits |= CAPS.get(fault, {})
    town = purse(points__rules__gift=rule(**limits))
    assert town.award("per_1", "gift", "ev_used").ok
    if "POINTS_SWITCHED_OFF" in faults:
        town.change(1, points__material_on=False)
        town.at += 1
    person = "per_1"
    if "PERSON_MERGED" in faults:
        town.merge("per_1", "per_2")
    if "PERSON_NOT_FOUND" in faults:
        person = "per_9"
    name = "no_such_rule" if "RULE_NOT_FOUND" in faults else "gift"
    return town, GrantAward(person, name, "ev_used" if "POINTS_EVIDENCE_USED" in faults else "ev_new")


@pytest.mark.parametrize("faults", SUBSETS, ids=lambda faults: "+".join(faults) or "none")
def test_an_award_is_refused_for_the_first_reason(faults: tuple[str, ...]) -> None:
    """Of all the reasons against an award that hold together, the one that stands first in the list answers."""
    town, command = faulty(faults)
    assert said(town.town.say(command)) == (faults[0] if faults else "ok")


def test_a_revocation_is_refused_for_the_first_reason() -> None:
    """No award, one that was taken back, one that is final; a row that is retired is final, taken back or not."""
    town = purse(points__revocation_days=10)
    assert said(town.revoke("awd_00000001")) == "AWARD_NOT_FOUND"
    assert town.award().ok
    assert town.revoke("awd_00000001").ok
    assert said(town.revoke("awd_00000001")) == "POINTS_ALREADY_REVOKED"
    assert town.award().ok
    town.at += 11 * DAY_S
    assert said(town.revoke("awd_00000001")) == "POINTS_AWARD_FINAL"
    assert said(town.revoke("awd_00000002")) == "POINTS_AWARD_FINAL"
    assert said(town.revoke("awd_00000003")) == "AWARD_NOT_FOUND"
    assert said(town.revoke("awd_gone")) == "AWARD_NOT_FOUND"


def test_an_award_that_is_final_before_an_older_one_cannot_be_taken_back() -> None:
    """After the policy shortened the window, a younger award is final while the older one in front of it is not."""
    town = purse(points__revocation_days=10)
    assert town.award().ok
    town.change(1, points__revocation_days=0)
    town.at += 1
    assert town.award().ok
    assert town.award().ok
    assert town.revoke("awd_00000003").ok
    town.at += DAY_S
    assert said(town.revoke("awd_00000002")) == "POINTS_AWARD_FINAL"
    assert said(town.revoke("awd_00000003")) == "POINTS_ALREADY_REVOKED"
    assert town.revoke("awd_00000001").ok


@pytest.mark.parametrize("kind", ["resident", "grid", "merchant", "officer", "system"])
@pytest.mark.parametrize("command", [GrantAward("per_1", "gift", "ev_1"), RevokeAward("awd_00000001")])
def test_only_the_office_and_the_platform_give_and_take_points(kind: str, command: GrantAward | RevokeAward) -> None:
    """Officers and the platform itself; residents, grid members and merchants are refused, whatever id they have."""
    town = purse()
    town.award(evidence="ev_0")
    outcome = town.town.say(command, kind, "per_1")
    assert said(outcome) == ("ok" if kind in ("officer", "system") else "FORBIDDEN")
