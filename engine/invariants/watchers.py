"""All invariants over one history: called by an engine at every command, in a run as in the replay of its log."""

from __future__ import annotations

from typing import Any

from engine.invariants.attendance import Attendance
from engine.invariants.balances import Balances
from engine.invariants.ballots import Ballots
from engine.invariants.books import Books
from engine.invariants.boundaries import Boundaries
from engine.invariants.cases import Cases
from engine.invariants.catalogue import BY_ID, INVARIANTS
from engine.invariants.channel_money import ChannelMoney
from engine.invariants.checkouts import Checkouts
from engine.invariants.deductions import Deductions
from engine.invariants.earning import Earning
from engine.invariants.epidemic import Epidemic
from engine.invariants.hazards import Hazards
from engine.invariants.invariant import Finding, Report, Violation, Watcher, stop
from engine.invariants.keys import Profile
from engine.invariants.limits import Limits
from engine.invariants.machines import Machines
from engine.invariants.market import Market
from engine.invariants.order import Order
from engine.invariants.orders import Orders
from engine.invariants.privacy import Privacy
from engine.invariants.purchase_points import PurchasePoints
from engine.invariants.purchases import Purchases
from engine.invariants.refunds import Refunds
from engine.invariants.residents import Residents
from engine.invariants.responses import Responses
from engine.invariants.services import Services
from engine.invariants.settlement import Settlement
from engine.invariants.statements import Statements
from engine.invariants.visits import Visits
from engine.invariants.voices import Voices
from engine.kernel.command import Outcome
from engine.kernel.event import Event
from engine.kernel.units import civil_day, civil_month, day_start


def attach(engine: Any, report: Report = stop, *, operated: bool = False) -> Watchers:
    """Let every invariant see each command of an engine from now on; the engine must be new.

    `report` gets each violation; by default the first one stops the engine with BrokenInvariant. `operated` says that
    somebody settles merchants and claims points from the sponsor, so that the deadlines for it can be checked.
    """
    watchers = Watchers(engine.district, report, operated=operated)
    look_on(engine, watchers)
    return watchers


def look_on(engine: Any, watchers: Watchers) -> None:
    """Let watchers that have seen an engine's history so far see each command from now on."""
    for watcher in watchers.watchers:
        for name, look in watcher.looks().items():
            engine.watch.setdefault(name, []).append(look)
    watchers.waiting, watchers.watch = dict(watchers.boundaries.looks()), engine.watch
    for name, look in watchers.waiting.items():
        engine.watch.setdefault(name, []).append(look)
    engine.observers.append(watchers)


class Watchers:
    """An observer. At the first record of a civil day it looks at what was touched, of a month at everything."""

    def __init__(
        self, district: Any, report: Report = stop, *, operated: bool = False, profile: Profile | None = None
    ) -> None:
        """One watcher for each group of invariants, all with one set of books; `profile` of a foreign log's keys."""
        self.report = report
        self.n = 0
        books = Books(district)
        given = (district, self.broken)
        self.order = Order(*given, profile)
        self.balances = Balances(*given, books)
        machines = Machines(*given)
        self.watchers: tuple[Watcher, ...] = (
            self.order,
            machines,
            Privacy(*given),
            Epidemic(*given),
            Residents(*given),
            Ballots(*given),
            Responses(*given),
            Attendance(*given),
            Services(*given),
            Voices(*given),
            Cases(*given),
            Limits(*given, machines.machines["report"]),
            Visits(*given),
            Hazards(*given),
            Earning(*given, books),
            Purchases(*given, books),
            Refunds(*given, books),
            PurchasePoints(*given, books),
            Deductions(*given, books),
            Checkouts(*given),
            ChannelMoney(*given, books),
            Statements(*given, books),
            Settlement(*given, books, operated=operated),
            Orders(*given, books, machines.machines["order"]),
            Market(*given, books),
            self.balances,
        )
        self.boundaries = Boundaries(district, books)
        self.waiting: dict[str, Any] = {}  # looks for boundary cases; each goes when all of its cases are met
        self.watch: dict[str, list[Any]] = {}
        self._record = self.order.record
        self._moved, self._moved_moral = books.moved, books.moved_moral
        self._next_day = 0
        self._month = -1

    def __getstate__(self) -> dict[str, Any]:
        """All but what `look_on` puts in: a snapshot is of what was seen, not of whose history it was."""
        return {**self.__dict__, "waiting": {}, "watch": {}}

    def observe(self, outcome: Outcome) -> None:
        """After the events of a record."""
        self.n = outcome.n
        self._record(outcome)
        if outcome.code is not None:
            self.boundaries.refused(outcome)
        if self._moved or self._moved_moral:
            self.balances.moved(outcome)
        if outcome.by.at >= self._next_day:
            self._turn(outcome.by.at)

    def _turn(self, at: int) -> None:
        day = civil_day(at)
        month = civil_month(day)
        self._next_day = day_start(day + 1)
        if month != self._month:
            self._month = month
            self.whole()
        else:
            self.night()

    def night(self) -> None:
        """Look at what was touched since the last night."""
        for watcher in self.watchers:
            watcher.night()
        for name in sorted(self.boundaries.done_at() & self.waiting.keys()):
            look = self.waiting.pop(name)
            if look in self.watch.get(name, ()):
                self.watch[name].remove(look)

    def whole(self) -> None:
        """Look at everything; also to be called at the end of a history."""
        self.night()
        for watcher in self.watchers:
            watcher.whole()

    def findings(self) -> list[Finding]:
        """For each published invariant whether it was checked, and at how many instances."""
        counts: dict[str, int] = {}
        for watcher in self.watchers:
            for name, count in watcher.checked().items():
                counts[name] = counts.get(name, 0) + count
        return [_finding(name, counts) for name in BY_ID]

    def summary(self) -> list[dict[str, str | int]]:
        """The findings as plain values, for the manifest of a run."""
        return [
            {
                "id": each.invariant.id,
                "sentence": each.invariant.sentence,
                "level": each.invariant.level,
                "status": each.status,
                "checked": each.checked,
            }
            for each in self.findings()
        ]

    def broken(self, name: str, detail: str, outcome: Outcome | None = None, event: Event | None = None) -> None:
        """Report that an invariant is broken, at an event of a record."""
        n = outcome.n if outcome is not None else self.n
        self.report(Violation(name, BY_ID[name].sentence, n, _seq(outcome, event), detail))


def _seq(outcome: Outcome | None, event: Event | None) -> int:
    """Number of an event within the log, 0 where none is meant; found by identity, as equal events may stand beside."""
    if outcome is None:
        return 0
    return next((outcome.first_seq + place for place, each in enumerate(outcome.events) if each is event), 0)


def _finding(name: str, counts: dict[str, int]) -> Finding:
    if name not in counts:
        return Finding(BY_ID[name], "not checkable", 0)
    return Finding(BY_ID[name], "checked" if counts[name] else "vacuous", counts[name])


__all__ = ["INVARIANTS", "Watchers", "attach"]
