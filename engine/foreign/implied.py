"""Persons and merchants that a log takes for granted: a system of points alone never says that it registers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, get_args, get_type_hints

from engine.district.merchants import MerchantRegistered
from engine.district.residents import PersonRegistered
from engine.kernel.event import EVENTS, Event
from engine.kernel.ids import MerchantId, PersonId

KINDS: Mapping[str, Any] = EVENTS
REGISTERS = {PersonRegistered.type, MerchantRegistered.type}
NOWHERE = "grd_unknown"


class Implied:
    """Makes up for registrations that no line tells, until a line registers somebody (of an incomplete log: always)."""

    def __init__(self, district: Any, *, complete: bool) -> None:
        """Nobody known."""
        self._district = district
        self._persons = district.residents.persons
        self._merchants = district.trade.merchants
        self._complete = complete
        self._told: set[str] = set()

    def by(self, event: Event) -> Sequence[Event]:
        """Registrations that an event takes for granted."""
        if event.type in REGISTERS:
            self._told.add(event.type)
            return ()
        for name, kind in _named(KINDS[event.type]):
            known = self._persons if kind is PersonRegistered else self._merchants
            if getattr(event, name) not in known:
                return list(self._registrations(event))
        return ()

    def _registrations(self, event: Event) -> Iterator[Event]:
        for name, kind in _named(KINDS[event.type]):
            who = getattr(event, name)
            if who is None or (self._complete and kind.type in self._told):
                continue
            if kind is PersonRegistered and who not in self._persons:
                yield PersonRegistered(who, "")
            elif kind is MerchantRegistered and who not in self._merchants:
                rate = self._district.policy.points.deduction_cap_bp
                yield MerchantRegistered(who, NOWHERE, "retail", rate)


@cache
def _named(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Fields of an event class that name a person or a merchant."""
    found: list[tuple[str, Any]] = []
    for name, hint in get_type_hints(kind, include_extras=True).items():
        hints = (hint, *get_args(hint))
        if PersonId in hints:
            found.append((name, PersonRegistered))
        elif MerchantId in hints:
            found.append((name, MerchantRegistered))
    return tuple(found)
