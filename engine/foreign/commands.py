"""What a record's command must have been: lines tell events, and a few watchers ask which command gave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.kernel.event import Event

FIRED = "clock.deadline_fired"
BEGUN_BY = {
    FIRED: "clock.fire_deadline",
    "grid.cases_scanned": "grid.scan_cases",
    "points.deduction_posted": "points.review_deductions",
    "points.deduction_declined": "points.review_deductions",
}
"""Event that begins a record -> the command that gives it."""


@dataclass(slots=True)
class Told:
    """A command as far as its events tell it."""

    type: str
    personal: tuple[str, ...] = ()
    person: str = ""
    evidence: str = ""
    lines: tuple[Any, ...] = ()


def told(events: Sequence[Event]) -> Any:
    """The command of a record, as its first events show it."""
    if not events:
        return Told("rejected")
    first: Any = events[0]
    if first.type == "points.award_granted":
        return Told("points.grant_award", person=first.person, evidence=first.evidence)
    if first.type == "payments.statement_filed":
        return Told("payments.file_statement", lines=_lines(first, events))
    return Told(BEGUN_BY.get(first.type, first.type))


def _lines(filed: Any, events: Sequence[Event]) -> tuple[Any, ...]:
    """What a statement's lines must have been: matched, more than expected, or the end of an earlier difference."""
    found = list(filed.matched)
    for each in events:
        ended = (each.type, getattr(each, "side", "")) in (
            ("payments.difference_booked", "long"),
            ("payments.difference_cleared", "short"),
        )
        if ended:
            found.append((each.reference, each.kind, each.amount_fen))  # type: ignore[attr-defined]
    return tuple(found)
