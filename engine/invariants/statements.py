"""Statements of channels (H13): every line is a payment, a refund, or money in suspense, and nothing is lost between.

Lines are compared as multisets with what the record makes of them; what should be on a statement is noted from the
events that moved the money.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar

from engine.district.ledger import NOBODY, SUS
from engine.invariants.books import Books
from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import civil_day

Waiting = tuple[str, int, int]  # channel, fen, civil day


class Statements(Watcher):
    """Every statement, and everything that waits for one."""

    ids: ClassVar[tuple[str, ...]] = ("H13",)

    def __init__(self, district: Any, broken: Broken, books: Books) -> None:
        """Nothing stated."""
        super().__init__(district, broken)
        self.books = books
        self.waiting: dict[tuple[str, str], Waiting] = {}
        self.open: dict[str, int] = {}  # difference -> fen that it holds in suspense

    def looks(self) -> Mapping[str, Look]:
        """Money that a statement should show, statements, and differences."""
        return {
            "payments.payment_succeeded": self.paid,
            "payments.payment_came_late": self.paid,
            "payments.channel_refund_succeeded": self.refunded,
            "payments.statement_filed": self.filed,
            "payments.difference_booked": self.booked,
            "payments.difference_cleared": self.cleared,
            "payments.difference_written_off": self.written_off,
        }

    def paid(self, event: Any, outcome: Outcome) -> None:
        """Money that came."""
        self.waiting[event.checkout, "paid"] = (event.channel, event.amount_fen, civil_day(outcome.by.at))

    def refunded(self, event: Any, outcome: Outcome) -> None:
        """Money that went back."""
        self.waiting[event.channel_refund, "refunded"] = (event.channel, event.amount_fen, civil_day(outcome.by.at))

    def filed(self, event: Any, outcome: Outcome) -> None:
        """Lines become matches, differences, or the end of earlier differences; what is missing for long is booked."""
        self.counts["H13"] += len(outcome.by.command.lines)  # type: ignore[attr-defined]
        booked = [each for each in outcome.events if each.type == "payments.difference_booked"]
        over = [each for each in outcome.events if each.type == "payments.difference_cleared"]
        found = Counter(event.matched)
        found.update(_line(each) for each in booked if each.side == "long")  # type: ignore[attr-defined]
        found.update(_line(each) for each in over if each.side == "short")  # type: ignore[attr-defined]
        told: Counter[Any] = Counter(outcome.by.command.lines)  # type: ignore[attr-defined]
        if found != told or event.lines != told.total() or event.open_differences != len(booked):
            self.broken("H13", f"lines {told}, accounted for are {found}", outcome, event)
        for reference, kind, amount_fen in event.matched:
            self._met(event, (reference, kind), amount_fen, outcome)
        latest = event.day - self.district.policy.payments.statement_slack_days
        settled = {(each.reference, each.kind) for each in (*booked, *over)}  # type: ignore[attr-defined]
        for entry, (channel, _, day) in self.waiting.items():
            if channel == event.channel and day <= latest and entry not in settled:
                self.broken("H13", f"{entry} of day {day} is on no statement and not in suspense", outcome, event)

    def _met(self, event: Any, entry: tuple[str, str], amount_fen: int, outcome: Outcome) -> None:
        """What a line says is what happened at this channel, and no line has said it before."""
        known = self.waiting.pop(entry, None)
        if known is None or known[:2] != (event.channel, amount_fen):
            self.broken("H13", f"{entry} of {amount_fen} fen is matched with {known}", outcome, event)

    def booked(self, event: Any, outcome: Outcome) -> None:
        """An amount into suspense: more than expected, or less."""
        self.counts["H13"] += 1
        if event.side == "short":
            self._met(event, (event.reference, event.kind), event.amount_fen, outcome)
        more = event.amount_fen if (event.side == "long") == (event.kind == "paid") else -event.amount_fen
        self.open[event.difference] = more
        self._move(event.channel, more)
        self._suspense(event, outcome)

    def cleared(self, event: Any, outcome: Outcome) -> None:
        """The same amount out again; the other side has come, or it goes back to its payer."""
        if event.side == "long" and not event.returned:
            self._met(event, (event.reference, event.kind), event.amount_fen, outcome)
        more = self._out(event, outcome)
        self._move(event.channel, -more)
        self._suspense(event, outcome)

    def written_off(self, event: Any, outcome: Outcome) -> None:
        """The amount becomes cost, or lessens it."""
        more = self._out(event, outcome)
        self.books.suspense_fen -= more
        self.books.written_off_fen -= more
        self._suspense(event, outcome)

    def _out(self, event: Any, outcome: Outcome) -> int:
        self.counts["H13"] += 1
        more = self.open.pop(event.difference, 0)
        if abs(more) != event.amount_fen:
            self.broken("H13", f"{event.difference} held {more} fen", outcome, event)
        return more

    def _move(self, channel: str, more: int) -> None:
        books = self.books
        books.channels[channel] = books.channels.get(channel, 0) + more
        books.suspense_fen += more

    def _suspense(self, event: Any, outcome: Outcome) -> None:
        """What is in suspense, once the last difference of the record is looked at."""
        moves = [each for each in outcome.events if each.type.startswith("payments.difference_")]
        if moves[-1] is event and self.district.ledger.balances[SUS].get(NOBODY, 0) != self.books.suspense_fen:
            found = self.district.ledger.balances[SUS].get(NOBODY, 0)
            self.broken("H13", f"{found} fen in suspense, should be {self.books.suspense_fen}", outcome, event)


def _line(event: Any) -> tuple[str, str, int]:
    return event.reference, event.kind, event.amount_fen
