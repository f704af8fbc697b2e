"""Where refunded points go: into the lots that were used, last one first; lapsed ones get grace or nothing (T07)."""

from __future__ import annotations

import pytest

from engine.kernel.units import after_days
from tests.purses import DAY_S, Purse, first, purse, rule, said

SHORT, LONG = rule(points=10, validity_days=10), rule(points=10, validity_days=100)
BOTH = {"points__rules__short": SHORT, "points__rules__long": LONG, "payments__refund_window_days": 60}
GOODS_FEN = 400  # of which 20 points of 1 fen pay a part
PAY = "pay_00000001"


def bought(**numbers: object) -> Purse:
    """Somebody bought for 400 fen with a short lot of 10 points and then a long one of 10 points."""
    town = purse(**{"points__value_fen": 1, "payments__refund_order": "points_first", **BOTH, **numbers})
    town.award("per_1", "long")
    town.award("per_1", "short")
    paid = first(town.pay(20, GOODS_FEN))
    assert paid.lots == (("lot_00000002", 10), ("lot_00000001", 10))
    return town


def test_points_come_back_in_reverse_order_of_use() -> None:
    """The lot that expires last was used last and is filled first."""
    town = bought()
    assert first(town.refund(PAY, 4)).restored == (("lot_00000001", 4, "lot_00000001", after_days(town.at, 100)),)
    assert [part[:2] for part in first(town.refund(PAY, 9)).restored] == [("lot_00000001", 6), ("lot_00000002", 3)]
    assert town.lots() == [("lot_00000002", 3), ("lot_00000001", 10)]
    assert [part[:2] for part in first(town.refund(PAY, 387)).restored] == [("lot_00000002", 7)]
    assert town.lots() == [("lot_00000002", 10), ("lot_00000001", 10)]


def test_a_lot_is_filled_to_its_last_second() -> None:
    """One second before its expiry the points go back into it; at its expiry they get a new lot with days of grace."""
    for late, into, count in ((-1, "lot_00000002", 0), (0, "lot_00000003", 10)):
        town = bought(points__grace_days=5)
        town.at = after_days(town.at, 10) + late
        restored = first(town.refund(PAY, GOODS_FEN)).restored
        assert restored[0][2] == "lot_00000001"
        assert restored[1][:3] == ("lot_00000002", 10, into)
        town.at += 1
        town.sweep()
        assert town.purse()["available"] == 10 + count


def test_days_of_grace_end_too() -> None:
    """Points that came back after their lot had lapsed can be used for the days of grace and expire then."""
    town = bought(points__grace_days=5)
    town.at += 20 * DAY_S
    _, lapsed = first(town.refund(PAY, GOODS_FEN)).restored
    assert lapsed == ("lot_00000002", 10, "lot_00000003", after_days(town.at, 5))
    town.at = after_days(town.at, 5) - 1
    assert first(town.pay(10)).lots[0][0] == "lot_00000003"
    town.at += 1
    town.sweep()
    assert town.purse()["expired"] == 0


def test_a_policy_may_forfeit_lapsed_points() -> None:
    """They expire with the refund; the money comes back all the same, and the sponsor gets his."""
    town = bought(points__lapsed_restore="forfeit")
    town.at += 20 * DAY_S
    event = first(town.refund(PAY, GOODS_FEN))
    assert (event.points, event.forfeited, event.cash_fen) == (20, 10, 380)
    lives = ("lot_00000001", 10, "lot_00000001", after_days(town.at - 20 * DAY_S, 100))
    assert event.restored == (lives, ("lot_00000002", 10, None, 0))
    assert town.purse() == {"available": 10, "pending": 0, "debt": 0, "moral": 0, "expired": 10}


def test_several_lapsed_lots_get_several_new_ones() -> None:
    """One new lot for each lot that has lapsed, numbered in order."""
    town = bought(points__grace_days=5, payments__refund_window_days=300)
    town.at += 150 * DAY_S
    restored = first(town.refund(PAY, GOODS_FEN)).restored
    assert [part[:3] for part in restored] == [
        ("lot_00000001", 10, "lot_00000003"), ("lot_00000002", 10, "lot_00000004"),
    ]  # fmt: skip
    assert town.lots() == [("lot_00000003", 10), ("lot_00000004", 10)]


@pytest.mark.parametrize("lapsed", [False, True])
def test_debt_takes_the_points_that_were_used_first(lapsed: bool) -> None:  # noqa: FBT001
    """Of 20 points that come back 13 pay the debt; the 7 left go to the lot used last, which lives longest."""
    town = bought(points__rules__gift=rule(points=13), payments__refund_window_days=300)
    town.award("per_1", "gift")
    assert town.pay(13).ok
    assert town.revoke("awd_00000003").ok
    assert town.purse()["debt"] == 13
    if lapsed:
        town.at += 20 * DAY_S
    event = first(town.refund(PAY, GOODS_FEN))
    assert (event.netted, event.forfeited) == (13, 0)
    assert [part[:3] for part in event.restored] == [("lot_00000001", 7, "lot_00000001")]
    assert (town.purse()["available"], town.purse()["debt"]) == (7, 0)


def test_forfeited_points_pay_no_debt() -> None:
    """Only points that come back at all pay debt."""
    town = bought(points__lapsed_restore="forfeit", points__rules__gift=rule(points=13))
    town.award("per_1", "gift")
    town.pay(13)
    town.revoke("awd_00000003")
    town.at += 20 * DAY_S
    event = first(town.refund(PAY, GOODS_FEN))
    assert (event.netted, event.forfeited, event.restored) == (10, 10, (("lot_00000002", 10, None, 0),))
    assert town.purse()["debt"] == 3


def test_points_go_to_the_person_whom_the_buyer_was_merged_into() -> None:
    """Lots moved with the person, empty ones too."""
    town = bought()
    town.merge("per_1", "per_2")
    assert first(town.refund(PAY, GOODS_FEN)).person == "per_2"
    assert town.lots("per_2") == [("lot_00000002", 10), ("lot_00000001", 10)]
    town.at += 101 * DAY_S
    town.sweep()
    assert (town.purse("per_2")["available"], town.purse()["expired"]) == (0, 20)


def test_a_purchase_can_be_refunded_to_the_last_second() -> None:
    """On the last second of its window it can, at the end of the window it cannot, and never more than was paid."""
    for late, answer in ((-1, "ok"), (0, "REFUND_WINDOW_CLOSED")):
        town = bought(payments__refund_window_days=7)
        town.at = after_days(town.at, 7) + late
        assert said(town.refund(PAY, GOODS_FEN)) == answer
    town = bought()
    assert town.refund(PAY, 1).ok
    refused = town.refund(PAY, GOODS_FEN)
    assert (said(refused), refused.details) == ("REFUND_EXCEEDS_PAID", {"left_fen": GOODS_FEN - 1})


def test_a_refund_is_split_at_the_value_that_points_had() -> None:
    """What a point was worth at the purchase counts, whatever the policy says since."""
    town = bought()
    town.change(1, points__value_fen=50)
    town.at += 1
    event = first(town.refund(PAY, GOODS_FEN))
    assert (event.points, event.cash_fen, event.value_fen) == (20, 380, 1)


def test_a_refund_without_points_moves_no_points() -> None:
    """A purchase in cash comes back in cash."""
    town = bought()
    town.pay(0, 100)
    event = first(town.refund("pay_00000002", 60))
    assert (event.points, event.cash_fen, event.restored) == (0, 60, ())
    assert town.purse()["available"] == 0
