"""Instants in commands are found by their type, and keep their distances on a target with another clock."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.catalogue import COMMANDS
from loadtests.operations import Operation
from loadtests.plan.instants import all_instants, instant_fields, shifted

START = 1_650_000_000


def operation(wire: str, data: dict[str, Any], at_s: int) -> Operation:
    """An operation of a plan that begins at START."""
    return Operation(0, 0, wire, "officer:off_1", "k", data, "s", "day", at_s)


def test_the_fields_are_those_with_the_type() -> None:
    """Every field whose annotation is an instant is listed, and no other."""
    expected = {
        (kind.type, name)
        for kind in COMMANDS
        for name in kind.__dataclass_fields__  # type: ignore[attr-defined]  # a dataclass, as all are
        if "Instant" in str(kind.__annotations__[name])
    }
    assert {(wire, name) for wire, names in all_instants().items() for name in names} == expected
    assert ("participation.draft_vote", "closes_at") in expected
    assert instant_fields("read:points.balance") == ()


@given(st.integers(-(10**7), 10**5), st.integers(-(10**7), 10**7), st.integers(0, 10**9), st.integers(0, 10**5))
def test_distances_stay(at_s: int, lies_s: int, begins: int, lead_s: int) -> None:
    """What lies after the start keeps its distance from the start, what lies before it from the command itself."""
    data = {"options": 2, "choices": 1, "unit": "person", "closes_at": START + lies_s, "quorum_bp": 0}
    sent = begins + 1_700_000_000 - lead_s
    begins_at = begins + 1_700_000_000
    moved = shifted(operation("participation.draft_vote", data, at_s), START, sent, begins_at).data
    if lies_s >= 0:
        assert moved["closes_at"] - begins_at == lies_s
    else:
        assert moved["closes_at"] - sent == lies_s - at_s
    assert {name: moved[name] for name in data if name != "closes_at"} == {
        name: data[name] for name in data if name != "closes_at"
    }


@pytest.mark.parametrize("wire", ["payments.pay_purchase", "read:points.balance"])
def test_what_has_no_instant_stays(wire: str) -> None:
    """An operation without an instant is the same everywhere."""
    plain = operation(wire, {"person": "per_1"}, 5)
    assert shifted(plain, START, START + 99, START + 100) is plain
