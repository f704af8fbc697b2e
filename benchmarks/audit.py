"""What auditing a day costs: CPU seconds and memory, by layers, for a plan and a history as a load run leaves them.

    python benchmarks/audit.py [--operations N] [--residents N] [--replay] [--json]

The day is made by the reference engine: purchases with and without points, sheets of questionnaires, receipts of news,
reads of balances, hundreds under way at once, one answer in a thousand lost. `cheap` is conformance, linearizability,
bounds and conservation together, `reading` (decompressing, parsing, joining plan and history) included, which is
measured alone, too; `town` is the engine that is given the town's commands;
`replay` is the second pass on the engine, `final_state` the comparison with the export. A child process, so that its
memory is its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine import Engine, Envelope, Outcome, new_engine, seeded_salt
from engine.binding.bindings import ScanBind
from engine.binding.places import AddDwelling, IssueQr
from engine.contract import command_from
from engine.export import Export
from engine.participation.news import PublishArticle
from engine.participation.questionnaires import DraftQuestionnaire, OpenQuestionnaire
from engine.points.awards import GrantAward
from engine.views.points import available, debt, moral, pending
from loadtests.audit import ReferenceWire, RunFolder, audit_run
from loadtests.operations import Operation
from tests.towns import MORNING, small_town

DWELLINGS = 2_000
DAY_NS = 86_400 * 10**9
SHEET = (1, 2, 3, 1, 2, 3, 1, 2, 3, 1)
LOST = 0.001
PURCHASE, REDEMPTION, SHEETS, NEWS = 0.55, 0.65, 0.75, 0.9  # shares of the day, one on top of the other


class Writer:
    """Lines of operations, written as they come."""

    def __init__(self, path: Path) -> None:
        self.file = gzip.open(path, "wt", encoding="utf-8", compresslevel=1)  # noqa: SIM115 - closed by `close`
        self.count = 0

    def add(self, wire: str, actor: str, key: str, data: dict[str, Any], due_ns: int = 0) -> Operation:
        """One more."""
        operation = Operation(self.count, due_ns, wire, actor, key, data, actor, "day" if key else "read")
        self.file.write(operation.line() + "\n")
        self.count += 1
        return operation


class Exporting:
    """An observer that writes the exported lines of an engine."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self.export = Export(engine.district)
        self.file = gzip.open(path, "wt", encoding="utf-8", compresslevel=1)  # noqa: SIM115 - closed by `day`

    def observe(self, outcome: Outcome) -> None:
        """One record."""
        self.file.writelines(f"{line}\n" for line in self.export.lines(outcome))


def town(folder: Path, residents: int) -> Engine:
    """An engine with a town, whose commands stand in the folder."""
    engine = new_engine(salt=seeded_salt(1))
    writer = Writer(folder / "town.jsonl.gz")
    execute = engine.execute

    def recorded(by: Envelope) -> Outcome:
        writer.add(by.command.type, f"{by.kind}:{by.who}", by.key, json.loads(by.command.encode()))
        outcome = execute(by)
        assert outcome.ok, by
        return outcome

    engine.observers.append(Exporting(engine, folder / "events.jsonl.gz"))
    engine.execute = recorded  # type: ignore[method-assign]
    place = small_town(engine)
    codes = []
    for number in range(DWELLINGS):
        place.must(AddDwelling(f"dwl_x{number}", "bld_1"))
        codes.append(place.must(IssueQr(f"dwl_x{number}")).events[0].qr)  # type: ignore[attr-defined]
    for number in range(residents):
        at, person = number % DWELLINGS, f"per_x{number}"
        place.must(ScanBind(person, codes[at], f"dwl_x{at}", "visitor"), "resident", person)
        place.must(GrantAward(person, "report", f"ev_{number}"))
    for _ in range(10):
        place.must(DraftQuestionnaire(len(SHEET), 8, MORNING + 10 * 86_400, rewarded=True))
        place.must(PublishArticle("community"))
    for number in range(1, 11):
        place.must(OpenQuestionnaire(f"qst_{number:08d}"))
    writer.file.close()
    engine.execute = execute  # type: ignore[method-assign]
    return engine


