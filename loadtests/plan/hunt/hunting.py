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
from loadtests.operations import Operation
from loadtests.plan.hunt.drawing import OF_VALUE, Candidate, types_of
from loadtests.plan.hunt.edges import UP, edges_of, hole, with_number
from loadtests.plan.hunt.measures import (
    CARELESS_SHARE,
    CLIENTS,
    DECK_SHARE,
    EDGE_SHARE,
    FAR_SHARE,
    FEW_TRIES,
    FOCUSED,
    FOLLOW_SHARE,
    FOLLOWED,
    FORGOTTEN_SHARE,
    KINDS_TRIED,
    LIMITED_SHARE,
    MEMORY,
    MOMENT_SHARE,
    OWN_EVIDENCE_SHARE,
    PARTS,
    PARTS_SHARE,
    PAUSES_S,
    PHASE,
    PUT_OFF_MOST,
    RACE_SHARE,
    SHARES,
    TRIES,
    weight_of,
)
from loadtests.plan.hunt.meeting import Meeting, naming
from loadtests.plan.hunt.moments import DAY_S, NEAR_S, moments
from loadtests.plan.pace import NANOSECONDS


@dataclass(slots=True)
class Hunt(Meeting):
    """A hunt in the making."""

    deck: list[type[Command]] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    focus: str = ""
    turns_at: int = 0
    waited: dict[type[Command], int] = field(default_factory=dict)

    def go(self, count: int) -> list[Operation]:
        """That many operations."""
        self.most = count
        while len(self.operations) < count:
            self._turn()
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
        return self.operations

    def _turn(self) -> None:
        """Dwell on the next subject when it is time; on none in between."""
        if len(self.operations) < self.turns_at:
            return
        self.turns_at = len(self.operations) + PHASE
        if not self.subjects:
            self.subjects = ["", *OF_VALUE, *sorted({_subject(kind) for kind in self.kinds})]
            self.luck.shuffle(self.subjects)
        self.focus = self.subjects.pop()

    def _weight(self, kind: type[Command]) -> float:
        return weight_of(kind.type) * (FOCUSED if _subject(kind) == self.focus else 1.0)

    def _wave(self, size: int) -> None:
        first = len(self.operations)
        while len(self.operations) < min(first + size, self.most):
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
            self.ask()

    def _new(self) -> None:
        """Something that nobody has asked before."""
        hot = self.lags_hot()
        follows = None if hot or self.luck.random() > FOLLOW_SHARE else self._following()
        found = follows or self._drawn(hot=hot)
        limited = self.drawing.take_limited()
        if limited is not None and self.luck.random() < LIMITED_SHARE:
            self.send(limited, "boundary")
        roll = self.luck.random()
        if found.accepted and roll < EDGE_SHARE and self._edge(found):
            return
        if found.accepted and roll < EDGE_SHARE + PARTS_SHARE and self._parts(found):
            return
        self.send(found, "hot" if hot else "any")
        if found.accepted and roll > 1 - RACE_SHARE:
            self._race(found)

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

    def _race(self, found: Candidate) -> None:
        """The same, each time as something new; at times each with evidence of its own: what one cap limits."""
        own = self.luck.random() < OWN_EVIDENCE_SHARE
        for _ in range(self.luck.choice((1, 1, 2, 3))):
            self.send(self.drawing.with_evidence(found) if own else found, "race")

    def _following(self) -> Candidate | None:
        """What can be done next with something that was made lately: a draft is opened, a case goes its way."""
        if not self.fresh:
            return None
        name = self.luck.choice(self.fresh[-FOLLOWED:])
        prefix = name.partition("_")[0]
        named = naming(self.kinds, prefix)
        turns = {kind: self.luck.random() ** (1 / self._weight(kind)) for kind in named}
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
            return self.luck.choices(fit, [self._weight(kind) for kind in fit])[0]
        if not self.deck:
            self.deck = list(self.kinds)
            self.luck.shuffle(self.deck)
        if self.luck.random() < DECK_SHARE:
            return self.deck.pop()
        return self.luck.choices(self.kinds, [self._weight(kind) for kind in self.kinds])[0]

    def _edge(self, found: Candidate) -> bool:
        """Both sides of an edge; the side that is refused comes first at times, since it changes nothing."""
        edges = edges_of(self.drawing, found)
        if not edges:
            return False
        right, wrong = self.side(edges)
        for each in self.luck.choice(((right, wrong), (wrong, right))):
            self.send(each, "boundary")
        if self.luck.random() < RACE_SHARE:
            self._race(right)
        return True

    def _parts(self, found: Candidate) -> bool:
        """The whole of an amount in parts that are together a little too much, and a part too small to be given."""
        limits = {name: pair for (name, way), pair in edges_of(self.drawing, found).items() if way == UP}
        if not limits:
            return False
        name = self.luck.choice(sorted(limits))
        whole = getattr(limits[name][0].command, name)
        count = self.luck.choice(PARTS)
        for number in range(count):
            part = self.drawing.asked(with_number(found, name, max(1, whole // count + self.luck.randrange(2))))
            self.send(part, "race" if part.accepted else "boundary")
            gap = hole(self.drawing, part, name) if number and part.accepted else None
            for each in reversed(gap or ()):
                self.send(each, "boundary")
        return True

    def _duplicate(self) -> None:
        """The same again, under the same key, by another client."""
        before = self.luck.choice(self.operations[-CLIENTS:] if self.luck.random() < 0.6 else self._memory())  # noqa: PLR2004
        if not before.is_read:
            self.put(before.type, before.actor, before.key, (before.data, "duplicate"))

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


def _subject(kind: type[Command]) -> str:
    return kind.type.partition(".")[0]
