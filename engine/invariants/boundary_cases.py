"""How a history shows each boundary case: one function each, true at the record that shows it.

They state again, in whole numbers, where a rule's edge lies; they call no rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.district.owners import TAKE_PART
from engine.kernel.units import BASIS, DAY_S, SHANGHAI_OFFSET_S

if TYPE_CHECKING:
    from engine.invariants.boundaries import Seen
    from engine.kernel.command import Outcome

LAST, FIRST = DAY_S - 1, 0  # seconds of a civil day
NON_EXACT = 2


def always(_seen: Seen, _event: Any, _outcome: Outcome) -> bool:
    """The event, or the code, is the case."""
    return True


def _most(seen: Seen, event: Any, more_fen: int = 0) -> int:
    """How many points may pay, at most, of goods (and `more_fen`) that points may pay for."""
    value_fen = seen.district.policy.points.value_fen
    if not value_fen:
        return 0
    return int((event.goods_fen - event.excluded_fen + more_fen) * event.rate_bp // (BASIS * value_fen))


def nothing_allowed(seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B01."""
    return _most(seen, event) == 0


def at_the_cap(seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B02."""
    return bool(event.points) and event.points == _most(seen, event)


def fee_left_out(seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B03."""
    most = _most(seen, event)
    return bool(event.fee_fen) and event.points == most and _most(seen, event, event.fee_fen) > most


def last_second_of_a_lot(seen: Seen, event: Any, outcome: Outcome) -> bool:
    """B04."""
    return any(_end(seen, lot) == outcome.by.at + 1 for lot, _ in event.lots)


def _end(seen: Seen, lot: str) -> int:
    """When a lot lapses, by the books."""
    return seen.books.lots.expiry(lot)


def round_midnight(seen: Seen, _event: Any, outcome: Outcome) -> bool:
    """B05."""
    second = (outcome.by.at + SHANGHAI_OFFSET_S) % DAY_S
    if second in (LAST, FIRST):
        seen.kept.setdefault("B05", set()).add(second)
    return len(seen.kept.get("B05", ())) > 1


def two_ends(seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B06."""
    return len({_end(seen, lot) for lot, _ in event.lots}) > 1


def lapsed_meanwhile(_seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B07."""
    return bool(event.forfeited > 0) or any(into not in (None, lot) for lot, _, into, _ in event.restored)


def last_part(seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B08: a part is exact where its points are its share of the goods."""
    name = getattr(event, "payment", None) or event.order
    district = seen.district
    whole = district.trade.payments.get(name) or district.market.orders.get(name)
    if whole is None or not whole.points:
        return False
    parts = seen.kept.setdefault("B08", {})
    back_fen, uneven = parts.get(name, (0, 0))
    back_fen += event.goods_fen
    if back_fen == whole.goods_fen and uneven >= NON_EXACT:
        return True
    uneven += event.goods_fen * whole.points != event.points * whole.goods_fen
    parts[name] = back_fen, uneven
    return False


def owing(_seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B09."""
    return bool(event.debt)


def pays_debt(_seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B10."""
    return bool(event.netted > 0)


def held_still(seen: Seen, event: Any, outcome: Outcome) -> bool:
    """B11."""
    order = seen.district.market.orders.get(event.order)
    return bool(order is not None and order.hold_expires == outcome.by.at + 1)


def merchant_owes(seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B15."""
    return seen.owed_to(event.merchant) < 0


def last_second_of_a_case(seen: Seen, event: Any, outcome: Outcome) -> bool:
    """B16: instants of closing are kept until the case is met."""
    closed = seen.kept.setdefault("B16", {})
    if event.type == "reporting.report_closed":
        closed[event.report] = outcome.by.at
        return False
    window_s = seen.district.policy.reporting.reopen_window_s
    return bool(event.cause == "reopen" and closed.get(event.report) == outcome.by.at + 1 - window_s)


def raised_in_suspense(seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B18."""
    row = seen.district.cases.reports.get(event.report)
    return row is not None and row.state == "SUSPENDED"


def two_thirds(seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B19."""
    vote = seen.district.board.votes.get(event.vote)
    if vote is None or not vote.matter or not event.areas:
        return False
    whole, part, _ = event.areas
    most, of = TAKE_PART
    return bool(event.ballots * of == vote.electorate * most or part * of == whole * most)


def merged_voter(seen: Seen, event: Any, _outcome: Outcome) -> bool:
    """B20: the ballot stands under the row that voted."""
    vote = seen.district.board.votes.get(event.vote)
    return vote is not None and vote.unit != "household" and vote.entitled.get(event.person) != event.person


def of_a_duplicate(_seen: Seen, event: Any, outcome: Outcome) -> bool:
    """B21."""
    return getattr(outcome.by.command, "of", None) not in (None, event.root)
