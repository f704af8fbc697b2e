"""Runs of whole plans: references are read as what was sent, towns come at their own instants, keys end their lives."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine import new_engine, seeded_salt
from loadtests.audit import ReferenceWire, RunFolder, audit_run
from loadtests.audit.findings import Audit
from loadtests.operations import Operation
from loadtests.plan import Plan, read_plan
from loadtests.plan.hunt import plan_of_hunt
from loadtests.references import MADE, TOWN, Reference, fields_of, resolved
from tests.loadtests.audit.stage import Answered
from tests.loadtests.audit.whole import Whole, exchange

Change = Callable[[Operation, Answered], Answered]


def right(_operation: Operation, answered: Answered) -> Answered:
    """Nothing is changed."""
    return answered


def run_of(plan: Plan, change: Change = right, *, town_told: bool = True) -> Path:
    """The run folder of a plan that a deployment has answered, one operation after the other."""
    engine = new_engine(salt=seeded_salt(0))
    deployment = Whole(engine)
    known: dict[Reference, Any] = {}
    for source, name, rows in ((TOWN, "town-history", plan.town()), (MADE, "history-0", plan.operations())):
        lines = [json.dumps({"mashang": "history", "version": 1})]
        for each in rows:
            try:
                sent = replace(each, data=resolved(each.data, known))
            except KeyError:
                continue  # what it refers to was never made
            at = plan.manifest.start_s + (each.at_s or 0)
            status, body = change(sent, deployment.answer(sent, max(at, engine.district.at)))
            if status == 200 and not each.is_read:
                for field, value in fields_of(body["view"]).items():
                    known[Reference(source, each.n, field)] = value
            lines.append(exchange(each, status, body))
        if source == MADE or town_told:
            (plan.folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return plan.folder


def audited(folder: Path) -> Audit:
    """The audit of a run folder."""
    return audit_run(RunFolder(folder), ReferenceWire())


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A hunt that lasts beyond the life of its keys."""
    plan_of_hunt(8, 1_200, 100.0, tmp_path)
    return read_plan(tmp_path)


def test_a_right_run_of_a_hunt_is_clean(plan: Plan) -> None:
    """With references, a town under a changed policy, and keys that are used again after their lives: no finding."""
    found = audited(run_of(plan))
    assert not found.counts, [(each.id, each.text, each.values) for each in found.findings]
    assert found.town_refused == 0
    assert found.layers["replay"].checked > 700


def test_a_wrong_answer_to_a_reference_is_found(plan: Plan) -> None:
    """A refund that was referred to symbolically and gives back a fen too much does not pass."""

    def generous(operation: Operation, answered: Answered) -> Answered:
        status, body = answered
        if operation.type == "payments.refund_purchase" and status == 200:
            body["view"][0]["data"]["cash_fen"] += 1
        return status, body

    assert audited(run_of(plan, generous)).counts


def test_a_second_effect_within_the_life_of_a_key_is_found(plan: Plan) -> None:
    """Answers with other numbers to a repeat are a second effect, however late they come."""
    seen: dict[str, int] = {}

    def again(operation: Operation, answered: Answered) -> Answered:
        status, body = answered
        if status == 200 and not operation.is_read:
            first = seen.setdefault(operation.key, body["n"])
            if operation.intent == "duplicate" and first == body["n"]:
                return status, {**body, "n": body["n"] + 100_000}
        return status, body

    assert audited(run_of(plan, again)).counts["H03"]


def test_what_nobody_answered_stays_open(plan: Plan) -> None:
    """A run without a history of its town knows no value of it, and the audit goes on without."""
    folder = run_of(plan, town_told=False)
    known = RunFolder(folder).known
    assert known
    assert not any(key.startswith(b'"$town') for key in known)
