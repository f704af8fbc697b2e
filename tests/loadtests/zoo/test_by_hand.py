"""Points and money by hand: what the naive twin says of small cases that were worked out on paper."""

from __future__ import annotations

import pytest

from loadtests.zoo.till import Sale
from loadtests.zoo.tokens import Points, Token, midnight_after, month_of

NOON = 1_631_678_400  # 2021-09-15 12:00 at +08:00
MIDNIGHT = NOON + 12 * 3_600


def test_days_and_months_are_those_of_shanghai() -> None:
    """A validity of no days ends at the next midnight; the last second of September is not October."""
    assert midnight_after(NOON, 0) == MIDNIGHT
    assert midnight_after(MIDNIGHT - 1, 1) == MIDNIGHT + 86_400
    october = NOON + 15 * 86_400 + 12 * 3_600
    assert (month_of(october - 1), month_of(october)) == ((2021, 9), (2021, 10))
    leap = 951_782_400  # 2000-02-29 08:00
    assert (month_of(leap), month_of(leap + 86_400)) == ((2000, 2), (2000, 3))


def test_what_lapses_first_is_spent_first_and_debt_is_paid_first() -> None:
    """Tokens in order of expiry; a credit pays what is owed."""
    points = Points()
    points.credit("per_1", 2, MIDNIGHT + 86_400)
    points.credit("per_1", 2, MIDNIGHT)
    taken = points.spend("per_1", 3)
    assert taken is not None
    assert [each.lapses - MIDNIGHT for each in taken] == [0, 0, 86_400]
    assert points.spend("per_1", 2) is None
    points.purses["per_2"].owed = 2
    assert len(points.credit("per_2", 3, MIDNIGHT)) == 1


@pytest.mark.parametrize(
    ("goods", "order", "points"),
    [(22, "cash_first", 0), (22, "points_first", 2), (22, "pro_rata", 0), (100, "pro_rata", 3), (1, "pro_rata", 0)],
)
def test_a_split_is_found_by_trying(goods: int, order: str, points: int) -> None:
    """A purchase of 100 fen, 3 points of 10 fen: parts of it come back."""
    sale = Sale("per_1", "mer_1", "bank", 100, 10, [Token(MIDNIGHT, 1)] * 3, MIDNIGHT)
    assert sale.split(goods, order) == points
