"""What a client can foresee by hand from answers alone: other people's deadlines are not heard, their awards not seen.

Whoever may have earned or lost something by a deadline that gave no answer is left out from then on: reporters, whose
cases close by themselves, and rows that were merged.
"""

from __future__ import annotations

import json
from typing import Any

from engine import Policy
from loadtests.plan.hunt.small_town import LIVELY
from loadtests.zoo.by_hand import ByHand, Heard

OK = 200
SHOWN = (("available", "av"), ("pending", "pend"), ("moral", "mo"))
ALONE = (
    "points.",
    "payments.pay_purchase",
    "payments.refund_purchase",
    "payments.settle",
    "payments.register_merchant",
)
"""Commands after which nothing happens to a person by itself but what is told by hand."""


class Listening:
    """Hears the answers of one client after the other; `differences` as by hand."""

    def __init__(self) -> None:
        """The policy is that of the town of hunts, whose numbers of value no hunt changes."""
        self.policy: Any = Policy().changed(LIVELY)
        self.hand = ByHand(deaf=True)
        self.n = 0

    def hear(self, kind: str, asked: dict[str, Any], body: dict[str, Any]) -> None:
        """One operation with the body of its answer; what has no number above all others is a repeat."""
        said = body.get("error", body)
        if "value" in body:
            self._read(kind, asked, body)
        elif said.get("n", 0) > self.n:
            self.n = said["n"]
            self._command(kind, asked, body)

    def _read(self, kind: str, asked: dict[str, Any], body: dict[str, Any]) -> None:
        hand = self.hand
        hand.at = max(hand.at, body["at"])
        hand.points.until(hand.at, self.policy.points.rules)
        if kind == "read:points.balance":
            for name, account in SHOWN:
                if (account, asked["person"]) not in hand.unknown:
                    shown = hand.foreseen(account, asked["person"])
                    hand.same(f"{name} of {asked['person']}", body["value"][name], shown)

    def _command(self, kind: str, asked: dict[str, Any], body: dict[str, Any]) -> None:
        view = [(each["type"], each["data"]) for each in body.get("view", ())]
        said = body.get("error", body)
        if not kind.startswith(ALONE):
            self.hand.lose(value for _, data in view for value in data.values() if isinstance(value, str))
            self.hand.lose(value for value in asked.values() if isinstance(value, str))
        self.hand.hear(Heard(kind, asked, said.get("code", ""), said["at"], view), self.policy)


def heard(lines: Any) -> list[tuple[int, str]]:
    """Differences as (count of operations, what differs), the first one only."""
    listening = Listening()
    for count, (operation, status, body) in enumerate(lines, 1):
        if status:
            listening.hear(operation.type, operation.data, json.loads(body))
        if listening.hand.differences:
            return [(count, listening.hand.differences[0])]
    return []
