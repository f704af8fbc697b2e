"""All invariants over one history: fed by an engine at every command, or by the lines of a foreign log."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from engine.invariants.invariant import Finding, Invariant, Report, Status, Violation, Watcher, stop
from engine.kernel.command import Outcome
from engine.kernel.units import civil_day, civil_month, day_start


class Watchers:
    """An observer. At the first record of a civil day it looks at what was touched, of a month at everything.

    `district` is None for a foreign log. `report` gets every violation; by default the first one stops the engine.
    """

    def __init__(
        self, invariants: Iterable[Invariant], policy: Any, district: Any = None, report: Report = stop
    ) -> None:
        """A watcher for each invariant that this evidence can show."""
        self.report = report
        self.n = 0
        self.pairs = [(each, each.watcher(policy, district, self._placed)) for each in invariants]
        self.watchers = [watcher for _, watcher in self.pairs if watcher is not None]
        self.each_record = [watcher.record for watcher in self.watchers if watcher.every_record]
        self.by_event: dict[str, list[Callable[[Any, Outcome], None]]] = {}
        for watcher in self.watchers:
            for name in watcher.events:
                self.by_event.setdefault(name, []).append(watcher.see)
        self._next_day = 0
        self._month = 0

    def attach(self, engine: Any) -> None:
        """See every command of an engine from now on; the engine calls `see` itself, `observe` does the rest."""
        for name, looks in self.by_event.items():
            engine.watch.setdefault(name, []).extend(looks)
        engine.observers.append(self)

    def feed(self, outcome: Outcome) -> None:
        """One record without an engine: its events, then itself."""
        for event in outcome.events:
            for look in self.by_event.get(event.type, ()):
                look(event, outcome)
        self.observe(outcome)

    def observe(self, outcome: Outcome) -> None:
        """After the events of a record."""
        self.n = outcome.n
        for look in self.each_record:
            look(outcome)
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

    def whole(self) -> None:
        """Look at everything; also at the end of a history."""
        for watcher in self.watchers:
            watcher.night()
            watcher.whole()

    def findings(self) -> list[Finding]:
        """For each invariant whether it was checked, and at how many instances."""
        return [Finding(each, _status(watcher), watcher.checked if watcher else 0) for each, watcher in self.pairs]

    def _placed(self, violation: Violation) -> None:
        self.report(violation if violation.n else replace(violation, n=self.n))


def _status(watcher: Watcher | None) -> Status:
    if watcher is None:
        return "not checkable"
    return "checked" if watcher.checked else "vacuous"
