"""The definition itself, for small histories: every order that respects real time, tried one after the other."""

from collections.abc import Sequence
from itertools import chain, combinations
from typing import Any

from loadtests.linearizability import IMPOSSIBLE, Call, Model


def has_order(model: Model, calls: Sequence[Call], begin: Any) -> bool:
    """True if the answered calls, with some of those of unknown outcome, have an order that the model allows."""
    judged = [each for each in calls if each.type != "fail" or model.judges_refusals]
    unknown = [each for each in judged if each.end is None]
    definite = [each for each in judged if each.end is not None]
    chosen = chain.from_iterable(combinations(unknown, size) for size in range(len(unknown) + 1))
    return any(_orders(model, [*definite, *some], begin) for some in chosen)


def _orders(model: Model, calls: list[Call], state: Any) -> bool:
    if not calls:
        return True
    for place, call in enumerate(calls):
        if any(other.end is not None and other.end < call.start for other in calls):
            continue
        rest = [*calls[:place], *calls[place + 1 :]]
        if call.type == "fail":
            after = state if model.refuses(state, call) else IMPOSSIBLE
        else:
            after = model.step(state, call)
        if after is not IMPOSSIBLE and _orders(model, rest, after):
            return True
    return False


def ends_by_trying(model: Model, calls: list[Call], state: Any) -> set[Any]:
    """The states in which orders end, by trying them all."""
    judged = [each for each in calls if each.type != "fail" or model.judges_refusals]
    if not judged:
        return {state}
    found: set[Any] = set()
    for place, call in enumerate(judged):
        if any(other.end is not None and other.end < call.start for other in judged):
            continue
        if call.type == "fail":
            after = state if model.refuses(state, call) else IMPOSSIBLE
        else:
            after = model.step(state, call)
        if after is not IMPOSSIBLE:
            found |= ends_by_trying(model, [*judged[:place], *judged[place + 1 :]], after)
    return found
