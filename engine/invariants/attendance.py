"""Activities: places and the waiting list (S22).

Who has a place and who waits is kept here from the events alone, in the order in which people came.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome


class Hall:
    """An activity as drafted: who has a place, and who waits, in order."""

    __slots__ = ("confirmed", "places", "waiting")

    def __init__(self, places: int) -> None:
        """Nobody has come."""
        self.places = places
        self.confirmed: set[str] = set()
        self.waiting: list[str] = []


class Attendance(Watcher):
    """Every registration from the first to the last step."""

    ids: ClassVar[tuple[str, ...]] = ("S22",)

    def __init__(self, district: Any, broken: Broken) -> None:
        """No activity."""
        super().__init__(district, broken)
        self.halls: dict[str, Hall] = {}
        self._touched: set[str] = set()

    def looks(self) -> Mapping[str, Look]:
        """Events of activities and registrations."""
        return {
            "participation.activity_drafted": self.drafted,
            "participation.registration_made": self.made,
            "participation.registration_promoted": self.promoted,
            "participation.registration_cancelled": self.cancelled,
        }

    def drafted(self, event: Any, _outcome: Outcome) -> None:
        """The places of an activity."""
        self.halls[event.activity] = Hall(event.places)

    def _hall(self, event: Any) -> Hall:
        self.counts["S22"] += 1
        self._touched.add(event.activity)
        return self.halls[event.activity]

    def made(self, event: Any, outcome: Outcome) -> None:
        """A place while there is one, a turn otherwise."""
        hall = self._hall(event)
        if event.waits:
            hall.waiting.append(event.registration)
            if len(hall.confirmed) < hall.places:
                seen = f"{event.registration} waits, {len(hall.confirmed)} of {hall.places} places are taken"
                self.broken("S22", seen, outcome, event)
        else:
            self._confirm(hall, event, outcome)

    def _confirm(self, hall: Hall, event: Any, outcome: Outcome) -> None:
        hall.confirmed.add(event.registration)
        if len(hall.confirmed) > hall.places:
            self.broken("S22", f"{len(hall.confirmed)} of {hall.places} places of {event.activity}", outcome, event)

    def promoted(self, event: Any, outcome: Outcome) -> None:
        """The first who waits, and nobody else, gets a free place."""
        hall = self._hall(event)
        if hall.waiting[:1] != [event.registration]:
            self.broken("S22", f"{event.registration} is promoted, first is {hall.waiting[:1]}", outcome, event)
        hall.waiting = [each for each in hall.waiting if each != event.registration]
        self._confirm(hall, event, outcome)

    def cancelled(self, event: Any, outcome: Outcome) -> None:
        """A place that comes free while somebody waits is given on in the same record."""
        hall = self._hall(event)
        hall.confirmed.discard(event.registration)
        hall.waiting = [each for each in hall.waiting if each != event.registration]
        if hall.waiting and len(hall.confirmed) < hall.places:
            given_on = any(
                each.type == "participation.registration_promoted" and each.activity == event.activity  # type: ignore[attr-defined]
                for each in outcome.events
            )
            if not given_on:
                self.broken("S22", f"{len(hall.waiting)} wait for a free place of {event.activity}", outcome, event)

    def night(self) -> None:
        """Activities that got or lost a registration."""
        if self.district.deadlines.next_due <= self.district.at:  # a merge of this instant has not been settled yet
            return
        for activity in sorted(self._touched):
            self._row(activity)
        self._touched.clear()

    def whole(self) -> None:
        """All activities."""
        self._touched.update(self.halls)
        self.night()

    def _row(self, activity: str) -> None:
        """The row shows the places and the turns that the log says, and is full when it says so."""
        hall, row = self.halls[activity], self.district.board.activities[activity]
        self.counts["S22"] += 1
        shown = (row.confirmed, list(row.waiting))
        if shown != (len(hall.confirmed), hall.waiting):
            self.broken("S22", f"{activity} shows {shown}, the log {len(hall.confirmed)}, {hall.waiting}", None, None)
        if row.state in ("OPEN", "FULL") and (row.state == "FULL") is not (len(hall.confirmed) == hall.places):
            self.broken("S22", f"{activity} is {row.state} with {row.confirmed} of {hall.places}", None, None)
