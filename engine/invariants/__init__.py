"""Invariants of the platform: one definition each, id and sentence, for fuzz, simulation, replay and audit.

The types stand in `engine.invariants.invariant`, the one that runs them in `engine.invariants.watchers`, the list in
`engine.invariants.catalogue`.
"""

from engine.invariants.invariant import BrokenInvariant, Finding, Invariant, Level, Violation, Watcher, stop
from engine.invariants.watchers import Watchers

__all__ = ["BrokenInvariant", "Finding", "Invariant", "Level", "Violation", "Watcher", "Watchers", "stop"]
