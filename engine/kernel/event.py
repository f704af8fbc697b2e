"""Events: what happened. An event writes its own rows (`apply`) and says what it moves (`postings`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, dataclass_transform

from engine.kernel.encoding import encoder, entry_writer

Posting = tuple[int, str, int, str, int]  # from account, owner, to account, owner, amount
EVENTS: dict[str, type[Event]] = {}
"""Every declared event by its name in the log: what a reader of journals needs."""


class Event:
    """One fact of the log. `apply` may not fail: all that could go wrong was decided before."""

    __slots__ = ()
    type: ClassVar[str]

    def encode(self) -> str:
        """Canonical JSON of the fields; compiled when the class is declared."""
        raise NotImplementedError

    def entry(self, seq: int) -> str:
        """The entry of the event in a journal record, under its number; compiled when the class is declared."""
        raise NotImplementedError

    def apply(self, district: Any) -> None:
        """Write the rows of `district` that this event changes."""
        raise NotImplementedError

    def postings(self) -> tuple[Posting, ...]:
        """What moves in the ledger (section A7 of docs/domain.md); nothing by default."""
        return ()


@dataclass_transform()
def event(wire: str) -> Callable[[type], Any]:
    """Declare an event class under its name in the log, for example `payments.purchase_paid`.

    Raises:
        ValueError: another event has the name; a reader could not tell them apart.
    """

    def declare(kind: type) -> Any:
        made: Any = dataclass(slots=True)(kind)
        made.type = wire
        made.encode = encoder(made)
        made.entry = entry_writer(made, wire)
        known = EVENTS.setdefault(wire, made)
        if (known.__module__, known.__qualname__) != (made.__module__, made.__qualname__):
            raise ValueError(f"{wire} is the name of {known.__qualname__} already: give {made.__qualname__} another")
        EVENTS[wire] = made
        return made

    return declare
