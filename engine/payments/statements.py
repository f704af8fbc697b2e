"""Reconciling (F34): a channel's daily statement, line by line, against payments and refunds of checkouts (H13).

A line that matches nothing is booked to suspense at once (long). A payment or refund that a statement lacks may stand
on one of the next `payments.statement_slack_days`; after that it is booked, too (short). Every later statement tries
again: a long line whose notice came meanwhile, a short payment whose line came meanwhile, are cleared.
Till purchases have no lines: the channel settles them as a sum.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from engine.district.checkouts import UNDER_WAY, Entry, Kind
from engine.district.merchants import Channel
from engine.district.statements import (
    Difference,
    DifferenceBooked,
    DifferenceCleared,
    DifferenceWrittenOff,
    Line,
    Side,
    StatementFiled,
    StatementReconciled,
)
from engine.kernel.command import Command, Envelope, anyone, command, own
from engine.kernel.event import Event
from engine.kernel.ids import DifferenceId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Count, civil_day
from engine.payments.channel_refunds import Back, requested
from engine.payments.codes import (
    DIFFERENCE_NOT_FOUND,
    DIFFERENCE_NOT_RETURNABLE,
    DIFFERENCE_OVER,
    STATEMENT_EXISTS,
    STATEMENT_TOO_EARLY,
)

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


@dataclass(slots=True)
class Reading:
    """A statement on its way through the ledger: what is expected, and what was found so far."""

    expected: dict[Entry, int]
    short: dict[Line, Difference]
    matched: list[Line] = field(default_factory=list)
    unknown: list[Line] = field(default_factory=list)
    cleared: list[Difference] = field(default_factory=list)

    def read(self, line: Line) -> None:
        """One line: a payment that is waited for, one that was missed before, or nothing known."""
        reference, kind, amount_fen = line
        if self.expected.get((reference, kind)) == amount_fen:
            del self.expected[reference, kind]
            self.matched.append(line)
        elif line in self.short:
            self.cleared.append(self.short.pop(line))
        else:
            self.unknown.append(line)


@command(
    "payments.file_statement",
    {"channel": own("channel"), "system": anyone},
    (STATEMENT_EXISTS, STATEMENT_TOO_EARLY),
)
class FileStatement(Command):
    """A channel states what it moved on one civil day for checkouts: one line a payment or refund."""

    channel: Channel
    day: Count
    lines: tuple[Line, ...]

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """The statement, what it leaves in suspense, and what it clears."""
        if self.day <= district.statements.stated_through.get(self.channel, -1):
            raise Rejected(STATEMENT_EXISTS, through=district.statements.stated_through[self.channel])
        if self.day >= civil_day(by.at):
            raise Rejected(STATEMENT_TOO_EARLY)
        reading = _reading(district, self.channel)
        _retry(district, self.channel, reading)
        for line in self.lines:
            reading.read(line)
        return self._told(district, reading, _missed(district, policy, reading, self.day))

    def _told(self, district: District, reading: Reading, missed: list[Line]) -> tuple[Event, ...]:
        statement = district.ids.new("stm")
        sides: tuple[tuple[Side, list[Line]], ...] = (("long", reading.unknown), ("short", missed))
        found = [(side, line) for side, lines in sides for line in lines]
        filed = StatementFiled(statement, self.channel, self.day, len(self.lines), tuple(reading.matched), len(found))
        booked = [
            DifferenceBooked(district.ids.new("dif", ahead), statement, self.channel, side, *line)
            for ahead, (side, line) in enumerate(found)
        ]
        return (filed, *booked, *cleared(district, reading.cleared))


def _reading(district: District, channel: str) -> Reading:
    """What a channel is expected to state, and what it was missed to state before."""
    unstated = district.checkouts.unstated
    expected = {entry: moved.amount_fen for entry, moved in unstated.items() if moved.channel == channel}
    rows = district.statements.differences.values()
    short = {each.line: each for each in rows if each.channel == channel and each.side == "short"}
    return Reading(expected, short)


def _retry(district: District, channel: str, reading: Reading) -> None:
    """Long lines of earlier statements whose payment is known by now."""
    for each in district.statements.differences.values():
        reference, kind, amount_fen = each.line
        known = reading.expected.get((reference, kind)) == amount_fen
        if each.channel == channel and each.side == "long" and known:
            del reading.expected[reference, kind]
            reading.cleared.append(each)


def _missed(district: District, policy: Policy, reading: Reading, day: int) -> list[Line]:
    """Payments and refunds that have been missing from statements for too long."""
    latest = day - policy.payments.statement_slack_days
    unstated = district.checkouts.unstated
    return [
        (reference, kind, amount_fen)
        for (reference, kind), amount_fen in reading.expected.items()
        if civil_day(unstated[reference, kind].at) <= latest
    ]


def cleared(district: District, differences: list[Difference]) -> list[Event]:
    """Differences that are gone, and statements that they leave reconciled."""
    events: list[Event] = [
        DifferenceCleared(each.id, each.channel, each.side, *each.line, returned=False)  # type: ignore[arg-type]
        for each in differences
    ]
    return [*events, *reconciled(district, [each.statement for each in differences])]


def reconciled(district: District, settled: list[str]) -> list[Event]:
    """The end of statements of which as many differences are settled as are open."""
    names = sorted(set(settled))
    return [StatementReconciled(each) for each in names if settled.count(each) == district.statements.disputed[each]]


@command(
    "payments.resolve_difference",
    {"officer": anyone},
    (DIFFERENCE_NOT_FOUND, DIFFERENCE_OVER, DIFFERENCE_NOT_RETURNABLE),
)
class ResolveDifference(Command):
    """Settle a difference by hand: send money that belongs to no payment back to its payer, or write it off."""

    difference: DifferenceId
    how: Literal["return", "write_off"]

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A difference that is gone."""
        row = district.statements.differences.get(self.difference)
        if row is None:
            raise Rejected(DIFFERENCE_OVER if district.ids.issued(self.difference) else DIFFERENCE_NOT_FOUND)
        reference, kind, amount_fen = row.line
        ends = reconciled(district, [row.statement])
        if self.how == "write_off":
            gain = (row.side == "long") == (kind == "paid")
            return (DifferenceWrittenOff(row.id, gain, amount_fen), *ends)
        if not _returnable(district, row, (reference, kind)):
            raise Rejected(DIFFERENCE_NOT_RETURNABLE)
        done = DifferenceCleared(row.id, row.channel, row.side, reference, kind, amount_fen, returned=True)  # type: ignore[arg-type]
        refund = requested(district, policy, Back(row.id, row.channel, amount_fen), by.at)
        return (done, refund, *ends)


def _returnable(district: District, row: Difference, entry: tuple[str, Kind]) -> bool:
    """True for money that came, and that no payment is waiting for or may still claim."""
    checkout = district.checkouts.checkouts.get(entry[0])
    waits = checkout is not None and checkout.state in UNDER_WAY
    return row.side == "long" and row.line[1] == "paid" and not waits and entry not in district.checkouts.unstated
