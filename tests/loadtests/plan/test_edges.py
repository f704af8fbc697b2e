"""Amounts of a hunt lie on the edge: checked against the arithmetic of the rules, stated here once more."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from engine.catalogue import BY_TYPE
from engine.payments.purchases import PayPurchase
from engine.payments.refunds import RefundPurchase
from engine.payments.settlement import ReimbursePoints
from engine.reporting.limits import SuspendReport
from loadtests.plan.hunt.drawing import Candidate
from loadtests.plan.hunt.edges import DOWN, HOLE, UP, edges_of
from loadtests.plan.hunt.hunting import Hunt


@pytest.fixture(scope="module", params=[1, 2, 3])
def midway(request: pytest.FixtureRequest) -> Hunt:
    """Hunts that are under way."""
    made = Hunt(request.param, 200.0)
    made.go(1_500)
    return made


def usable(district: Any, person: str, at: int) -> int:
    """Points in a person's lots that have begun and not lapsed."""
    lots = district.points.wallets.get(person, ())
    return sum(lot.remaining for lot in lots if lot.available_from <= at < lot.expires_at)


def amounts(hunt: Hunt, command: Any, actor: tuple[str, str], field: str, way: str) -> tuple[int, int] | None:
    """The neighbours of an edge, accepted and rejected."""
    found = edges_of(hunt.drawing, hunt.drawing.asked(Candidate(command, *actor))).get((field, way))
    if found is None:
        return None
    assert found[0].accepted
    assert not found[1].accepted
    return getattr(found[0].command, field), getattr(found[1].command, field)


@pytest.mark.parametrize("goods_fen", [1, 1_000, 33_400, 99_999, 10**7])
@pytest.mark.parametrize("excluded_fen", [0, 1, 900])
def test_points_end_where_the_balance_or_the_rate_ends(midway: Hunt, goods_fen: int, excluded_fen: int) -> None:
    """The most points are those that are usable, or what the merchant's rate allows of goods without excluded ones."""
    district, now = midway.district, midway.at
    policy = district.policy.points
    if excluded_fen > goods_fen:
        return
    bound = [each.id for each in district.residents.persons.values() if each.active_bindings]
    for person in bound[:8]:
        rate_bp = min(district.trade.merchants["mer_1"].points_rate_bp, policy.deduction_cap_bp)
        by_rate = (goods_fen - excluded_fen) * rate_bp // (10_000 * policy.value_fen)
        most = min(by_rate, usable(district, person, now))
        buy = PayPurchase(person, "mer_1", "bank", goods_fen, excluded_fen, 0)
        assert amounts(midway, buy, ("resident", person), "points", UP) == (most, most + 1)


def test_a_refund_ends_with_what_is_left(midway: Hunt) -> None:
    """The largest refund is what was paid less what came back, one fen more is refused; small gaps are found."""
    district, now = midway.district, midway.at
    checked = 0
    for _ in range(3):
        midway.most += 1
        midway.send(Candidate(PayPurchase(midway.hot, "mer_1", "bank", 1_000, 0, 0), "resident", midway.hot), "any")
    for name, row in district.trade.payments.items():
        back = district.trade.returned.get(name)
        left = row.goods_fen - (back.goods_fen if back is not None else 0)
        if not left or now >= row.refundable_until:
            continue
        give = RefundPurchase(name, left)
        if midway.drawing.asked(Candidate(give, "officer", "off_1")).accepted:
            checked += 1
            assert amounts(midway, give, ("officer", "off_1"), "goods_fen", UP) == (left, left + 1)
    assert checked


def test_a_share_too_small_to_be_given_is_found(midway: Hunt) -> None:
    """With 100 fen a point, 10 points on 3,334 fen and 300 fen back, 33 fen and less go, 34 to 99 do not, 100 do."""
    person = midway.hot
    midway.most = 10_000
    while usable(midway.district, person, midway.at) < 10:
        midway.turn_to(midway.at + 86_400)
        give = midway.drawing.drawn(BY_TYPE["points.grant_award"])
        evidence = f"ev_edge-{midway.at}"
        award = replace(give.command, person=person, rule="gift", evidence=evidence)  # type: ignore[type-var]
        midway.send(Candidate(award, "officer", "off_1"), "any")
    buy = PayPurchase(person, "mer_1", "bank", 3_334, 0, 10)
    midway.send(Candidate(buy, "resident", person), "any")
    payment = next(reversed(midway.district.trade.payments))
    paid = midway.district.trade.payments[payment]
    assert (paid.points, paid.value_fen) == (10, 100)
    midway.send(Candidate(RefundPurchase(payment, 300), "officer", "off_1"), "any")
    give = Candidate(RefundPurchase(payment, 1_000), "officer", "off_1")
    pair = edges_of(midway.drawing, midway.drawing.asked(give))["goods_fen", HOLE]
    assert [each.command.goods_fen for each in pair] == [100, 99]  # type: ignore[attr-defined]
    assert pair[1].answer == "REFUND_NOT_REPRESENTABLE"
    small = edges_of(midway.drawing, midway.drawing.asked(Candidate(RefundPurchase(payment, 1), "officer", "off_1")))
    assert [each.command.goods_fen for each in small["goods_fen", UP]] == [33, 34]  # type: ignore[attr-defined]


def test_the_sponsor_pays_no_fen_more_than_is_due(midway: Hunt) -> None:
    """The largest reimbursement is what merchants took in points and nobody has paid for."""
    due = -midway.district.ledger.balance(2)
    if due > 0:
        pay = ReimbursePoints(1)
        assert amounts(midway, pay, ("officer", "off_1"), "amount_fen", UP) == (due, due + 1)


def test_goods_shrink_to_what_the_points_need(midway: Hunt) -> None:
    """Downward, the goods end where the points that pay for them are the most that the rate allows."""
    district, policy = midway.district, midway.district.policy.points
    rich = [each for each in district.residents.persons.values()
            if each.active_bindings and usable(district, each.id, midway.at) >= 3]  # fmt: skip
    for person in rich[:3]:
        least = -(-3 * policy.value_fen * 10_000 // min(3_000, policy.deduction_cap_bp))
        buy = PayPurchase(person.id, "mer_1", "bank", 5_000, 0, 3)
        assert amounts(midway, buy, ("resident", person.id), "goods_fen", DOWN) == (least, least - 1)


def test_a_pause_ends_with_what_the_case_has_left(midway: Hunt) -> None:
    """The latest end of a pause is where the policy's allowance for the case is used up, natural time."""
    district = midway.district
    limit_s = district.policy.reporting.pause_limit_s
    busy = [
        row
        for row in district.cases.reports.values()
        if row.state == "IN_PROGRESS"
        and (row.assignee == "district_desk" or district.grid.active(row.assignee))
        and not district.policy.reporting.tiers[row.tier].working_time
    ]
    for row in busy[:3]:
        actor = ("officer", "off_1") if row.assignee == "district_desk" else ("grid", row.assignee)
        wait = SuspendReport(row.id, midway.at + 60, "no_access")
        latest = midway.at + limit_s - row.paused_s
        assert amounts(midway, wait, actor, "until", UP) == (latest, latest + 1)
        assert amounts(midway, wait, actor, "until", DOWN) == (midway.at + 1, midway.at)


def test_luck_of_a_hunt_has_a_seed() -> None:
    """All luck of a hunt comes from one generator."""
    assert isinstance(Hunt(9, 1.0).luck, Random)
    assert Hunt(9, 1.0).luck.random() == Hunt(9, 1.0).luck.random()
