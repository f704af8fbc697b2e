"""Deployments with one fault each: what goes wrong in deployed systems, and which invariants an audit may name."""

import copy
import json
from typing import Any

from engine import Engine, Envelope, Outcome
from engine.contract import command_from
from engine.district.points import AwardGranted
from loadtests.operations import Operation
from tests.loadtests.audit.stage import Answered, Deployment

EVERY = 9
"""The fault shows at every ninth occasion, so that most of a run is right."""


class Faulty(Deployment):
    """Counts occasions."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.occasions = 0

    def now(self) -> bool:
        """True at every so many occasions."""
        self.occasions += 1
        return self.occasions % EVERY == 0

    def aside(self, by: Envelope) -> Outcome:
        """Execute a command whose effect is lost: the numbers go on, the rows stay."""
        twin = copy.deepcopy(self.engine)
        outcome = twin.execute(by)
        if outcome.n > self.engine.n:
            self.engine.n, self.engine.seq = twin.n, twin.seq
            self.engine.district.ids = copy.deepcopy(twin.district.ids)
        return outcome


class LostUpdate(Faulty):
    """A purchase with points is answered ok, and the points are still there."""

    def execute(self, by: Envelope, operation: Operation) -> Outcome:
        """Lose some purchases."""
        if operation.type == "payments.pay_purchase" and operation.data["points"] and self.now():
            return self.aside(by)
        return super().execute(by, operation)


class DoubleCredit(Faulty):
    """An award is booked twice: a second lot that no answer tells of."""

    def execute(self, by: Envelope, operation: Operation) -> Outcome:
        """Grant some awards once more, behind the numbers."""
        outcome = super().execute(by, operation)
        granted = next((each for each in outcome.events if isinstance(each, AwardGranted)), None)
        if granted is not None and granted.ledger == "MP" and outcome.n == self.engine.n and self.now():
            numbers = self.engine.n, self.engine.seq
            again = {"person": granted.person, "rule": granted.rule, "evidence": f"zz_{self.occasions}"}
            hidden = Envelope(f"hidden-{self.occasions}", "system", "x", by.at, command_from(operation.type, 1, again))
            self.engine.execute(hidden)
            self.engine.n, self.engine.seq = numbers
        return outcome


class Overdraft(Faulty):
    """A purchase is accepted though the points are not there."""

    def answer(self, operation: Operation, at: int) -> Answered:
        """Accept what the engine refuses for lack of points."""
        status, body = super().answer(operation, at)
        if status == 402:
            data = operation.data
            paid = {
                "payment": f"pay_9{self.engine.n:07d}", "person": data["person"], "merchant": data["merchant"],
                "channel": "wechat", "goods_fen": data["goods_fen"], "excluded_fen": 0, "points": data["points"],
                "value_fen": 10, "rate_bp": 3_000, "lots": [["lot_00000001", data["points"]]],
                "refundable_until": at + 700_000,
            }  # fmt: skip
            self.engine.seq += 1
            seq, n = self.engine.seq, body["error"]["n"]
            view = [{"type": "payments.purchase_paid", "data": paid}]
            return 200, {"status": "ok", "at": at, "n": n, "policy": 1, "events": [seq, seq], "view": view}
        return status, body


class StaleRead(Faulty):
    """Some reads show what was a while ago, under the number of now."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.old: dict[str, Any] = {}

    def read(self, operation: Operation) -> Any:
        """An older value every few reads."""
        value = super().read(operation)
        name = json.dumps([operation.type, operation.data])
        before = self.old.get(name, value)
        if self.now():
            return before
        self.old[name] = self.old.get(name, value) if self.occasions % 4 else value
        return value


class LostIdempotency(Faulty):
    """A key is forgotten at once: a repeat is done again."""

    def execute(self, by: Envelope, operation: Operation) -> Outcome:
        """Every command under a key of its own."""
        self.occasions += 1
        by.key = f"{by.key}-{self.occasions}"
        return super().execute(by, operation)


class OtherKeyContent(Faulty):
    """A key with other content gets the first answer instead of a mismatch."""

    def answer(self, operation: Operation, at: int) -> Answered:
        """Remember answers by key alone."""
        if operation.is_read:
            return super().answer(operation, at)
        scope = f"{operation.actor.partition(':')[0]} {operation.key}"
        if not hasattr(self, "kept"):
            self.kept: dict[str, Answered] = {}
        if scope in self.kept:
            return self.kept[scope]
        found = self.kept[scope] = super().answer(operation, at)
        return found


class WrongSplit(Faulty):
    """Refunds return cash only, whatever was paid by points."""

    def answer(self, operation: Operation, at: int) -> Answered:
        """Say that all came back in cash."""
        status, body = super().answer(operation, at)
        if operation.type == "payments.refund_purchase" and status == 200:
            data = body["view"][0]["data"]
            data |= {"cash_fen": data["goods_fen"], "points": 0, "restored": [], "netted": 0, "forfeited": 0}
        return status, body


class WrongLot(Faulty):
    """Points are drawn from the newest lot first."""

    def execute(self, by: Envelope, operation: Operation) -> Outcome:
        """Let the wallet stand the other way round while a purchase is decided."""
        wallet = self.engine.district.points.wallets.get(operation.data.get("person", ""), [])
        if operation.type != "payments.pay_purchase":
            return super().execute(by, operation)
        wallet.reverse()
        outcome = super().execute(by, operation)
        wallet.sort()
        return outcome


class ForgottenDebt(Faulty):
    """Points that come in pay no debt."""

    def answer(self, operation: Operation, at: int) -> Answered:
        """Hide the debt of everybody, in reads and awards."""
        status, body = super().answer(operation, at)
        if operation.type == "read:points.balance" and status == 200:
            body["value"]["debt"] = 0
        return status, body


class WrongStatus(Faulty):
    """Rejections come with status 400, all of them."""

    def refused(self, code: str, at: int, n: int, details: Any) -> Answered:
        """One status for everything."""
        return 400, super().refused(code, at, n, details)[1]


class PayableLost(Faulty):
    """The read of what a merchant is owed forgets a part."""

    def read(self, operation: Operation) -> Any:
        """A hundred yuan less."""
        value = super().read(operation)
        return value - 10_000 if isinstance(value, int) and value > 20_000 else value


class NumberTwice(Faulty):
    """The clock and the numbers run backwards in some answers."""

    def answer(self, operation: Operation, at: int) -> Answered:
        """An old number."""
        status, body = super().answer(operation, at)
        if status == 200 and "view" in body and self.now():
            body |= {"n": max(1, body["n"] - 30)}
        return status, body


FAULTS: dict[type[Deployment], set[str]] = {
    LostUpdate: {"H05", "T04", "H07", "S02", "T09", "S08", "H06", "S14"},
    DoubleCredit: {"H05", "H10", "S02", "H06", "T04", "T09"},
    Overdraft: {"S02"},
    StaleRead: {"H07", "H05", "S14"},
    LostIdempotency: {"H03"},
    OtherKeyContent: {"H04"},
    WrongSplit: {"T08", "S08"},
    WrongLot: {"T04"},
    ForgottenDebt: {"H05"},
    WrongStatus: {"CONTRACT"},
    PayableLost: {"S14"},
    NumberTwice: {"H01"},
}
"""By fault, the invariants of which the first finding must name one; the others are what follows from it."""
