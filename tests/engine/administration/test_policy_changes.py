"""Changes of the policy: announced, tried beforehand, in force exactly from their instant (T24)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine import MemorySink, Policy
from engine.administration import ChangePolicy, SetRule
from engine.kernel.units import LATEST
from engine.policy import PointRule, provenance
from tests.purses import DAY_S, Purse, first, purse, rule, said


def announced(town: Purse, *changes: tuple[str, str], after_s: int = 60) -> str:
    """Announce a change as paths and JSON texts; `ok`, or the code."""
    return said(town.town.say(ChangePolicy(changes, town.at + after_s)))


def test_a_change_holds_from_its_instant_on_and_not_before() -> None:
    """One second before, points pay up to 30 %; at the instant up to 20 %."""
    town = purse(points__value_fen=1)
    town.award()
    assert town.change(3_600, points__deduction_cap_bp=2_000).ok
    town.at += 3_599
    assert town.pay(30, 100).ok
    town.at += 1
    assert said(town.pay(21, 100)) == "PAY_CAP_EXCEEDED"
    assert first(town.pay(20, 100)).rate_bp == 2_000


def test_every_record_states_the_version_in_force() -> None:
    """Version 1 until the change, 2 in the record in which it takes effect and after it; it never falls."""
    sink = MemorySink()
    town = purse(sink)
    town.change(60, points__value_fen=50)
    town.pay(0)
    town.at += 60
    town.pay(0)
    assert town.engine.chain is not None
    town.engine.chain.flush()
    records = [found for found in map(json.loads, sink.lines()) if "envelope" in found]
    assert [each["policy"] for each in records[-4:]] == [1, 1, 2, 2]
    assert [event["type"] for event in records[-2]["events"]] == ["clock.deadline_fired", "policy.took_effect"]
    versions = [each["policy"] for each in records]
    assert versions == sorted(versions)
    assert (town.engine.district.policy.version, town.engine.district.policy.effective_from) == (2, town.at)


def test_what_is_due_at_the_instant_of_a_change_follows_the_new_policy() -> None:
    """Points that vest in the very second get the new validity: a deadline is judged as its instant says."""
    town = purse(points__rules__waits=rule(points=50, vest_delay_s=60))
    town.award("per_1", "waits")
    town.change(60, points__rules__waits=rule(points=50, validity_days=1))
    town.at += 60
    town.sweep()
    (lot,) = town.engine.district.points.wallets["per_1"]
    assert lot.expires_at - town.at <= 2 * DAY_S


def test_changes_take_effect_in_the_order_of_their_instants() -> None:
    """A change announced later may hold earlier; versions count effects, so they never fall."""
    town = purse()
    town.change(200, points__value_fen=20)
    town.change(100, points__value_fen=30, points__grace_days=7)
    town.change(200, points__value_fen=40)
    seen = []
    for late in (99, 1, 100):
        town.at += late
        town.sweep()
        policy = town.engine.district.policy
        seen.append((policy.version, policy.points.value_fen, policy.points.grace_days, policy.effective_from))
    at = town.at
    assert seen == [(1, 10, 30, 0), (2, 30, 7, at - 100), (4, 40, 7, at)]


def test_a_change_may_build_on_one_that_is_announced() -> None:
    """A number of a rule that will be there by then can be changed; before that it is no number of the policy."""
    town = purse()
    assert town.town.say(SetRule("new", "MP", 5, 0, 0, 0, 10, 0, 0, town.at + 100)).ok
    assert announced(town, ("points.rules.new.points", "7"), after_s=99) == "POLICY_NOT_VALID"
    assert announced(town, ("points.rules.new.points", "7"), after_s=100) == "ok"
    town.at += 100
    assert first(town.award("per_1", "new")).points == 7


NOT_VALID = [
    ((), "no change is given"),
    ((("points.value_fen", "0"),), "points.value_fen: greater_than_equal"),
    ((("points.value_fen", "10.5"),), "points.value_fen: int_type"),
    ((("points.value_fen", "true"),), "points.value_fen: int_type"),
    ((("points.value_fen", "null"),), "points.value_fen: int_type"),
    ((("points.deduction_cap_bp", "10001"),), "points.deduction_cap_bp: less_than_equal"),
    ((("points.deduction_cap_bp", "-1"),), "points.deduction_cap_bp: greater_than_equal"),
    ((("points.lapsed_restore", '"never"'),), "points.lapsed_restore: literal_error"),
    ((("points.value_fen", "ten"),), "not JSON"),
    ((("points.value_fen", ""),), "not JSON"),
    ((("points.value_fen", "["),), "not JSON"),
    ((("points.value_fen", "[" * 3_900),), "a value is nested too deeply"),
    ((("points.no_such_number", "1"),), "the policy has no number points.no_such_number"),
    ((("pints.value_fen", "1"),), "the policy has no number pints.value_fen"),
    ((("points.value_fen.deeper", "1"),), "the policy has no number points.value_fen.deeper"),
    ((("points", "{}"),), "points is no number; a path names its section first, as points.value_fen does"),
    ((("version", "9"),), "version is no number; a path names its section first, as points.value_fen does"),
    ((("points.rules", "{}"),), "points.rules is a group of numbers; give the path of one number"),
    ((("points.rules.x", '{"ledger":"MP"}'),), "points.rules.x.points: missing"),
    ((("points.rules.x", '{"ledger":"MP","points":1,"more":1}'),), "points.rules.x.more: unexpected_keyword_argument"),
    ((("points.rules.x", '{"ledger":"MO","points":1}'),), "points: value_error"),
    ((("points.rules.service", "5"),), "points.rules.service: dataclass_type"),
    ((("points.value_fen", "5"), ("points.value_fen", "0")), "points.value_fen: greater_than_equal"),
    ((("idempotency.retention_s", "3600"),), "idempotency.retention_s: greater_than_equal"),
    ((("reporting.categories.noise.tier", '"soon"'),), "reporting: value_error"),
]


@pytest.mark.parametrize(("changes", "why"), NOT_VALID)
def test_a_change_that_is_not_valid_is_refused_with_its_reason(changes: tuple[tuple[str, str], ...], why: str) -> None:
    """Before it is announced, in words of our own that stay the same whatever library validates."""
    town = purse()
    outcome = town.town.say(ChangePolicy(changes, town.at + 60))
    assert said(outcome) == "POLICY_NOT_VALID"
    assert outcome.details == {"why": why}
    assert not town.engine.district.announced


def test_not_valid_comes_before_in_the_past() -> None:
    """And a change can hold from the next second on, not from now."""
    town = purse()
    assert announced(town, ("points.value_fen", "0"), after_s=0) == "POLICY_NOT_VALID"
    assert announced(town, ("points.value_fen", "5"), after_s=0) == "POLICY_IN_THE_PAST"
    assert announced(town, ("points.value_fen", "5"), after_s=1) == "ok"
    rule_now = SetRule("new", "MP", 5, 0, 0, 0, 10, 0, 0, town.at)
    assert said(town.town.say(rule_now)) == "POLICY_IN_THE_PAST"
    assert said(town.town.say(SetRule("new", "MO", 5, 0, 0, 0, 10, 0, 0, town.at))) == "POLICY_NOT_VALID"


def test_a_change_in_a_thousand_years_waits() -> None:
    """The latest instant that can be said is no trouble."""
    town = purse()
    assert said(town.town.say(ChangePolicy((("points.value_fen", "5"),), LATEST))) == "ok"
    town.at += 400 * DAY_S
    town.sweep()
    assert town.engine.district.policy.version == 1


@pytest.mark.parametrize("kind", ["resident", "grid", "merchant", "system"])
def test_only_officers_change_the_policy(kind: str) -> None:
    """Neither residents nor the platform itself."""
    town = purse()
    for command in (
        ChangePolicy((("points.value_fen", "5"),), town.at + 1),
        SetRule("new", "MP", 5, 0, 0, 0, 10, 0, 0, town.at + 1),
    ):
        assert said(town.town.say(command, kind, "per_1")) == "FORBIDDEN"


def test_a_rule_that_is_set_holds_all_its_numbers() -> None:
    """Set once and replaced once; what an award earned before stays as it was."""
    town = purse()
    assert town.town.say(SetRule("clean_up", "MP", 2, 20, 200, 60, 90, 0, 5_000, town.at + 1)).ok
    town.at += 1
    found = town.engine.district.policy if town.award("per_1", "clean_up").ok else Policy()
    assert found.points.rules["clean_up"] == PointRule("MP", 2, 20, 200, 60, 90, 0, 5_000)
    assert town.town.say(SetRule("clean_up", "MP", 3, 20, 200, 0, 90, 0, 5_000, town.at + 1)).ok
    town.at += 60
    assert first(town.award("per_1", "clean_up")).points == 3
    assert town.lots() == [("lot_00000001", 2), ("lot_00000002", 3)]


def test_a_rule_of_no_points_and_a_ledger_that_is_off_give_nothing() -> None:
    """Switched off by a number or by the switch of the ledger, moral points by their own switch."""
    town = purse(points__rules__deed_moral={"ledger": "MO", "points": 5})
    town.change(1, points__rules__gift=rule(points=0), points__moral_on=False)
    town.at += 1
    assert said(town.award()) == "POINTS_SWITCHED_OFF"
    assert said(town.award("per_1", "deed_moral")) == "POINTS_SWITCHED_OFF"
    assert town.award("per_1", "service").ok


def every_number() -> list[tuple[str, Any]]:
    """Path and value of each number of the policy by default."""
    return [(each.path, each.value) for each in provenance(Policy())]


def test_every_number_has_its_unit_meaning_source_and_status() -> None:
    """Nothing in the policy is without provenance, and every path can be looked up."""
    for each in provenance(Policy()):
        assert each.unit.strip()
        assert each.meaning.strip()
        assert each.source.strip()
        assert each.status in ("published", "estimated", "assumed")
    paths = [path for path, _ in every_number()]
    assert len(paths) == len(set(paths)) > 50


@pytest.mark.parametrize(("path", "value"), [pair for pair in every_number() if type(pair[1]) in (int, bool)])
def test_every_number_can_be_turned_by_its_path(path: str, value: int | bool) -> None:  # noqa: FBT001
    """A change to the value that it has is valid and makes the next version."""
    made = Policy().changed_by([(path, json.dumps(value))], 5)
    assert made.version == 2
    assert made.changed({}).document() == {**Policy().document(), "version": 2, "effective_from": 5}
