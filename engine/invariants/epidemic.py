"""The epidemic functions: on only until their end (P01), traces kept no longer than said (P02), read by few (P03, P04).

Check-ins and guardians are kept here from their events, days by when they must be gone; who serves whom is looked up
in the rows of grid members and bindings, anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.district.clock import VaultPurged
from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import PERSONAL_FIELDS, Outcome
from engine.kernel.units import civil_day, day_start

SUBJECT = "epidemic."
TRACES = ("epidemic.result_recorded", "epidemic.checked_in", "epidemic.exposure_judged", "epidemic.travel_declared")
OTHERS = (
    "epidemic.guardian_registered",
    "epidemic.risk_level_set",
    "epidemic.results_read",
    "epidemic.contacts_screened",
)
TABLES = ("check_ins", "days", "exposures", "guardians", "levels", "samples", "screened", "seen", "travels")


class Epidemic(Watcher):
    """Everything that the epidemic functions hold and show."""

    ids: ClassVar[tuple[str, ...]] = ("P01", "P02", "P03", "P04")

    def __init__(self, district: Any, broken: Broken) -> None:
        """On or off as the first policy says."""
        super().__init__(district, broken)
        self._ends_at: int = district.epidemic.ends_at
        self._gone_at: dict[int, int] = {}  # civil day with traces -> instant by which they are forgotten
        self._check_ins: dict[str, tuple[str, int]] = {}
        self._guardians: dict[str, tuple[str, str, int]] = {}

    def looks(self) -> Mapping[str, Look]:
        """Every event of the subject."""
        return {
            **dict.fromkeys(TRACES, self._trace),
            **dict.fromkeys(OTHERS, self._while_on),
            "epidemic.end_set": self._end_set,
            "epidemic.ended": self._ended,
            "epidemic.day_forgotten": self._forgotten,
            "epidemic.checked_in": self._checked_in,
            "epidemic.guardian_registered": self._guardian,
            "epidemic.results_read": self._read,
            "epidemic.contacts_screened": self._screened,
            "epidemic.exposure_judged": self._judged,
        }

    def _while_on(self, event: Any, outcome: Outcome) -> None:
        self.counts["P01"] += 1
        if outcome.by.at >= self._ends_at:
            self.broken("P01", f"{event.type} after the end at {self._ends_at}", outcome, event)

    def _end_set(self, event: Any, outcome: Outcome) -> None:
        self.counts["P01"] += 1
        self._ends_at = event.ends_at
        if outcome.by.at >= event.ends_at:
            self.broken("P01", f"on until {event.ends_at}, which is over", outcome, event)

    def _ended(self, event: Any, outcome: Outcome) -> None:
        """Nothing is left in the rows, and all values go."""
        self.counts["P01"] += 1
        left = [name for name in TABLES if getattr(self.district.epidemic, name)]
        if left:
            self.broken("P01", f"left after the end: {', '.join(left)}", outcome, event)
        self._purged(event, outcome, outcome.by.at)
        self._ends_at = 0
        self._gone_at.clear()
        self._check_ins.clear()
        self._guardians.clear()

    def _trace(self, event: Any, outcome: Outcome) -> None:
        self._while_on(event, outcome)
        day = civil_day(outcome.by.at)
        self._gone_at.setdefault(day, day_start(day + 1 + self.district.policy.epidemic.kept_days))

    def _forgotten(self, event: Any, outcome: Outcome) -> None:
        """No row of the day is left, and its values go."""
        end = day_start(event.day + 1)
        self._gone_at.pop(event.day, None)
        self._purged(event, outcome, end)
        rows = self.district.epidemic
        kept = [
            each
            for name in ("samples", "exposures", "travels")
            for held in getattr(rows, name).values()
            for each in held
        ]
        if any(civil_day(each.at) == event.day for each in (*kept, *rows.check_ins.values())):
            self.broken("P02", f"a trace of day {event.day} is left", outcome, event)
        self._check_ins = {name: row for name, row in self._check_ins.items() if row[1] >= end}

    def _purged(self, event: Any, outcome: Outcome, before: int) -> None:
        self.counts["P02"] += 1
        wanted = {name for name in PERSONAL_FIELDS if name.startswith(SUBJECT)}
        purged = {each.field for each in outcome.events if isinstance(each, VaultPurged) and each.before >= before}
        if wanted - purged:
            self.broken("P02", f"not purged: {', '.join(sorted(wanted - purged))}", outcome, event)

    def night(self) -> None:
        """No day is kept beyond its time."""
        for day, gone_at in self._gone_at.items():
            self.counts["P02"] += 1
            if gone_at < self.district.at:
                self.broken("P02", f"day {day} is still kept at {self.district.at}", None, None)

    def _checked_in(self, event: Any, outcome: Outcome) -> None:
        self._trace(event, outcome)
        self._check_ins[event.check_in] = (event.person, outcome.by.at)

    def _guardian(self, event: Any, outcome: Outcome) -> None:
        self._while_on(event, outcome)
        self._guardians[event.guardianship] = (event.person, event.guardian, event.until)

    def _judged(self, event: Any, outcome: Outcome) -> None:
        self._trace(event, outcome)
        self.counts["P04"] += 1
        known, at = self._check_ins.get(event.check_in, ("", 0))
        if not known or self._root(known) != self._root(event.person) or at != event.contact_at:
            self.broken(
                "P04", f"{event.check_in} is no check-in of {event.person} at {event.contact_at}", outcome, event
            )

    def _read(self, event: Any, outcome: Outcome) -> None:
        self._while_on(event, outcome)
        self.counts["P03"] += 1
        if not (self._family(event, outcome.by.at) if event.asker == "resident" else self._doctor(event)):
            self.broken("P03", f"{event.asker} {event.who} reads results of {event.person}", outcome, event)

    def _screened(self, event: Any, outcome: Outcome) -> None:
        self._while_on(event, outcome)
        self.counts["P03"] += 1
        if event.asker == "resident" or (event.asker == "grid" and not self._doctor(event)):
            self.broken("P03", f"{event.asker} {event.who} looks for contacts of {event.person}", outcome, event)

    def _family(self, event: Any, at: int) -> bool:
        """The person, or a guardian before the minor is of age."""
        if event.who == event.person:
            return True
        return any(
            guardian == event.who and at < until and self._root(minor) == self._root(event.person)
            for minor, guardian, until in self._guardians.values()
        )

    def _doctor(self, event: Any) -> bool:
        """A family doctor of a community in which the person is bound."""
        grid, residents = self.district.grid, self.district.residents
        worker = grid.workers.get(event.who)
        if event.asker != "grid" or worker is None or not worker.active or worker.kind != "family_doctor":
            return False
        served = {grid.grids[each].community for each in worker.grids}
        bound = [each for each in residents.bindings.values() if each.state == "ACTIVE"]
        homes = {
            grid.grids[each.grid].community for each in bound if self._root(each.person) == self._root(event.person)
        }
        return bool(served & homes)

    def _root(self, person: str) -> str:
        persons = self.district.residents.persons
        while persons[person].merged_into:
            person = persons[person].merged_into
        return person
