"""F33 deduction cap: at most 30 %, exactly; refunds in parts stay pro rata and return what was paid (S09, T07, T08)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine.district.ledger import AV, CH
from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"


def rich(**changes: object) -> Wire:
    """A town in which per_1 has 100 points."""
    town = Wire(
        **{
            "points__rules__gift": {"ledger": "MP", "points": 100, "validity_days": 90},
            "points__material_daily_cap": 0,
            **changes,
        }
    )
    town.must("points.grant_award", OFFICE, person="per_1", rule="gift", evidence="ev_1")
    return town


def buy(goods_fen: int, points: int, merchant: str = "mer_1", excluded_fen: int = 0) -> dict[str, object]:
    """The fields of a purchase."""
    about = {"goods_fen": goods_fen, "excluded_fen": excluded_fen, "points": points}
    return {"person": "per_1", "merchant": merchant, "channel": "bank", **about}


@pytest.mark.parametrize(
    ("goods_fen", "excluded_fen", "merchant", "most"),
    [
        (1_000, 0, "mer_1", 30),
        (999, 0, "mer_1", 29),
        (1_000, 500, "mer_1", 15),
        (1_000, 0, "mer_2", 10),
        (33, 0, "mer_1", 0),
    ],
)
def test_points_pay_up_to_the_rate_and_not_one_more(
    goods_fen: int, excluded_fen: int, merchant: str, most: int
) -> None:
    """A rate a merchant, at most 30 %, of eligible goods only, in whole points of 10 fen."""
    town = rich()
    more = buy(goods_fen, most + 1, merchant, excluded_fen)
    assert town.refused("payments.pay_purchase", "resident:per_1", **more) == "PAY_CAP_EXCEEDED"
    town.must("payments.pay_purchase", "resident:per_1", **buy(goods_fen, most, merchant, excluded_fen))
    town.close()


@pytest.mark.parametrize("parts", [(1_000,), (300, 300, 400), (70,) * 14 + (20,), (10,) * 100])
def test_refunds_in_parts_stay_pro_rata_and_give_back_everything(parts: tuple[int, ...]) -> None:
    """After each part the points still used exceed the pro-rata share of what remains by less than one."""
    town = rich()
    paid, *_ = town.must("payments.pay_purchase", "resident:per_1", **buy(1_000, 30))
    ledger = town.engine.district.ledger
    left_fen, left_points = 1_000, 30
    for part in parts:
        back, *_ = town.must("payments.refund_purchase", "merchant:mer_1", payment=paid.payment, goods_fen=part)
        left_fen, left_points = left_fen - part, left_points - back.points
        assert 0 <= left_points - Fraction(30 * left_fen, 1_000) < 1
    assert (left_fen, left_points, ledger.balance(AV, "per_1"), ledger.balance(CH, "bank")) == (0, 0, 100, 0)
    town.close()
