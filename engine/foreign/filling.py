"""Fields that a foreign line leaves out, as they must have been: from the policy's terms, or from the rows.

Only what follows is filled in, never what was decided: a price, a number of points, who it was. What rests on a filled
field cannot be wrong, so it is no evidence: lots that are filled in lower the level to E1, and the verdict counts every
field that was filled in. Lots are filled in order of use (the first to expire goes first), returns in the reverse one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import cache
from types import NoneType
from typing import Any, NamedTuple, get_args, get_type_hints

from engine.district.ledger import DEBT
from engine.foreign.entry import Entry, missing
from engine.kernel.event import EVENTS
from engine.kernel.units import after_days
from engine.payments.refunds import grace
from engine.points.awards import draw
from engine.points.restoring import last_used, restore


class Absent(LookupError):
    """A line leaves out what follows from a row that is not there: it names what never was."""


class Told(NamedTuple):
    """What a rule of filling sees: the line's fields so far, its lots, the district before it, its instant."""

    fields: dict[str, Any]
    lots: list[tuple[str, int]] | None
    district: Any
    at: int
    new_lot: Callable[[], str]

    @property
    def policy(self) -> Any:
        """The policy in force."""
        return self.district.policy

    def row(self, rows: Mapping[str, Any], name: str) -> Any:
        """The row that a field names; raises Absent."""
        named = self.fields[name]
        if named not in rows:
            raise Absent(named)
        return rows[named]

    def rule(self) -> Any:
        """The policy's rule of an award; raises LookupError."""
        return self.policy.points.rules[self.fields["rule"]]


Fill = Callable[[Told], Any]


def _vests_at(told: Told) -> int | None:
    rule = told.rule()
    return told.at + rule.vest_delay_s if rule.ledger == "MP" and rule.vest_delay_s else None


def _waits(told: Told) -> bool:
    """Whether an award brings no lot now: it is moral, or vests later."""
    return bool(told.fields.get("ledger") == "MO" or told.fields.get("vests_at") is not None)


def _netted(told: Told) -> int:
    if _waits(told):
        return 0
    owed: int = -told.district.ledger.balances[DEBT].get(told.fields["person"], 0)
    return max(min(int(told.fields["points"]), owed), 0)


def _lot(told: Told) -> str | None:
    if _waits(told) or told.fields["netted"] >= told.fields["points"]:
        return None
    return told.lots[0][0] if told.lots else told.new_lot()


def _expires_at(told: Told) -> int:
    return 0 if _waits(told) else after_days(told.at, told.rule().validity_days)


def _final_at(told: Told) -> int:
    return after_days(told.fields.get("vests_at") or told.at, told.policy.points.revocation_days)


def _cooled_at(told: Told) -> int | None:
    rule = told.rule()
    return told.at + rule.cooldown_s if rule.cooldown_s else None


def _of_award(name: str) -> Fill:
    return lambda told: getattr(told.row(told.district.points.awards, "award"), name)


def _of_payment(name: str) -> Fill:
    return lambda told: getattr(told.row(told.district.trade.payments, "payment"), name)


def _drawn(told: Told, points: int, first: str | None = None) -> list[list[Any]]:
    """Points out of the wallet in order of use; `first` goes before all others."""
    if told.lots:
        return [[lot, -used] for lot, used in told.lots]
    wallet = told.district.points.wallets.get(told.fields["person"], [])
    found = []
    for lot in sorted(wallet, key=lambda each: each.id != first):
        part = min(points, lot.remaining)
        if part > 0:
            found.append([lot.id, part])
            points -= part
    return found


def _taken_back(told: Told) -> list[list[Any]]:
    """Lots of a clawback: as much as is there."""
    if told.fields["ledger"] == "MO":
        return []
    return _drawn(told, told.fields["points"], told.district.points.lot_of(told.fields["award"]))


def _debt(told: Told) -> int:
    taken = sum(points for _, points in told.fields["lots"])
    return 0 if told.fields["ledger"] == "MO" else int(told.fields["points"]) - taken


def _restored(told: Told) -> list[list[Any]]:
    """Points that come back to the lots of a purchase or an order, last use first; lapsed ones as the policy says."""
    if told.lots:
        return [[lot, back, lot, 0] for lot, back in told.lots]
    trade, market = told.district.trade, told.district.market
    if "payment" in told.fields:
        paid = told.row(trade.payments, "payment")
        used, lots = trade.uses.get(told.fields["payment"], ()), paid.lots
        back = trade.returned[told.fields["payment"]].points if told.fields["payment"] in trade.returned else 0
    else:
        order = told.row(market.orders, "order")
        used, lots = order.uses, order.lots
        _, back = market.returned.get(order.id, (0, 0))
    parts = last_used(used, lots, back, told.fields["points"])
    days = grace(told.policy) if "refund" in told.fields else None
    restored = restore(told.district, told.fields["person"], parts, told.at, days).restored
    return [[lot, part, into if into in (None, lot) else told.new_lot(), at] for lot, part, into, at in restored]


def _merged(told: Told) -> list[list[Any]]:
    """Points of both wallets that pay the debt of one."""
    wallets = told.district.points.wallets
    both = sorted([*wallets.get(told.fields["person"], []), *wallets.get(told.fields["into"], [])])
    return [list(each) for each in draw(both, told.fields["netted"], told.at) or ()]


