"""Invariants of the platform: one definition each, id and sentence, for fuzz, simulation, replay and audit.

`attach(engine)` before the first command; then `whole()` at the end and `summary()`. The list stands in
`engine.invariants.catalogue`, what is looked at and when in `engine.invariants.watchers`.
"""

from engine.invariants.boundaries import BY_ANSWERS, OBLIGATIONS, Boundaries
from engine.invariants.catalogue import BY_ID, INVARIANTS
from engine.invariants.invariant import BrokenInvariant, Finding, Invariant, Level, Violation, Watcher, stop
from engine.invariants.watchers import Watchers, attach, look_on

__all__ = [
    "BY_ANSWERS",
    "BY_ID",
    "INVARIANTS",
    "OBLIGATIONS",
    "Boundaries",
    "BrokenInvariant",
    "Finding",
    "Invariant",
    "Level",
    "Violation",
    "Watcher",
    "Watchers",
    "attach",
    "look_on",
    "stop",
]
