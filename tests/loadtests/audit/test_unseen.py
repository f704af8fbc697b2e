"""What moves without an answer: an audit that knows answers alone makes no violation of it.

Hunts dwell on a few subjects; after every command everybody's balance and every merchant's account is read. Nothing is
replayed, nothing is exported: only what answers say is known, as it is of most targets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine import Outcome, Policy, new_engine, seeded_salt
from engine.catalogue import COMMANDS
from engine.district.ledger import AV, DEBT, MORAL
from loadtests.audit import Answer, Audit, Call, ReferenceWire, RunFolder, audit_run
from loadtests.audit.conservation import Conservation
from loadtests.audit.unseen import MAY_EARN, Unseen
from loadtests.operations import READ, Operation, write_operations
from loadtests.plan.hunt.hunting import Hunt
from loadtests.plan.hunt.small_town import MORNING, town
from loadtests.references import MADE, TOWN, Reference, fields_of, resolved
from tests.loadtests.audit.whole import Whole, exchange

PEOPLE, MERCHANTS = 8, 4
SUBJECTS = (
    ("participation", "points", "reporting"),
    ("participation", "points", "binding"),
    ("payments", "points", "marketplace"),
    ("points", "reporting", "binding", "grid"),
)
JUDGED = {"payments.pay_purchase", "payments.refund_purchase"}


@dataclass
class Watched:
    """A run in the making: what its hunt says, and a look at every account after each accepted command."""

    luck: Random
    lost: float
    known: dict[Reference, Any] = field(default_factory=dict)
    operations: list[Operation] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """A target with the town."""
        self.engine = new_engine(Policy(), salt=seeded_salt(0))
        self._target = Whole(self.engine)
        self.town = list(self._told())
        self.engine.advance(MORNING)

    def _told(self) -> Iterator[Operation]:
        for each in town():
            sent = replace(each, data=resolved(each.data, self.known))
            self._learn(TOWN, each, self._target.answer(sent, MORNING))
            yield sent

    def _learn(self, source: str, operation: Operation, answered: tuple[int, Any]) -> None:
        for name, value in fields_of(answered[1].get("view", ())).items():
            self.known[Reference(source, operation.n, name)] = value

    def tell(self, operation: Operation) -> None:
        """One operation of the hunt, and the looks behind it; its answer may get lost."""
        try:
            data = resolved(operation.data, self.known)
        except KeyError:
            return
        sent = replace(operation, n=len(self.operations), data=data)
        status, body = self._send(sent)
        if status != 200 or operation.is_read:
            return
        self._learn(MADE, operation, (status, body))
        if self.luck.random() < self.lost:
            self.lines[-1] = json.dumps(
                json.loads(self.lines[-1]) | {"status": 0, "body": None, "fault": "reset"}, separators=(",", ":")
            )
        for read, name, rows in (
            ("points.balance", "person", list(self.engine.district.residents.persons)[:PEOPLE]),
            ("payments.payable", "merchant", list(self.engine.district.trade.merchants)[:MERCHANTS]),
        ):
            for row in rows:
                asked: dict[str, Any] = {
                    "type": f"{READ}{read}",
                    "actor": "officer:off_1",
                    "key": "",
                    "data": {name: row},
                }
                self._send(replace(sent, n=len(self.operations), intent="read", **asked))

    def _send(self, sent: Operation) -> tuple[int, Any]:
        status, body = self._target.answer(sent, max(MORNING + (sent.at_s or 0), self.engine.district.at))
        self.operations.append(sent)
        self.lines.append(exchange(sent, status, body))
        return status, body

    def audited(self, folder: Path) -> Audit:
        """By the layers that know answers alone."""
        write_operations(folder / "town.jsonl.gz", self.town)
        write_operations(folder / "operations.jsonl.gz", self.operations)
        text = "\n".join([json.dumps({"mashang": "history", "version": 1}), *self.lines, ""])
        (folder / "history-0.jsonl").write_text(text, encoding="utf-8")
        (folder / "plan.json").write_text(json.dumps({"start_s": MORNING}), encoding="utf-8")
        return audit_run(RunFolder(folder), ReferenceWire(), replay=False)


def hunt_of(seed: int, subjects: tuple[str, ...]) -> Hunt:
    """A hunt that knows the commands of a few subjects only."""
    kinds = tuple(kind for kind in COMMANDS if kind.actors and kind.type.partition(".")[0] in subjects)
    return Hunt(seed, 200.0, kinds=kinds)


def violations(seed: int, count: int, subjects: tuple[str, ...], lost: float, folder: Path) -> list[Any]:
    """What an audit of a right target names all the same."""
    watched = Watched(Random(seed), lost)  # noqa: S311 - what a test loses
    for operation in hunt_of(seed, subjects).go(count):
        watched.tell(operation)
    audit = watched.audited(folder)
    assert audit.town_refused == 0
    assert audit.layers["bounds"].checked > count
    return [(each.id, each.layer, each.key, each.values) for each in audit.findings]


@pytest.mark.parametrize("lost", [0.0, 0.02])
@pytest.mark.parametrize("subjects", SUBJECTS, ids=" ".join)
def test_what_moves_by_itself_is_no_violation(subjects: tuple[str, ...], lost: float, tmp_path: Path) -> None:
    """Awards taken back, activities settled, minutes that stand, orders that end: no answer says so; none is wrong."""
    assert violations(2, 400, subjects, lost, tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 7))
@pytest.mark.parametrize("lost", [0.0, 0.02])
@pytest.mark.parametrize("subjects", SUBJECTS, ids=" ".join)
def test_the_same_of_long_hunts(subjects: tuple[str, ...], lost: float, seed: int, tmp_path: Path) -> None:
    """A few thousand operations of more seeds."""
    assert violations(seed, 2_000, subjects, lost, tmp_path) == []


@pytest.mark.parametrize("subjects", SUBJECTS, ids=" ".join)
def test_commands_that_move_points_are_known(subjects: tuple[str, ...]) -> None:
    """Whatever command posts to a person's points is known to do so, so that its lost answer makes them unclear."""
    hunt, moving = hunt_of(1, subjects), set()

    def observe(outcome: Outcome) -> None:
        posted = [
            {source, target} for each in outcome.events for source, _, target, _, amount in each.postings() if amount
        ]
        if any(each & {AV, DEBT, MORAL} for each in posted):
            moving.add(outcome.by.command.type)

    hunt.rehearsal.engine.observers.append(type("Watch", (), {"observe": staticmethod(observe)})())
    hunt.go(800)
    assert moving
    late = {each for each in moving if each.startswith("marketplace.")}  # a buyer is unclear from the placing on
    assert moving - late <= MAY_EARN | JUDGED | {"clock.fire_deadline"}
    assert "marketplace.place_order" in MAY_EARN