def _unearned(told: Told) -> list[list[Any]]:
    """Points of a purchase taken back: those of its own lot first."""
    own = told.row(told.district.trade.earned, "payment")[2]
    return _drawn(told, told.fields["points"] - told.fields["debt"], own or None)


def _kept(told: Told) -> str | None:
    """The lot of points that a purchase earned."""
    if told.fields["netted"] >= told.fields["points"]:
        return None
    return told.lots[0][0] if told.lots else told.new_lot()


def _owed_by(told: Told) -> int:
    owed: int = -told.district.ledger.balances[DEBT].get(told.fields["person"], 0)
    return max(min(int(told.fields["points"]), owed), 0)


def _lapsed(told: Told) -> str:
    if told.lots:
        return told.lots[0][0]
    wallet = told.district.points.wallets.get(told.fields["person"], [])
    found: str = next((lot.id for lot in wallet if lot.remaining == told.fields["points"]), wallet[0].id)
    return found


def _rate(told: Told) -> int:
    cap: int = told.policy.points.deduction_cap_bp
    merchant = told.district.trade.merchants.get(told.fields["merchant"])
    return min(merchant.points_rate_bp, cap) if merchant is not None else cap


def _refund_until(told: Told) -> int:
    return after_days(told.at, told.policy.payments.refund_window_days)


def _always(value: Any) -> Fill:
    return lambda _told: value


def _cash(told: Told) -> int:
    return int(told.fields["goods_fen"] - told.fields["points"] * told.fields["value_fen"])


FILLS: dict[str, dict[str, Fill]] = {
    "binding.person_registered": {"entered_by": _always("")},
    "payments.merchant_registered": {
        "grid": _always("grd_unknown"),
        "trade": _always("retail"),
        "points_rate_bp": lambda told: told.policy.points.deduction_cap_bp,
    },
    "points.award_granted": {
        "ledger": lambda told: told.rule().ledger,
        "vests_at": _vests_at,
        "netted": _netted,
        "lot": _lot,
        "expires_at": _expires_at,
        "final_at": _final_at,
        "cooled_at": _cooled_at,
    },
    "points.award_vested": {
        "person": _of_award("person"), "rule": _of_award("rule"), "points": _of_award("points"),
        "netted": _netted, "lot": _lot, "expires_at": _expires_at,
    },
    "points.award_cancelled": {
        "person": _of_award("person"), "rule": _of_award("rule"), "points": _of_award("points"),
        "vests_at": _of_award("vests_at"),
    },
    "points.award_revoked": {
        "person": _of_award("person"), "rule": _of_award("rule"), "ledger": _of_award("ledger"),
        "points": _of_award("points"), "lots": _taken_back, "debt": _debt,
    },
    "points.lot_expired": {"lot": _lapsed},
    "points.purchase_earned": {"lot": _kept},
    "points.purchase_unearned": {"lots": _unearned},
    "binding.person_merged": {"lots": _merged},
    "marketplace.order_placed": {"lots": lambda told: _drawn(told, told.fields["points"])},
    "marketplace.points_returned": {"restored": _restored},
    "marketplace.escrow_returned": {"restored": _restored},
    "marketplace.order_refunded": {"restored": _restored},
    "payments.purchase_paid": {
        "channel": _always("bank"),
        "excluded_fen": _always(0),
        "points": _always(0),
        "value_fen": lambda told: told.policy.points.value_fen,
        "rate_bp": _rate,
        "lots": lambda told: _drawn(told, told.fields["points"]),
        "refundable_until": _refund_until,
    },
    "payments.purchase_refunded": {
        "person": _of_payment("person"), "merchant": _of_payment("merchant"), "channel": _of_payment("channel"),
        "value_fen": _of_payment("value_fen"), "points": _always(0), "cash_fen": _cash,
        "netted": _owed_by, "forfeited": _always(0), "restored": _restored,
    },
}  # fmt: skip
"""By event type, in the order in which they are filled: later ones may rest on earlier ones."""
LOT_FIELDS = frozenset({"lot", "lots", "restored"})


@cache
def _optional(wire: str) -> frozenset[str]:
    """Fields that may be null."""
    hints = get_type_hints(EVENTS[wire])
    return frozenset(each.name for each in fields(EVENTS[wire]) if NoneType in get_args(hints[each.name]))  # type: ignore[arg-type]


def fill(entry: Entry, district: Any, new_lot: Callable[[], str]) -> list[str]:
    """Put what an entry leaves out into its fields, as far as it follows; their names. Raises Absent."""
    absent = missing(entry)
    if not absent:
        return []
    rules = FILLS.get(entry.type, {})
    entry.fields = dict(entry.fields)
    told = Told(entry.fields, entry.lots, district, entry.at, new_lot)
    ordered = [name for name in rules if name in absent] + [name for name in absent if name not in rules]
    filled = []
    for name in ordered:
        try:
            if name in rules:
                entry.fields[name] = rules[name](told)
            elif name in _optional(entry.type):
                entry.fields[name] = None
            else:
                continue
        except Absent:
            raise
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
            continue  # the line then lacks the field, and is refused for it
        filled.append(name)
    return filled
