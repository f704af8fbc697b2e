"""Instants at which an answer may turn: deadlines, ends of windows, midnights.

Off by one second is the commonest fault of a platform with deadlines, and load that comes at random never meets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DAY_S, SHANGHAI_S = 86_400, 28_800
NEAR_S = 3 * 3_600
"""Moments are sought so far ahead: a hunt that jumps over days forgets what it has sown."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, what ends then, and the ids (of one prefix) that it is about; no prefix: about everybody."""

    at: int
    kind: str
    prefix: str = ""
    ids: tuple[str, ...] = ()


def moments(district: Any, now: int, near_s: int = NEAR_S) -> list[Moment]:
    """What comes within `near_s`, the next first; the instant itself has not come yet, nor the second before it."""
    found = {each for each in _all(district, now) if now + 1 < each.at <= now + near_s}
    return sorted(found, key=lambda each: (each.at, each.kind, each.ids))


def _all(district: Any, now: int) -> Iterator[Moment]:
    for due, kind, ids in district.deadlines.rows():
        yield _waiting(district, due, kind, ids)
    for kind, offset in (("midnight_utc", 0), ("midnight", SHANGHAI_S)):  # no rule asks for the first one
        yield Moment(((now + offset) // DAY_S + 1) * DAY_S - offset, kind)
    window_s = district.policy.reporting.reopen_window_s
    for name, row in district.cases.reports.items():
        if row.closed_at is not None:
            yield Moment(row.closed_at + window_s, "reopening", "rpt", (name,))
    for (person, _), until in district.points.cooled_at.items():
        yield Moment(until, "cooldown", "per", (person,))
    for name, row in district.grid.codes.items():
        if not row.revoked:
            yield Moment(row.expires_at, "code", "qr", (name,))


def _waiting(district: Any, due: int, kind: str, ids: list[str]) -> Moment:
    """What a deadline is about; one that waits for nobody in particular is about purchases of that instant."""
    named = [each for each in ids if "_" in each]
    if named:
        return Moment(due, kind, named[0].partition("_")[0], tuple(named))
    paid = tuple(name for name, row in district.trade.payments.items() if row.refundable_until == due)
    return Moment(due, kind, "pay", paid) if paid else Moment(due, kind)
