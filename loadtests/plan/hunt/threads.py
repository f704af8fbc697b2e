"""Threads: one thing followed from its making to its ends, with everybody who may have a say in it.

Among a hundred and seventy kinds of commands drawn at random, what needs five of one subject in a row hardly ever comes
about: a second ballot of a household, a case reopened in the last second. A thread is a dense stretch about one thing:
it is made, goes its way, everybody takes part, its deadlines are met from both sides, and questions follow. Which kinds
of commands make or name a thing is learned from the catalogue and from answers, so a subject that comes later has
threads without an edit.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from engine import Command
from loadtests.plan.hunt.ballots import takers, with_reachable_quorum
from loadtests.plan.hunt.drawing import PREFIXES, Candidate, types_of
from loadtests.plan.hunt.measures import (
    COMPANY,
    EDGE_SHARE,
    ENDED_SHARE,
    FEW_TRIES,
    IDLE_SHARE,
    MADE_BESIDE,
    MOMENTS_A_THREAD,
    REACH_S,
    REFUSED_SHARE,
    SPITE_SHARE,
    SPITE_TRIES,
    STEPS_A_THREAD,
    THREADS_OF,
    TRIES,
    weight_of,
)
from loadtests.plan.hunt.meeting import naming
from loadtests.plan.hunt.moments import moments
from loadtests.plan.hunt.pressing import Pressing

FIRST = ("rid", "bil", "ofr")
"""Things without which others cannot be made: riders before orders."""
AGAIN = 2
"""Of commands that everybody gives: so many come again, each time as something new."""


@dataclass(slots=True)
class Threads(Pressing):
    """A hunt that follows threads. `refused` counts refusals sent by kind of command and code."""

    threads: list[str] = field(default_factory=list)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    family: list[str] = field(default_factory=list)
    ends_early: bool = False
    used: Counter[type[Command]] = field(default_factory=Counter)

    def thread(self) -> None:
        """One thread of the kind whose turn it is."""
        if not self.threads:
            named = [each for each in sorted(self.makers) if each not in MADE_BESIDE and naming(self.kinds, each)]
            self.threads = [prefix for prefix in named for _ in range(THREADS_OF.get(prefix, 1))]
            self.luck.shuffle(self.threads)
            self.threads.sort(key=lambda prefix: prefix in FIRST)  # the last one is taken first
        if not self.threads:
            return
        prefix = self.threads.pop()
        self.used.clear()
        self.ends_early = self.luck.random() < ENDED_SHARE
        name = self._made(prefix)
        self.family = [name] if name else self.drawing.pools.ids(prefix)[-1:]
        idle = self.luck.random() < IDLE_SHARE
        for number in range(MOMENTS_A_THREAD if self.family else 0):
            if number or not idle:
                self._stretch()
            if not self._end():
                break

    def _made(self, prefix: str) -> str:
        """A new thing: its id; empty if none could be made."""
        kinds = sorted(self.makers[prefix], key=lambda kind: kind.type)
        self.luck.shuffle(kinds)
        before = len(self.fresh)
        for kind in kinds:
            self.drawing.forced = self._there()
            found = self.drawing.best(kind, TRIES)
            self.drawing.forced = {}
            if found.accepted:
                found = with_reachable_quorum(self.drawing, found)
                self.step([found], "any")
                made = [name for name in self.fresh[before:] if name.startswith(f"{prefix}_")]
                if made:
                    return made[-1]
        return ""

    def _stretch(self) -> None:
        """Some steps with what belongs to the thread, one after the other."""
        for _ in range(STEPS_A_THREAD):
            found = self._next_step()
            if found is None:
                return
            if self.luck.random() < SPITE_SHARE:
                self._spite()
            self._sent(found)
            if len(self.operations) >= self.most:
                return

    def _sent(self, found: Candidate) -> None:
        """A step, pressed on at times; by everybody where it says a person."""
        kind = type(found.command)
        self.used[kind] += 1
        if self.used[kind] == 1 and "person" in types_of(kind) and "resident" in kind.actors:
            self._everybody(found)
        elif self.luck.random() >= EDGE_SHARE or not self.edge(found):
            self.step([found], "any")

    def step(self, candidates: list[Candidate], intent: str) -> None:
        """Some commands at one instant, and whatever lags behind its measure beside them."""
        first, before = len(self.operations), len(self.fresh)
        for each in candidates:
            self.send(each, intent)
        self.family += [name for name in self.fresh[before:] if name.partition("_")[0] not in OF_VALUE]
        wanted = self.lagging()
        if wanted:
            self.press(wanted)
        self.settle(first)

    def _next_step(self) -> Candidate | None:
        """What is possible with something of the thread, what was done least first; at times what is refused."""
        kinds = [kind for kind in self.kinds if self._thing(kind)]
        kinds = [kind for kind in kinds if self.ends_early or weight_of(kind.type) >= 1]
        turns = {kind: self.luck.random() ** ((1 + self.used[kind]) / weight_of(kind.type)) for kind in kinds}
        for kind in sorted(kinds, key=lambda each: -turns[each]):
            found = self._drawn_within(kind)
            if found.accepted:
                return found
            self._refusal(found)
        return None

    def _spite(self) -> None:
        """Something about the thread that a rule refuses."""
        kinds = [kind for kind in self.kinds if self._thing(kind)]
        kind = self.luck.choice(kinds)
        for _ in range(SPITE_TRIES):
            found = self._drawn_within(kind, 1)
            if not found.accepted and found.answer not in NO_RULE:
                self._refusal(found)
                return

    def _drawn_within(self, kind: type[Command], tries: int = FEW_TRIES) -> Candidate:
        """A command about things of the thread."""
        own = {prefix: ids for prefix, ids in self._by_prefix().items() if kind in self._kinds(prefix)}
        self.drawing.forced = {**self._there(), **own}
        found = self.drawing.best(kind, tries)
        self.drawing.forced = {}
        return found

    def _there(self) -> dict[str, list[str]]:
        """Persons who are bound, members and companies that are there: in a thread nobody is a stranger."""
        pools = self.drawing.pools
        bound = [each.id for each in self.district.residents.persons.values() if each.active_bindings]
        found = {"per": bound, **{prefix: pools.ids(prefix) for prefix in PREFIXES.values()}}
        return {prefix: ids for prefix, ids in found.items() if ids}

    def _refusal(self, found: Candidate) -> None:
        """What a rule refuses is sent at times, the rarest refusals first: a wrong engine may accept it."""
        name = found.command.type, found.answer
        if found.answer in NO_RULE or self.luck.random() > REFUSED_SHARE / (1 + self.refused[name]):
            return
        self.refused[name] += 1
        self.send(found, "boundary")

    def _kinds(self, prefix: str) -> tuple[type[Command], ...]:
        return naming(self.kinds, prefix)

    def _thing(self, kind: type[Command]) -> bool:
        """Whether a kind of command names something of the thread."""
        return any(kind in self._kinds(prefix) for prefix in self._by_prefix())

    def _by_prefix(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.family:
            found.setdefault(name.partition("_")[0], []).append(name)
        return found

    def _everybody(self, found: Candidate) -> None:
        """One person after the other gives the command, as many as its rule is about; then some come again."""
        district = self.district
        persons = [each.id for each in district.residents.persons.values() if each.active_bindings]
        self.luck.shuffle(persons)
        persons = [who for who in persons if who != found.who]
        most = takers(district, found, self.luck, COMPANY)
        sent = [found]
        self.step([found], "any")
        for person in persons:
            if len(sent) >= most or len(self.operations) >= self.most:
                break
            each = self._as(found, person)
            if each.accepted:
                sent.append(each)
                self.step([each], "any")
            else:
                self._refusal(each)
        for again in self.luck.sample(sent, min(len(sent), AGAIN)):
            self.step([again], "race")

    def _as(self, found: Candidate, person: str) -> Candidate:
        """A command of the same kind about the same thing by somebody else."""
        self.drawing.forced = {**self._named(found), "per": [person]}
        each = self.drawing.best(type(found.command), FEW_TRIES)
        self.drawing.forced = {}
        return each

    def _named(self, found: Candidate) -> dict[str, list[str]]:
        said = [getattr(found.command, name) for name in types_of(type(found.command))]
        return {each.partition("_")[0]: [each] for each in said if isinstance(each, str) and each in self.family}

    def _end(self) -> bool:
        """Meet the next moment of something in the thread; False if there is none."""
        own = set(self.family)
        soon = [each for each in moments(self.district, self.at, REACH_S) if own & set(each.ids)]
        if not soon or len(self.operations) >= self.most:
            return False
        self.meet(soon)
        self.ask_about([name for each in soon if each.at == self.at for name in each.ids if name in own])
        return True


NO_RULE = {"FORBIDDEN", "OUT_OF_GRID"}
OF_VALUE = ("awd", "lot", "rfd")
"""What comes of a step beside it has threads of its own."""