def test_a_move_that_an_answer_shows_is_judged_all_the_same(tmp_path: Path) -> None:
    """Where nothing moves unseen, balances that are a point too high are a violation."""
    watched = Watched(Random(1), 0.0)  # noqa: S311 - nothing is lost
    for operation in hunt_of(1, ("payments", "points")).go(300):
        watched.tell(operation)
    for place, each in list(enumerate(watched.operations))[-PEOPLE - MERCHANTS :]:
        if each.type == f"{READ}points.balance":
            line = json.loads(watched.lines[place])
            line["body"]["value"]["available"] += 1
            watched.lines[place] = json.dumps(line, separators=(",", ":"))
    assert watched.audited(tmp_path).counts["H05"] >= 1


@pytest.mark.parametrize("at_an_activity", [True, False])
def test_who_earns_unseen_may_show_more_than_was_granted(at_an_activity: bool) -> None:  # noqa: FBT001
    """H10: ten points that no answer granted are nobody's fault after an activity, and somebody's without one."""
    engine, audit = Watched(Random(1), 0.0).engine, Audit()  # noqa: S311 - nothing is lost
    unseen = Unseen(engine.district)
    conservation = Conservation(engine, audit, unseen)
    joined = Operation(0, 0, "participation.check_in_registration", "grid:wkr_1", "k", {"person": "per_3"}, "s")
    there = {"type": "participation.registration_checked_in", "data": {"registration": "reg_00000001"}}
    looked = Operation(1, 1, f"{READ}points.balance", "resident:per_3", "", {"person": "per_3"}, "s")
    shown = {"available": 10, "pending": 0, "debt": 0, "moral": 0}
    if at_an_activity:
        unseen.see(Call(joined, 0, 1, Answer("ok", view=[there])))
    conservation.see(Call(looked, 2, 3, Answer("ok", view=shown), is_read=True))
    unseen.settle()
    conservation.finish()
    assert bool(audit.counts["H10"]) is not at_an_activity
    assert audit.layers["conservation"].unknown == at_an_activity
