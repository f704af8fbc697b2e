"""Money by hand: purchases at tills, refunds found by trying every split, what is owed to whom.

A refund's split is not computed: every number of points is tried, the possible ones are kept, and of these the one
nearest to what the policy aims at is taken.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from loadtests.zoo.tokens import Token, midnight_after

BASIS = 10_000


@dataclass(slots=True)
class Sale:
    """A purchase, and what of it has come back."""

    person: str
    merchant: str
    channel: str
    goods: int
    value: int
    tokens: list[Token]
    until: int
    goods_back: int = 0
    points_back: int = 0

    @property
    def points(self) -> int:
        """Points that it was paid by."""
        return len(self.tokens)

    def possible(self, goods: int) -> list[int]:
        """Every number of points that a refund of so many fen can return."""
        cash_left = self.goods - self.points * self.value - (self.goods_back - self.points_back * self.value)
        return [
            points
            for points in range(self.points - self.points_back + 1)
            if 0 <= goods - points * self.value <= cash_left
        ]

    def split(self, goods: int, order: str) -> int | None:
        """Points of a refund under the policy's order; None where no whole split fits."""
        found = self.possible(goods)
        if not found:
            return None
        if order == "cash_first":
            return min(found)
        if order == "points_first":
            return max(found)
        shares = [Fraction(self.points * part, self.goods) for part in (self.goods_back, self.goods_back + goods)]
        before, after = (int(share) for share in shares)
        if min(after - self.points_back, after - before) > max(found):
            return None
        return min(found, key=lambda points: abs(points - (after - self.points_back)))


class Till:
    """Sales, and how much of each kind is owed, in fen."""

    def __init__(self) -> None:
        """Nothing sold."""
        self.sales: dict[str, Sale] = {}
        self.rates: dict[str, int] = {}
        self.merchants: Counter[str] = Counter()
        self.channels: Counter[str] = Counter()
        self.sponsor = 0

    def too_much(self, data: dict[str, Any], policy: Any) -> bool:
        """Whether points would pay more than the rate allows."""
        rate = min(self.rates[data["merchant"]], policy.points.deduction_cap_bp)
        eligible = data["goods_fen"] - data["excluded_fen"]
        return Fraction(data["points"] * policy.points.value_fen) > Fraction(eligible * rate, BASIS)

    def sell(self, payment: str, data: dict[str, Any], tokens: list[Token], policy: Any, at: int) -> None:
        """A purchase."""
        value = policy.points.value_fen
        until = midnight_after(at, policy.payments.refund_window_days)
        sale = Sale(data["person"], data["merchant"], data["channel"], data["goods_fen"], value, tokens, until)
        self.sales[payment] = sale
        self.merchants[sale.merchant] += sale.goods
        self.channels[sale.channel] += sale.goods - sale.points * value
        self.sponsor += sale.points * value

    def refusal(self, payment: str, goods: int, policy: Any, at: int) -> str:
        """Why a refund is not possible."""
        sale = self.sales.get(payment)
        if sale is None:
            return "PAYMENT_NOT_FOUND"
        if at >= sale.until:
            return "REFUND_WINDOW_CLOSED"
        if sale.goods_back + goods > sale.goods:
            return "REFUND_EXCEEDS_PAID"
        if sale.split(goods, policy.payments.refund_order) is None:
            return "REFUND_NOT_REPRESENTABLE"
        if self.merchants[sale.merchant] - goods < -policy.payments.merchant_limit_fen:
            return "REFUND_MERCHANT_FUNDS"
        return ""

    def take_back(self, payment: str, goods: int, policy: Any) -> tuple[Sale, list[Token]]:
        """A refund: the tokens that come back, in the order in which they were used."""
        sale = self.sales[payment]
        points = sale.split(goods, policy.payments.refund_order) or 0
        out = sale.tokens[: sale.points - sale.points_back]
        back = out[len(out) - points :]
        sale.goods_back += goods
        sale.points_back += points
        self.merchants[sale.merchant] -= goods
        self.channels[sale.channel] -= goods - points * sale.value
        self.sponsor -= points * sale.value
        return sale, back
