"""How many take part: exactly as many as a quorum needs, one fewer, or everybody.

A vote with exactly its quorum is where `>=` and `>` part; by chance the electorate hardly ever divides so.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from engine.district.votes import entitled
from loadtests.plan.hunt.drawing import Candidate, Drawing

BASIS = 10_000
DRAFT, BALLOT = "participation.draft_vote", "participation.cast_ballot"


def with_reachable_quorum(drawing: Drawing, found: Candidate) -> Candidate:
    """A draft whose quorum a whole number of the units that are there now reaches exactly; anything else as it is."""
    command: Any = found.command
    if command.type != DRAFT:
        return found
    units = len(set(entitled(drawing.engine.district, command.unit).values()))
    exact = [number * BASIS // units for number in range(1, units + 1) if not number * BASIS % units]
    if not exact:
        return found
    return drawing.asked(replace(found, command=replace(command, quorum_bp=drawing.luck.choice(exact))))


def takers(district: Any, found: Candidate, luck: Random, most: int) -> int:
    """How many are to give a command: round the quorum of a vote, else any number up to `most`."""
    command: Any = found.command
    vote = district.board.votes.get(command.vote) if command.type == BALLOT else None
    if vote is None:
        return luck.randint(1, most)
    needed = -(-vote.electorate * vote.quorum_bp // BASIS) - vote.cast
    return luck.choice((needed, needed, needed, needed - 1, most))
