"""Scripts that repeat what a finding shows: curl lines, and a pytest file that judges what comes back.

Both begin in a named town that they do not count: the commands of the plan's town, which a fresh target gets first.
Operations that overlapped go out together, the others one after the other. `repeat` is what the pytest file calls: it
sends the operations to a target, writes a run folder of its own, and audits it.
"""

from __future__ import annotations

import json
import shlex
import shutil
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from loadtests.audit.adapter_wire import AdapterWire
from loadtests.audit.auditing import audit_run
from loadtests.audit.calls import Interpreter, Request
from loadtests.audit.curl import curl_lines, quoted_word
from loadtests.audit.findings import Audit, Finding
from loadtests.audit.named import NAMED
from loadtests.audit.run_folder import RunFolder, read_exchanges
from loadtests.history import Exchange
from loadtests.linearizability import Call as Step
from loadtests.linearizability.timeline import timeline_svg
from loadtests.operations import Operation, read_operations, write_operations

TIMEOUT_S = 10
CURL = "curl -sS"


def waves(finding: Finding) -> list[list[Operation]]:
    """The operations in waves: those of one wave were under way at once."""
    spans: dict[int, Step] = {step.number: step for step in finding.steps}
    found: list[list[Operation]] = []
    until = -1
    ordered = sorted(finding.operations, key=lambda each: spans[each.n].start if each.n in spans else each.due_ns)
    for operation in ordered:
        step = spans.get(operation.n)
        if found and step is not None and step.start <= until:
            found[-1].append(operation)
        else:
            found.append([operation])
        until = max(until, step.end if step is not None and step.end is not None else -1)
    return found


def curl_script(finding: Finding, interpreter: Interpreter, town: str) -> str:
    """A shell script: BASE is the target's address, SECRET the operator's secret where credentials are asked for."""
    lines = [
        "#!/bin/sh",
        f"# {finding.id}: {finding.sentence}",
        f"# Town: {town}; give its commands (town.jsonl.gz beside this file) to a fresh target first.",
        ': "${BASE:?address of the target, for example http://127.0.0.1:8000}"',
    ]
    actors = list(dict.fromkeys(operation.actor for operation in finding.operations))
    for number, actor in enumerate(actors):
        asked = interpreter.credential(actor)
        if asked is not None:
            field_of = 'sed -n \'s/.*"token" *: *"\\([^"]*\\)".*/\\1/p\''
            lines.append(f"TOKEN_{number}=$({_curl(asked, '')} | {field_of})  # {actor}")
    for wave in waves(finding):
        for operation in wave:
            line = _curl(interpreter.request(operation), f"$TOKEN_{actors.index(operation.actor)}")
            lines.append(f"{line} &" if len(wave) > 1 else line)
        lines.append("wait; echo" if len(wave) > 1 else "echo")
    return "\n".join(lines) + "\n"


def script_by_hand(finding: Finding, wire: AdapterWire, run: RunFolder) -> str:
    """The operations as the run sent them, with what its answers gave; TOKEN is a login of the reader's own."""
    wire.by.known = {"seed": NAMED["seed"], "run": run.run_id}
    numbers = {operation.n for operation in finding.operations}
    sent: dict[int, list[Exchange]] = {}
    for path in run.histories:
        for exchange in read_exchanges(path):
            if exchange.op in numbers:
                sent.setdefault(exchange.op, []).append(exchange)
    lines = ["#!/bin/sh", f"# {finding.id}: {finding.sentence}", f'BASE="${{BASE:-{wire.by.adapter.target.base_url}}}"']
    for wave in waves(finding):
        for operation in wave:
            steps = curl_lines(wire.by, operation, sent.get(operation.n, ()))
            lines.append(f"# {operation.n}: {operation.type} ({operation.actor})")
            lines += steps if len(wave) == 1 else [f"({'; '.join(steps)}) &"]
        lines.append("wait; echo" if len(wave) > 1 else "echo")
    return "\n".join(lines) + "\n"


def _curl(request: Request, token: str) -> str:
    parts = [CURL, "-X", request.method]
    for name, value in request.headers.items():
        filled = value.replace("{token}", token).replace("{secret}", "$SECRET")
        parts += ["-H", quoted_word(f"{name}: {value}") if filled == value else f'"{name}: {filled}"']
    if request.body is not None:
        body = json.dumps(request.body, ensure_ascii=False)
        parts += ["-H", '"Content-Type: application/json"', "--data", quoted_word(body)]
    return " ".join([*parts, f'"$BASE"{shlex.quote(request.path)}'])


