"""Taking back and owing: own lot first, then the others, the rest is debt, which any later credit pays (T09, T10)."""

from __future__ import annotations

import pytest

from engine.district.points import AWARD_EDGES, AwardCancelled, AwardRevoked
from tests.purses import DAY_S, Purse, first, purse, rule, said

WAITS = rule(points=50, vest_delay_s=3_600)


def owing(**numbers: object) -> Purse:
    """Somebody got 100 points, spent 70, and had all 100 taken back: 70 points of debt, nothing available."""
    town = purse(**numbers)
    assert town.award().ok
    assert town.pay(70).ok
    assert town.revoke("awd_00000001").ok
    assert (town.purse()["available"], town.purse()["debt"]) == (0, 70)
    return town


def test_an_unspent_award_is_taken_from_its_own_lot() -> None:
    """Even where another lot expires earlier."""
    town = purse(points__rules__short=rule(points=10, validity_days=5))
    town.award()
    town.award("per_1", "short")
    taken = first(town.revoke("awd_00000001"))
    assert isinstance(taken, AwardRevoked)
    assert (taken.lots, taken.debt) == ((("lot_00000001", 100),), 0)
    assert town.lots() == [("lot_00000002", 10)]


def test_what_is_spent_is_taken_from_other_lots_first_expiry_first() -> None:
    """Own lot 20, then the lot that expires first, then the next; nothing is owed."""
    town = purse(points__rules__short=rule(points=30, validity_days=5), points__rules__long=rule(validity_days=300))
    town.award()
    town.pay(80)
    town.award("per_1", "long")
    town.award("per_1", "short")
    taken = first(town.revoke("awd_00000001"))
    assert taken.lots == (("lot_00000001", 20), ("lot_00000003", 30), ("lot_00000002", 50))
    assert taken.debt == 0
    assert town.lots() == [("lot_00000002", 50)]


def test_what_nothing_is_left_for_becomes_debt() -> None:
    """Points taken and new debt are the award; debt is not negative money: nothing is available."""
    town = owing()
    assert said(town.pay(1)) == "POINTS_INSUFFICIENT"
    assert town.pay(0).ok


def test_an_award_pays_debt_first() -> None:
    """Of 100 new points 70 pay the debt and 30 are a lot; of 20 more points all are a lot."""
    town = owing(points__rules__small=rule(points=20))
    event = first(town.award())
    assert (event.points, event.netted, event.lot) == (100, 70, "lot_00000002")
    assert town.lots() == [("lot_00000002", 30)]
    assert first(town.award("per_1", "small")).netted == 0


def test_an_award_that_debt_swallows_opens_no_lot() -> None:
    """20 points of a person who owes 70 leave 50 owed; taken back again they are owed again."""
    town = owing(points__rules__small=rule(points=20))
    event = first(town.award("per_1", "small"))
    assert (event.netted, event.lot) == (20, None)
    assert town.purse()["debt"] == 50
    taken = first(town.revoke(event.award))
    assert (taken.lots, taken.debt) == ((), 20)
    assert town.purse()["debt"] == 70


def test_vesting_pays_debt_first() -> None:
    """Pending points do not pay while they wait; when they vest, debt comes first."""
    town = owing(points__rules__waits=WAITS)
    assert first(town.award("per_1", "waits")).netted == 0
    assert town.purse() == {"available": 0, "pending": 50, "debt": 70, "moral": 0, "expired": 0}
    town.at += 3_600
    town.sweep()
    assert town.purse() == {"available": 0, "pending": 0, "debt": 20, "moral": 0, "expired": 0}
    town.award("per_1", "waits")
    town.at += 3_600
    town.sweep()
    assert (town.purse()["available"], town.purse()["debt"]) == (30, 0)


def test_a_refund_pays_debt_first() -> None:
    """Of 70 points that come back all pay the debt; with less debt the rest goes back to the lot used last."""
    town = owing()
    assert town.refund("pay_00000001", 1_000_000).ok
    assert town.purse() == {"available": 0, "pending": 0, "debt": 0, "moral": 0, "expired": 0}
    assert town.lots() == []


def test_moral_points_are_taken_from_the_score() -> None:
    """The score may fall below zero; material points are not touched."""
    town = purse(points__rules__deed_moral={"ledger": "MO", "points": 5})
    town.award()
    town.award("per_1", "deed_moral")
    assert town.revoke("awd_00000002").ok
    assert (town.purse()["moral"], town.purse()["available"]) == (0, 100)


def test_pending_points_vest_to_the_second() -> None:
    """One second before, nothing can be spent; at the instant all can, and validity counts from there."""
    town = purse(points__rules__waits=WAITS)
    event = first(town.award("per_1", "waits"))
    assert (event.vests_at, event.lot, event.expires_at) == (town.at + 3_600, None, 0)
    assert town.engine.district.points.state(event.award) == "PENDING"
    town.at += 3_599
    assert said(town.pay(1)) == "POINTS_INSUFFICIENT"
    town.at += 1
    assert first(town.pay(50)).lots == (("lot_00000001", 50),)
    assert town.engine.district.points.state(event.award) == "VESTED"


