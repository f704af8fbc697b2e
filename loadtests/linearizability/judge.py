"""One object judged: the part without overlap is stepped through, the search does the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from loadtests.linearizability.calls import Call
from loadtests.linearizability.model import IMPOSSIBLE, Model
from loadtests.linearizability.search import Search

ENOUGH = 400_000
"""Candidates that a search within a report may look at: reports try many short histories."""


class Lead(NamedTuple):
    """What stands before the first overlap: how many calls, the state after them; or the next one is impossible."""

    length: int
    state: Any
    impossible: bool


def in_order(calls: Sequence[Call]) -> list[Call]:
    """Calls by their start; those of equal start by their end."""
    before = None
    for call in calls:
        if before is not None and call.start <= before:
            return sorted(calls, key=lambda call: (call.start, call.start if call.end is None else call.end))
        before = call.start
    return list(calls)


def lead_of(model: Model, calls: Sequence[Call], state: Any) -> Lead:
    """Step through calls (in order) as long as each ended before the next one started."""
    step, judged, pure = model.step, model.judges_refusals, model.pure
    count = len(calls)
    for place, call in enumerate(calls):
        end = call.end
        if end is None:
            if call.f in pure:
                continue
            return Lead(place, state, impossible=False)
        if place + 1 < count and calls[place + 1].start <= end:
            return Lead(place, state, impossible=False)
        if call.type == "fail":
            if judged and not model.refuses(state, call):
                return Lead(place, state, impossible=True)
            continue
        after = step(state, call)
        if after is IMPOSSIBLE:
            return Lead(place, state, impossible=True)
        state = after
    return Lead(count, state, impossible=False)


def linearizable(model: Model, calls: Sequence[Call], state: Any, budget: int = ENOUGH) -> bool | None:
    """Whether there is an order; None if the budget does not suffice to know."""
    ordered = in_order(calls)
    lead = lead_of(model, ordered, state)
    if lead.impossible or lead.length == len(ordered):
        return not lead.impossible
    return Search(model, ordered[lead.length :], lead.state).run(budget)


def ends_of(model: Model, calls: Sequence[Call], state: Any, budget: int = ENOUGH) -> set[Any] | None:
    """Every state in which an order of the calls may end; None if the budget does not suffice."""
    ordered = in_order(calls)
    lead = lead_of(model, ordered, state)
    if lead.impossible:
        return set()
    if lead.length == len(ordered):
        return {lead.state}
    ends: set[Any] = set()
    answer = Search(model, ordered[lead.length :], lead.state, ends).run(budget)
    return ends if answer is False else None
