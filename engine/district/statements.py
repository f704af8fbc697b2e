"""Rows and events of channel statements: what a channel says it moved, held against what the ledger has (H13).

A line without a payment is *long*, a payment without a line *short*; either stands in suspense until a later statement
or an officer clears it. `paid` lines bring money in, `refunded` ones take it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.district.checkouts import Kind
from engine.district.ledger import CH, COST, NOBODY, SUS
from engine.district.merchants import Channel
from engine.kernel.event import Event, Posting, event
from engine.kernel.ids import DifferenceId, StatementId
from engine.kernel.units import Count, Fen, Name, PositiveFen

if TYPE_CHECKING:
    from engine.district.district import District

Side = Literal["long", "short"]
Line = tuple[Name, Kind, PositiveFen]  # checkout or refund through the channel, what happened, how many fen
StatementState = Literal["DISPUTED", "RECONCILED"]
STATEMENT_EDGES = frozenset({("", "RECONCILED"), ("", "DISPUTED"), ("DISPUTED", "RECONCILED")})


@dataclass(slots=True)
class Difference:
    """Money in suspense: on which statement of which channel, about what."""

    id: str
    statement: str
    channel: str
    side: Side
    line: Line


class StatementRows:
    """Disputed statements with their open differences, the last day that each channel has stated, money sent back."""

    __slots__ = ("differences", "disputed", "sent_back", "stated_through")

    def __init__(self) -> None:
        """Nothing stated."""
        self.stated_through: dict[str, int] = {}
        self.differences: dict[str, Difference] = {}
        self.disputed: dict[str, int] = {}  # statement -> open differences
        self.sent_back: dict[str, None] = {}  # checkouts whose money an officer returned out of suspense


def into_suspense(channel: str, side: str, kind: str, amount_fen: int) -> Posting:
    """Section A7, row 'statement': the channel is held to have what it says it has."""
    if (side == "long") == (kind == "paid"):
        return (CH, channel, SUS, NOBODY, amount_fen)
    return (SUS, NOBODY, CH, channel, amount_fen)


def turned(posting: Posting) -> Posting:
    """The posting that undoes one."""
    source, source_owner, target, target_owner, amount = posting
    return (target, target_owner, source, source_owner, amount)


@event("payments.statement_filed")
class StatementFiled(Event):
    """A channel's statement of one civil day; `matched` lines are payments and refunds that were waiting for it."""

    statement: StatementId
    channel: Channel
    day: Count
    lines: Count
    matched: tuple[Line, ...]
    open_differences: Count

    def apply(self, district: District) -> None:
        """Nobody waits for the matched lines any more."""
        rows = district.statements
        district.ids.taken_next("stm")
        rows.stated_through[self.channel] = self.day
        for reference, kind, _ in self.matched:
            del district.checkouts.unstated[reference, kind]
        if self.open_differences:
            rows.disputed[self.statement] = self.open_differences


@event("payments.difference_booked")
class DifferenceBooked(Event):
    """A line and the ledger disagree: the amount stands in suspense."""

    difference: DifferenceId
    statement: StatementId
    channel: Channel
    side: Side
    reference: Name
    kind: Kind
    amount_fen: PositiveFen

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'statement'."""
        return (into_suspense(self.channel, self.side, self.kind, self.amount_fen),)

    def apply(self, district: District) -> None:
        """Move the amount and keep the difference; what is short is not waited for any more."""
        district.ids.taken_next("dif")
        district.ledger.post(self.postings())
        line: Line = (self.reference, self.kind, self.amount_fen)
        district.statements.differences[self.difference] = Difference(
            self.difference, self.statement, self.channel, self.side, line
        )
        if self.side == "short":
            del district.checkouts.unstated[self.reference, self.kind]


@event("payments.difference_cleared")
class DifferenceCleared(Event):
    """A difference is gone: the other side has come, or (`returned`) an officer has sent the money back."""

    difference: DifferenceId
    channel: Channel
    side: Side
    reference: Name
    kind: Kind
    amount_fen: PositiveFen
    returned: bool

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'statement', turned round."""
        return (turned(into_suspense(self.channel, self.side, self.kind, self.amount_fen)),)

    def apply(self, district: District) -> None:
        """Move the amount back; a payment that a long line announced is not waited for any more."""
        district.ledger.post(self.postings())
        _settled(district, self.difference)
        if self.returned:
            district.statements.sent_back[self.reference] = None
        elif self.side == "long":
            del district.checkouts.unstated[self.reference, self.kind]


@event("payments.difference_written_off")
class DifferenceWrittenOff(Event):
    """An officer gives a difference up: what is in suspense becomes cost, or lessens it."""

    difference: DifferenceId
    gain: bool
    amount_fen: Fen

    def postings(self) -> tuple[Posting, ...]:
        """Section A7, row 'difference written off'."""
        moved = (SUS, NOBODY, COST, NOBODY, self.amount_fen)
        return (moved if self.gain else turned(moved),)

    def apply(self, district: District) -> None:
        """Move the amount."""
        district.ledger.post(self.postings())
        _settled(district, self.difference)


def _settled(district: District, difference: str) -> None:
    rows = district.statements
    rows.disputed[rows.differences.pop(difference).statement] -= 1


@event("payments.statement_reconciled")
class StatementReconciled(Event):
    """No difference of the statement is open any more."""

    statement: StatementId

    def apply(self, district: District) -> None:
        """The statement is over."""
        del district.statements.disputed[self.statement]
