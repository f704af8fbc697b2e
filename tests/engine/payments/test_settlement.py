"""Money that moves on: channels, merchants, the sponsor of points; a merchant's limit and the sponsor's alarm."""

from __future__ import annotations

from engine.district.ledger import BK, CH, COST, MER, NOBODY, SP
from engine.district.merchants import PAYMENT_EDGES, SponsorAlarmRaised
from engine.payments.settlement import ReimbursePoints, SettleChannel, SettleMerchants
from tests.purses import DAY_S, Purse, first, purse, said

TEN_FEN = {"points__value_fen": 10}


def settle(town: Purse) -> object:
    """Pay the merchants; the event, or the code."""
    outcome = town.town.say(SettleMerchants(), "system", "bank")
    return outcome.events[0] if outcome.ok else said(outcome)


def test_a_purchase_is_owed_in_full() -> None:
    """The channel owes the cash, the sponsor the value of the points, and the merchant gets both."""
    town = purse(**TEN_FEN)
    town.award()
    town.pay(30, 10_000)
    balances = [town.balance(CH, "wechat"), town.balance(SP, NOBODY), town.balance(MER, "mer_1")]
    assert balances == [-9_700, -300, 10_000]


def test_a_channel_pays_what_it_owes_less_its_fee() -> None:
    """38 basis points of 9,999 fen are 37.9962 fen: the fee is 37, rounded down; then nothing is due."""
    town = purse()
    town.pay(0, 9_999)
    assert said(town.town.say(SettleChannel("alipay"), "system", "bank")) == "SETTLE_NOTHING_DUE"
    event = first(town.town.say(SettleChannel("wechat"), "system", "bank"))
    assert (event.net_fen, event.fee_fen) == (9_962, 37)
    assert [town.balance(CH, "wechat"), town.balance(BK, NOBODY), town.balance(COST, NOBODY)] == [0, -9_962, -37]
    assert said(town.town.say(SettleChannel("wechat"), "system", "bank")) == "SETTLE_NOTHING_DUE"


def test_a_settlement_pays_each_merchant_exactly_what_is_payable() -> None:
    """One line a merchant in the order of ids; the total is their sum; a second one right after has nothing to pay."""
    town = purse()
    town.pay(0, 700)
    town.pay(0, 300)
    event = first(town.town.say(SettleMerchants(), "system", "bank"))
    assert (event.settlement, event.lines, event.total_fen) == ("stl_00000001", (("mer_1", 1_000),), 1_000)
    assert [town.balance(MER, "mer_1"), town.balance(BK, NOBODY)] == [0, 1_000]
    assert settle(town) == "SETTLE_NOTHING_DUE"


def test_a_refund_after_settlement_is_netted_in_the_next_one() -> None:
    """The merchant owes 400 fen, then sells for 1,000, and is paid 600."""
    town = purse()
    town.pay(0, 700)
    settle(town)
    assert town.refund("pay_00000001", 400).ok
    assert town.balance(MER, "mer_1") == -400
    assert settle(town) == "SETTLE_NOTHING_DUE"
    town.pay(0, 1_000)
    event = first(town.town.say(SettleMerchants(), "system", "bank"))
    assert event.lines == (("mer_1", 600),)


def test_refunds_drive_a_merchant_down_to_the_limit_and_not_below() -> None:
    """With a limit of 500 fen, 500 can be given back after the settlement, one fen more cannot."""
    town = purse(payments__merchant_limit_fen=500)
    town.pay(0, 700)
    settle(town)
    assert said(town.refund("pay_00000001", 501)) == "REFUND_MERCHANT_FUNDS"
    assert town.refund("pay_00000001", 500).ok
    assert said(town.refund("pay_00000001", 1)) == "REFUND_MERCHANT_FUNDS"
    town.pay(0, 1)
    assert town.refund("pay_00000001", 1).ok


def test_each_redeemed_point_is_reimbursed_once() -> None:
    """What a refund gave back is not due any more; the rest is due until it is paid, in parts."""
    town = purse(**TEN_FEN)
    town.award()
    town.pay(30, 1_000)
    assert town.refund("pay_00000001", 1_000).ok
    assert said(town.town.say(ReimbursePoints(1))) == "SETTLE_NOTHING_DUE"
    town.pay(20, 1_000)
    assert first(town.town.say(ReimbursePoints(150))).amount_fen == 150
    refused = town.town.say(ReimbursePoints(51))
    assert (said(refused), refused.details) == ("REIMBURSE_EXCEEDS_DUE", {"due_fen": 50})
    assert town.town.say(ReimbursePoints(50)).ok


def alarms(town: Purse, points: int) -> list[tuple[int, int]]:
    """Alarms of a purchase of some points: what is due, and the limit."""
    outcome = town.pay(points)
    assert outcome.ok
    return [(each.due_fen, each.limit_fen) for each in outcome.events if isinstance(each, SponsorAlarmRaised)]


def test_the_alarm_rings_at_the_purchase_that_crosses_the_limit() -> None:
    """At the limit it is silent, above it rings once; after the sponsor has paid, the next crossing rings again."""
    town = purse(payments__sponsor_limit_fen=100, **TEN_FEN)
    town.award()
    assert [alarms(town, points) for points in (9, 1, 1, 1)] == [[], [], [(110, 100)], []]
    assert not first(town.town.say(ReimbursePoints(10))).alarm_off
    assert first(town.town.say(ReimbursePoints(10))).alarm_off
    assert [alarms(town, points) for points in (1, 1)] == [[(110, 100)], []]


def test_a_refund_below_the_limit_lets_the_alarm_ring_again() -> None:
    """No due above the limit goes unnoticed, though nobody paid in between."""
    town = purse(payments__sponsor_limit_fen=100, **TEN_FEN)
    town.award()
    assert alarms(town, 11)
    assert town.refund("pay_00000001", 1_000_000).ok
    assert [alarms(town, points) for points in (10, 1)] == [[], [(110, 100)]]


def test_a_limit_that_the_policy_lowers_rings_at_the_next_purchase() -> None:
    """The due was allowed when it arose; the next point tells that it is not any more."""
    town = purse(payments__sponsor_limit_fen=100, **TEN_FEN)
    town.award()
    assert not alarms(town, 10)
    town.change(1, payments__sponsor_limit_fen=50)
    town.at += 1
    assert [alarms(town, points) for points in (1, 1)] == [[(110, 50)], []]


def test_a_payment_goes_along_its_edges() -> None:
    """Paid, refunded in part, twice, refunded in full, retired; or retired from any state before: no other edge."""
    taken = set()
    for parts in ((), (1,), (1, 1, 98), (100,)):
        town = purse()
        town.pay(0, 100)
        rows = town.engine.district.trade
        states = ["", "SUCCEEDED"]
        for part in parts:
            assert town.refund("pay_00000001", part).ok
            states.append(rows.returned["pay_00000001"].state)
        town.at += 30 * DAY_S
        town.sweep()
        assert not rows.payments
        assert not rows.returned
        taken |= set(zip(states, [*states[1:], "FINISHED"], strict=True))
    assert taken == PAYMENT_EDGES
