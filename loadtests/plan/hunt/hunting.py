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

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from engine import Command, Policy
from engine.catalogue import COMMANDS
from loadtests.operations import READ, Operation
from loadtests.plan.hunt.drawing import Candidate, Drawing, types_of
from loadtests.plan.hunt.edges import edges_of
from loadtests.plan.hunt.measures import (
    CARELESS_SHARE,
    CLIENTS,
    DECK_SHARE,
    EDGE_SHARE,
    FEW_TRIES,
    FOLLOW_SHARE,
    FOLLOWED,
    FORGOTTEN_SHARE,
    HOT_SHARE,
    KINDS_TRIED,
    MEMORY,
    MOMENT_SHARE,
    NEXT,
    PAUSES_S,
    RACE_SHARE,
    SETTLE_NS,
    SHARES,
    TRIES,
    weight_of,
)
from loadtests.plan.hunt.moments import Moment, moments
from loadtests.plan.hunt.small_town import MORNING, town
from loadtests.plan.pace import NANOSECONDS
from loadtests.plan.rehearsal import Answers, Rehearsal, made_in, view_of
from loadtests.references import MADE, TOWN, Reference, replaced

READS: dict[str, str] = {"points.balance": "person"}
"""Questions by name, with the field that names a person."""


@dataclass(slots=True)
class Hunt:
    """A hunt in the making."""

    seed: int
    rate: float
    luck: Random = field(init=False)
    rehearsal: Rehearsal = field(init=False)
    drawing: Drawing = field(init=False)
    town: list[Operation] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    names: dict[str, Reference] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    due_ns: int = 0
    at: int = MORNING + 1
    hot: str = "per_1"
    kinds: tuple[type[Command], ...] = ()
    deck: list[type[Command]] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The town is told; nothing is hunted yet."""
        self.luck = Random(self.seed)  # noqa: S311 - a schedule that anybody can make again, no secret
        self.rehearsal = Rehearsal(Policy(), MORNING)
        for operation in town():
            outcome = self.rehearsal.carry_out(TOWN, operation)
            if outcome is None or outcome.code is not None:
                raise AssertionError(f"the town of hunts refuses {operation}")
            self.town.append(operation)
            self._name(TOWN, operation, view_of(outcome))
        self.rehearsal.answers = Answers()
        self.drawing = Drawing(self.rehearsal.engine, self.luck, self.seed)
        self.kinds = tuple(kind for kind in COMMANDS if kind.actors)

    @property
    def district(self) -> Any:
        """The model's state."""
        return self.rehearsal.engine.district

    def go(self, count: int) -> list[Operation]:
        """That many operations."""
        while len(self.operations) < count:
            roll = self.luck.random()
            soon = moments(self.district, self.at) if roll < MOMENT_SHARE else []
            if soon:
                self._around(self.luck.choice(soon[:NEXT]))
            elif roll > 1 - FORGOTTEN_SHARE:
                self._forgotten()
            else:
                self._turn_to(self.at + self.luck.choice(PAUSES_S))
                self._wave(1 + min(CLIENTS - 1, int(self.luck.expovariate(1 / 6))))
        del self.operations[count:]
        return self.operations

    def _turn_to(self, at: int) -> None:
        """Time passes: what is due by then has happened."""
        self.at = self.drawing.now = max(at, self.district.at)
        self.rehearsal.engine.advance(self.at)
        self.drawing.pools.forget()
        row = self.district.residents.persons.get(self.hot)
        if row is None or row.state != "ACTIVE" or not row.active_bindings:
            bound = [each.id for each in self.district.residents.persons.values() if each.active_bindings]
            self.hot = max(bound, key=lambda each: (self.district.ledger.balance(7, each), each), default=self.hot)

    def _wave(self, size: int) -> None:
        first = len(self.operations)
        while len(self.operations) - first < size:
            self._one()
        self.due_ns += round((len(self.operations) - first) * NANOSECONDS / self.rate)

    def _one(self) -> None:
        """What lags most behind its measure; else something new."""
        total = len(self.operations) + 1
        lag = {name: share * total - self.counts[name] for name, share in SHARES.items()}
        wanted = max(lag, key=lambda name: lag[name])
        if lag[wanted] < 1 or self.luck.random() < 0.3 or not self.operations:  # noqa: PLR2004 - keeps waves unlike
            self._new()
        elif wanted == "duplicate":
            self._duplicate()
        elif wanted == "key_reuse":
            self._reuse()
        else:
            self._read()

    def _lags_hot(self) -> bool:
        return self.counts["of hot"] < HOT_SHARE * (len(self.operations) + 1)

    def _new(self) -> None:
        """Something that nobody has asked before."""
        hot = self._lags_hot()
        follows = None if hot or self.luck.random() > FOLLOW_SHARE else self._following()
        found = follows or self._drawn(hot=hot)
        roll = self.luck.random()
        if found.accepted and roll < EDGE_SHARE and self._edge(found):
            return
        self.send(found, "hot" if hot else "any")
        if found.accepted and roll > 1 - RACE_SHARE:
            self._race(found)

    def _drawn(self, *, hot: bool) -> Candidate:
        """A command that is possible, of one of a few kinds; at times the first that comes to mind."""
        self.drawing.forced = {"per": [self.hot]} if hot else {}
        careless = self.luck.random() < CARELESS_SHARE
        for _ in range(1 if careless else KINDS_TRIED):
            found = self.drawing.best(self._kind(hot=hot), 1 if careless else TRIES)
            if found.accepted:
                break
        self.drawing.forced = {}
        return found

    def _race(self, found: Candidate) -> None:
        """The same, each time as something new."""
        for _ in range(self.luck.choice((1, 1, 2, 3))):
            self.send(found, "race")

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
        if hot:
            fit = [kind for kind in self.kinds if "person" in types_of(kind)]
            return self.luck.choices(fit, [weight_of(kind.type) for kind in fit])[0]
        if not self.deck:
            self.deck = list(self.kinds)
            self.luck.shuffle(self.deck)
        if self.luck.random() < DECK_SHARE:
            return self.deck.pop()
        return self.luck.choices(self.kinds, [weight_of(kind.type) for kind in self.kinds])[0]

    def _edge(self, found: Candidate) -> bool:
        """Both sides of an edge; the side that is refused comes first at times, since it changes nothing."""
        edges = edges_of(self.drawing, found)
        if not edges:
            return False
        right, wrong = edges[self.luck.choice(sorted(edges))]
        for each in self.luck.choice(((right, wrong), (wrong, right))):
            self.send(each, "boundary")
        if self.luck.random() < RACE_SHARE:
            self._race(right)
        return True

    def _around(self, moment: Moment) -> None:
        """The last second before a moment, and the moment itself, with commands that are possible just before."""
        self._turn_to(moment.at - 1)
        held = list(self._about(moment))
        self._step(each for each in held if self.luck.random() < 0.4)  # noqa: PLR2004 - most wait for the moment
        self._turn_to(moment.at)
        self._step(held)

    def _forgotten(self) -> None:
        """The last second in which a repeat gets its old answer, and the first in which its key is free."""
        kept_s = self.district.policy.idempotency.retention_s
        ends = {each.n: MORNING + (each.at_s or 0) + kept_s for each in self.operations[-10 * MEMORY :] if each.key}
        soon = [n for n, end in ends.items() if self.at + 1 < end <= self.at + kept_s]
        if not soon:
            return
        before = self.operations[self.luck.choice(soon[:CLIENTS])]
        for at in (ends[before.n] - 1, ends[before.n]):
            self._turn_to(at)
            self._put(before.type, before.actor, before.key, (before.data, "duplicate"))
            self._step(())

    def _step(self, candidates: Iterable[Candidate]) -> None:
        first = len(self.operations)
        for each in candidates:
            self.send(each, "boundary")
        self._read()
        self.due_ns += SETTLE_NS + round((len(self.operations) - first) * NANOSECONDS / self.rate)

    def _about(self, moment: Moment) -> Iterable[Candidate]:
        """Commands about what a moment concerns, at the edge of their amounts where they have one."""
        prefix, ids = (moment.prefix, list(moment.ids)) if moment.prefix else ("per", [self.hot])
        named = naming(self.kinds, prefix)
        for kind in self.luck.sample(named, min(5, len(named))):
            self.drawing.forced = {prefix: ids, **({"per": [self.hot]} if prefix == "pay" else {})}
            found = self.drawing.best(kind, TRIES)
            edges = edges_of(self.drawing, found) if found.accepted else {}
            yield edges[self.luck.choice(sorted(edges))][0] if edges else found
        self.drawing.forced = {}

    def _duplicate(self) -> None:
        """The same again, under the same key, by another client."""
        before = self.luck.choice(self.operations[-CLIENTS:] if self.luck.random() < 0.6 else self._memory())  # noqa: PLR2004
        if not before.is_read:
            self._put(before.type, before.actor, before.key, (before.data, "duplicate"))

    def _memory(self) -> list[Operation]:
        return self.operations[-MEMORY:]

    def _reuse(self) -> None:
        """The key of another command: its own content changed, or a command of another kind by the same actor."""
        before = self.luck.choice(self._memory())
        if before.is_read:
            return
        kind, _, who = before.actor.partition(":")
        fit = [each for each in self.kinds if kind in each.actors]
        self.drawing.forced = {"per": [who]} if kind == "resident" else {}
        found = self.drawing.best(self.luck.choice(fit), TRIES)
        self.drawing.forced = {}
        if f"{found.kind}:{found.who}" == before.actor:
            self.send(found, "key_reuse", before.key)

    def _read(self) -> None:
        """A question about the hot account or another one."""
        name, named = self.luck.choice(sorted(READS.items()))
        persons = [self.hot] if self._lags_hot() else list(self.district.residents.persons)
        person = self.luck.choice(persons)
        self._put(f"{READ}{name}", f"resident:{person}", "", ({named: person}, "read"))

    def send(self, candidate: Candidate, intent: str, key: str = "") -> None:
        """Put a command into the plan and tell it to the model."""
        data = json.loads(candidate.command.encode())
        names = self.names
        said = replaced(data, lambda text: names[text].text() if text in names else text)
        actor = f"{candidate.kind}:{candidate.who}"
        self._put(candidate.command.type, actor, key or f"hunt{self.seed}-{len(self.operations)}", (said, intent))

    def _put(self, wire: str, actor: str, key: str, said: tuple[dict[str, Any], str]) -> None:
        data, intent = said
        n = len(self.operations)
        shard = f"client:{self.luck.randrange(CLIENTS)}"
        operation = Operation(n, self.due_ns, wire, actor, key, data, shard, intent, self.at - MORNING)
        self.operations.append(operation)
        self.counts[intent] += 1
        self.counts["of hot"] += self.hot in (actor.partition(":")[2], data.get("person"))
        outcome = self.rehearsal.carry_out(MADE, operation)
        self.drawing.pools.forget()
        if outcome is not None and outcome.code is None:
            self._name(MADE, operation, view_of(outcome))

    def _name(self, source: str, operation: Operation, view: list[dict[str, Any]]) -> None:
        for name, value in made_in(view, operation.data, operation.actor).items():
            if value not in self.names:
                self.names[value] = Reference(source, operation.n, name)
                self.fresh.append(value)


@cache
def naming(kinds: Any, prefix: str) -> tuple[type[Command], ...]:
    """Kinds of commands with a field that names rows with a prefix."""
    return tuple(kind for kind in kinds if any(f"'^{prefix}_" in repr(hint) for hint in types_of(kind).values()))
