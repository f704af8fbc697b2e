"""The search: Hypothesis leads the machine, and what it finds is shortened until every step is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.errors import FlakyFailure
from hypothesis.stateful import run_state_machine_as_test

from loadtests.operations import Operation
from loadtests.property.machine import Leading, machine_of
from loadtests.property.playing import Found, Player
from loadtests.property.simplifying import simpler
from loadtests.property.visiting import Ended
from loadtests.shrinking import Shrinking, Step

SHRINK_PLAYS = 40
SHORTEN_TRIALS, SIMPLER_TRIALS = 120, 40
SHORTEN_S = 60.0
"""Processor time of ours, which is a part of what a trial takes."""


class Differs(AssertionError):
    """The target answers otherwise than the engine."""


class _Enough(BaseException):
    """Hypothesis has played what it may. Not an Exception: it would take that for another failure."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How many examples of how many steps, and where luck begins.

    `shrink_plays`: new scripts that Hypothesis may play to shorten what it found; the rest is done step by step.
    """

    examples: int
    steps: int
    seed: int
    shrink_plays: int = SHRINK_PLAYS


@dataclass(slots=True)
class Search:
    """One search on one target. `after` is called after each example that was played.

    `found_after`: operations until the first difference; `repeats`: it showed once more when all was shortened.
    """

    player: Player
    leading: Leading
    after: Callable[[], None] = lambda: None
    script: list[Operation] = field(default_factory=list)
    found: Found | None = None
    found_after: int = 0
    repeats: bool = False
    ended: str = ""
    interrupted: bool = False
    _played: dict[str, Found | None] = field(default_factory=dict)
    _shrinks: int = 0
    _shrinks_most: int = SHRINK_PLAYS

    def run(self, effort: Effort) -> None:
        """Search, and shorten what was found. Limits and interrupts end it with what is there by then."""
        try:
            self._lead(effort)
            if self.found is not None:
                self._shorten()
        except Ended as limit:
            self.ended = limit.limit
        except KeyboardInterrupt:
            self.interrupted = True

    def _lead(self, effort: Effort) -> None:
        self._shrinks_most = effort.shrink_plays
        chosen = settings(
            max_examples=effort.examples,
            stateful_step_count=effort.steps,
            database=None,
            deadline=None,
            derandomize=False,
            phases=(Phase.generate, Phase.shrink) if effort.shrink_plays else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
            print_blob=False,
            verbosity=Verbosity.quiet,
        )
        machine = machine_of(replace(self.leading, play=self.play))
        try:
            run_state_machine_as_test(seed(effort.seed)(machine), settings=chosen)
        except (Differs, FlakyFailure, _Enough):
            return

    def play(self, operations: Sequence[Operation]) -> None:
        """Play a script that is new; raises Differs."""
        text = "\n".join(each.line() for each in operations)
        if text not in self._played:
            if self.found is not None:
                self._shrinks += 1
                if self._shrinks > self._shrinks_most:
                    raise _Enough
            self._played[text] = self.player.play(operations)
            self.after()
        found = self._played[text]
        if found is not None:
            script = list(operations[: found.place + 1])
            self.found_after = self.found_after or self.player.counts.operations
            if self.found is None or len(script) < len(self.script):
                self.script, self.found = script, found
            raise Differs(found.signature)

    def _shorten(self) -> None:
        if self.script:  # else the town itself shows it
            self._shorten_steps()
        again = self.player.play(self.script)
        if again is not None:
            self.repeats, self.found = True, again
        self.after()

    def _shorten_steps(self) -> None:
        for guess in self.player.narrowing.guesses(self.script):
            if len(guess) < len(self.script) and self._shows(guess):
                break
        shortest = Shrinking(self._shows, SHORTEN_TRIALS, SHORTEN_S).shortest(self.script)
        self.script = [each for each in shortest if isinstance(each, Operation)]
        self.script = simpler(self.script, self._shows, SIMPLER_TRIALS)

    def _shows(self, steps: Sequence[Step]) -> bool:
        """Whether a script shows the same, as the first of all."""
        wanted = self.found
        found = self.player.play([each for each in steps if isinstance(each, Operation)])
        self.after()
        same = found is not None and wanted is not None and found.signature == wanted.signature
        if same:
            self.script = [each for each in steps if isinstance(each, Operation)]
        return same
