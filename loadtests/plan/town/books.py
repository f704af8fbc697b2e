"""What merchants, channels and the sponsor are owed and owe: settlements and refunds of the plan ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.district.ledger import BIL, CH, RID
from engine.views.payments import payable_fen, sponsor_due_fen
from loadtests.plan.town.purses import TILL_MERCHANT, TILL_PERSON, buying, spending
from loadtests.plan.town.steps import REGISTRY, Step, Teller
from loadtests.plan.town.touched import Touched

CHANNELS = ("alipay", "wechat", "bank")
PAID_AT_ONCE = {BIL: "payments.settle_billers", RID: "marketplace.pay_riders"}
"""Companies and riders: the account of each kind, and the command that pays all of them."""


def keep_books(found: Touched, teller: Teller, at: int) -> None:
    """Bring every merchant that the plan names, the channels and the sponsor to what the log says of them.

    Channels come last, through the town's own till: what points paid is owed to merchants, but by no channel.
    """
    _sponsor(found, teller, at)
    for account, wire in PAID_AT_ONCE.items():
        if _owed(teller.district, account) and not _owed(found.district, account):
            teller.tell(Step(at, REGISTRY, wire, {}))
    for step in _below_zero(found, teller.district, at):
        teller.tell(step)
    if any(payable_fen(teller.district, each) > 0 for each in teller.district.trade.merchants):
        teller.tell(Step(at, REGISTRY, "payments.settle_merchants", {}))
    for merchant, fen in _missing(found, teller.district):
        if fen > 0:
            teller.tell(_cash(merchant, CHANNELS[0], fen, at))
    for channel in CHANNELS:
        if _due(teller.district, channel) > 0:
            teller.tell(Step(at, REGISTRY, "payments.settle_channel", {"channel": channel}))
        fen = _due(found.district, channel) - _due(teller.district, channel)
        if fen > 0:
            teller.tell(_cash(TILL_MERCHANT, channel, fen, at))


def _owed(district: Any, account: int) -> bool:
    """True if somebody of a kind is owed something."""
    return any(fen > 0 for fen in district.ledger.balances[account].values())


def _sponsor(found: Touched, teller: Teller, at: int) -> None:
    due, policy = sponsor_due_fen(found.district), teller.district.policy
    missing = (due - sponsor_due_fen(teller.district)) // policy.points.value_fen
    if missing > 0:
        teller.tell(spending(TILL_PERSON, missing, policy, at))
    surplus = sponsor_due_fen(teller.district) - due
    if surplus > 0:
        teller.tell(Step(at, REGISTRY, "payments.reimburse_points", {"amount_fen": surplus}))


def points_of_the_till(found: Touched) -> int:
    """Points that the till needs at most, so that the sponsor owes what the log says."""
    value_fen: int = found.district.policy.points.value_fen
    return -(-max(0, sponsor_due_fen(found.district)) // value_fen)


def _cash(merchant: str, channel: str, fen: int, at: int) -> Step:
    return buying(TILL_PERSON, (merchant, channel), (fen, 0), at)


def _due(district: Any, channel: str) -> int:
    """What a channel owes, in fen."""
    return -int(district.ledger.balance(CH, channel))


def _missing(found: Touched, told: Any) -> list[tuple[str, int]]:
    """What each merchant of the plan lacks, in fen; negative for a surplus."""
    trade = found.district.trade
    names = [each for each in found.of("mer") if each in trade.merchants]
    return [(each, payable_fen(found.district, each) - payable_fen(told, each)) for each in names]


def _below_zero(found: Touched, told: Any, at: int) -> Iterator[Step]:
    """A merchant below zero has refunded what was settled: bought, settled, refunded."""
    trade = found.district.trade
    names = [each for each in found.of("mer") if each in trade.merchants]
    below = [
        (each, max(0, payable_fen(told, each)) - payable_fen(found.district, each))
        for each in names
        if payable_fen(found.district, each) < min(0, payable_fen(told, each))
    ]
    for merchant, fen in below:
        step = _cash(merchant, CHANNELS[0], fen, at)
        yield Step(at, step.actor, step.type, step.data, {"payment": f"below zero: {merchant}"})
    if below:
        yield Step(at, REGISTRY, "payments.settle_merchants", {})
    for merchant, fen in below:
        goods = fen - max(0, payable_fen(told, merchant))
        data = {"payment": f"below zero: {merchant}", "goods_fen": goods}
        yield Step(at, REGISTRY, "payments.refund_purchase", data)
