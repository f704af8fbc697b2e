"""A planted bug: a name, a kind, a sentence, the invariants that it breaks, and the small patch that it is.

A patch names what it changes by a dotted path and puts the old value back when it ends. The deployment's own watch over
its engine is switched off with every bug: what is deployed elsewhere has none, and the load tests must find the bug
from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import Any, Literal, get_args

Kind = Literal["retry", "concurrency", "boundary", "fault", "aggregate"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OPENING = "loadtests.reference.opening"
_GONE = object()


class Patches:
    """Values that were put in the place of others."""

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def put(self, path: str, value: Any) -> None:
        """Another value under a dotted path, `package.module.Class.name`."""
        place, _, name = path.rpartition(".")
        self.put_in(resolve_name(place), name, value)

    def put_in(self, holder: Any, name: str, value: Any) -> None:
        """Another value in a module or class."""
        self._before.append((holder, name, vars(holder).get(name, _GONE)))
        setattr(holder, name, value)

    def switch(self) -> Switch:
        """Everything as it was, and a switch that puts it back in."""
        inside = [(holder, name, vars(holder)[name]) for holder, name, _ in self._before]
        outside = list(reversed(self._before))
        self.undo()
        return Switch(inside, outside)

    def undo(self) -> None:
        """Everything as it was."""
        while self._before:
            _put_back(*self._before.pop())


def _put_back(holder: Any, name: str, value: Any) -> None:
    if value is _GONE:
        delattr(holder, name)
    else:
        setattr(holder, name, value)


@dataclass(frozen=True, slots=True)
class Switch:
    """A bug that is in or out at will, and remembers what it knows: a process that also needs the right engine."""

    _inside: list[tuple[Any, str, Any]]
    _outside: list[tuple[Any, str, Any]]

    @contextmanager
    def on(self) -> Iterator[None]:
        """In, as long as the context lasts."""
        try:
            for holder, name, value in self._inside:
                setattr(holder, name, value)
            yield
        finally:
            for place in self._outside:
                _put_back(*place)


Install = Callable[[Patches], None]


@dataclass(frozen=True, slots=True)
class Bug:
    """One thing that is wrong. `breaks`: the invariants that a right verdict may name, the most precise one first."""

    name: str
    kind: Kind
    breaks: tuple[str, ...]
    sentence: str
    install: Install


def _unwatched(patches: Patches) -> None:
    """The deployment has no watch of its own, and begins from its whole log: snapshots would hide bugs."""
    watchers, opened = resolve_name("engine.invariants.Watchers"), resolve_name(f"{OPENING}.opened")
    patches.put(f"{OPENING}.attach", lambda engine: watchers(engine.district, lambda _violation: None))
    patches.put("loadtests.reference.desk.opened", lambda store, vault, policy, _: opened(store, vault, policy, None))
    patches.put("loadtests.reference.saving.save", lambda *_: None)


@contextmanager
def planted(bug: Bug | None) -> Iterator[None]:
    """The engine and the deployment of this process with a bug; without one, as they are."""
    patches = Patches()
    try:
        if bug is not None:
            _unwatched(patches)
            bug.install(patches)
        yield
    finally:
        patches.undo()


def switched(bug: Bug | None) -> Switch:
    """A bug behind a switch, which is out."""
    patches = Patches()
    if bug is not None:
        _unwatched(patches)
        bug.install(patches)
    return patches.switch()
