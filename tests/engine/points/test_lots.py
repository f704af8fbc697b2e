"""Lots: used earliest expiry first, usable to their last second, expired exactly once (T04 to T06, L08)."""

from __future__ import annotations

import pytest

from engine.district.lots import Lot, LotExpired
from engine.kernel.units import after_days
from engine.points.awards import draw
from tests.purses import DAY_S, MIDNIGHT, first, purse, rule, said

SHORT, LONG = rule(points=10, validity_days=10), rule(points=10, validity_days=100)
BOTH = {"points__rules__short": SHORT, "points__rules__long": LONG}


def test_the_lot_that_expires_first_is_used_first() -> None:
    """A short-lived lot that came later goes before an older one; of equal expiry the lower id goes first."""
    town = purse(**BOTH)
    for name in ("long", "short", "short", "long"):
        assert town.award("per_1", name).ok
    assert [lot for lot, _ in town.lots()] == ["lot_00000002", "lot_00000003", "lot_00000001", "lot_00000004"]
    paid = first(town.pay(25))
    assert paid.lots == (("lot_00000002", 10), ("lot_00000003", 10), ("lot_00000001", 5))
    assert town.lots() == [("lot_00000001", 5), ("lot_00000004", 10)]


def test_order_of_creation_would_use_other_lots() -> None:
    """Counterexample to first in, first out: it would leave the short lot to expire and lose ten points."""
    town = purse(**BOTH)
    town.award("per_1", "long")
    town.award("per_1", "short")
    assert first(town.pay(10)).lots == (("lot_00000002", 10),)
    town.at += 50 * DAY_S
    town.sweep()
    assert town.purse()["available"] == 10
    assert town.purse()["expired"] == 0


def test_a_lot_is_usable_to_its_last_second() -> None:
    """One second before it expires the whole lot pays, at its expiry nothing of it does."""
    town = purse(points__rules__gift=SHORT)
    lapses = first(town.award()).expires_at
    assert lapses == after_days(town.at, 10)
    assert lapses % DAY_S == MIDNIGHT % DAY_S
    town.at = lapses - 1
    assert first(town.pay(4)).lots == (("lot_00000001", 4),)
    town.at = lapses
    assert said(town.pay(1)) == "POINTS_INSUFFICIENT"
    assert town.purse() == {"available": 0, "pending": 0, "debt": 0, "moral": 0, "expired": 6}


def test_an_expiry_posts_what_is_left_once() -> None:
    """Each lot with something left expires by one event of that size, at its instant; an empty one says nothing."""
    town = purse(points__rules__gift=SHORT)
    seen: list[LotExpired] = []
    town.engine.watch["points.lot_expired"] = [lambda event, _outcome: seen.append(event)]
    for _ in range(3):
        town.award()
    town.award("per_2")
    town.pay(14)
    town.at += 11 * DAY_S
    town.sweep()
    town.sweep()
    assert [(each.person, each.lot, each.points) for each in seen] == [
        ("per_1", "lot_00000002", 6), ("per_1", "lot_00000003", 10), ("per_2", "lot_00000004", 10),
    ]  # fmt: skip
    assert town.purse()["expired"] == 26
    assert town.lots() == town.lots("per_2") == []


def test_a_validity_of_no_days_ends_with_the_day() -> None:
    """A lot without days of validity is usable until midnight."""
    town = purse(points__rules__gift=rule(points=10, validity_days=0))
    town.award()
    town.at = MIDNIGHT - 1
    assert town.pay(1).ok
    town.at = MIDNIGHT
    assert said(town.pay(1)) == "POINTS_INSUFFICIENT"


@pytest.mark.parametrize(
    ("at", "points", "uses"),
    [
        (99, 5, None),  # nothing is available yet
        (100, 5, (("lot_a", 3), ("lot_b", 2))),
        (100, 0, ()),
        (100, 10, (("lot_a", 3), ("lot_b", 7))),
        (100, 11, None),
        (199, 3, (("lot_a", 3),)),
        (200, 3, (("lot_b", 3),)),  # the first lot is usable before its expiry, not at it
        (200, 8, None),
        (300, 1, None),
    ],
)
def test_points_are_drawn_from_usable_lots_only(
    at: int, points: int, uses: tuple[tuple[str, int], ...] | None
) -> None:
    """Usable is: available_from <= at < expires_at; what does not suffice draws nothing."""
    wallet = [Lot(200, "lot_a", "per_1", "gift", 3, 3, 100), Lot(300, "lot_b", "per_1", "gift", 9, 7, 100)]
    assert draw(wallet, points, at) == uses
    assert [lot.remaining for lot in wallet] == [3, 7]