def test_a_pending_award_is_cancelled_and_never_vests() -> None:
    """Its points go back to the issuer; it cannot be taken back twice."""
    town = purse(points__rules__waits=WAITS)
    award = first(town.award("per_1", "waits")).award
    assert isinstance(first(town.revoke(award)), AwardCancelled)
    assert said(town.revoke(award)) == "POINTS_ALREADY_REVOKED"
    town.at += DAY_S
    town.sweep()
    assert town.purse() == {"available": 0, "pending": 0, "debt": 0, "moral": 0, "expired": 0}


def test_a_vested_award_is_taken_from_the_lot_that_it_opened() -> None:
    """An award that waited is revoked, not cancelled, once it has vested."""
    town = purse(points__rules__waits=WAITS)
    award = first(town.award("per_1", "waits")).award
    town.at += 3_600
    assert first(town.revoke(award)).lots == (("lot_00000001", 50),)


def test_an_award_that_waits_longer_than_the_window_of_revocation_still_vests() -> None:
    """Its window begins when it vests: 40 days of waiting, then 30 days in which it can be taken back."""
    town = purse(points__rules__slow=rule(vest_delay_s=40 * DAY_S))
    event = first(town.award("per_1", "slow"))
    town.at += 40 * DAY_S
    town.sweep()
    assert town.purse()["available"] == 100
    town.at = event.final_at - 1
    assert town.revoke(event.award).ok
    assert event.final_at > event.vests_at + 30 * DAY_S


def test_an_award_is_final_to_the_second() -> None:
    """On its last second it can be taken back, from `final_at` on it cannot."""
    for late, answer in ((-1, "ok"), (0, "POINTS_AWARD_FINAL")):
        town = purse()
        event = first(town.award())
        town.at = event.final_at + late
        assert said(town.revoke(event.award)) == answer


def test_the_fact_of_an_award_that_was_taken_back_cannot_earn_again() -> None:
    """Evidence is used up for ever, for everybody."""
    town = purse()
    town.award("per_1", "gift", "ev_a")
    town.revoke("awd_00000001")
    town.at += 200 * DAY_S
    assert said(town.award("per_1", "gift", "ev_a")) == "POINTS_EVIDENCE_USED"
    assert said(town.award("per_2", "gift", "ev_a")) == "POINTS_EVIDENCE_USED"


def test_points_of_a_merged_row_are_taken_back_from_the_person() -> None:
    """An award to the row that went is revoked from the purse of the one that stays; pending ones vest there."""
    town = purse(points__rules__waits=WAITS)
    town.award("per_1")
    town.award("per_1", "waits")
    town.merge("per_1", "per_2")
    assert first(town.revoke("awd_00000001")).person == "per_2"
    town.at += 3_600
    town.sweep()
    assert town.purse("per_2")["available"] == 50
    assert town.purse("per_1") == {"available": 0, "pending": 0, "debt": 0, "moral": 0, "expired": 0}


def test_evidence_of_a_merged_row_stays_used() -> None:
    """A merge cannot earn twice."""
    town = purse()
    town.award("per_1", "gift", "ev_a")
    town.merge("per_1", "per_2")
    assert said(town.award("per_2", "gift", "ev_a")) == "POINTS_EVIDENCE_USED"
    assert said(town.award("per_1", "gift", "ev_b")) == "PERSON_MERGED"


@pytest.mark.parametrize(
    ("steps", "states"),
    [
        (("award",), ["VESTED"]),
        (("award", "revoke"), ["VESTED", "REVOKED"]),
        (("wait",), ["PENDING"]),
        (("wait", "revoke"), ["PENDING", "CANCELLED"]),
        (("wait", "vest"), ["PENDING", "VESTED"]),
        (("wait", "vest", "revoke"), ["PENDING", "VESTED", "REVOKED"]),
    ],
)
def test_an_award_goes_along_its_edges(steps: tuple[str, ...], states: list[str]) -> None:
    """Every step of an award is an edge of the published state machine."""
    town = purse(points__rules__waits=WAITS)
    seen: list[str] = []
    for step in steps:
        if step in ("award", "wait"):
            assert town.award("per_1", "gift" if step == "award" else "waits").ok
        elif step == "revoke":
            assert town.revoke("awd_00000001").ok
        else:
            town.at += 3_600
            town.sweep()
        seen.append(town.engine.district.points.state("awd_00000001"))
    assert seen == states
    assert set(zip(["", *states], states, strict=False)) <= AWARD_EDGES


def test_every_edge_of_an_award_is_taken_above() -> None:
    """The table above takes all edges, so that none is published in vain."""
    taken = {("", "VESTED"), ("VESTED", "REVOKED"), ("", "PENDING"), ("PENDING", "CANCELLED"), ("PENDING", "VESTED")}
    assert taken == AWARD_EDGES
