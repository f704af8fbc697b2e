"""Amounts on the edge: the last one that the model accepts, and the first one that it does not.

The edge is found by asking the model, not by a formula: what is left of a cap, a balance, a purchase or a pause are all
where an answer turns. So the edges of a rule that comes later are found, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from loadtests.plan.hunt.drawing import Candidate, Drawing, bounds_of, types_of

WIDEST = 1 << 40
"""Beyond it no amount of a town lies."""


def numbers_of(candidate: Candidate) -> list[str]:
    """Fields that hold a whole number."""
    hints = types_of(type(candidate.command))
    return [name for name in hints if type(getattr(candidate.command, name)) is int]


def with_number(candidate: Candidate, name: str, number: int) -> Candidate:
    """The same command with another number."""
    return replace(candidate, command=replace(candidate.command, **{name: number}))  # type: ignore[type-var]


def edge(drawing: Drawing, candidate: Candidate, name: str) -> tuple[Candidate, Candidate] | None:
    """The neighbours between which the answer to an accepted command turns when one number grows or shrinks."""
    number = getattr(candidate.command, name)
    least, most = bounds_of(types_of(type(candidate.command))[name])
    for further in (_up(number, most), _down(number, least)):
        right = number
        for far in further:
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


def edges_of(drawing: Drawing, candidate: Candidate) -> dict[str, tuple[Candidate, Candidate]]:
    """Every edge of a command by its field."""
    found: dict[str, Any] = {name: edge(drawing, candidate, name) for name in numbers_of(candidate)}
    return {name: pair for name, pair in found.items() if pair is not None}
