"""A load run without a network: random commands through an engine, several at once, written as plan and history.

Each operation takes effect at one instant between its sending and its answer. Some answers are lost; some of those
operations are tried again under their key. A `Deployment` answers as the wire of the reference deployment does; faults
are subclasses of it.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from engine import Engine, Envelope, Outcome, Policy, Rejected, new_engine, seeded_salt
from engine.contract import command_from
from engine.export import Export
from engine.views.payments import payable_fen
from engine.views.points import available, debt, moral, pending
from loadtests.audit.reference_wire import CODES, status_of
from loadtests.operations import Operation, write_operations
from tests.towns import MORNING, small_town

POLICY: dict[str, Any] = {
    "points.material_daily_cap": 0,
    "points.rules.gift": {"ledger": "MP", "points": 20, "validity_days": 180},
    "points.rules.short": {"ledger": "MP", "points": 7, "validity_days": 0},
    "payments.merchant_limit_fen": 10**9,
}
PEOPLE = ("per_1", "per_2", "per_3", "per_4")
STEP_NS = 1_000_000
Answered = tuple[int, Any]
Wanted = tuple[str, str, dict[str, Any]]


def the_town() -> tuple[Engine, list[Operation]]:
    """The small town with purses filled, and the commands that made it."""
    engine = new_engine(Policy().changed(POLICY), salt=seeded_salt(1))
    operations: list[Operation] = []
    execute = engine.execute

    def recorded(by: Envelope) -> Outcome:
        number = len(operations)
        actor = f"{by.kind}:{by.who}"
        operations.append(Operation(number, 0, by.command.type, actor, by.key, json.loads(by.command.encode()), actor))
        return execute(by)

    engine.execute = recorded  # type: ignore[method-assign]
    town = small_town(engine)
    for number, person in enumerate(PEOPLE):
        gift = {"person": person, "rule": "gift", "evidence": f"ev_town{number}"}
        recorded(
            Envelope(f"gift-{number}", "system", "awards", town.clock, command_from("points.grant_award", 1, gift))
        )
    del engine.execute
    return engine, operations


class Deployment:
    """Answers operations at one instant each; a right one."""

    def __init__(self, engine: Engine) -> None:
        """Takes the engine with the town in it."""
        self.engine = engine

    def execute(self, by: Envelope, operation: Operation) -> Outcome:
        """One command."""
        return self.engine.execute(by)

    def read(self, operation: Operation) -> Any:
        """One read."""
        district, subject = self.engine.district, operation.data
        if operation.type == "read:payments.payable":
            return payable_fen(district, subject["merchant"])
        person = subject["person"]
        return {
            "available": available(district, person),
            "pending": pending(district, person),
            "debt": debt(district, person),
            "moral": moral(district, person),
        }

    def answer(self, operation: Operation, at: int) -> Answered:
        """Status and body."""
        if operation.is_read:
            self.engine.advance(at)
            value = self.read(operation)
            return 200, {"at": at, "n": self.engine.n, "value": value}
        kind, _, who = operation.actor.partition(":")
        try:
            command = command_from(operation.type, 1, operation.data)
        except Rejected as wrong:
            return self.refused(wrong.code.name, at, 0, None)
        outcome = self.execute(Envelope(operation.key, kind, who, at, command), operation)
        if outcome.code is not None:
            return self.refused(outcome.code.name, outcome.by.at, outcome.n, outcome.details)
        return 200, self.body(outcome)

    def body(self, outcome: Outcome) -> dict[str, Any]:
        """The body of an accepted command."""
        view = [{"type": each.type, "data": json.loads(each.encode())} for each in outcome.events]
        seqs = [outcome.first_seq, outcome.first_seq + len(view) - 1]
        return {"status": "ok", "at": outcome.by.at, "n": outcome.n, "policy": 1, "events": seqs, "view": view}

    def refused(self, code: str, at: int, n: int, details: Any) -> Answered:
        """The body of a rejection."""
        error = {"type": "x", "code": code, "message": code, "retryable": False, "request_id": "r", "at": at}
        if n:
            error["n"] = n
        if details:
            error["details"] = dict(details)
        return status_of(CODES[code]), {"error": error}


@dataclass
class Stage:
    """Plans operations, lets a deployment answer them at random times, and writes the run folder."""

    luck: Random
    deployment: Deployment
    town: list[Operation]
    lost: float = 0.05
    spread: int = 4
    operations: list[Operation] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    payments: list[str] = field(default_factory=list)
    awards: list[str] = field(default_factory=list)

    def wanted(self) -> Wanted:
        """An operation: type, actor, data."""
        luck = self.luck
        person = luck.choice(PEOPLE[: luck.choice((1, 4))])
        ways: list[Callable[[], Wanted]] = [
            lambda: ("payments.pay_purchase", f"resident:{person}", self._purchase(person)),
            lambda: ("payments.pay_purchase", f"resident:{person}", self._purchase(person)),
            lambda: ("points.grant_award", "system:awards", self._gift(person)),
            lambda: ("read:points.balance", f"resident:{person}", {"person": person}),
            lambda: ("read:points.balance", f"resident:{person}", {"person": person}),
            lambda: ("read:payments.payable", "officer:off_1", {"merchant": "mer_1"}),
            lambda: ("payments.refund_purchase", "merchant:mer_1", self._refund()),
            lambda: ("points.revoke_award", "officer:off_1", {"award": luck.choice(self.awards or ["awd_00000001"])}),
        ]
        return luck.choice(ways)()

    def _purchase(self, person: str) -> dict[str, Any]:
        points = self.luck.choice((0, 1, 2, 5, 9, 20))
        goods = self.luck.choice((1_000, 333, 5_000, 2_000))
        return {
            "person": person,
            "merchant": "mer_1",
            "channel": "wechat",
            "goods_fen": goods,
            "excluded_fen": 0,
            "points": points,
        }

    def _gift(self, person: str) -> dict[str, Any]:
        evidence = f"ev_{self.luck.randrange(40)}"
        rule = self.luck.choice(("gift", "short", "report_moral"))
        return {"person": person, "rule": rule, "evidence": evidence}

    def _refund(self) -> dict[str, Any]:
        payment = self.luck.choice(self.payments or ["pay_99999999"])
        return {"payment": payment, "goods_fen": self.luck.choice((100, 333, 1_000, 5_000))}

    def play(self, count: int) -> "Stage":
        """So many operations."""
        for number in range(count):
            wire, actor, data = self.wanted()
            key, intent = ("", "read") if wire.startswith("read:") else (f"op-{number}", "day")
            repeated = self.luck.random()
            earlier = [each for each in self.operations[-9:] if each.key]
            if key and earlier and repeated < 0.1:
                again = self.luck.choice(earlier)
                wire, actor, data, key, intent = again.type, again.actor, again.data, again.key, "duplicate"
            elif key and earlier and repeated < 0.13:
                key, intent = self.luck.choice(earlier).key, "key_reuse"
            self.perform(Operation(number, number * STEP_NS, wire, actor, key, data, actor, intent))
        return self

    def perform(self, operation: Operation) -> None:
        """Let an operation take effect now; it was sent before and is answered later."""
        self.operations.append(operation)
        luck, number = self.luck, operation.n
        instant = (number + 10) * STEP_NS
        sent = instant - luck.randrange(1, self.spread * STEP_NS)
        done = instant + luck.randrange(1, self.spread * STEP_NS)
        at = MORNING + 10 + number // 20
        fault = luck.random() < self.lost
        happens = not fault or luck.random() < 0.5
        status, body = self.deployment.answer(operation, at) if happens else (0, None)
        self._remember(status, body)
        if not fault:
            self._line(operation, 1, (sent, done), (status, body))
            return
        self._line(operation, 1, (sent, done), (0, None), "timeout")
        if luck.random() < 0.6:
            status, body = self.deployment.answer(operation, at)
            self._remember(status, body)
            self._line(operation, 2, (done + 5, done + 9), (status, body))

    def _remember(self, status: int, body: Any) -> None:
        for event in body.get("view", ()) if status == 200 else ():
            if event["type"] == "payments.purchase_paid":
                self.payments.append(event["data"]["payment"])
            elif event["type"] == "points.award_granted":
                self.awards.append(event["data"]["award"])

    def _line(
        self, operation: Operation, attempt: int, times: tuple[int, int], answered: Answered, fault: str = ""
    ) -> None:
        sent, done = times
        line = {"op": operation.n, "try": attempt, "due": operation.due_ns, "sent": sent, "done": done}
        line |= {"status": answered[0], "body": answered[1]}
        self.history.append(line | ({"fault": fault} if fault else {}))

    def write(self, folder: Path, workers: int = 2) -> Path:
        """The run folder."""
        folder.mkdir(exist_ok=True)
        write_operations(folder / "town.jsonl.gz", self.town)
        write_operations(folder / "operations.jsonl.gz", self.operations)
        plan = {"operations": len(self.operations), "policy": POLICY, "town_at": MORNING, "town": "small town"}
        (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
        for worker in range(workers):
            mine = [line for line in self.history if line["op"] % workers == worker]
            mine.sort(key=lambda line: line["done"])
            lines = [json.dumps({"history": 1, "worker": worker}), *map(json.dumps, mine)]
            text = "".join(line.replace('": ', '":').replace(', "', ',"') + "\n" for line in lines)
            (folder / f"history-{worker}.jsonl").write_text(text, encoding="utf-8")
        return folder

    def write_events(self, folder: Path, lines: list[str]) -> None:
        """What the target exported."""
        with gzip.open(folder / "events.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))


class Recorded:
    """An observer that keeps the exported lines of an engine."""

    def __init__(self, engine: Engine) -> None:
        """From now on."""
        self.lines: list[str] = []
        self._export = Export(engine.district)

    def observe(self, outcome: Outcome) -> None:
        """One record."""
        self.lines += self._export.lines(outcome)


def stage(seed: int, kind: type[Deployment] = Deployment, **options: Any) -> Stage:
    """A stage with a deployment of a kind."""
    engine, town = the_town()
    return Stage(Random(seed), kind(engine), town, **options)  # noqa: S311 - seeded amounts of a test
