"""F30 material points: what was issued is somewhere, in total and for each person, after every event (S07, H05)."""

from __future__ import annotations

from typing import Any

from engine.district.ledger import AV, DEBT, ESC_POINTS, EXP, HELD, ISS, PEND, RED
from tests.acceptance.wire import Wire

OFFICE, DAY_S = "officer:off_1", 86_400
PEOPLE = ("per_1", "per_2", "per_3")


def sums(town: Wire) -> None:
    """Issued = available + pending + held + escrow + redeemed + expired - debt, and so it is for each person."""
    balances = town.engine.district.ledger.balances
    total = {account: sum(balances[account].values()) for account in (ISS, AV, PEND, HELD, ESC_POINTS, RED, EXP, DEBT)}
    assert -total[ISS] == sum(fen for account, fen in total.items() if account != ISS)
    for person in PEOPLE:
        shown = town.read("points.balance", OFFICE, person=person)
        books = town.watchers.balances.books.holding(person)
        assert shown["available"] + shown["pending"] - shown["debt"] == books.net


def award(town: Wire, person: str, fact: str, rule: str = "service") -> Any:
    """Points for a fact."""
    return town.must("points.grant_award", OFFICE, person=person, rule=rule, evidence=fact)[0]


def test_the_identity_holds_after_every_event() -> None:
    """Earned, vested later, spent, given back, taken back into debt, lapsed: nothing is lost and nothing comes up."""
    late = {"ledger": "MP", "points": 8, "validity_days": 60, "vest_delay_s": DAY_S}
    town = Wire(points__rules__slow=late)
    first = award(town, "per_1", "ev_1")
    award(town, "per_2", "ev_2", "slow")
    sums(town)
    bought, *_ = town.must(
        "payments.pay_purchase", "resident:per_1", person="per_1", merchant="mer_1", channel="wechat",
        goods_fen=1_000, excluded_fen=0, points=10,
    )  # fmt: skip
    sums(town)
    town.must("points.revoke_award", OFFICE, award=first.award)
    assert town.read("points.balance", OFFICE, person="per_1")["debt"] == 10
    sums(town)
    town.must("payments.refund_purchase", "merchant:mer_1", payment=bought.payment, goods_fen=1_000)
    assert town.read("points.balance", OFFICE, person="per_1") == {"available": 0, "pending": 0, "debt": 0, "moral": 0}
    sums(town)
    town.at += 2 * DAY_S
    assert town.read("points.balance", OFFICE, person="per_2")["available"] == 8
    sums(town)
    town.at += 90 * DAY_S
    assert town.read("points.balance", OFFICE, person="per_2")["available"] == 0
    sums(town)
    town.close()
