"""The shipped adapter of the reference deployment understands a history as the built-in interpreter does."""

from dataclasses import replace
from pathlib import Path

import pytest

from loadtests.adapter import read_adapter
from loadtests.adapter.reading import Unset
from loadtests.audit import AdapterWire, Audit, ReferenceWire, RunFolder, audit_run
from loadtests.operations import Operation
from loadtests.plan import read_plan
from loadtests.plan.hunt import plan_of_hunt
from tests.loadtests.audit.stage import Answered
from tests.loadtests.audit.test_whole_plans import Change, right, run_of


def too_much(operation: Operation, answered: Answered) -> Answered:
    """Every balance that is read shows one point more."""
    status, body = answered
    if operation.type == "read:points.balance" and status == 200 and isinstance(body, dict):
        value = body["value"]
        return status, body | {"value": value | {"available": value["available"] + 1}}
    return answered


def told(audit: Audit) -> tuple[object, ...]:
    """What an audit says, in what both can say: statuses and shapes are the built-in one's alone."""
    layers = {name: (layer.unknown, layer.reason) for name, layer in audit.layers.items()}
    return dict(audit.counts), dict(audit.calls), layers


@pytest.mark.parametrize("change", [right, too_much])
def test_both_say_the_same(tmp_path: Path, change: Change) -> None:
    """Of a right deployment, and of one that shows a point too many."""
    plan_of_hunt(5, 500, 100.0, tmp_path)
    plan = read_plan(tmp_path)
    folder = run_of(plan, change)
    built_in = audit_run(RunFolder(folder), ReferenceWire())
    wire = AdapterWire(read_adapter(Path("reference")), "reference", Unset())
    by_adapter = audit_run(RunFolder(folder), wire)
    assert told(by_adapter) == told(built_in)
    assert bool(built_in.counts) is (change is too_much)
    assert replace(by_adapter.layers["replay"], checked=0) == replace(built_in.layers["replay"], checked=0)
