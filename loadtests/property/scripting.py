"""A script in the making: what somebody might say next, drawn with an engine that has heard the script so far.

The ways to draw are those of the hunts, which derive everything from the catalogue: the model is asked what is
possible, and where the answer turns (a balance, what is left of a cap, the last second of a window). Each way draws
with the luck that Hypothesis hands in, so that the same choices make the same script.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from engine import Command, Policy
from engine.kernel.command import PERSONAL_FIELDS
from engine.policy import provenance
from loadtests.operations import READ, Operation
from loadtests.plan.hunt.drawing import DESKS, PREFIXES, Candidate, types_of
from loadtests.plan.hunt.hunting import Hunt
from loadtests.plan.hunt.measures import TRIES
from loadtests.plan.hunt.moments import DAY_S, NEAR_S, moments
from loadtests.plan.hunt.script import Script
from loadtests.property.naming import ID
from loadtests.property.strategies import Known
from loadtests.property.town import town_of
from loadtests.references import references_in

NAMES = (*(each.path for each in provenance(Policy())), *PERSONAL_FIELDS, *Policy().points.rules)
CLOSING = "closing"
CLOSING_IDS = 2
"""Newest ids of each prefix about which everything is asked at the end."""
CLOSING_MOST = 60
NEWEST = 6
MOST_OFTEN = 9


@dataclass(slots=True)
class Scripting(Hunt):
    """A hunt that somebody else leads, step by step.

    `served`: types of commands and reads that the target has; `tells_policy`: its policy can be changed.
    """

    tells_policy: bool = False
    served: frozenset[str] = frozenset()

    def before(self) -> Iterable[Operation]:
        """The town."""
        return town_of(self.policy, changes_policy=self.tells_policy)

    def with_luck(self, luck: int) -> Scripting:
        """Draw with this luck from now on."""
        self.luck = self.drawing.luck = Random(luck)  # noqa: S311 - drawn by Hypothesis, no secret
        return self

    def put(self, wire: str, actor: str, key: str, said: tuple[dict[str, Any], str]) -> None:
        """One operation more, if the target serves its kind."""
        if wire in self.served:
            Script.put(self, wire, actor, key, said)

    def leave_out(self, luck: int) -> None:
        """Every other part of the platform is left out of this script, or none: what meets what differs by example."""
        self.every = self.kinds
        self.turns_at = sys.maxsize
        parts = sorted({kind.__module__ for kind in self.every})
        if luck and len(parts) > 1:
            here = set(Random(luck).sample(parts, (len(parts) + 1) // 2))  # noqa: S311 - drawn by Hypothesis
            self.kinds = tuple(kind for kind in self.every if kind.__module__ in here)

    def give(self, kind: type[Command]) -> None:
        """A command of a kind, a possible one if a few draws find one."""
        self.send(self.drawing.best(kind, TRIES), "any")

    def go_on(self) -> None:
        """What can be done next with something made lately, or anything that is possible; at times for one account."""
        hot = self.luck.random() < 0.3 and not self.fresh  # noqa: PLR2004 - what was made lately comes first
        self.send(self._following() or self._drawn(hot=hot), "any")

    def at_an_edge(self) -> None:
        """The last amount that is possible and the first that is not."""
        found = self._drawn(hot=self.luck.random() < 0.5)  # noqa: PLR2004 - a coin
        if not self.edge(found):
            self.send(found, "any")

    def in_parts(self) -> None:
        """An amount in parts that are together a little too much."""
        found = self._following() or self._drawn(hot=True)
        if not found.accepted or not self.parts(found):
            self.send(found, "any")

    def often(self) -> None:
        """The same several times, each as something new, for one account: what a cap limits is soon used up."""
        found = self._drawn(hot=True)
        for _ in range(self.luck.randint(2, MOST_OFTEN)):
            self.send(self.drawing.with_evidence(found), "any")

    def one_thread(self) -> None:
        """One thing from its making to its ends, with everybody who may have a say in it."""
        swarm, self.kinds = self.kinds, self.every
        self.thread()
        self.kinds = swarm

    def again(self) -> None:
        """The same under the same key."""
        if self.operations:
            self.press("duplicate")

    def under_a_taken_key(self) -> None:
        """Something else under a key that is taken."""
        if self.operations:
            self.press("key_reuse")

    def question(self) -> None:
        """A question that somebody may ask."""
        if self.reads:
            self.ask()

    def at_a_moment(self) -> None:
        """Both sides of an instant at which an answer turns, of the next hours or of the next day."""
        soon = moments(self.district, self.at, NEAR_S) or moments(self.district, self.at, DAY_S)
        if soon:
            self.meet(soon)

    def after_all_keys(self) -> None:
        """The last second in which a repeat gets its old answer, and the first in which its key is free."""
        if self.operations:
            self.forget()

    def wait(self, pause_s: int) -> None:
        """Time passes."""
        self.turn_to(self.at + pause_s)

    def known(self) -> Known:
        """What values of any kind are drawn near: the newest ids, names of the policy, the instant."""
        pools = self.drawing.pools
        ids = {prefix: pools.ids(prefix)[-NEWEST:] for prefix in (*PREFIXES.values(), *self._prefixes())}
        return Known({prefix: found for prefix, found in ids.items() if found}, NAMES, self.at)

    def _prefixes(self) -> set[str]:
        return {name.partition("_")[0] for name in self.names} | {"per", "dwl", "grd", "bld", "com"}

    def close(self) -> None:
        """Questions about whatever the script has touched, by somebody who may ask."""
        self.most += CLOSING_MOST
        for read in self.reads:
            hints = types_of(read.parameters)
            if len(hints) > 1:
                continue
            for values in self._touched(next(iter(hints), ""), str(next(iter(hints.values()), ""))):
                fit = [who for who in (("officer", "off_1"), *self._askers(values)) if self._may_ask(read, values, who)]
                if fit:
                    asked = self.said(values)
                    self.put(f"{READ}{read.name}", f"{fit[0][0]}:{fit[0][1]}", "", (asked, CLOSING))

    def _touched(self, name: str, hint: str) -> Iterator[dict[str, Any]]:
        """Values of a read's only parameter: ids that the script has named, newest first; nothing for none."""
        if not name:
            yield {}
            return
        found = [each for each in reversed(self._mentioned()) if f"'^{each.partition('_')[0]}_" in hint]
        for each in list(dict.fromkeys(found))[: CLOSING_IDS * 2]:
            yield {name: each}

    def _mentioned(self) -> list[str]:
        """Ids in what was said and made."""
        back = {reference: name for name, reference in self.names.items()}
        found: list[str] = []
        for operation in self.operations:
            if operation.intent == CLOSING:
                continue
            found.append(operation.actor.partition(":")[2])
            found += [each for each in operation.data.values() if isinstance(each, str)]
            found += [back[each] for each in references_in(operation.data) if each in back]
            found += [name for name, each in self.names.items() if each.n == operation.n and each.source == "made"]
        return [each for each in found if ID.fullmatch(each)]

    def any_actor(self, command: Command, kind: str) -> list[str]:
        """Ids that an actor of a kind may have; whom the command names comes first."""
        if kind in DESKS:
            return list(DESKS[kind])
        prefix = {"resident": "per", **PREFIXES}.get(kind, "per")
        data = json.loads(command.encode())
        named = [each for each in data.values() if isinstance(each, str) and each.startswith(f"{prefix}_")]
        return [*named, *self.drawing.pools.ids(prefix)[:NEWEST], f"{prefix}_9"]

    def send_any(self, command: Command, kind: str, who: str) -> None:
        """A command whatever the model says to it."""
        self.send(Candidate(command, kind, who), "any")
