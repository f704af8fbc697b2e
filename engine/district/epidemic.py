"""Rows and events of the epidemic functions: tests, check-ins, exposures, travel, guardians, risk areas.

What was found, where somebody was and where somebody came from stand as commitments; the values are in the vault.
Traces lie under the civil day on which they came and go together with it; with the end of the functions all rows go.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Annotated, Any, Literal

from engine.kernel.event import Event, event
from engine.kernel.ids import CheckInId, PersonId
from engine.kernel.units import Count, Instant, Name, Personal, civil_day, day_start

if TYPE_CHECKING:
    from engine.district.district import District

KEPT_DAYS = 31  # in the vault: the longest that the policy allows, and the day on which the value came
END, FORGET, OF_AGE = "epidemic_end", "epidemic_forget", "epidemic_of_age"
ALL = "all"
Result = Annotated[Literal["negative", "positive"], Personal("containment of an epidemic: test results", KEPT_DAYS)]
Verdict = Annotated[Literal["close_contact", "cleared"], Personal("containment of an epidemic: contacts", KEPT_DAYS)]
Place = Annotated[Name, Personal("containment of an epidemic: who met whom", KEPT_DAYS)]
Origin = Annotated[Name, Personal("containment of an epidemic: travel", KEPT_DAYS)]
Level = Literal["low", "medium", "high"]
TRACES = ("samples", "exposures", "travels")


@dataclass(slots=True)
class Sample:
    """A sample of a person and the commitment of its result."""

    at: int
    sample_at: int
    result: str


@dataclass(slots=True)
class CheckIn:
    """A person scanned the code of a place; the place is a commitment."""

    id: str
    person: str
    at: int
    place: str


@dataclass(slots=True)
class Exposure:
    """What a doctor or an officer said about a check-in of a person; the verdict is a commitment."""

    at: int
    check_in: str
    contact_at: int
    verdict: str


@dataclass(slots=True)
class Travel:
    """A declared stay elsewhere that ended at `left_at`; the area is a commitment."""

    at: int
    left_at: int
    origin: str


@dataclass(slots=True)
class Guardian:
    """Who may see the test results of a minor before `until`."""

    id: str
    person: str
    guardian: str
    until: int


@dataclass(slots=True)
class Day:
    """A civil day that holds traces: when they go, and of whom they are."""

    forgotten_at: int
    persons: dict[str, None] = field(default_factory=dict)


class EpidemicRows:
    """Traces by person, guardians of minors, levels of areas in the order of their instants, the last look at each.

    `ends_at` is 0 while the functions are off; `days` are the civil days that hold traces, each with its persons.
    """

    __slots__ = (
        "check_ins", "days", "ends_at", "exposures", "guardians", "levels", "samples", "screened", "seen", "travels",
    )  # fmt: skip

    def __init__(self) -> None:
        """Off, and nothing kept."""
        self.ends_at = 0
        self.clear()

    def clear(self) -> None:
        """Keep nothing."""
        self.samples: dict[str, tuple[Sample, ...]] = {}
        self.check_ins: dict[str, CheckIn] = {}
        self.exposures: dict[str, tuple[Exposure, ...]] = {}
        self.travels: dict[str, tuple[Travel, ...]] = {}
        self.guardians: dict[str, Guardian] = {}
        self.levels: dict[str, tuple[tuple[int, Level], ...]] = {}
        self.seen: dict[str, tuple[str, str, int]] = {}
        self.screened: dict[str, tuple[str, str, int]] = {}
        self.days: dict[int, Day] = {}

    def level(self, area: str, at: int) -> Level:
        """The level of an area that is valid at an instant; an area that nobody set is low."""
        valid: Level = "low"
        for from_at, level in self.levels.get(area, ()):
            if from_at <= at:
                valid = level
        return valid


def switch_on(district: Any, ends_at: int) -> None:
    """Let the functions work until an instant."""
    rows: EpidemicRows = district.epidemic
    if rows.ends_at:
        district.deadlines.cancel(rows.ends_at, END, ALL)
    rows.ends_at = ends_at
    district.deadlines.add(ends_at, END, ALL)


def _keep(district: District, person: str, name: str, trace: Any) -> None:
    """Write a trace under its person and its day."""
    held: dict[str, tuple[Any, ...]] = getattr(district.epidemic, name)
    held[person] = (*held.get(person, ()), trace)
    _of_today(district, person)


def _of_today(district: District, person: str) -> None:
    """A person left a trace today; the first one of a day lets the day be forgotten in time."""
    rows, day = district.epidemic, civil_day(district.at)
    if day not in rows.days:
        rows.days[day] = Day(day_start(day + 1 + district.policy.epidemic.kept_days))
        district.deadlines.add(rows.days[day].forgotten_at, FORGET, str(day))
    rows.days[day].persons[person] = None


@event("epidemic.end_set")
class EndSet(Event):
    """The epidemic functions work until an instant, then all that they hold is deleted."""

    ends_at: Instant

    def apply(self, district: District) -> None:
        """Wait for the new end."""
        switch_on(district, self.ends_at)


@event("epidemic.ended")
class Ended(Event):
    """The epidemic functions are over: no row is left; the vault is purged beside this event."""

    def apply(self, district: District) -> None:
        """Drop everything, and whatever waited for it."""
        rows = district.epidemic
        district.deadlines.cancel(rows.ends_at, END, ALL)
        for each in rows.guardians.values():
            district.deadlines.cancel(each.until, OF_AGE, each.id)
        for day, held in rows.days.items():
            district.deadlines.cancel(held.forgotten_at, FORGET, str(day))
        rows.ends_at = 0
        rows.clear()


@event("epidemic.day_forgotten")
class DayForgotten(Event):
    """The traces of one civil day go; their values are purged from the vault beside this event."""

    day: Count

    def apply(self, district: District) -> None:
        """Drop the day's rows."""
        rows, end = district.epidemic, day_start(self.day + 1)
        for person in rows.days.pop(self.day).persons:
            for name in TRACES:
                held: dict[str, tuple[Any, ...]] = getattr(rows, name)
                left = tuple(each for each in held.pop(person, ()) if each.at >= end)
                if left:
                    held[person] = left
        for check_in in [each.id for each in takewhile(lambda row: row.at < end, rows.check_ins.values())]:
            del rows.check_ins[check_in]


