"""The points account of a resident, with the lots that the answers name: who draws from the wrong lot is found, too."""

from __future__ import annotations

from typing import Any

from loadtests.linearizability import Call
from loadtests.linearizability.points import Lot, Points, Purse, credited, drawn

__all__ = ["Account", "Purse"]
Restored = list[Any]  # lot used, points back, lot that takes them or null, its expiry


class Account(Points):
    """A points account whose answers may name lots.

    `earn` {"points", "netted", "ref": lot, "expires"}, `spend` {"points", "ref": payment, "lots": [[lot, points]]},
    `refund` {"of": payment, "points", "netted", "forfeited", "restored"}, `revoke` {"points", "lots", "debt"}.
    What is None or not there is not told, and follows from the state.
    """

    def _ref(self, call: Call) -> str:
        return str(call.value.get("ref") or "")

    def _earn(self, purse: Purse, call: Call, points: int) -> Purse | None:
        netted = call.value.get("netted")
        if netted is not None and netted != min(purse.debt, points):
            return None
        return super()._earn(purse, call, points)

    def _spend(self, purse: Purse, call: Call, points: int) -> Purse | None:
        if purse.available < points:
            return None
        left, used = drawn(purse.lots, points)
        lots = call.value.get("lots")
        if lots is not None and [[ref, part] for _, ref, part in used] != lots:
            return None
        payment = self._ref(call)
        uses = (*purse.uses, (payment, used)) if payment in self._asked_back else purse.uses
        return Purse(left, purse.available - points, purse.debt, purse.at, uses)

    def _refund(self, purse: Purse, call: Call, points: int) -> Purse | None:
        restored = call.value.get("restored")
        if restored is None:
            return super()._refund(purse, call, points)
        payment, value = str(call.value["of"]), call.value
        used = dict(purse.uses).get(payment)
        if used is None or sum(part for _, _, part in used) < points:
            return None
        back, rest = _last(used, points)
        if not _fits(back, value, purse):
            return None
        uses = tuple((name, rest if name == payment else lots) for name, lots in purse.uses)
        after = Purse(purse.lots, purse.available, purse.debt - value["netted"], purse.at, uses)
        for _, part, into, expires in restored:
            if into is not None:
                debt = after.debt
                after = credited(after._replace(debt=0), (expires, into, part))._replace(debt=debt)
        return after

    def _revoke(self, purse: Purse, call: Call, points: int) -> Purse | None:
        lots = call.value.get("lots")
        if lots is None:
            return super()._revoke(purse, call, points)
        taken = dict(lots)
        held = {ref: part for _, ref, part in purse.lots}
        enough = all(held.get(ref, 0) >= part for ref, part in taken.items())
        total = sum(taken.values())
        if not enough or total != min(points, purse.available) or call.value["debt"] != points - total:
            return None
        left = tuple((expires, ref, part - taken.get(ref, 0)) for expires, ref, part in purse.lots)
        kept = tuple(lot for lot in left if lot[2])
        return Purse(kept, purse.available - total, purse.debt + points - total, purse.at, purse.uses)


def _last(used: tuple[Lot, ...], points: int) -> tuple[list[Lot], tuple[Lot, ...]]:
    """The last used points, last use first, and what is still out."""
    back: list[Lot] = []
    rest = list(used)
    while points:
        expires, ref, held = rest.pop()
        part = min(held, points)
        points -= part
        back.append((expires, ref, part))
        if held > part:
            rest.append((expires, ref, held - part))
    return back, tuple(rest)


def _fits(back: list[Lot], value: dict[str, Any], purse: Purse) -> bool:
    """True if the named lots, what pays debt and what is forfeit are these points, from the lots used last (T07).

    A lot that has lapsed gives a new lot or nothing; the points that were used first pay the debt.
    """
    restored: list[Restored] = value["restored"]
    forfeited = sum(part for _, part, into, _ in restored if into is None)
    total = sum(part for _, _, part in back)
    if forfeited != value["forfeited"] or value["netted"] != min(purse.debt, total - forfeited):
        return False
    if sum(part for _, part, _, _ in restored) + value["netted"] != total:
        return False
    most: dict[str, int] = {}
    lapsed = {}
    for expires, ref, part in back:
        most[ref] = most.get(ref, 0) + part
        lapsed[ref] = expires <= purse.at
    for ref, part, into, _ in restored:
        if most.get(ref, 0) < part or (into == ref) == lapsed[ref]:
            return False
        most[ref] -= part
    return True
