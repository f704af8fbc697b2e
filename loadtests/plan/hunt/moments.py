"""Instants at which an answer may turn: deadlines, ends of windows, midnights.

Off by one second is the commonest fault of a platform with deadlines, and load that comes at random never meets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DAY_S, SHANGHAI_S = 86_400, 28_800
NEAR_S = 4 * 3_600
"""Moments are sought so far ahead: a hunt that jumps over days forgets what it has sown."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, and the ids (of one prefix) that it is about; no prefix: about everybody."""

    at: int
    prefix: str = ""
    ids: tuple[str, ...] = ()


def moments(district: Any, now: int) -> list[Moment]:
    """What comes within `NEAR_S`, the next first; the instant itself has not come yet, nor the second before it."""
    found = {each for each in _all(district, now) if now + 1 < each.at <= now + NEAR_S}
    return sorted(found, key=lambda each: (each.at, each.prefix, each.ids))


def _all(district: Any, now: int) -> Iterator[Moment]:
    for due, _kind, ids in district.deadlines.rows():
        yield from _waiting(district, due, ids)
    for offset in (0, SHANGHAI_S):  # midnight of UTC, which no rule asks for, and of the town
        yield Moment(((now + offset) // DAY_S + 1) * DAY_S - offset)
    window_s = district.policy.reporting.reopen_window_s
    for name, row in district.cases.reports.items():
        if row.closed_at is not None:
            yield Moment(row.closed_at + window_s, "rpt", (name,))
    for (person, _), until in district.points.cooled_at.items():
        yield Moment(until, "per", (person,))
    for name, row in district.grid.codes.items():
        if not row.revoked:
            yield Moment(row.expires_at, "qr", (name,))


def _waiting(district: Any, due: int, ids: list[str]) -> Iterator[Moment]:
    """What a deadline is about; one that waits for nobody in particular is about purchases of that instant."""
    named = [each for each in ids if "_" in each]
    if named:
        yield Moment(due, named[0].partition("_")[0], tuple(named))
        return
    paid = tuple(name for name, row in district.trade.payments.items() if row.refundable_until == due)
    yield Moment(due, "pay", paid) if paid else Moment(due)
