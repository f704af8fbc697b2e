"""What an act earns: two entries of two ledgers, what is withheld, what is switched off, and debt that comes first."""

from __future__ import annotations

from typing import Any

import pytest

from engine import new_engine, seeded_salt
from engine.district.points import AwardGranted, AwardVested, AwardWithheld
from engine.payments.purchases import PayPurchase
from engine.payments.refunds import RefundPurchase
from engine.points.awards import Fact, earn
from engine.points.deductions import AppealDeduction, ProposeDeduction
from engine.policy import Policy
from tests.purses import DAY_S, MIDNIGHT, Purse, first, purse, rule, said
from tests.towns import small_town

DEED = {"points__rules__deed": rule(daily_cap=100), "points__rules__deed_moral": {"ledger": "MO", "points": 5}}


def earned(town: Purse, act: str, fact: str = "ev_7") -> list[Any]:
    """What a fact of per_1 would earn now."""
    district = town.engine.district
    return earn(district, district.policy, act, Fact("per_1", fact, town.at))


def seen(town: Purse, wire: str) -> list[Any]:
    """Events of a kind from now on, those of deadlines too."""
    found: list[Any] = []
    town.engine.watch.setdefault(wire, []).append(lambda event, _: found.append(event))
    return found


def test_an_act_earns_in_two_ledgers_under_two_ids() -> None:
    """The material award is the first, the moral one has the next id."""
    events = earned(purse(**DEED), "deed")
    assert [(each.award, each.rule, each.ledger, each.points) for each in events] == [
        ("awd_00000001", "deed", "MP", 100),
        ("awd_00000002", "deed_moral", "MO", 5),
    ]


def test_an_act_without_a_material_rule_earns_its_moral_points() -> None:
    """A rule that the policy lacks is passed over, and takes no id."""
    (event,) = earned(purse(points__rules__kind_moral={"ledger": "MO", "points": 5}), "kind")
    assert (event.award, event.rule) == ("awd_00000001", "kind_moral")


def test_an_act_at_its_cap_is_withheld_by_name_and_earns_its_moral_points() -> None:
    """The log says who, by which rule, for what and by which code; no id is taken by what is withheld."""
    town = purse(**DEED)
    assert town.award("per_1", "deed").ok
    withheld, moral = earned(town, "deed")
    assert withheld == AwardWithheld("per_1", "deed", "ev_7", "POINTS_DAILY_CAP")
    assert isinstance(moral, AwardGranted)
    assert (moral.award, moral.rule) == ("awd_00000002", "deed_moral")


def test_an_act_that_is_switched_off_makes_no_entry() -> None:
    """Neither an award nor a withheld one: with the rule back, the same fact could still earn."""
    town = purse(points__material_on=False, **DEED)
    assert [each.rule for each in earned(town, "deed")] == ["deed_moral"]


@pytest.mark.parametrize("on", ["both", "material", "moral", "none"])
def test_each_ledger_has_a_switch_of_its_own(on: str) -> None:
    """Material points hang on the material switch, moral points on the moral one."""
    town = purse(points__material_on=on in ("both", "material"), points__moral_on=on in ("both", "moral"), **DEED)
    assert [each.ledger for each in earned(town, "deed")] == {
        "both": ["MP", "MO"], "material": ["MP"], "moral": ["MO"], "none": [],
    }[on]  # fmt: skip


def test_a_rule_of_no_points_is_switched_off() -> None:
    """Though its ledger is on."""
    assert said(purse(points__rules__gift=rule(points=0)).award()) == "POINTS_SWITCHED_OFF"


def test_the_last_point_under_a_cap_is_given() -> None:
    """Of a cap of 101 points 100 are used: one is left, and it is not nothing."""
    town = purse(points__rules__gift=rule(daily_cap=101))
    assert [first(town.award()).points for _ in range(2)] == [100, 1]


def test_a_rule_without_cooldown_begins_none() -> None:
    """At no instant, not even at the first of all, does a cooldown hold that never began."""
    assert first(purse().award()).cooled_at is None
    policy = Policy().changed({"points.rules.gift": rule(cooldown_s=DAY_S)})
    town = Purse(small_town(new_engine(policy, salt=seeded_salt(1)), at=0))
    assert first(town.award()).cooled_at == DAY_S


