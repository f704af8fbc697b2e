"""The hunt: waves of operations at one instant, by many clients, with what finds bugs in its measure.

duplicate   the same key and content again: in the same wave, a moment later, or when its answer has been forgotten
key_reuse   the same key with other content
read        a question, after or among what changes its answer
race        one command, each copy possible alone, several at once: at most one, or some, may be accepted
boundary    the last amount that is possible and the first that is not; the last second of a window and the next
hot         by or for the account that gets a fifth of everything
any         the rest: every command of the catalogue, mostly possible
"""

from __future__ import annotations

from dataclasses import dataclass, field

from engine import Command
from engine.catalogue import COMMANDS
from loadtests.operations import Operation
from loadtests.plan.hunt.drawing import Candidate, types_of
from loadtests.plan.hunt.measures import (
    CARELESS_SHARE,
    CLIENTS,
    COMPANY_SHARE,
    DECK_SHARE,
    EDGE_SHARE,
    FAR_SHARE,
    FEW_TRIES,
    FIRST_PHASE,
    FOLLOW_SHARE,
    FOLLOWED,
    FORGOTTEN_SHARE,
    KINDS_TRIED,
    LIMITED_SHARE,
    MOMENT_SHARE,
    OF_VALUE,
    PARTS_SHARE,
    PAUSES_S,
    PHASE,
    PUT_OFF_MOST,
    RACE_SHARE,
    THREAD_SHARE,
    TRIES,
    weight_of,
)
from loadtests.plan.hunt.meeting import naming
from loadtests.plan.hunt.moments import DAY_S, NEAR_S, moments
from loadtests.plan.hunt.neighbours import Neighbours
from loadtests.plan.hunt.walking import WALK_FROM, WALK_ROOM, walk
from loadtests.plan.pace import NANOSECONDS

COMPANIES = tuple(kind for kind in COMMANDS if kind.actors)
"""Stretches of companies give any of these: a hunt of some commands alone has none."""


