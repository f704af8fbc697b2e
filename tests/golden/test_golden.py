"""A month of the small town writes the log that it wrote before."""

from __future__ import annotations

import json
from itertools import zip_longest
from pathlib import Path
from typing import Any

from engine.catalogue import BY_TYPE
from tests.golden.history import told

RECORDS = Path(__file__).with_name("records.jsonl")
REMEDY = "if the change is meant: make golden, read the difference, commit it"
MOST_BYTES = 200_000


def test_the_log_is_the_one_that_was_committed() -> None:
    """Byte for byte, digest included: the first line that differs is shown."""
    before = RECORDS.read_text(encoding="utf-8").splitlines()
    for number, (now, then) in enumerate(zip_longest(told(), before), start=1):
        assert now == then, f"line {number} of {RECORDS.name} has changed; {REMEDY}"


def records() -> list[dict[str, Any]]:
    """The committed records, parsed."""
    found = map(json.loads, RECORDS.read_text(encoding="utf-8").splitlines())
    return [each for each in found if "envelope" in each]


def test_the_history_is_worth_keeping() -> None:
    """It is small, and tells of most commands, of many answers that say no, and of deadlines of many kinds."""
    assert RECORDS.stat().st_size < MOST_BYTES
    kinds = {each["envelope"]["type"] for each in records()}
    assert len(kinds) * 3 > len(BY_TYPE) * 2
    assert len({each["code"] for each in records()} - {None}) >= 12
    envelopes = [each["envelope"] for each in records()]
    fired = {each["data"]["kind"] for each in envelopes if each["type"] == "clock.fire_deadline"}
    assert len(fired) > 5


def test_no_personal_value_is_in_it() -> None:
    """Texts of cases and tags stand in no line."""
    text = RECORDS.read_text(encoding="utf-8")
    assert not any(value in text for value in ("码头的灯坏了", "by the gate", "elderly_alone", "一盏灯", "长椅"))
