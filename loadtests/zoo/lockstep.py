"""The lockstep oracle: points and money by hand walk beside an engine, and every answer and balance is compared.

Balances are compared after each command for whoever it touched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from engine import Engine, Outcome
from engine.district.ledger import ACCOUNTS
from loadtests.zoo.by_hand import ByHand, Heard

NUMBER = {kind: place for place, (ledger, kind) in enumerate(ACCOUNTS) if (ledger, kind) != ("MO", "iss")}


@dataclass(slots=True)
class Lockstep:
    """An observer of one engine."""

    engine: Engine
    hand: ByHand = field(default_factory=ByHand)

    @property
    def differences(self) -> list[str]:
        """What is not as it was foreseen."""
        return self.hand.differences

    def observe(self, outcome: Outcome) -> None:
        """One record."""
        command, code = outcome.by.command, outcome.code.name if outcome.code is not None else ""
        events = [(each.type, json.loads(each.encode())) for each in outcome.events]
        heard = Heard(command.type, json.loads(command.encode()), code, outcome.by.at, events)
        self.hand.hear(heard, self.engine.district.policy)

    def settled(self) -> None:
        """After a whole command, deadlines before it included: balances of whoever was touched."""
        balances = self.engine.district.ledger.balances
        hand = self.hand
        for kind, owner in sorted(hand.touched - hand.unknown):
            said = balances[NUMBER[kind]].get(owner, 0)
            hand.same(f"{kind} of {owner}", said, hand.foreseen(kind, owner))
        hand.touched.clear()