PYTEST = '''"""{id}: {sentence}

Town: {town} (town.jsonl.gz beside this file), which a fresh target gets first and which is not counted.
Run with MASHANG_TARGET (its address), and MASHANG_SECRET (the operator's secret) where credentials are asked for.
"""

import os
from pathlib import Path

from loadtests.audit import {interpreter}
from loadtests.audit.scripts import Target, repeat


def test_{name}(tmp_path: Path) -> None:
    """{sentence}"""
    target = Target(os.environ["MASHANG_TARGET"], os.environ.get("MASHANG_SECRET", ""))
    audit = repeat(Path(__file__).parent, target, {interpreter}(), tmp_path)
    assert "{id}" not in audit.counts, [each.values for each in audit.findings]
'''


def write_scripts(folder: Path, finding: Finding, interpreter: Interpreter, run: RunFolder) -> None:
    """replay.sh, replay_test.py, timeline.svg, and the small plan that they send."""
    folder.mkdir(parents=True)
    town = str(run.plan.get("town", "the town of the plan"))
    by_hand = script_by_hand(finding, interpreter, run) if isinstance(interpreter, AdapterWire) else ""
    (folder / "replay.sh").write_text(by_hand or curl_script(finding, interpreter, town), encoding="utf-8")
    name = f"{finding.id.lower()}_{finding.layer}"
    text = PYTEST.format(
        id=finding.id, sentence=finding.sentence, town=town, name=name, interpreter=type(interpreter).__name__
    )
    if not by_hand:
        (folder / "replay_test.py").write_text(text, encoding="utf-8")
    (folder / "timeline.svg").write_text(timeline_svg(finding.steps, finding.impossible), encoding="utf-8")
    renumbered: list[Operation] = []
    for number, wave in enumerate(waves(finding)):
        renumbered += [replace(each, n=len(renumbered) + place, due_ns=number) for place, each in enumerate(wave)]
    write_operations(folder / "operations.jsonl.gz", renumbered)
    plan = {**run.plan, "operations": len(renumbered)}
    (folder / "plan.json").write_text(json.dumps(plan, ensure_ascii=False, indent=1), encoding="utf-8")
    if run.town is not None:
        shutil.copyfile(run.town, folder / "town.jsonl.gz")


@dataclass(slots=True)
class Target:
    """A target that scripts send to, with what they got back."""

    base: str
    secret: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def send(self, request: Request, token: str) -> tuple[int, Any]:
        """One request: status and parsed body; status 0 where no answer came."""
        body = None if request.body is None else json.dumps(request.body).encode()
        headers = {name: value.replace("{token}", token) for name, value in request.headers.items()}
        headers = {name: value.replace("{secret}", self.secret) for name, value in headers.items()}
        asked = urllib.request.Request(  # noqa: S310 - the user names the target
            self.base.rstrip("/") + request.path,
            data=body,
            method=request.method,
            headers={**headers, "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT_S) as answer:  # noqa: S310 - as above
                return answer.status, _parsed(answer.read())
        except urllib.error.HTTPError as refused:
            return refused.code, _parsed(refused.read())
        except OSError:
            return 0, None

    def token_of(self, actor: str, interpreter: Interpreter) -> str:
        """The credential of an actor, asked for once."""
        if actor not in self.tokens:
            asked = interpreter.credential(actor)
            body = self.send(asked, "")[1] if asked is not None else {}
            self.tokens[actor] = body.get("token", "") if isinstance(body, dict) else ""
        return self.tokens[actor]


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", errors="replace")


def repeat(folder: Path, target: Target, interpreter: Interpreter, out: Path) -> Audit:
    """Give a fresh target the town, send the operations of a small plan in their waves, and audit what came back."""
    run = SmallPlan(folder)
    for operation in run.town:
        target.send(interpreter.request(operation), target.token_of(operation.actor, interpreter))
    for operation in run.operations:
        target.token_of(operation.actor, interpreter)
    began = time.monotonic_ns()
    numbers = sorted({operation.due_ns for operation in run.operations})
    for number in numbers:
        wave = [each for each in run.operations if each.due_ns == number]
        _together([_sender(each, target, interpreter, began) for each in wave])
    for name in ("plan.json", "town.jsonl.gz", "operations.jsonl.gz"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, out / name)
    rows = [{"history": 1}, *target.lines]
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    (out / "history-0.jsonl").write_text(text, encoding="utf-8")
    return audit_run(RunFolder(out), interpreter)


class SmallPlan:
    """Town and operations of a script."""

    def __init__(self, folder: Path) -> None:
        """The files beside the script."""
        town = folder / "town.jsonl.gz"
        self.town = list(read_operations(town)) if town.exists() else []
        self.operations = list(read_operations(folder / "operations.jsonl.gz"))


def _sender(operation: Operation, target: Target, interpreter: Interpreter, began: int) -> Callable[[], None]:
    def send() -> None:
        sent = time.monotonic_ns() - began
        status, body = target.send(interpreter.request(operation), target.tokens[operation.actor])
        line = {"op": operation.n, "try": 1, "due": 0, "sent": sent, "done": time.monotonic_ns() - began}
        target.lines.append({**line, "status": status, "body": body, **({} if status else {"fault": "timeout"})})

    return send


def _together(calls: Sequence[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
