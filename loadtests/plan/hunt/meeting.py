"""Moments of a hunt: the last second before something ends, and the next one, on both sides of the edge."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from engine import Command
from engine.catalogue import COMMANDS
from loadtests.plan.hunt.asking import Asking
from loadtests.plan.hunt.drawing import Candidate, types_of
from loadtests.plan.hunt.edges import HOLE, Edges, edges_of
from loadtests.plan.hunt.measures import (
    CLIENTS,
    EARLY_SHARE,
    KINDS_A_MOMENT,
    MEMORY,
    MOMENTS_AT_ONCE,
    TRIES,
    weight_of,
)
from loadtests.plan.hunt.moments import Moment
from loadtests.plan.hunt.small_town import MORNING


@dataclass(slots=True)
class Meeting(Asking):
    """A hunt that meets moments."""

    kinds: tuple[type[Command], ...] = tuple(kind for kind in COMMANDS if kind.actors)
    met: Counter[str] = field(default_factory=Counter)

    def meet(self, soon: list[Moment]) -> None:
        """The last second before a moment, and the moment itself, with commands that are possible just before."""
        moment = self._next(soon)
        self.met[moment.kind] += 1
        self.turn_to(moment.at - 1)
        others = [each for each in soon if each.at == moment.at and each != moment]
        together = [moment, *self.luck.sample(others, min(len(others), MOMENTS_AT_ONCE - 1))]
        held = [found for each in together for found in self._about(each)]
        if self.luck.random() < EARLY_SHARE:  # else nothing disturbs what they are about before the moment
            usual = [each for each in held if weight_of(each.command.type) >= 1]
            self._step(self.luck.sample(usual, (len(usual) + 1) // 2))
        self.turn_to(moment.at)
        self._step(sorted(held, key=lambda each: weight_of(each.command.type) < 1))  # what ends things comes last

    def _next(self, soon: list[Moment]) -> Moment:
        """The next moment of the kind that was met least: deadlines of cases would hide all others."""
        first: dict[str, Moment] = {}
        for each in soon:
            first.setdefault(each.kind, each)
        fewest = min(self.met[kind] for kind in first)
        return self.luck.choice([each for kind, each in first.items() if self.met[kind] == fewest])

    def forget(self) -> None:
        """The last second in which a repeat gets its old answer, and the first in which its key is free."""
        kept_s = self.district.policy.idempotency.retention_s
        ends = {each.n: MORNING + (each.at_s or 0) + kept_s for each in self.operations[-10 * MEMORY :] if each.key}
        soon = [n for n, end in ends.items() if self.at + 1 < end <= self.at + kept_s]
        if not soon:
            return
        before = self.operations[self.luck.choice(soon[:CLIENTS])]
        for at in (ends[before.n] - 1, ends[before.n]):
            self.turn_to(at)
            self.put(before.type, before.actor, before.key, (before.data, "duplicate"))
            self._step(())

    def _step(self, candidates: Iterable[Candidate]) -> None:
        first = len(self.operations)
        for each in candidates:
            self.send(each, "boundary")
        self.ask()
        self.settle(first)

    def _about(self, moment: Moment) -> list[Candidate]:
        """Commands about what a moment concerns, at the edge of their amounts where they have one."""
        prefix, ids = (moment.prefix, list(moment.ids)) if moment.prefix else ("per", [self.hot])
        named = naming(self.kinds, prefix)
        turns = {kind: self.luck.random() ** (1 / weight_of(kind.type)) for kind in named}
        self.drawing.forced = {prefix: ids, **({"per": [self.hot]} if prefix == "pay" else {})}
        drawn = [self.drawing.best(kind, TRIES) for kind in sorted(named, key=lambda each: -turns[each])]
        drawn.sort(key=lambda each: not each.accepted)  # stable: by turns among those that are possible
        found = [side for each in drawn[:KINDS_A_MOMENT] for side in self._sides(each)]
        limited = self.drawing.take_limited()
        self.drawing.forced = {}
        return [*found, limited] if limited is not None else found

    def _sides(self, found: Candidate) -> list[Candidate]:
        """The last amounts that are possible, of two fields at most; the command itself where it has no edge."""
        edges = edges_of(self.drawing, found) if found.accepted else {}
        last = {name: pair[0] for (name, _way), pair in edges.items()}
        names = self.luck.sample(sorted(last), min(2, len(last)))
        return [last[name] for name in names] or [found]

    def side(self, edges: Edges) -> tuple[Candidate, Candidate]:
        """One of the edges; holes are rare, so they come first."""
        return edges[self.luck.choice(sorted(way for way in edges if way[1] == HOLE) or sorted(edges))]


@cache
def naming(kinds: Any, prefix: str) -> tuple[type[Command], ...]:
    """Kinds of commands with a field that names rows with a prefix."""
    return tuple(kind for kind in kinds if any(f"'^{prefix}_" in repr(hint) for hint in types_of(kind).values()))