@dataclass(slots=True)
class Hunt(Neighbours):
    """A hunt in the making."""

    deck: list[type[Command]] = field(default_factory=list)
    every: tuple[type[Command], ...] = ()
    dense: int = 0
    turns_at: int = 0
    waited: dict[type[Command], int] = field(default_factory=dict)

    def go(self, count: int) -> list[Operation]:
        """That many operations."""
        self.most = count
        self.every = self.every or self.kinds
        self.kinds = tuple(kind for kind in self.every if kind.type in OF_VALUE)
        self.turns_at = FIRST_PHASE
        walks_at = count - WALK_ROOM if count >= WALK_FROM else count
        while len(self.operations) < count:
            if walks_at <= len(self.operations):
                walks_at = count
                walk(self)
            self._turn()
            if self.dense < THREAD_SHARE * len(self.operations):
                self._dense()
            else:
                self._sparse()
        return self.operations

    def _turn(self) -> None:
        """Another swarm when it is time: every other part of the platform is left out for a while."""
        if len(self.operations) < self.turns_at:
            return
        self.turns_at = len(self.operations) + PHASE
        parts = sorted({kind.__module__ for kind in self.every})
        here = set(self.luck.sample(parts, (len(parts) + 1) // 2))
        self.kinds = tuple(kind for kind in self.every if kind.__module__ in here)

    def _dense(self) -> None:
        """A stretch about one thing or one purse, for which nothing is left out."""
        first, swarm = len(self.operations), self.kinds
        self.populate()
        if self.turns_at == FIRST_PHASE:
            self.purse()
        else:
            self.kinds = self.every
            if self.luck.random() < COMPANY_SHARE and {*COMPANIES} <= {*self.every}:
                self.company()
            else:
                self.thread()
            self.kinds = swarm
        self.dense += max(1, len(self.operations) - first)

    def _sparse(self) -> None:
        """Waves of whatever comes, and moments that come by themselves."""
        roll = self.luck.random()
        near_s = DAY_S if self.luck.random() < FAR_SHARE else NEAR_S
        soon = moments(self.district, self.at, near_s) if roll < MOMENT_SHARE else []
        if soon:
            self.meet(soon)
        elif roll > 1 - FORGOTTEN_SHARE:
            self.forget()
        else:
            self.turn_to(self.at + self.luck.choice(PAUSES_S))
            self._wave(1 + min(CLIENTS - 1, int(self.luck.expovariate(1 / 6))))

    def _wave(self, size: int) -> None:
        first = len(self.operations)
        while len(self.operations) < min(first + size, self.most):
            self._one()
        self.due_ns += round((len(self.operations) - first) * NANOSECONDS / self.rate)

    def _one(self) -> None:
        """What lags most behind its measure; else something new."""
        wanted = self.lagging()
        if not wanted or self.luck.random() < 0.3:  # noqa: PLR2004 - keeps waves unlike
            self._new()
        else:
            self.press(wanted)

    def _new(self) -> None:
        """Something that nobody has asked before."""
        hot = self.lags_hot()
        follows = None if hot or self.luck.random() > FOLLOW_SHARE else self._following()
        found = follows or self._drawn(hot=hot)
        limited = self.drawing.take_limited()
        if limited is not None and self.luck.random() < LIMITED_SHARE:
            self.send(limited, "boundary")
        roll = self.luck.random()
        if found.accepted and roll < EDGE_SHARE and self.edge(found):
            return
        if found.accepted and roll < EDGE_SHARE + PARTS_SHARE and self.parts(found):
            return
        self.send(found, "hot" if hot else "any")
        if found.accepted and roll > 1 - RACE_SHARE:
            self.race(found)

    def _drawn(self, *, hot: bool) -> Candidate:
        """A command that is possible, of one of a few kinds; at times the first that comes to mind."""
        self.drawing.forced = {"per": [self.hot]} if hot else {}
        careless = self.luck.random() < CARELESS_SHARE
        put_off: list[type[Command]] = []
        for _ in range(1 if careless else KINDS_TRIED):
            found = self.drawing.best(self._kind(hot=hot), 1 if careless else TRIES)
            waited = self.waited.get(type(found.command), 0)
            if found.accepted or waited >= PUT_OFF_MOST:
                break
            self.waited[type(found.command)] = waited + 1
            put_off.append(type(found.command))
        sent = type(found.command)
        self.waited.pop(sent, None)
        self.deck[:0] = [kind for kind in dict.fromkeys(put_off) if kind is not sent and kind not in self.deck]
        self.drawing.forced = {}
        return found

    def _following(self) -> Candidate | None:
        """What can be done next with something that was made lately: a draft is opened, a case goes its way."""
        if not self.fresh:
            return None
        name = self.luck.choice(self.fresh[-FOLLOWED:])
        prefix = name.partition("_")[0]
        named = naming(self.kinds, prefix)
        turns = {kind: self.luck.random() ** (1 / weight_of(kind.type)) for kind in named}
        self.drawing.forced = {prefix: [name]}
        for kind in sorted(named, key=lambda each: -turns[each])[:FOLLOWED]:
            found = self.drawing.best(kind, FEW_TRIES)
            if found.accepted:
                return found
        return None

    def _kind(self, *, hot: bool) -> type[Command]:
        """A kind of command; every kind comes up, however light it is."""
        fit = [kind for kind in self.kinds if "person" in types_of(kind)] if hot else []
        if fit:
            return self.luck.choices(fit, [weight_of(kind.type) for kind in fit])[0]
        if not self.deck and self.turns_at > FIRST_PHASE:
            self.deck = list(self.every)
            self.luck.shuffle(self.deck)
        if self.deck and self.luck.random() < DECK_SHARE:
            return self.deck.pop()
        return self.luck.choices(self.kinds, [weight_of(kind.type) for kind in self.kinds])[0]
