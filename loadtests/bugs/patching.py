"""Ways to patch: an event on its way into the rows, rows after an event, a function, deadlines, what one batch does."""

from __future__ import annotations

from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

from loadtests.bugs.bug import Install, Patches

Change = Callable[[Any, Any], None]  # event, district
DEADLINES = "engine.kernel.deadlines.Deadlines"
DESK = "loadtests.reference.desk.Desk"


def event_type(wire: str) -> Any:
    """The class of an event by its wire name."""
    return resolve_name("engine.kernel.event.EVENTS")[wire]


def before(wire: str, change: Change) -> Install:
    """An event is changed between its decision and its record; what is folded later is what stands there."""

    def settle(right: Any, engine: Any, outcome: Any) -> Any:
        for event in outcome.events:
            if event.type == wire:
                change(event, engine.district)
        return right(engine, outcome)

    return wrapped("engine.kernel.engine.Engine._settle", settle)


def after(wire: str, change: Change) -> Install:
    """Rows are changed after an event was written."""

    def install(patches: Patches) -> None:
        kind = event_type(wire)
        right = kind.apply

        def wrong(event: Any, district: Any) -> None:
            right(event, district)
            change(event, district)

        patches.put_in(kind, "apply", wrong)

    return install


def replaced(path: str, value: Any) -> Install:
    """Something else under a dotted path."""
    return lambda patches: patches.put(path, value)


def wrapped(path: str, wrong: Callable[..., Any]) -> Install:
    """A function or method that gets the right one as its first argument."""

    def install(patches: Patches) -> None:
        right = resolve_name(path)
        patches.put(path, lambda *given, **named: wrong(right, *given, **named))

    return install


def both(*several: Install) -> Install:
    """Several patches that are one bug."""

    def install(patches: Patches) -> None:
        for each in several:
            each(patches)

    return install


def forgotten(*kinds: str) -> Install:
    """Deadlines of some kinds are never fired."""

    def add(right: Any, deadlines: Any, due: int, what: str, waiting: str) -> None:
        if what not in kinds:
            right(deadlines, due, what, waiting)

    return wrapped(f"{DEADLINES}.add", add)


def a_second_late(kind: str) -> Install:
    """Deadlines of a kind are fired a second after they are due."""

    def add(right: Any, deadlines: Any, due: int, what: str, waiting: str) -> None:
        right(deadlines, due + (what == kind), what, waiting)

    def cancel(right: Any, deadlines: Any, due: int, what: str, waiting: str) -> None:
        right(deadlines, due, what, waiting)
        right(deadlines, due + (what == kind), what, waiting)

    return both(wrapped(f"{DEADLINES}.add", add), wrapped(f"{DEADLINES}.cancel", cancel))


def put(**values: Any) -> Change:
    """Fields of an event get other values; a function gets the event."""

    def change(event: Any, _district: Any) -> None:
        for name, value in values.items():
            setattr(event, name, value(event) if callable(value) else value)

    return change


def batch_memory(install: Callable[[Patches, dict[Any, Any]], None]) -> Install:
    """A patch with a memory that is empty at the beginning of each batch: what several requests at once do not see."""

    def with_memory(patches: Patches) -> None:
        memory: dict[Any, Any] = {}

        def begin(right: Any, desk: Any) -> None:
            memory.clear()
            right(desk)

        wrapped(f"{DESK}.begin", begin)(patches)
        install(patches, memory)

    return with_memory


def after_restart(change: Callable[[Any], None]) -> Install:
    """Something is done to the engine that a restart has folded from its journal."""

    def folded(right: Any, *given: Any) -> Any:
        opened = right(*given)
        change(opened.engine)
        return opened

    return wrapped("loadtests.reference.opening.folded", folded)
