"""Amounts on the edge: the last one that the model accepts, and the first one that it does not.

The edge is found by asking the model, not by a formula: what is left of a cap, a balance, a purchase or a pause are all
where an answer turns. So the edges of a rule that comes later are found, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from loadtests.plan.hunt.drawing import LIMITS, LONG_AGO, Candidate, Drawing, bounds_of, types_of

WIDEST = 1 << 40
"""Beyond it no amount of a town lies."""

UP, DOWN, HOLE = "up", "down", "hole"
Edges = dict[tuple[str, str], tuple[Candidate, Candidate]]
"""By field and way: the last that is accepted, and the first that is not."""
SMALL = 100
"""Amounts below it are looked through one by one."""


def numbers_of(candidate: Candidate) -> list[str]:
    """Fields that hold a whole number; what must lie long ago has no edge that a hunt may go to."""
    command = candidate.command
    whole = [name for name in types_of(type(command)) if type(getattr(command, name)) is int]
    return [name for name in whole if f"{command.type}.{name}" not in LONG_AGO]


def with_number(candidate: Candidate, name: str, number: int) -> Candidate:
    """The same command with another number."""
    return replace(candidate, command=replace(candidate.command, **{name: number}))  # type: ignore[type-var]


def edge(drawing: Drawing, candidate: Candidate, name: str, *, upward: bool) -> tuple[Candidate, Candidate] | None:
    """The neighbours between which the answer to an accepted command turns when one number grows or shrinks."""
    number = right = getattr(candidate.command, name)
    least, most = bounds_of(types_of(type(candidate.command))[name])
    for far in _up(number, most) if upward else _down(number, least):
        if not drawing.asked(with_number(candidate, name, far)).accepted:
            return _between(drawing, candidate, name, (right, far))
        right = far
    return None


def _up(number: int, most: int) -> Iterator[int]:
    step = 1
    while step < WIDEST and number + step <= most:
        yield number + step
        step *= 2


def _down(number: int, least: int) -> Iterator[int]:
    step = 1
    while number - step > least:
        yield number - step
        step *= 2
    if number > least:
        yield least


def _between(drawing: Drawing, candidate: Candidate, name: str, ends: tuple[int, int]) -> tuple[Candidate, Candidate]:
    """Halve until accepted and rejected are neighbours."""
    right, wrong = ends
    while abs(right - wrong) > 1:
        middle = (right + wrong) // 2
        if drawing.asked(with_number(candidate, name, middle)).accepted:
            right = middle
        else:
            wrong = middle
    return drawing.asked(with_number(candidate, name, right)), drawing.asked(with_number(candidate, name, wrong))


def hole(drawing: Drawing, candidate: Candidate, name: str) -> tuple[Candidate, Candidate] | None:
    """The top of a gap among small amounts that a limit refuses although larger ones are accepted.

    A refund of so few fen that its share of the points cannot be given back is one.
    """
    number = getattr(candidate.command, name)
    least, _ = bounds_of(types_of(type(candidate.command))[name])
    refused: Candidate | None = None
    for small in range(least, min(number, least + SMALL)):
        found = drawing.asked(with_number(candidate, name, small))
        if found.answer in LIMITS:
            refused = found
        elif refused is not None and found.accepted:
            return found, refused
    return None


def edges_of(drawing: Drawing, candidate: Candidate) -> Edges:
    """Every edge of a command by its field: upward, downward, or a hole; none for one that is not accepted."""
    if not candidate.accepted:
        return {}
    found: dict[Any, Any] = {}
    for name in numbers_of(candidate):
        found[name, UP] = edge(drawing, candidate, name, upward=True)
        found[name, DOWN] = edge(drawing, candidate, name, upward=False)
        found[name, HOLE] = hole(drawing, candidate, name)
    return {way: pair for way, pair in found.items() if pair is not None}
