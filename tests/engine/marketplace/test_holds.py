"""Holds on points: what they protect, what comes back, who pays debt first, what a merge moves (S04, T11)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.district.ledger import EXP, HELD, NOBODY
from engine.kernel.units import after_days
from engine.marketplace.orders import AcceptOrder, CancelOrder, ConfirmOrder, HandOverOrder, ReadyOrder
from engine.marketplace.placing import PlaceOrder
from engine.marketplace.returns import RefundOrder
from engine.payments.orders import PayOrder
from tests.purses import Purse, first, purse, rule, said

HOLD_S, ORDER = 1_800, "ord_00000001"


def placed(points: int = 20, goods_fen: int = 10_000, **numbers: object) -> Purse:
    """Somebody with a lot of ten days and one of half a year, ten points each, has ordered at mer_1."""
    lots = {"points__rules__short": rule(points=10, validity_days=10), "points__rules__long": rule(points=10)}
    town = purse(**{**lots, **numbers})
    town.award("per_1", "short")
    town.award("per_1", "long")
    order(town, points, goods_fen)
    return town


def order(town: Purse, points: int, goods_fen: int = 10_000, person: str = "per_1") -> None:
    """Order goods that are handed over."""
    town.town.must(PlaceOrder(person, "mer_1", goods_fen, 0, None, 0, points, delivery=False), "resident", person)


def test_a_hold_reserves_named_lots_and_gives_them_back() -> None:
    """Both lots leave the wallet; the hold's end brings them back as they were."""
    town = placed()
    assert (town.lots(), town.balance(HELD)) == ([], 20)
    town.at += HOLD_S
    town.sweep()
    assert (town.lots(), town.balance(HELD)) == ([("lot_00000001", 10), ("lot_00000002", 10)], 0)


def test_a_hold_protects_its_points_from_expiry_and_their_release_lets_them_lapse() -> None:
    """A lot that lapses under a hold can still be captured; released after its instant its points expire at once."""
    for paid in (True, False):
        town = placed(marketplace__hold_s=20 * 86_400)
        town.at = after_days(town.at, 10)
        town.sweep()
        assert (town.balance(HELD), town.balance(EXP, NOBODY)) == (20, 0)
        if paid:
            assert town.town.say(PayOrder(ORDER, "wechat"), "resident", "per_1").ok
            continue
        released = town.town.must(CancelOrder(ORDER), "resident", "per_1").events[1]
        assert (released.points, released.forfeited) == (20, 10)  # type: ignore[attr-defined]
        assert (town.lots(), town.balance(EXP, NOBODY)) == ([("lot_00000002", 10)], 10)


@pytest.mark.parametrize(("late_s", "answer"), [(-1, "ok"), (0, "HOLD_EXPIRED")])
def test_a_hold_is_captured_to_its_last_second(late_s: int, answer: str) -> None:
    """One second before its end it is, at its end it is not."""
    town = placed()
    town.at += HOLD_S + late_s
    assert said(town.town.say(PayOrder(ORDER, "bank"), "resident", "per_1")) == answer


def test_points_that_come_back_pay_debt_first() -> None:
    """An award that was put on hold and is taken back is owed; the release pays it with the points used first."""
    town = placed()
    town.revoke("awd_00000001")
    assert town.purse()["debt"] == 10
    released = town.town.must(CancelOrder(ORDER), "resident", "per_1").events[1]
    assert (released.netted, town.purse()["debt"]) == (10, 0)  # type: ignore[attr-defined]
    assert town.lots() == [("lot_00000002", 10)]


def test_a_merge_moves_what_is_on_hold() -> None:
    """The order is the other row's now: that one pays it, and gets the points of another one back."""
    town = placed(points=10)
    order(town, 10)
    town.merge("per_1", "per_2")
    assert (town.balance(HELD), town.balance(HELD, "per_2")) == (0, 20)
    assert said(town.town.say(PayOrder(ORDER, "bank"), "resident", "per_1")) == "FORBIDDEN"
    assert town.town.say(PayOrder(ORDER, "bank"), "resident", "per_2").ok
    town.town.must(CancelOrder("ord_00000002"), "resident", "per_2")
    assert town.lots("per_2") == [("lot_00000002", 10)]


@given(
    st.integers(34, 3_000), st.integers(0, 20), st.lists(st.integers(1, 900), max_size=4), st.sampled_from((1, 3, 10))
)
def test_a_refund_in_any_parts_returns_what_was_paid(
    goods_fen: int, points: int, parts: list[int], value_fen: int
) -> None:
    """Whatever parts come first, the rest can be refunded, and all of it is cash and points as they were paid (S08)."""
    points = min(points, goods_fen * 3_000 // (10_000 * value_fen))
    town = placed(points, goods_fen, points__value_fen=value_fen)
    town.town.must(PayOrder(ORDER, "bank"), "resident", "per_1")
    for step in (AcceptOrder, ReadyOrder, HandOverOrder):
        town.town.must(step(ORDER), "merchant", "mer_1")
    town.town.must(ConfirmOrder(ORDER), "resident", "per_1")
    back: list[tuple[int, int, int]] = []
    for part in (*parts, goods_fen):
        left = goods_fen - sum(goods for goods, _, _ in back)
        answer = town.town.say(RefundOrder(ORDER, min(part, left) or 1), "merchant", "mer_1")
        if answer.ok:
            event = first(answer)
            back.append((event.goods_fen, event.cash_fen, event.points))
    assert tuple(map(sum, zip(*back, strict=True))) == (goods_fen, goods_fen - points * value_fen, points)
    assert town.purse()["available"] == 20
