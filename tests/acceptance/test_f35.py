"""F35 offline partner redemption: the fund credits merchants cash for points; empty only under alarm (S15, H09).

L07 claims what the sponsor owes.
"""

from __future__ import annotations

from tests.acceptance.wire import Wire

OFFICE = "officer:off_1"


def test_the_fund_pays_the_merchant_and_says_when_it_is_empty() -> None:
    """Points at the till are cash for the merchant; the fund falls; one fen below zero raises the alarm, once."""
    gift = {"ledger": "MP", "points": 100, "validity_days": 90}
    town = Wire(points__rules__gift=gift, points__material_daily_cap=0, payments__sponsor_limit_fen=500)
    town.must("points.grant_award", OFFICE, person="per_1", rule="gift", evidence="ev_1")

    def buy(points: int) -> list[str]:
        fields = {"merchant": "mer_1", "channel": "wechat", "goods_fen": 5_000, "excluded_fen": 0, "points": points}
        done = town.must("payments.pay_purchase", "resident:per_1", person="per_1", **fields)
        return [each.type for each in done]

    assert buy(50) == ["payments.purchase_paid"]
    assert town.read("payments.payable", "merchant:mer_1", merchant="mer_1") == 5_000, "4,500 in money, 500 for points"
    full = {"agreed_fen": 500, "due_fen": 500, "balance_fen": 0, "alarm": False}
    assert town.read("payments.fund", OFFICE) == full
    assert buy(1) == ["payments.purchase_paid", "payments.sponsor_alarm_raised"]
    assert town.read("payments.fund", OFFICE) == {**full, "due_fen": 510, "balance_fen": -10, "alarm": True}
    assert buy(1) == ["payments.purchase_paid"]

    assert town.refused("payments.reimburse_points", OFFICE, amount_fen=521) == "REIMBURSE_EXCEEDS_DUE"
    town.must("payments.reimburse_points", OFFICE, amount_fen=520)
    assert town.read("payments.fund", OFFICE) == {**full, "due_fen": 0, "balance_fen": 500}
    assert town.refused("payments.reimburse_points", OFFICE, amount_fen=1) == "SETTLE_NOTHING_DUE"
    town.close()
