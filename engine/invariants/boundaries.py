"""Boundary cases that a history should meet now and then, or what holds there was never put to the test.

An invariant that is checked a million times may never have met the one instant at which it could fail. Each obligation
is defined once: id, sentence, and how a history shows it. A look stays until its case has been met, then it goes: a
year of purchases does not pay for what one of them has shown.

`Boundaries` watches a history like a watcher of invariants and compares nothing. Two cases leave no trace in a log,
since a repeat is answered and not journalled: whoever asked knows them (`BY_ANSWERS`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from engine.district.ledger import MER
from engine.invariants import boundary_cases as cases
from engine.invariants.books import Books
from engine.kernel.command import Outcome

Case = Callable[["Seen", Any, Outcome], bool]
"""(what was seen so far, event, record) -> whether the record shows the case; of a refusal the event is None."""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One boundary case. `events` are the types of events, or the names of codes, at which a history may show it."""

    id: str
    sentence: str
    events: tuple[str, ...] = ()
    case: Case | None = None


@dataclass(slots=True)
class Seen:
    """What the cases look at: the state, the books of the invariants, and what a case has to remember."""

    district: Any
    books: Books
    kept: dict[str, Any]

    def owed_to(self, merchant: str) -> int:
        """What a merchant is owed now, in fen."""
        return int(self.district.ledger.balance(MER, merchant))


PAID = ("payments.purchase_paid", "marketplace.order_placed")
GRANTED = ("points.award_granted", "points.award_vested")
NO_POINTS = "B01"  # of the cases of a payment the one that needs no points
REFUNDED = ("payments.purchase_refunded", "marketplace.order_refunded")
RAISED = ("reporting.report_escalated", "reporting.sla_breached")

OBLIGATIONS: tuple[Obligation, ...] = (
    Obligation("B01", "Points may pay nothing of an order: the cap is zero.", PAID, cases.nothing_allowed),
    Obligation("B02", "Points pay exactly as much as the cap allows.", PAID, cases.at_the_cap),
    Obligation("B03", "The cap comes from the goods, and the fee would have allowed more.", PAID[1:],
               cases.fee_left_out),
    Obligation("B04", "A lot is used in its last second.", PAID, cases.last_second_of_a_lot),
    Obligation("B05", "Somebody earns at 23:59:59 and somebody at 00:00:00 (+08:00).", GRANTED, cases.round_midnight),
    Obligation("B06", "One payment draws on lots with two ends.", PAID, cases.two_ends),
    Obligation("B07", "Points come back after their lot has lapsed.", REFUNDED, cases.lapsed_meanwhile),
    Obligation("B08", "The last part comes back after two parts whose split was not exact.", REFUNDED,
               cases.last_part),
    Obligation("B09", "Points are taken back that are spent already.", ("points.award_revoked",), cases.owing),
    Obligation("B10", "Points come in while the person owes some.", GRANTED, cases.pays_debt),
    Obligation("B11", "An order is paid in the last second of its hold.", ("marketplace.order_paid",),
               cases.held_still),
    Obligation("B12", "A channel tells of a payment after its checkout has closed.", ("payments.payment_came_late",),
               cases.always),
    Obligation("B13", "The same key comes again with other content."),
    Obligation("B14", "A refused command comes again when its cause has gone, and is refused all the same."),
    Obligation("B15", "A refund after the settlement leaves the merchant owing.", REFUNDED, cases.merchant_owes),
    Obligation("B16", "A case is reopened in the last second of its window.",
               ("reporting.report_closed", "reporting.report_reopened"), cases.last_second_of_a_case),
    Obligation("B17", "A case would be sent back once more than is allowed.", ("RPT_RETURN_LIMIT",), cases.always),
    Obligation("B18", "A case is raised while it is suspended.", RAISED, cases.raised_in_suspense),
    Obligation("B19", "Exactly two thirds of the owners, or of the area, take part.", ("participation.vote_tallied",),
               cases.two_thirds),
    Obligation("B20", "Somebody changes a ballot after a merge.", ("participation.ballot_changed",),
               cases.merged_voter),
    Obligation("B21", "A case is marked as a duplicate of a duplicate.", ("reporting.report_marked_duplicate",),
               cases.of_a_duplicate),
)  # fmt: skip
OBLIGATION_BY_ID = {each.id: each for each in OBLIGATIONS}
BY_ANSWERS = tuple(each.id for each in OBLIGATIONS if each.case is None)
"""What only answers show."""


class Boundaries:
    """Which boundary cases one history has met: `met` has the record at which each was met first."""

    def __init__(self, district: Any, books: Books) -> None:
        """Nothing met."""
        self.met: dict[str, int] = {}
        self._seen = Seen(district, books, {})
        self._at: dict[str, list[Obligation]] = {}
        for each in OBLIGATIONS:
            for name in each.events:
                self._at.setdefault(name, []).append(each)

    def looks(self) -> Mapping[str, Callable[[Any, Outcome], None]]:
        """Function to call for each event type that may still show something; codes are left out."""
        return {name: self._look_at(name) for name, open_ in self._at.items() if open_ and "." in name}

    def refused(self, outcome: Outcome) -> None:
        """A command was refused."""
        if outcome.code is not None and outcome.code.name in self._at:
            self._look(outcome.code.name, None, outcome)

    def done_at(self) -> set[str]:
        """Event types at which everything has been met."""
        return {name for name, waiting in self._at.items() if not waiting and "." in name}

    def _look_at(self, name: str) -> Callable[[Any, Outcome], None]:
        return partial(self._paid if name in PAID else self._look, name)  # a snapshot takes no closure

    def _paid(self, name: str, event: Any, outcome: Outcome) -> None:
        """Most purchases have no points, and only one case is about those."""
        if event.points or NO_POINTS not in self.met:
            self._look(name, event, outcome)

    def _look(self, name: str, event: Any, outcome: Outcome) -> None:
        seen = self._seen
        for each in [waiting for waiting in self._at[name] if waiting.case and waiting.case(seen, event, outcome)]:
            self.met[each.id] = outcome.n
            for waiting in self._at.values():
                if each in waiting:
                    waiting.remove(each)

    def never(self) -> list[str]:
        """Those that a log can show, and this one does not."""
        return [each.id for each in OBLIGATIONS if each.case is not None and each.id not in self.met]

    def summary(self) -> list[dict[str, str | int | None]]:
        """Each obligation with the record that met it first, None for one that was not met; for a manifest."""
        return [{"id": each.id, "sentence": each.sentence, "n": self.met.get(each.id)} for each in OBLIGATIONS]
