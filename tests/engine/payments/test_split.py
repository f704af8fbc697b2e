"""The split of refunds into cash and points: exact, never negative, and the remainder always has one (S08, T08, M7)."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

import pytest

from engine.district.merchants import PurchasePaid, Returned
from engine.payments.refunds import larger, split

Order = Literal["pro_rata", "cash_first", "points_first"]
ORDERS: tuple[Order, ...] = ("pro_rata", "cash_first", "points_first")
VALUES_FEN = (1, 2, 3, 5, 7, 10, 100)


@dataclass
class Counts:
    """What random refunds met."""

    refunds: int = 0
    refused: int = 0
    exact_after_two: int = 0


def purchase(goods_fen: int, points: int, value_fen: int) -> PurchasePaid:
    """A purchase of which points paid a part."""
    return PurchasePaid("pay_1", "per_1", "mer_1", "bank", goods_fen, 0, points, value_fen, 3_000, (), 0)


def target(paid: PurchasePaid, returned: Returned, part_fen: int, order: Order) -> int | None:
    """The points of a refund by the definition of section A8, in fractions; None where no whole split exists."""
    goods, points, value = paid.goods_fen, paid.points, paid.value_fen
    cash_left = goods - points * value - (returned.goods_fen - returned.points * value)
    fewest = max(0, ceil(Fraction(part_fen - cash_left, value)))
    most = min(points - returned.points, floor(Fraction(part_fen, value)))
    if fewest > most:
        return None
    wanted = floor(Fraction(points * (returned.goods_fen + part_fen), goods)) - returned.points
    own_share = wanted + returned.points - floor(Fraction(points * returned.goods_fen, goods))
    if order == "pro_rata" and min(wanted, own_share) > most:
        return None
    aim = {"pro_rata": wanted, "cash_first": 0, "points_first": most}[order]
    return min(max(aim, fewest), most)


def refund_in_parts(rng: random.Random, order: Order, counts: Counts) -> None:
    """Buy at random, give back in random parts until everything is back, and check every step."""
    value_fen = rng.choice(VALUES_FEN)
    goods_fen = rng.randrange(1, rng.choice((10, 200, 5_000, 100_000)))
    paid = purchase(goods_fen, rng.randrange(goods_fen // value_fen + 1), value_fen)
    returned, cash_back, inexact = Returned(), 0, 0
    while returned.goods_fen < goods_fen:
        left = goods_fen - returned.goods_fen
        part = left if rng.random() < 0.2 else rng.randrange(1, left + 1)
        points = split(paid, returned, part, order)
        counts.refunds += 1
        assert points == target(paid, returned, part, order)
        if points is None:
            assert part < left, "the whole remainder always has a split"
            more = larger(paid, left, part)
            assert part < more <= left
            assert split(paid, returned, more, order) is not None
            assert value_fen > 1, "every sum has a split where a point is worth a fen"
            counts.refused += 1
            continue
        cash = part - points * value_fen
        assert cash >= 0
        assert 0 <= points <= paid.points - returned.points
        cash_back += cash
        assert cash_back <= paid.cash_fen
        counts.exact_after_two += part == left and inexact >= 2
        inexact += points * goods_fen != paid.points * part
        returned = Returned(returned.goods_fen + part, returned.points + points)
        if order == "pro_rata":
            share = Fraction(paid.points * (goods_fen - returned.goods_fen), goods_fen)
            assert paid.points - returned.points - share < 1, "points still used exceed their share by less than one"
    assert (returned.points, cash_back) == (paid.points, paid.cash_fen)


@pytest.mark.parametrize("order", ORDERS)
def test_any_parts_return_exactly_what_was_paid(order: Order) -> None:
    """Thousands of random refunds: never a negative leg, never stuck, at the end exactly the cash and points paid."""
    rng, counts = random.Random(f"split:{order}"), Counts()  # noqa: S311 - the same refunds in every run
    while counts.refunds < 7_000:
        refund_in_parts(rng, order, counts)
    assert counts.refused
    assert counts.exact_after_two, "a last part after two that could not be exact has to occur"


@pytest.mark.slow
@pytest.mark.parametrize("order", ORDERS)
def test_any_parts_return_exactly_what_was_paid_in_600_000_refunds(order: Order) -> None:
    """The measure of the design: 1.83 million refunds in three orders (A8)."""
    rng, counts = random.Random(f"large:{order}"), Counts()  # noqa: S311 - the same refunds in every run
    while counts.refunds < 610_000:
        refund_in_parts(rng, order, counts)


def test_a_full_refund_in_parts_is_one_full_refund() -> None:
    """M7: one part, two parts and many give the same cash and points in every order."""
    paid = purchase(9_999, 299, 10)
    for order in ORDERS:
        for parts in ((9_999,), (5_000, 4_999), (1_000,) * 9 + (999,)):
            returned = Returned()
            for part in parts:
                points = split(paid, returned, part, order)
                assert points is not None
                returned = Returned(returned.goods_fen + part, returned.points + points)
            assert (returned.goods_fen, returned.points) == (9_999, 299)


def test_refunds_fen_by_fen_cannot_turn_points_into_cash() -> None:
    """Pro rata, a fen of a purchase of 1,000 fen with 30 points of 10 fen comes back only while a point is not due."""
    paid, returned, refused = purchase(1_000, 30, 10), Returned(), 0
    while returned.goods_fen < 1_000:
        points = split(paid, returned, 1, "pro_rata")
        part = 1
        if points is None:
            refused += 1
            part = larger(paid, 1_000 - returned.goods_fen, 1)
            points = split(paid, returned, part, "pro_rata")
            assert points is not None
        returned = Returned(returned.goods_fen + part, returned.points + points)
        assert (30 - returned.points) * 1_000 < 30 * (1_000 - returned.goods_fen) + 1_000
    assert (refused, returned.points) == (30, 30)


def test_an_earlier_order_of_the_policy_leaves_refunds_possible() -> None:
    """After cash came back first, pro rata catches up as far as each refund can: it refuses none that has a split."""
    paid, returned = purchase(1_000, 30, 10), Returned(650, 0)
    assert [split(paid, returned, part, "pro_rata") for part in (5, 40, 100, 350)] == [0, 4, 10, 30]


def test_the_orders_differ_as_their_names_say() -> None:
    """Half of a purchase of 100 yuan with 300 points of 10 fen: half of the points, none of them, all of them."""
    paid = purchase(10_000, 300, 10)
    assert [split(paid, Returned(), 5_000, order) for order in ORDERS] == [150, 0, 300]
