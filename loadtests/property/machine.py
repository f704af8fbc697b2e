"""The state machine that Hypothesis leads: its rules make a script, its end plays the script on the target.

A script is drawn with the engine alone, whatever the target answers, and played when it is whole. So the same choices
make the same script, a script that was played once is known, and shrinking plays only what is new.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from engine import Command, Policy
from engine.views.read import Read
from loadtests.operations import READ, Operation
from loadtests.plan.hunt.measures import OF_VALUE
from loadtests.property.scripting import Scripting
from loadtests.property.strategies import commands

LUCK = st.integers(0, 2**32 - 1)
PAUSES_S = (1, 60, 3_600, 6 * 3_600, 86_400, 3 * 86_400, 40 * 86_400)
RATE = 200.0
MOST_OPERATIONS = 120
"""Of one script."""
Play = Callable[[Sequence[Operation]], None]
"""Plays a script on the target; raises where an answer is not the engine's."""


@dataclass(frozen=True, slots=True)
class Leading:
    """What scripts are made of: commands and reads that the target serves, the policy of the town, who plays them."""

    kinds: tuple[type[Command], ...]
    reads: tuple[Read, ...]
    policy: Policy
    play: Play
    tells_policy: bool = False

    @property
    def has_purses(self) -> bool:
        """Whether the target serves all that a stretch about points and money needs."""
        return {kind.type for kind in self.kinds} >= OF_VALUE

    def script(self) -> Scripting:
        """An empty script after the town."""
        served = frozenset({*(kind.type for kind in self.kinds), *(f"{READ}{read.name}" for read in self.reads)})
        told = {"kinds": self.kinds, "reads": self.reads, "policy": self.policy, "served": served}
        made = Scripting(0, RATE, tells_policy=self.tells_policy, **told)  # type: ignore[arg-type] # as it says
        made.most = MOST_OPERATIONS
        return made


class Speaking(RuleBasedStateMachine):
    """Somebody says one thing after another. `leading` is set by `machine_of`."""

    leading: Leading

    def __init__(self) -> None:
        """A town in which nothing was said."""
        super().__init__()
        self.script = self.leading.script()

    @initialize(luck=st.integers(0, 1_000))
    def swarm(self, luck: int) -> None:
        """What this example is about."""
        self.script.leave_out(luck)

    @rule(place=st.integers(0, 10_000), luck=LUCK)
    def command(self, place: int, luck: int) -> None:
        """A command of any kind."""
        kinds = self.script.kinds
        self.script.with_luck(luck).give(kinds[place % len(kinds)])

    @rule(luck=LUCK)
    def thread(self, luck: int) -> None:
        """One thing from its making to its ends."""
        self.script.with_luck(luck).one_thread()

    @precondition(lambda self: self.leading.has_purses)
    @rule(luck=LUCK)
    def purse(self, luck: int) -> None:
        """A stretch about the points and money of one person."""
        self.script.with_luck(luck).purse()

    @rule(luck=LUCK)
    def go_on(self, luck: int) -> None:
        """The next thing to do with what there is."""
        self.script.with_luck(luck).go_on()

    @rule(luck=LUCK)
    def go_on_further(self, luck: int) -> None:
        """As above, three times: most of a life is going on."""
        script = self.script.with_luck(luck)
        for _ in range(3):
            script.go_on()

    @rule(luck=LUCK)
    def edge(self, luck: int) -> None:
        """The last amount that is possible, and the first that is not."""
        self.script.with_luck(luck).at_an_edge()

    @rule(luck=LUCK)
    def parts(self, luck: int) -> None:
        """An amount in parts."""
        self.script.with_luck(luck).in_parts()

    @rule(luck=LUCK)
    def often(self, luck: int) -> None:
        """The same several times for one account."""
        self.script.with_luck(luck).often()

    @rule(luck=LUCK)
    def again(self, luck: int) -> None:
        """A repeat under its key."""
        self.script.with_luck(luck).again()

    @rule(luck=LUCK)
    def taken_key(self, luck: int) -> None:
        """Another content under a key."""
        self.script.with_luck(luck).under_a_taken_key()

    @rule(luck=LUCK)
    def question(self, luck: int) -> None:
        """A read."""
        self.script.with_luck(luck).question()

    @rule(luck=LUCK)
    def moment(self, luck: int) -> None:
        """Both sides of an instant at which an answer turns."""
        self.script.with_luck(luck).at_a_moment()

    @rule(luck=LUCK)
    def forgotten_key(self, luck: int) -> None:
        """Both sides of the instant at which a key is free again."""
        self.script.with_luck(luck).after_all_keys()

    @rule(pause_s=st.sampled_from(PAUSES_S))
    def wait(self, pause_s: int) -> None:
        """Time passes."""
        self.script.wait(pause_s)

    @rule(drawn=st.data(), place=st.integers(0, 10_000))
    def any_values(self, drawn: Any, place: int) -> None:
        """A command with any values that its types allow, from anybody."""
        kind = self.leading.kinds[place % len(self.leading.kinds)]
        command = drawn.draw(commands(kind, self.script.known()))
        actor = drawn.draw(st.sampled_from([*sorted(kind.actors), *sorted(kind.actors), "resident"]))
        who = drawn.draw(st.sampled_from(self.script.any_actor(command, actor)))
        self.script.send_any(command, actor, who)

    def teardown(self) -> None:
        """Play the script, unless Hypothesis gave this example up on the way."""
        if sys.exc_info()[0] is None and self.script.operations:
            self.script.close()
            self.leading.play(self.script.operations)


def machine_of(leading: Leading) -> type[Speaking]:
    """The machine over what one target serves."""
    return type("Speaking", (Speaking,), {"leading": leading})
