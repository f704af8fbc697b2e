"""What must have happened before a finding, as little of it as there can be: the reference engine says what matters.

A cap is exceeded by the award after those that used it up, a tally is wrong after ballots: one operation alone shows
nothing on a fresh target. Whatever can be left out without changing the *right* answers to the operations of a finding
does not matter to them; what remains brings the target into a state in which they show the same again.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import Policy, Rejected
from engine.catalogue import BY_TYPE
from engine.views.catalogue import READ_BY_NAME
from engine.views.read import read_now
from loadtests.operations import READ, Operation
from loadtests.plan.rehearsal import MADE_ID, Rehearsal, name_of, view_of
from loadtests.references import MADE, TOWN, resolved
from loadtests.shrinking import Shrinking, Step, needed

MOST_TOWN, MOST_BEFORE = 2_000, 3_000
"""Commands of a town that is told again and again, and operations before a finding that are tried without."""
TRIALS, SECONDS, SECONDS_IN_ALL = 150, 4.0, 20.0
"""For the search of one finding, and for those of all: what is not known by then stays in the script."""
DRAWING = ("payments.pay_purchase", "marketplace.place_order")
ID = re.compile(r"[a-z]{2,8}_[0-9a-z]+")


@dataclass
class Background:
    """Looks for what came before; `planned` are the operations of a plan as it has them, by number."""

    policy: Policy
    start_s: int
    town: Sequence[Operation]
    planned: Sequence[Operation]
    ends: float = field(default_factory=lambda: time.process_time() + SECONDS_IN_ALL)

    def __post_init__(self) -> None:
        """Objects of other systems are left out: the engine knows nothing of them."""
        self.planned = [each for each in self.planned if _is_known(each)]

    def of(self, told: Iterable[Operation]) -> list[int]:
        """Numbers of the operations that have to come before; none if the town is too large to tell it often."""
        asked = {each.n for each in told if _is_known(each)}
        left_s = min(SECONDS, self.ends - time.process_time())
        if not asked or len(self.town) > MOST_TOWN or left_s <= 0:
            return []
        steps = self._before(asked)
        right = self._answers(steps, asked)

        def shows(some: Sequence[Step]) -> bool:
            return self._answers(some, asked) == right

        related = needed([each for each in steps if each.n in asked or self._is_related(each, asked)])
        if shows(related):
            steps = [each for each in related if isinstance(each, Operation)]
        found = Shrinking(shows, TRIALS, left_s).shortest(list(steps))
        return [each.n for each in found if isinstance(each, Operation) and each.n not in asked]

    def _before(self, asked: set[int]) -> list[Operation]:
        """What the engine accepts until the last of the operations, and they themselves."""
        last = max(asked)
        rehearsal = self._begun()
        found: list[Operation] = []
        for each in self.planned:
            if each.n > last:
                break
            outcome = rehearsal.carry_out(MADE, each)
            if each.n in asked or (outcome is not None and outcome.ok and each.intent != "duplicate"):
                found.append(each)
        return found[-MOST_BEFORE:]

    def _begun(self) -> Rehearsal:
        rehearsal = Rehearsal(self.policy, self.start_s)
        for each in self.town:
            rehearsal.carry_out(TOWN, each)
        return rehearsal

    def _is_related(self, operation: Operation, asked: set[int]) -> bool:
        """True if it says something that the operations of the finding say, too."""
        return bool(_said(operation) & set().union(*(_said(each) for each in self.planned if each.n in asked)))

    def _answers(self, steps: Sequence[Step], asked: set[int]) -> list[Any]:
        rehearsal = self._begun()
        found = []
        for each in steps:
            if not isinstance(each, Operation):
                continue
            purses = _purses(rehearsal, each) if each.n in asked else []
            outcome = rehearsal.carry_out(MADE, each)
            if each.n in asked:
                shown = (
                    _shown(rehearsal, each) if outcome is None else (name_of(outcome.code), view_of(outcome), purses)
                )
                found.append((each.n, MADE_ID.sub("#", json.dumps(shown, ensure_ascii=False, default=str))))
        return found


def _is_known(operation: Operation) -> bool:
    """True if it is a command or a read of the platform."""
    return operation.type in BY_TYPE or operation.type.removeprefix(READ) in READ_BY_NAME


def _said(operation: Operation) -> set[str]:
    """What an operation names: ids, and references to operations."""
    text = json.dumps([operation.data, operation.actor])
    return {*ID.findall(text), *re.findall(r"\$made:[0-9]+", text), f"$made:{operation.n}"}


def _purses(rehearsal: Rehearsal, operation: Operation) -> list[Any]:
    """The lots from which points could come, where an operation moves some: which of them it takes is to be seen."""
    if operation.type not in DRAWING:
        return []
    rehearsal.engine.advance(rehearsal.start_s + (operation.at_s or 0))
    wallet = rehearsal.engine.district.points.wallets.get(str(operation.data["person"]), ())
    return [(lot.expires_at, lot.remaining) for lot in wallet]


def _shown(rehearsal: Rehearsal, operation: Operation) -> Any:
    """What a read shows, or why it does not."""
    if not operation.is_read:
        return None
    kind, _, who = operation.actor.partition(":")
    read = READ_BY_NAME[operation.type.removeprefix(READ)]
    try:
        rehearsal.engine.advance(rehearsal.start_s + (operation.at_s or 0))
        asked = read.parameters(**resolved(operation.data, rehearsal.known))
        return read_now(rehearsal.engine.district, read, asked, (kind, who))
    except (KeyError, TypeError, Rejected) as refused:
        return str(refused)
