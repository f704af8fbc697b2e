"""Simpler values: a script that shows the same with smaller numbers, fewer items and no time between its steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from loadtests.operations import Operation

Shows = Callable[[Sequence[Operation]], bool]
Ways = list[Any]


def simpler(script: Sequence[Operation], shows: Shows, trials: int) -> list[Operation]:
    """The simplest script that was found in so many trials; each step is looked at once, the last one first."""
    found = list(script)
    for place in reversed(range(len(found))):
        for name, ways in _simpler(found, place):
            for value in ways:
                if trials <= 0:
                    return found
                trials -= 1
                changed = [*found[:place], _with(found[place], name, value), *found[place + 1 :]]
                if shows(changed):
                    found = changed
                    break
    return found


AT = "@"
"""In the place of a field: the instant."""


def _with(step: Operation, name: str, value: Any) -> Operation:
    return replace(step, at_s=value) if name == AT else replace(step, data={**step.data, name: value})


def _simpler(script: Sequence[Operation], place: int) -> Iterator[tuple[str, Ways]]:
    """Fields of a step, and simpler values for each, the simplest first."""
    step = script[place]
    before_s = script[place - 1].at_s if place else 1
    if step.at_s is not None and before_s is not None and step.at_s > before_s:
        yield AT, [before_s]
    for name, value in step.data.items():
        yield name, list(_simpler_values(value))


def _simpler_values(value: Any) -> Iterator[Any]:
    if isinstance(value, int) and not isinstance(value, bool) and value > 1:
        yield from dict.fromkeys((0, 1, 10 ** (len(str(value)) - 1)))
    elif isinstance(value, list) and len(value) > 1:
        yield value[:1]
