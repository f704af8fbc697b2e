"""What the four oracles say of one life. Each gets its own evidence and no other: rows, the log, answers, a twin."""

from __future__ import annotations

import json
import tempfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Literal, get_args

from engine.invariants import Violation, attach
from engine.replay import Journal, JournalBroken, NotAJournal, fresh_engine, steps
from loadtests.audit import Audit, ReferenceWire, RunFolder, audit_run
from loadtests.audit.auditing import numbers_of
from loadtests.operations import write_operations
from loadtests.plan.hunt.small_town import MORNING, NAME
from loadtests.zoo.listening import heard
from loadtests.zoo.trial import Catch, Trial
from wording import MashangError

Oracle = Literal["state", "trace", "answers", "lockstep"]
ORACLES: tuple[Oracle, ...] = get_args(Oracle)
STEP_NS = 1_000_000


def traced(life: Trial) -> Catch | None:
    """The log alone: its chain, its records, and every sentence over its events, folded into rows of a right engine."""
    found: list[tuple[int, Violation]] = []
    packed = b"".join(zlib.compress(frame, 1, wbits=31) for frame in life.sink.frames)
    n = 0
    try:
        journal = Journal(BytesIO(packed))
        engine = fresh_engine(journal)
        watchers = attach(engine, lambda violation: found.append((violation.n, violation)))
        for outcome in steps(engine, journal):
            n = outcome.n
            if found:
                break
        else:
            watchers.whole()
    except (JournalBroken, NotAJournal) as broken:
        return Catch(_after(life, n + 1), "H02", f"the log cannot be folded: {broken.reason}")
    if not found:
        return None
    at, violation = found[0]
    return Catch(_after(life, at), violation.id, violation.detail)


def _after(life: Trial, n: int) -> int:
    """How many commands had been given when a record was written."""
    return next((count for count, last in enumerate(life.records, 1) if last >= n), len(life.records))


def answered(life: Trial) -> Catch | None:
    """What a single client was answered: the layers of the audit that need no engine, and points and money by hand."""
    town = [(each.operation, each.status, each.body) for each in life.town_answers]
    asked = [(each.operation, each.status, each.body) for each in life.answers]
    by_hand = [Catch(count - len(town), "BY HAND", detail) for count, detail in heard([*town, *asked])]
    audited = _audited(life, by_hand[0].commands if by_hand else len(life.answers))
    return min([*by_hand, *([audited] if audited else [])], key=lambda each: each.commands, default=None)


def _audited(life: Trial, most: int) -> Catch | None:
    """What an audit of the first operations finds: what comes after a catch by hand is nobody's first catch."""
    with tempfile.TemporaryDirectory(prefix="zoo-") as folder:
        try:
            run = RunFolder(_written(life, Path(folder), most))
            audit: Audit = audit_run(run, ReferenceWire(MORNING), replay=False)
        except MashangError as wrong:
            return Catch(len(life.answers), "CONTRACT", str(wrong))
    counts = {answer.operation.n: count for count, answer in enumerate(life.answers, 1)}
    caught = [
        Catch(counts.get(max(numbers_of(each), default=-1), life.given), each.id, str(each.values))
        for each in audit.findings
    ]
    return min(caught, key=lambda each: each.commands, default=None)


def _written(life: Trial, folder: Path, most: int) -> Path:
    """The run folder of a client that asks for one thing after the other, up to a number of them."""
    write_operations(folder / "town.jsonl.gz", [each.operation for each in life.town_answers])
    sent = [each for each in life.answers[: max(1, most)] if each.status]
    write_operations(folder / "operations.jsonl.gz", [each.operation for each in sent])
    plan = {"operations": len(sent), "policy": {}, "town_at": MORNING, "start_s": MORNING, "town": NAME}
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    lines = ['{"history":1,"worker":0}']
    for place, each in enumerate(sent):
        sent_ns = place * STEP_NS
        start = f'{{"op":{each.operation.n},"try":1,"due":{sent_ns},"sent":{sent_ns},"done":{sent_ns + STEP_NS // 2}'
        lines.append(f'{start},"status":{each.status},"body":{each.body}}}')
    (folder / "history-0.jsonl").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder
