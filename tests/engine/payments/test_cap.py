"""The cap of a deduction in exact integers: points * value * 10000 <= eligible goods * rate (S09, F33)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernel.units import BASIS, LARGEST
from engine.payments.purchases import most_points
from tests.purses import Purse, first, purse, rule, said


@pytest.mark.parametrize("value_fen", [1, 2, 3, 5, 7, 10, 100])
def test_the_most_points_are_the_exact_definition(value_fen: int) -> None:
    """For every sum below 50 yuan: the largest whole p with p * F <= 30 % of E, by fractions; 0 for 3 fen."""
    for eligible_fen in range(5_000):
        limit = Fraction(3, 10) * eligible_fen
        points = most_points(eligible_fen, 3_000, value_fen)
        assert points * value_fen <= limit < (points + 1) * value_fen
    assert most_points(3, 3_000, 1) == 0


def test_a_rounded_product_would_overshoot() -> None:
    """Counterexamples: rounding 30 % of 2, 3, 5, 6 and 9 fen gives more than the cap allows."""
    over = [fen for fen in range(10) if round(fen * 0.3) > most_points(fen, 3_000, 1)]
    assert over == [2, 3, 5, 6, 9]


@given(st.integers(0, LARGEST), st.integers(0, BASIS), st.integers(1, 10_000))
def test_the_cap_needs_no_division(eligible_fen: int, rate_bp: int, value_fen: int) -> None:
    """The most points keep p * F * 10000 <= E * rate, and one point more breaks it; nested floors give the same."""
    points = most_points(eligible_fen, rate_bp, value_fen)
    assert points * value_fen * BASIS <= eligible_fen * rate_bp < (points + 1) * value_fen * BASIS
    assert points == eligible_fen * rate_bp // BASIS // value_fen


def rich(**numbers: object) -> Purse:
    """A town in which per_1 has 5,000 points, each worth 10 fen unless said otherwise."""
    town = purse(**{"points__value_fen": 10, "points__rules__gift": rule(points=5_000), **numbers})
    assert town.award().ok
    return town


def test_the_engine_takes_the_most_and_not_one_more() -> None:
    """At 30 % of 1,000 yuan exactly; the answer to one point more says what the most is."""
    town = rich()
    refused = town.pay(3_001, 100_000)
    assert (said(refused), refused.details) == ("PAY_CAP_EXCEEDED", {"max": 3_000})
    paid = first(town.pay(3_000, 100_000))
    assert (paid.points * paid.value_fen, paid.cash_fen) == (30_000, 70_000)


def test_excluded_goods_count_for_nothing() -> None:
    """Points pay 30 % of what is not excluded; excluding all leaves points none, and cash may pay all."""
    town = rich()
    assert said(town.pay(301, 20_000, excluded_fen=10_000)) == "PAY_CAP_EXCEEDED"
    assert town.pay(300, 20_000, excluded_fen=10_000).ok
    assert said(town.pay(1, 20_000, excluded_fen=20_000)) == "PAY_CAP_EXCEEDED"
    assert town.pay(0, 20_000, excluded_fen=20_000).ok
    assert said(town.pay(0, 20_000, excluded_fen=20_001)) == "POINTS_EXCLUDED_GOODS"


def test_the_lower_of_the_merchants_rate_and_the_cap_holds() -> None:
    """mer_1 takes up to 30 %: a cap of 20 % lowers it, a cap of 50 % does not raise it."""
    for cap_bp, most in ((2_000, 2_000), (5_000, 3_000), (0, 0)):
        town = rich(points__deduction_cap_bp=cap_bp)
        assert town.pay(most, 100_000).ok
        assert first(town.pay(0, 100_000)).rate_bp == min(cap_bp, 3_000)
        assert said(town.pay(most + 1, 100_000)) == "PAY_CAP_EXCEEDED"


def test_a_few_fen_cannot_be_paid_by_points() -> None:
    """30 % of 33 fen are less than a point of 10 fen; of 34 fen they are one."""
    town = rich()
    assert said(town.pay(1, 33)) == "PAY_CAP_EXCEEDED"
    assert town.pay(1, 34).ok


@given(st.integers(1, 20_000), st.integers(0, 20_000), st.sampled_from([1, 3, 10, 100]))
def test_a_higher_cap_never_lowers_what_points_may_pay(goods_fen: int, cap_bp: int, value_fen: int) -> None:
    """M8: with any cap at least as high as another one at least as many points are accepted."""
    caps = sorted((min(cap_bp, BASIS), BASIS * 3 // 10))
    fewer, more = (most_points(goods_fen, cap, value_fen) for cap in caps)
    assert fewer <= more
