"""The other objects that are judged one by one: what happens once, what moves through states, and payments."""

from __future__ import annotations

from typing import Any, NamedTuple

from engine.export import EDGES
from loadtests.linearizability import IMPOSSIBLE, Call

BY_DEADLINE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("SUBMITTED", "TRIAGED", "DISPATCHED", "IN_PROGRESS", "ACTIVE", "PENDING_REVIEW", "LIVE"), ()),
    **dict.fromkeys(("DRAFT", "TALLIED", "VALID", "INVALID", "VESTED", "SUCCEEDED", "PART_REFUNDED"), ()),
    "RESOLVED": ("CLOSED",),
    "SUSPENDED": ("IN_PROGRESS",),
    "OPEN": ("CLOSED", "TALLIED", "FULL"),
    "CLOSED": ("TALLIED", "FINAL", "HELD"),
    "PENDING": ("VESTED",),
    "SET": ("ENDED",),
    "PUBLISHED": ("ARCHIVED", "OPEN"),
}
"""States that a deadline enters by itself, without anybody being answered, by the state before."""
SILENT = {origin: tuple(to for other, to in EDGES if other == origin) for origin, _ in EDGES} | BY_DEADLINE
"""The same of every state; from one that is not listed any edge may have been taken unseen."""
BEFORE = {to: frozenset(origin for origin, target in EDGES if target == to) for _, to in EDGES}


def moved(state: str | None, to: str) -> Any:
    """The next state of an entity, or IMPOSSIBLE (T01); None: it existed before the run, in a state not known."""
    origins = BEFORE.get(to, frozenset())
    if state is None:
        return to if origins - {""} else IMPOSSIBLE
    if state in origins:
        return to
    reached = {state}
    waiting = [state]
    while waiting:
        for after in SILENT.get(waiting.pop(), ()):
            if after not in reached:
                reached.add(after)
                waiting.append(after)
    return to if reached & origins else IMPOSSIBLE


class Sale(NamedTuple):
    """A purchase and what came back of it: goods, points, fen a point; goods and points refunded; nothing if unpaid."""

    goods: int
    points: int
    value: int
    goods_back: int = 0
    points_back: int = 0


def fair_points(sale: Sale, goods: int, order: str) -> int | None:
    """Points of a refund of `goods` fen (section A8 of docs/domain.md), found by trying what is possible.

    d points and the rest in cash are possible if neither is negative nor more than was paid. Pro rata, d is the
    possible number nearest to the share of the points that belongs to the goods returned by then, and the refund must
    be able to carry its own share; cash first takes the fewest, points first the most.
    """
    cash_left = sale.goods - sale.points * sale.value - (sale.goods_back - sale.points_back * sale.value)
    left = sale.points - sale.points_back
    fewest = max(0, -((cash_left - goods) // sale.value)) if goods > cash_left else 0
    most = min(left, goods // sale.value)
    if fewest > most:
        return None
    if order != "pro_rata":
        return fewest if order == "cash_first" else most
    due = sale.points * (sale.goods_back + goods) // sale.goods
    own = due - sale.points * sale.goods_back // sale.goods
    aim = due - sale.points_back
    if min(aim, own) > most:
        return None
    return sorted((fewest, aim, most))[1]


def refunded(sale: Sale | None, call: Call, order: str) -> Any:
    """The sale after a refund, or IMPOSSIBLE (S08, T08)."""
    if sale is None:
        return IMPOSSIBLE
    goods = call.value["goods"]
    if sale.goods_back + goods > sale.goods:
        return sale if call.type == "info" else IMPOSSIBLE
    points = fair_points(sale, goods, order)
    if call.type == "info":
        return sale if points is None else _after(sale, goods, points)
    if points is None or points != call.value["points"] or call.value["cash"] != goods - points * sale.value:
        return IMPOSSIBLE
    return _after(sale, goods, points)


def _after(sale: Sale, goods: int, points: int) -> Sale:
    return sale._replace(goods_back=sale.goods_back + goods, points_back=sale.points_back + points)


def refusal_fits(sale: Sale | None, call: Call, order: str) -> bool:
    """True if a refund can be refused so: more than is left, or no fair split."""
    if sale is None:
        return True
    left = sale.goods - sale.goods_back
    goods = call.value["goods"]
    if call.result == "REFUND_EXCEEDS_PAID":
        said = (call.value.get("details") or {}).get("left_fen", left)
        return bool(goods > left and said == left)
    if call.result == "REFUND_NOT_REPRESENTABLE":
        return bool(goods <= left and fair_points(sale, goods, order) is None)
    return True
