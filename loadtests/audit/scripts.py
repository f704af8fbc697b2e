"""Scripts that repeat what a finding shows: curl lines, and a pytest file that judges what comes back.

Both begin in a named town that they do not count: the commands of the plan's town, which a fresh target gets first.
Operations that overlapped go out together, the others one after the other, and with them what made the things that they
name. Where the target's clock is driven by the load, each says its instant.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from loadtests.audit.adapter_wire import AdapterWire
from loadtests.audit.calls import Interpreter
from loadtests.audit.closure import Closure, Written
from loadtests.audit.curl import curl_lines
from loadtests.audit.findings import Finding
from loadtests.audit.named import NAMED
from loadtests.audit.run_folder import RunFolder, read_exchanges
from loadtests.audit.shell import scripts
from loadtests.history import Exchange
from loadtests.linearizability.timeline import timeline_svg
from loadtests.operations import Operation, read_operations, write_operations

PYTEST = '''"""{id}: {sentence}

Town: {town} (town.jsonl.gz beside this file), which a fresh target gets first and which is not counted.
Run with MASHANG_TARGET (its address), and MASHANG_SECRET (the operator's secret) where credentials are asked for.
"""

import os
from pathlib import Path

from loadtests.audit import {interpreter}
from loadtests.audit.repeating import Target, repeat


def test_{name}(tmp_path: Path) -> None:
    """{sentence}"""
    target = Target(os.environ["MASHANG_TARGET"], os.environ.get("MASHANG_SECRET", ""))
    audit = repeat(Path(__file__).parent, target, {interpreter}({start_s}), tmp_path)
    assert "{id}" not in audit.counts, [each.values for each in audit.findings]
'''


def write_scripts(folder: Path, finding: Finding, interpreter: Interpreter, run: RunFolder) -> None:
    """The scripts of one finding, as `write_all` writes those of several."""
    write_all({folder: finding}, interpreter, run)


def write_all(findings: Mapping[Path, Finding], interpreter: Interpreter, run: RunFolder) -> None:
    """Into a folder each: replay.sh, town.sh, replay_test.py, timeline.svg, and the small plan that they send."""
    town = list(read_operations(run.town)) if run.town is not None else []
    closure = Closure(run, list(findings.values()), town)
    for folder, finding in findings.items():
        folder.mkdir(parents=True)
        written = closure.of(finding)
        if isinstance(interpreter, AdapterWire):
            (folder / "replay.sh").write_text(script_by_hand(finding, interpreter, run, written), encoding="utf-8")
        else:
            _write(folder, finding, interpreter, (written.renumbered(), town, run.plan))
        (folder / "timeline.svg").write_text(timeline_svg(finding.steps, finding.impossible), encoding="utf-8")
        write_operations(folder / "operations.jsonl.gz", written.renumbered().operations)
        plan = {**run.plan, "operations": len(written.operations)}
        (folder / "plan.json").write_text(json.dumps(plan, ensure_ascii=False, indent=1), encoding="utf-8")
        if run.town is not None:
            shutil.copyfile(run.town, folder / "town.jsonl.gz")


def _write(
    folder: Path,
    finding: Finding,
    interpreter: Interpreter,
    told: tuple[Written, Sequence[Operation], Mapping[str, Any]],
) -> None:
    """The shell scripts and the pytest file of a finding on a target that the interpreter asks by itself."""
    written, town, plan = told
    head = {"id": finding.id, "sentence": finding.sentence, "town": str(plan.get("town", "the town of the plan"))}
    for name, text in scripts(written, interpreter, town, head).items():
        (folder / name).write_text(text, encoding="utf-8")
    name = f"{finding.id.lower()}_{finding.layer}"
    start_s = getattr(interpreter, "start_s", None)
    text = PYTEST.format(name=name, interpreter=type(interpreter).__name__, start_s=start_s, **head)
    (folder / "replay_test.py").write_text(text, encoding="utf-8")


def script_by_hand(finding: Finding, wire: AdapterWire, run: RunFolder, written: Written) -> str:
    """The operations as the run sent them, with what its answers gave; TOKEN is a login of the reader's own."""
    wire.by.known = {"seed": NAMED["seed"], "run": run.run_id}
    sent: dict[int, list[Exchange]] = {}
    numbers = {each.n for each in written.operations}
    wanted = {operation.n: operation for operation in run.planned() if operation.n in numbers}
    for path in run.histories:
        for exchange in read_exchanges(path, wanted):
            sent.setdefault(exchange.op, []).append(exchange)
    lines = ["#!/bin/sh", f"# {finding.id}: {finding.sentence}", f'BASE="${{BASE:-{wire.by.adapter.target.base_url}}}"']
    for wave in written.waves:
        for operation in wave:
            steps = curl_lines(wire.by, wanted[operation.n], sent.get(operation.n, ()))
            lines.append(f"# {operation.n}: {operation.type} ({operation.actor})")
            lines += steps if len(wave) == 1 else [f"({'; '.join(steps)}) &"]
        lines.append("wait; echo" if len(wave) > 1 else "echo")
    return "\n".join(lines) + "\n"