def owing(points: int, **numbers: object) -> Purse:
    """per_1 owes some points: they were granted, spent, and taken back."""
    town = purse(points__rules__gift=rule(points=points), **numbers)
    assert town.award().ok
    assert town.pay(points, goods_fen=40 * points).ok
    assert town.revoke("awd_00000001").ok
    return town


def test_pending_points_that_debt_swallows_open_no_lot() -> None:
    """50 points vest for somebody who owes 50: nothing is left, not even an empty lot."""
    town = owing(50, points__rules__waits=rule(points=50, vest_delay_s=3_600))
    vested: list[AwardVested] = seen(town, "points.award_vested")
    assert town.award("per_1", "waits").ok
    town.at += 3_600
    town.sweep()
    assert [(each.netted, each.lot, each.rule) for each in vested] == [(50, None, "waits")]
    assert town.lots() == []


def test_what_was_spent_before_a_merge_is_owed_by_who_stays() -> None:
    """The row that stays never had a lot; taking the award of the other one back makes its debt."""
    town = purse()
    assert town.award("per_1").ok
    assert town.pay(100).ok
    town.merge("per_1", "per_3")
    taken = first(town.revoke("awd_00000001"))
    assert (taken.person, taken.lots, taken.debt) == ("per_3", (), 100)


def test_a_moral_award_taken_back_is_no_debt() -> None:
    """Neither lots nor debt stand in its event."""
    town = purse(points__rules__deed_moral={"ledger": "MO", "points": 5})
    town.award("per_1", "deed_moral")
    taken = first(town.revoke("awd_00000001"))
    assert (taken.award, taken.rule, taken.ledger, taken.lots, taken.debt) == (
        "awd_00000001", "deed_moral", "MO", (), 0,
    )  # fmt: skip


def test_a_younger_award_that_is_final_before_an_older_one_is_so_to_the_second() -> None:
    """Its row still stands, since the older one's does: from `final_at` on it cannot be taken back."""
    for late, answer in ((-1, "ok"), (0, "POINTS_AWARD_FINAL")):
        town = purse(points__revocation_days=10)
        assert town.award().ok
        town.change(1, points__revocation_days=0)
        town.at += 1
        award = first(town.award())
        town.at = award.final_at + late
        assert said(town.revoke(award.award)) == answer


def test_a_deduction_can_be_appealed_until_midnight_to_the_second() -> None:
    """With no days of grace: at 23:59:59 it can, at 00:00:00 it is final."""
    for late, answer in ((-1, "ok"), (0, "DEDUCTION_FINAL")):
        town = purse(points__moral_appeal_days=0)
        assert town.town.say(ProposeDeduction("per_1", "littering", "ev_1")).ok
        town.at = MIDNIGHT + late
        assert said(town.town.say(AppealDeduction("ded_00000001"), "resident", "per_1")) == answer


def bought(town: Purse, goods_fen: int = 5_000) -> Any:
    """The event of points that per_1 earns by buying something for money."""
    outcome = town.town.must(PayPurchase("per_1", "mer_1", "bank", goods_fen, 0, 0), "resident", "per_1")
    return next(each for each in outcome.events if each.type == "points.purchase_earned")


def test_points_that_a_purchase_earns_pay_debt_first() -> None:
    """Of five points all pay a debt of ten, and open no lot; of ten more, five are a lot."""
    town = owing(10, points__purchase_fen_a_point=1_000)
    event = bought(town)
    assert (event.points, event.netted, event.lot) == (5, 5, None)
    assert (town.lots(), town.purse()["debt"]) == ([], 5)
    event = bought(town, 10_000)
    assert (event.points, event.netted, event.lot) == (10, 5, "lot_00000002")
    assert (town.lots(), town.purse()["debt"]) == ([("lot_00000002", 5)], 0)


def test_points_of_goods_that_come_back_are_taken_from_their_own_lot() -> None:
    """Though another lot expires earlier."""
    town = purse(points__rules__short=rule(points=10, validity_days=5), points__purchase_fen_a_point=1_000)
    town.award("per_1", "short")
    bought(town)
    unearned = seen(town, "points.purchase_unearned")
    town.town.must(RefundPurchase("pay_00000001", 5_000), "merchant", "mer_1")
    town.sweep()
    assert [(each.lots, each.debt) for each in unearned] == [((("lot_00000002", 5),), 0)]
    assert town.lots() == [("lot_00000001", 10)]
