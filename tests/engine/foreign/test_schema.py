"""`schemas/events-1.json` is what the code derives, and our own exports follow it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs

from engine.foreign.entry import Entry
from engine.foreign.history import header
from engine.foreign.schema import line_parts, schema
from engine.foreign.terms import Terms
from engine.kernel.event import EVENTS
from sim.event_schema import text
from tests.engine.foreign.logs import lived
from tests.engine.invariants.life import lively

FILE = Path(__file__).resolve().parents[3] / "schemas" / "events-1.json"
WRITTEN: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))


def test_the_file_is_what_the_code_says() -> None:
    """After a change of an event: make schemas."""
    assert schema() == WRITTEN
    assert f"{text()}\n" == FILE.read_text(encoding="utf-8")


def test_our_export_follows_it() -> None:
    """Header, events and rejections of a whole life are valid."""
    valid = jsonschema_rs.Draft202012Validator(WRITTEN)
    told = [header(Terms(own_ids=True), lively()), *map(json.loads, lived(2, 200))]
    assert [each for each in told if not valid.is_valid(each)] == []
    assert not valid.is_valid({"type": "points.award_granted"})
    wrong = next(each for each in told if each.get("type") == "points.award_granted")
    assert not valid.is_valid({**wrong, "data": {**wrong["data"], "points": "5"}})


def test_it_names_every_part_and_every_event() -> None:
    """What the reader looks at stands in the schema."""
    parts = {"origin": "from", "views": "view", "fields": "data", "kind": "actor", "who": "actor"}
    read = {parts.get(name, name) for name in Entry.__dataclass_fields__} - {"line", "raw", "odd_postings"}
    assert read == set(line_parts())
    assert {kind.__name__ for kind in EVENTS.values()} <= set(WRITTEN["$defs"])