@event("epidemic.result_recorded")
class ResultRecorded(Event):
    """A sample of a person was tested; the result is a commitment."""

    person: PersonId
    sample_at: Instant
    result: Name

    def apply(self, district: District) -> None:
        """Write the sample."""
        _keep(district, self.person, "samples", Sample(district.at, self.sample_at, self.result))


@event("epidemic.checked_in")
class CheckedIn(Event):
    """A person scanned the code of a place; the place is a commitment."""

    check_in: CheckInId
    person: PersonId
    place: Name

    def apply(self, district: District) -> None:
        """Write the check-in."""
        district.ids.taken_next("chk")
        district.epidemic.check_ins[self.check_in] = CheckIn(self.check_in, self.person, district.at, self.place)
        _of_today(district, self.person)


@event("epidemic.exposure_judged")
class ExposureJudged(Event):
    """Somebody who screened contacts says what a check-in of a person was; the verdict is a commitment."""

    person: PersonId
    check_in: CheckInId
    contact_at: Instant
    verdict: Name

    def apply(self, district: District) -> None:
        """Write the verdict; the last one about a check-in counts."""
        found = Exposure(district.at, self.check_in, self.contact_at, self.verdict)
        _keep(district, self.person, "exposures", found)


@event("epidemic.travel_declared")
class TravelDeclared(Event):
    """A person declares a stay elsewhere; the area is a commitment."""

    person: PersonId
    left_at: Instant
    origin: Name

    def apply(self, district: District) -> None:
        """Write the stay."""
        _keep(district, self.person, "travels", Travel(district.at, self.left_at, self.origin))
