"""Where points that come back go: reverse order of use, so that those that expire last return first.

Into their own lot while it lives. A lot that lapsed meanwhile is a new one with days of grace, or nothing, as the
policy says of refunds; what an order that was never completed gives back lapses with its lot. Debt is paid first, by
the points that were used first (sections A5 and A8 of docs/domain.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.district.lots import Lot, LotUse, Restored
from engine.kernel.units import after_days
from engine.points.awards import debt

if TYPE_CHECKING:
    from engine.district import District


@dataclass(frozen=True, slots=True)
class Return:
    """Points on their way back to `person`: `restored` by lot, `netted` of them pay debt, `forfeited` go nowhere."""

    person: str
    restored: tuple[Restored, ...]
    netted: int
    forfeited: int


def restore(
    district: District, owner: str, parts: Sequence[tuple[Lot, int]], at: int, grace_days: int | None
) -> Return:
    """Points of lots, last used first, for whoever the owner's row is now; `grace_days` None: lapsed ones are lost."""
    person = district.residents.root(owner)
    found: list[Restored] = []
    new = 0
    for lot, part in parts:
        if at < lot.expires_at:
            found.append((lot.id, part, lot.id, lot.expires_at))
        elif grace_days is None:
            found.append((lot.id, part, None, 0))
        else:
            found.append((lot.id, part, district.ids.new("lot", new), after_days(at, grace_days)))
            new += 1
    forfeited = sum(part for _, part, into, _ in found if into is None)
    netted = min(debt(district, person), sum(part for _, part in parts) - forfeited)
    return Return(person, _without(found, netted), netted, forfeited)


def last_used(used: Sequence[Lot], lots: Sequence[LotUse], back: int, points: int) -> list[tuple[Lot, int]]:
    """The `points` that come back next, last use first, when `back` came back before; `used` are the rows of `lots`."""
    parts: list[tuple[Lot, int]] = []
    for lot, (_, quantity) in zip(reversed(used), reversed(lots), strict=True):
        part = min(max(0, quantity - back), points)
        back = max(0, back - quantity)
        points -= part
        if part:
            parts.append((lot, part))
    return parts


def _without(returned: list[Restored], netted: int) -> tuple[Restored, ...]:
    """The returned points less those that pay debt, which are the ones that were used first."""
    if not netted:
        return tuple(returned)
    kept: list[Restored] = []
    for lot, part, into, expires_at in reversed(returned):
        pays = min(part, netted) if into is not None else 0
        netted -= pays
        if part > pays:
            kept.append((lot, part - pays, into, expires_at))
    return tuple(reversed(kept))
