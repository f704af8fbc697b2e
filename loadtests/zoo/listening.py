"""What a client can foresee by hand from answers alone: other people's deadlines are not heard, their awards not seen.

Points and money are told as the twin tells them; votes, questionnaires, cases and services have a witness each.
Whoever may have earned or lost something by a deadline that gave no answer is left out of the twin from then on:
reporters, whose cases close by themselves, and rows that were merged.
"""

from __future__ import annotations

import json
from typing import Any

from engine import Policy
from loadtests.plan.hunt.small_town import LIVELY
from loadtests.zoo.ballots_heard import Ballots
from loadtests.zoo.by_hand import ByHand, Heard
from loadtests.zoo.cases_heard import Cases
from loadtests.zoo.services_heard import Services
from loadtests.zoo.sheets_heard import Sheets
from loadtests.zoo.witness import Homes, Told

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
        self._known: dict[tuple[tuple[int, Any], ...], Any] = {(): self.policy}
        self.hand = ByHand(deaf=True)
        homes = Homes()
        self.witnesses = (Ballots(homes=homes), Sheets(homes=homes), Cases(), Services())
        self.changes: list[tuple[int, Any]] = []
        self.homes = homes
        self.n = 0

    def numbers(self, at: int) -> Any:
        """The policy that held at an instant, with what was changed on the way."""
        holding = [each for each in self.changes if each[0] <= at]
        return self._changed(tuple(sorted(holding, key=lambda each: each[0])))

    def _changed(self, changes: tuple[tuple[int, Any], ...]) -> Any:
        if changes not in self._known:
            policy = self._changed(changes[:-1])
            since, pairs = changes[-1]
            self._known[changes] = policy.changed_by(pairs, since)
        return self._known[changes]

    @property
    def differences(self) -> list[str]:
        """What is not as anybody foresaw it."""
        return [*self.hand.differences, *(said for each in self.witnesses for said in each.differences)]

    def hear(self, kind: str, asked: dict[str, Any], body: dict[str, Any]) -> None:
        """One operation with the body of its answer; what has no number above all others is a repeat."""
        said = body.get("error", body)
        if "value" in body:
            self._read(kind, asked, body)
            self._witnessed(kind, asked, body)
        elif said.get("n", 0) > self.n:
            self.n = said["n"]
            self._command(kind, asked, body)
            self._witnessed(kind, asked, body)

    def _witnessed(self, kind: str, asked: dict[str, Any], body: dict[str, Any]) -> None:
        """Every witness hears it; who is at home where is known only after the vote that it opened."""
        said = body.get("error", body)
        view = [(each["type"], each["data"]) for each in body.get("view", ())]
        told = Told(kind, asked, said.get("code", ""), said["at"], view, body.get("value"), self.numbers)
        for witness in self.witnesses:
            witness.hear(told)
        self.homes.hear(told)
        if kind == "policy.change" and not told.code:
            pairs = tuple((path, value) for path, value in asked["changes"])
            self.changes.append((asked["effective_from"], pairs))

    def _read(self, kind: str, asked: dict[str, Any], body: dict[str, Any]) -> None:
        hand = self.hand
        hand.at = max(hand.at, body["at"])
        hand.points.until(hand.at, self.policy.points.rules)
        if kind == "read:points.balance":
            for name, account in SHOWN:
                if (account, asked["person"]) not in hand.unknown:
                    shown = hand.foreseen(account, asked["person"])
                    hand.same(f"{name} of {asked['person']}", body["value"][name], shown)
        elif kind == "read:payments.payable" and ("mer", asked["merchant"]) not in hand.unknown:
            hand.same(f"owed to {asked['merchant']}", body["value"], hand.foreseen("mer", asked["merchant"]))

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
        if listening.differences:
            return [(count, listening.differences[0])]
    return []
