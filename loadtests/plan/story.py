"""What a log tells up to the start of a plan: the state then, the commands that led some rows there, and the day.

One pass: records before the start are folded into an engine, records from the start on are only read, so that the
state stays that of the start while it is looked at.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from engine import Engine, Outcome
from engine.replay import Journal, Record, fresh_engine, steps
from loadtests.plan.leading import WIRES, rows_of
from loadtests.plan.survey import Window, is_said

CASES = ("report", "praise")
BOARD = ("article", "vote", "questionnaire")
OFFICE = frozenset({"officer", "system"})


@dataclass(frozen=True, slots=True)
class Said:
    """Command `n` of the log with its answer: `code` is empty for an accepted one, `view` what happened."""

    n: int
    at: int
    actor: str
    type: str
    data: dict[str, Any]
    code: str
    view: list[dict[str, Any]]


@dataclass(slots=True)
class Story:
    """The state at the start, and the way of those rows that a plan may have to lead there again.

    `ways`: accepted commands by the id of the case, praise, payment, article, vote, questionnaire, request (a
    binding under review) or other row (`leading`) that they are about.
    """

    engine: Engine
    ways: dict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))
    day: list[Said] = field(default_factory=list)


def story_of(journal: Journal, window: Window) -> Story:
    """The story of a log."""
    story = Story(fresh_engine(journal))
    records = iter(journal)
    rest: list[Record] = []
    before: Any = _until(records, window.start_s, rest)  # steps asks of a journal only that it can be iterated
    for outcome in steps(story.engine, before):
        _note(story, outcome)
    story.engine.advance(window.start_s)
    for record in chain(rest, records):
        at = record.found["envelope"]["at"]
        over = window.stop_s is not None and at >= window.stop_s
        if over or (window.operations is not None and len(story.day) >= window.operations):
            break
        if is_said(record):
            story.day.append(_said_in(record))
    return story


def _until(records: Iterator[Record], start_s: int, rest: list[Record]) -> Iterator[Record]:
    """Records before the start; the first one that is not goes to `rest`."""
    for record in records:
        if record.found["envelope"]["at"] >= start_s:
            rest.append(record)
            return
        yield record


def _said_in(record: Record) -> Said:
    envelope = record.found["envelope"]
    return Said(
        record.found["n"],
        envelope["at"],
        envelope["actor"],
        envelope["type"],
        envelope["data"],
        record.found["code"] or "",
        record.found["events"],
    )


def _note(story: Story, outcome: Outcome) -> None:
    """Keep a command that some row owes its state to."""
    by = outcome.by
    if outcome.code is not None:
        return
    wire = by.command.type
    if wire in WIRES:
        told = said(outcome)
        for about in rows_of(wire, told.data, [each["data"] for each in told.view]):
            story.ways[about].append(told)
    elif wire.startswith("reporting."):
        _keep(story, outcome, CASES)
    elif wire in {"payments.pay_purchase", "payments.refund_purchase"}:
        _keep(story, outcome, ("payment",))
    elif wire.startswith("participation.") and by.kind in OFFICE:
        _keep(story, outcome, BOARD)
    elif wire == "binding.scan_bind" and outcome.events[-1].type == "binding.requested":
        _keep(story, outcome, ("binding",))


def _keep(story: Story, outcome: Outcome, names: tuple[str, ...]) -> None:
    event = outcome.events[0] if names != ("binding",) else outcome.events[-1]
    for name in names:
        about = getattr(event, name, None) or getattr(outcome.by.command, name, None)
        if about is not None:
            story.ways[about].append(said(outcome))
            return


def said(outcome: Outcome) -> Said:
    """An outcome as the log shows it."""
    by = outcome.by
    view = [{"type": each.type, "data": json.loads(each.encode())} for each in outcome.events]
    code = outcome.code.name if outcome.code is not None else ""
    return Said(outcome.n, by.at, f"{by.kind}:{by.who}", by.command.type, json.loads(by.command.encode()), code, view)
