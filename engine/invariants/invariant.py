"""What an invariant is, and how one definition serves fuzz, simulation, replay and the audit of somebody else's log.

An invariant has an id, a sentence, and the least evidence that it needs. `new(policy)` makes a watcher, which remembers
what it must of one history, and looks from four places, cheapest first:

    see(event, outcome)   each event whose type stands in `events`; a dict look-up finds the watchers of an event, so an
                          invariant costs nothing at the events it does not ask for. Look at the event and at rows it
                          names, never at all rows.
    record(outcome)       each journal record, rejections too, where the class sets `every_record`: order, clock, keys
    night()               once a civil day: whatever was touched since the last night. The watcher notes ids in `see`
                          (a set of ids costs 50 ns) and clears them here.
    whole()               on the first of a month and at the end: all rows

Fuzz calls all four at every step, since its towns are small. The simulation and the replay of a log register the
watchers with an engine (`Watchers`): days and months turn by the instants of the records, so a replay of the log finds
what the run would have found. An audit of a foreign log has no district: watchers with `needs_district` are not
checkable there, and the others get events that were decoded from its lines.

`checked` counts the instances that a watcher compared. 0 at the end means vacuous: the log says nothing about it.
Watchers call no rule and read rows only: what an invariant recomputes, it states on its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from engine.kernel.command import Outcome
from engine.kernel.event import Event

Level = Literal["A0", "A1", "E1", "E2", "E3", "S"]
LEVELS: tuple[Level, ...] = ("A0", "A1", "E1", "E2", "E3", "S")
"""Least evidence, each implies the ones before: answers, reads, events, lots, postings, state (docs/domain.md)."""
Status = Literal["checked", "vacuous", "not checkable"]


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
        super().__init__(str(violation))
        self.violation = violation


Report = Callable[[Violation], None]


def stop(violation: Violation) -> None:
    """The report of a run: nothing goes on with a broken state."""
    raise BrokenInvariant(violation)


class Watcher:
    """One invariant at work over one history. Subclasses override the places to look from that they need."""

    events: ClassVar[tuple[str, ...]] = ()
    every_record: ClassVar[bool] = False
    needs_district: ClassVar[bool] = False

    def __init__(self, policy: Any) -> None:
        """`policy`: the one in force at the start; with a district, read `self.district.policy` for later ones."""
        self.policy = policy
        self.district: Any = None
        self.checked = 0
        self.invariant: Invariant | None = None
        self.report: Report = stop

    def see(self, event: Any, outcome: Outcome) -> None:
        """Look at one event; the rows stand as all events of its record left them."""

    def record(self, outcome: Outcome) -> None:
        """Look at one journal record, after its events."""

    def night(self) -> None:
        """Look at what was touched since the last night."""

    def whole(self) -> None:
        """Look at everything."""

    def broken(self, detail: str, outcome: Outcome | None = None, event: Event | None = None) -> None:
        """Report a violation: at an event, at a record, or (night, whole) without both: at the last record seen."""
        n, seq = (outcome.n, _seq(outcome, event)) if outcome is not None else (0, 0)
        name, sentence = (self.invariant.id, self.invariant.sentence) if self.invariant is not None else ("?", "")
        self.report(Violation(name, sentence, n, seq, detail))


def _seq(outcome: Outcome, event: Event | None) -> int:
    """Number of an event within the log, 0 where none is meant; found by identity, as equal events may stand beside."""
    return next((outcome.first_seq + place for place, each in enumerate(outcome.events) if each is event), 0)


@dataclass(frozen=True, slots=True)
class Invariant:
    """One definition. `new` makes a watcher from the policy; None where no log can show it (two runs, live reads)."""

    id: str
    sentence: str
    level: Level
    new: Callable[[Any], Watcher] | None = None

    def watcher(self, policy: Any, district: Any = None, report: Report = stop) -> Watcher | None:
        """A watcher for one history, or None where the evidence is not there."""
        made = self.new(policy) if self.new is not None else None
        if made is None or (made.needs_district and district is None):
            return None
        made.district, made.invariant, made.report = district, self, report
        return made


@dataclass(frozen=True, slots=True)
class Finding:
    """What a log says about one invariant."""

    invariant: Invariant
    status: Status
    checked: int