def wanted(luck: Random, residents: int) -> tuple[str, str, dict[str, Any]]:
    """One operation of the day."""
    person = f"per_x{luck.randrange(residents)}"
    actor, what = f"resident:{person}", luck.random()
    if what < REDEMPTION:
        points = 0 if what < PURCHASE else luck.randrange(1, 4)
        data = {"person": person, "merchant": f"mer_{luck.randrange(1, 3)}", "channel": "wechat"}
        return "payments.pay_purchase", actor, {**data, "goods_fen": 1_000, "excluded_fen": 0, "points": points}
    if what < SHEETS:
        sheet = {"person": person, "questionnaire": f"qst_{luck.randrange(1, 11):08d}", "answers": list(SHEET)}
        return "participation.submit_response", actor, {**sheet, "duration_s": 60}
    if what < NEWS:
        return "participation.read_article", actor, {"person": person, "article": f"art_{luck.randrange(1, 11):08d}"}
    return "read:points.balance", actor, {"person": person}


def day(folder: Path, count: int, residents: int) -> None:
    """A run folder."""
    engine = town(folder, residents)
    luck, writer = Random(2), Writer(folder / "operations.jsonl.gz")
    with (folder / "history-0.jsonl").open("w", encoding="utf-8") as history:
        history.write('{"history":1}\n')
        for number in range(count):
            wire, actor, data = wanted(luck, residents)
            due = number * (DAY_NS // 2 // count)
            at = MORNING + due // 10**9
            operation = writer.add(wire, actor, "" if wire.startswith("read:") else f"op-{number}", data, due)
            if operation.is_read:
                engine.advance(at)
                who, rows = data["person"], engine.district
                value = {"available": available(rows, who), "pending": pending(rows, who)}
                value |= {"debt": debt(rows, who), "moral": moral(rows, who)}
                status, body = 200, {"at": at, "n": engine.n, "value": value}
            else:
                by = Envelope(operation.key, "resident", actor[9:], at, command_from(wire, 1, data))
                status, body = answered(engine.execute(by))
            line = {"op": number, "try": 1, "due": due, "sent": due - luck.randrange(1, 9**8)}
            line |= {"done": due + luck.randrange(1, 9**8), "status": status, "body": body}
            if luck.random() < LOST:
                line |= {"status": 0, "body": None, "fault": "timeout"}
            history.write(json.dumps(line, separators=(",", ":")) + "\n")
    writer.file.close()
    engine.observers[0].file.close()  # type: ignore[attr-defined]
    plan = {"operations": count, "town_at": MORNING}
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")


def answered(outcome: Outcome) -> tuple[int, dict[str, Any]]:
    """As the reference deployment answers."""
    if outcome.code is not None:
        error = {"type": "x", "code": outcome.code.name, "message": "no", "retryable": False, "request_id": "r"}
        details = dict(outcome.details or {})
        status = {"BALANCE": 402, "NOT_FOUND": 404, "STATE": 409}.get(outcome.code.precedence.name, 422)
        return status, {"error": {**error, "at": outcome.by.at, "n": outcome.n, "details": details}}
    view = [{"type": each.type, "data": json.loads(each.encode())} for each in outcome.events]
    seqs = [outcome.first_seq, outcome.first_seq + len(view) - 1]
    return 200, {"status": "ok", "at": outcome.by.at, "n": outcome.n, "policy": 1, "events": seqs, "view": view}


def judged(folder: Path, *, replay: bool) -> None:
    """In a child process: audit, and say what it took."""
    began = time.process_time()
    assert sum(1 for _ in RunFolder(folder).calls(ReferenceWire()))
    reading = time.process_time() - began
    found = audit_run(RunFolder(folder), ReferenceWire(), replay=replay)
    found.seconds["reading"] = reading
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    seconds = {name: round(value, 2) for name, value in found.seconds.items()}
    layers = {layer.name: [layer.status, layer.checked, layer.unknown] for layer in found.layers.values()}
    print(json.dumps({"cpu_s": seconds, "peak_mib": peak, "violations": dict(found.counts), "layers": layers}))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--residents", type=int, default=115_000)
    parser.add_argument("--replay", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--judge", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.judge:
        judged(options.judge, replay=options.replay)
        return
    with tempfile.TemporaryDirectory() as folder:
        day(Path(folder), options.operations, options.residents)
        command = [sys.executable, __file__, "--judge", folder, *(["--replay"] if options.replay else [])]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - this very file
    found = json.loads(done.stdout)
    assert not found["violations"], found["violations"]
    print(json.dumps(found, indent=1) if options.json else "\n".join(f"{name:<11} {found[name]}" for name in found))


if __name__ == "__main__":
    main()
