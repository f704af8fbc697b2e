"""What an invariant is: an id, a sentence, the least evidence that shows it; and what a watcher of some of them does.

One definition serves fuzz, simulation, the check of a log and later the audit of a deployed system. A watcher looks at
the events of one history and keeps what it must remember of them: its own books, never the rows of the district. Rows
are what it compares with. It calls no rule: what it recomputes, it states on its own.

    looks()    event type -> function (event, outcome): called when the rows stand as all events of the record left
               them, so a look compares with rows only what no later event of the same record can move
    night()    at the first record of a civil day: rows that were touched since the last night
    whole()    on the first of a month and at the end of a history: all rows
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from engine.kernel.command import Outcome
from engine.kernel.event import Event

Level = Literal["A0", "A1", "E1", "E2", "E3", "S"]
LEVELS: tuple[Level, ...] = ("A0", "A1", "E1", "E2", "E3", "S")
"""Least evidence, each implies the ones before: answers, reads, events, lots, postings, state or two runs."""
How = Literal["event", "record", "night", "tests"]
"""When: at events that concern it, at every record, each night at touched rows; or by two runs, a client's answers."""
Status = Literal["checked", "vacuous", "not checkable"]
Look = Callable[[Any, Outcome], None]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One definition. `absent` says why no history of this engine can show it; empty where a watcher does."""

    id: str
    level: Level
    how: How
    sentence: str
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """An invariant that does not hold: id and sentence, journal record `n`, event `seq` (0: none), what was seen."""

    id: str
    sentence: str
    n: int
    seq: int
    detail: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.id} broken at record {self.n}, event {self.seq}: {self.sentence} Seen: {self.detail}"


class BrokenInvariant(Exception):
    """Stops an engine whose state is wrong; carries the violation."""

    def __init__(self, violation: Violation) -> None:
        """`violation` says which invariant, where, and what was seen."""
        super().__init__(violation)  # as it is: SimPy makes failures anew from their arguments
        self.violation = violation

    def __str__(self) -> str:
        """One line for a person."""
        return str(self.violation)


Report = Callable[[Violation], None]


def stop(violation: Violation) -> None:
    """The report of a run: nothing goes on with a broken state."""
    raise BrokenInvariant(violation)


Broken = Callable[[str, str, Outcome | None, Event | None], None]
"""(id, what was seen, record, event): how a watcher says that an invariant is broken; None: at the last record."""


class Watcher:
    """Some invariants at work over one history. Subclasses override the places to look from that they need."""

    ids: ClassVar[tuple[str, ...]] = ()

    def __init__(self, district: Any, broken: Broken) -> None:
        """Nothing seen yet."""
        self.district = district
        self.broken = broken
        self.counts: dict[str, int] = dict.fromkeys(self.ids, 0)

    def looks(self) -> Mapping[str, Look]:
        """Function to call for each event type."""
        return {}

    def night(self) -> None:
        """Look at what was touched since the last night."""

    def whole(self) -> None:
        """Look at everything."""

    def checked(self) -> Mapping[str, int]:
        """How many instances of each of its invariants were compared."""
        return self.counts


@dataclass(frozen=True, slots=True)
class Finding:
    """What a history says about one invariant."""

    invariant: Invariant
    status: Status
    checked: int
