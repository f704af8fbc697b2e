"""Points that purchases earn, where a policy wants it (F32): a whole point for every so many fen of goods kept.

`entitled(R) = (G - R) // fen a point` for goods G of which R came back. What was granted beyond it is taken back right
after each refund, in a record of its own: so a grant rounds down and a return rounds up, and nobody gains by buying and
returning in parts (10 yuan a point: of 100 yuan 22 come back, 3 points go).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.district.purchase_points import PurchaseEarned, PurchaseUnearned
from engine.kernel.units import after_days
from engine.points.awards import debt
from engine.points.clawback import taken_back

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.merchants import PurchasePaid
    from engine.kernel.event import Event
    from engine.policy import PointsPolicy


def earned(district: District, policy: PointsPolicy, paid: PurchasePaid, at: int) -> tuple[Event, ...]:
    """What a purchase earns its buyer, who must be bound; nothing where the policy says so."""
    each = policy.purchase_fen_a_point
    points = paid.goods_fen // each if each and policy.material_on else 0
    if not points or not district.residents.persons[paid.person].active_bindings:
        return ()
    netted = min(points, debt(district, paid.person))
    lot = district.ids.new("lot") if netted < points else None
    expires_at = after_days(at, policy.purchase_validity_days)
    return (PurchaseEarned(paid.payment, paid.person, points, each, netted, lot, expires_at),)


def unearn(district: District, _policy: object, waiting: str, at: int) -> list[Event]:
    """Deadline `purchase_unearn`, right after a refund: points beyond what the goods that are left have earned."""
    granted, each, lot = district.trade.earned[waiting]
    paid = district.trade.payments[waiting]
    over = granted - (paid.goods_fen - district.trade.returned[waiting].goods_fen) // each
    if not over:
        return []
    person = district.residents.root(paid.person)
    uses, owed = taken_back(district, person, over, lot, at)
    return [PurchaseUnearned(waiting, person, over, uses, owed)]
