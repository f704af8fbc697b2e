"""Points that purchases earn: a grant rounds down, a return rounds up, in any parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine import new_engine, seeded_salt
from engine.invariants import attach
from engine.payments.purchases import PayPurchase
from engine.payments.refunds import RefundPurchase
from engine.policy import Policy
from tests.purses import Purse
from tests.towns import small_town


def bought(goods_fen: int, each_fen: int) -> Purse:
    """Somebody has bought something for money, and every invariant looks on."""
    engine = new_engine(Policy().changed({"points.purchase_fen_a_point": each_fen}), salt=seeded_salt(1))
    watchers = attach(engine)
    town = Purse(small_town(engine))
    town.town.must(PayPurchase("per_1", "mer_1", "bank", goods_fen, 0, 0), "resident", "per_1")
    town.watchers = watchers  # type: ignore[attr-defined]
    return town


def give_back(town: Purse, goods_fen: int) -> None:
    """Part of the goods comes back, and what follows from it has happened."""
    town.town.must(RefundPurchase("pay_00000001", goods_fen))
    town.sweep()


def test_ten_yuan_a_point_of_a_hundred_twenty_two_come_back() -> None:
    """Ten points for 100 yuan; 22 yuan back take three of them, the rest of the goods the rest."""
    town = bought(10_000, 1_000)
    assert town.purse()["available"] == 10
    give_back(town, 2_200)
    assert town.purse()["available"] == 7
    give_back(town, 7_800)
    assert town.purse()["available"] == 0


def test_points_that_are_spent_are_owed() -> None:
    """The next credit pays them; nobody keeps points by spending them before goods come back."""
    town = bought(10_000, 1_000)
    assert town.pay(10, goods_fen=999).ok
    give_back(town, 10_000)
    assert (town.purse()["available"], town.purse()["debt"]) == (0, 10)


def test_who_is_not_bound_earns_nothing_and_a_few_fen_earn_nothing() -> None:
    """Points are for people of the district, and whole."""
    town = bought(999, 1_000)
    assert town.purse()["available"] == 0
    town.town.must(PayPurchase("per_1", "mer_1", "bank", 1_000, 0, 0), "resident", "per_1")
    assert town.purse()["available"] == 1


@given(goods_fen=st.integers(1, 5_000), each_fen=st.integers(1, 700), parts=st.lists(st.integers(1, 2_000), max_size=6))
def test_in_any_parts_the_buyer_has_what_the_kept_goods_earn(goods_fen: int, each_fen: int, parts: list[int]) -> None:
    """entitled(R) = (G - R) // fen a point, after every refund."""
    town = bought(goods_fen, each_fen)
    left = goods_fen
    for part in parts:
        back = min(part, left)
        if back:
            left -= back
            give_back(town, back)
        assert town.purse()["available"] - town.purse()["debt"] == left // each_fen
    town.watchers.whole()  # type: ignore[attr-defined]
