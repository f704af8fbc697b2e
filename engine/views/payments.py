"""What merchants, the sponsor and the channels owe and are owed, and what points may pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.ledger import MER, NOBODY, SP
from engine.district.merchants import Returned
from engine.payments.purchases import most_points

if TYPE_CHECKING:
    from engine.district import District


def most_points_at(district: District, merchant: str, eligible_fen: int) -> int:
    """The most points that may pay goods worth `eligible_fen` at a merchant now; 0 at an unknown one."""
    found = district.trade.merchants.get(merchant)
    if found is None:
        return 0
    policy = district.policy.points
    return most_points(eligible_fen, min(found.points_rate_bp, policy.deduction_cap_bp), policy.value_fen)


def payment_seen(district: District, payment: str) -> dict[str, str | int] | None:
    """A purchase and what of it came back; None for an unknown one, and once its refund window is over."""
    paid = district.trade.payments.get(payment)
    if paid is None:
        return None
    returned = district.trade.returned.get(payment, Returned())
    return {
        "payment": paid.payment,
        "person": paid.person,
        "merchant": paid.merchant,
        "channel": paid.channel,
        "goods_fen": paid.goods_fen,
        "points": paid.points,
        "state": returned.state,
        "returned_fen": returned.goods_fen,
        "returned_points": returned.points,
        "refundable_until": paid.refundable_until,
    }


def payable_fen(district: District, merchant: str) -> int:
    """What a merchant is owed; negative after refunds of settled purchases."""
    return district.ledger.balance(MER, merchant)


def sponsor_due_fen(district: District) -> int:
    """What the sponsor of points owes."""
    return -district.ledger.balance(SP, NOBODY)
