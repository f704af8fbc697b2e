"""Faults by name: what is wrong with the engine, and the invariant that says so.

A fault is put into classes and modules with a MonkeyPatch, so it ends with its context. `before` changes an event on
its way into the rows, as a wrong decision would; `after` changes rows, as a wrong `apply` would; others replace a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from engine.kernel.deadlines import Deadlines
from engine.kernel.event import EVENTS

Install = Callable[[pytest.MonkeyPatch], None]
Change = Callable[[Any, Any], None]  # event, district


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and the invariant that finds it."""

    name: str
    breaks: str
    install: Install


@contextmanager
def installed(fault: Fault) -> Iterator[None]:
    """The engine with a fault."""
    with pytest.MonkeyPatch.context() as patch:
        fault.install(patch)
        yield


def before(wire: str, change: Change) -> Install:
    """An event of the type is changed before it is written and journalled."""

    def install(patch: pytest.MonkeyPatch) -> None:
        kind = EVENTS[wire]
        right = kind.apply

        def wrong(event: Any, district: Any) -> None:
            change(event, district)
            right(event, district)

        patch.setattr(kind, "apply", wrong)

    return install


def after(wire: str, change: Change) -> Install:
    """Rows are changed after an event of the type was written."""

    def install(patch: pytest.MonkeyPatch) -> None:
        kind = EVENTS[wire]
        right = kind.apply

        def wrong(event: Any, district: Any) -> None:
            right(event, district)
            change(event, district)

        patch.setattr(kind, "apply", wrong)

    return install


def replaced(path: str, rule: Any) -> Install:
    """A function or method, by its dotted path, does something else."""
    return lambda patch: patch.setattr(path, rule)


def forgotten(kind: str) -> Install:
    """Deadlines of a kind are never fired."""
    right = Deadlines.add

    def add(deadlines: Deadlines, due: int, what: str, waiting: str) -> None:
        if what != kind:
            right(deadlines, due, what, waiting)

    return lambda patch: patch.setattr(Deadlines, "add", add)


def both(*several: Install) -> Install:
    """Several things are wrong at once."""

    def install(patch: pytest.MonkeyPatch) -> None:
        for each in several:
            each(patch)

    return install


def shift(account: int, owner: Callable[[Any], str], other: int, amount: int = 1) -> Change:
    """Value moves from an account to another one that nobody asked for; both ledgers still sum to zero."""

    def change(event: Any, district: Any) -> None:
        balances = district.ledger.balances
        balances[account][owner(event)] += amount
        balances[other]["-"] -= amount

    return change


def put(**values: Any) -> Change:
    """Fields of an event get other values; a function gets the event."""

    def change(event: Any, _district: Any) -> None:
        for name, value in values.items():
            setattr(event, name, value(event) if callable(value) else value)

    return change
