"""`mashang load adapter replay`: one operation of a run as the curl lines that send it again."""

from __future__ import annotations

import shlex
from pathlib import Path

from loadtests.adapter import AdapterTarget, StepRequest, read_adapter
from loadtests.adapter.reading import Unset
from loadtests.audit.adapter_wire import AdapterWire
from loadtests.audit.named import NAMED
from loadtests.audit.run_folder import RunFolder, read_exchanges
from loadtests.generator.run_folder import read_manifest
from loadtests.history import Exchange
from loadtests.operations import Operation
from wording import ExitCode, MashangError, Wording

TOKEN = "TOKEN"  # noqa: S105 - the name of a shell variable


def replay(*, run: Path, op: int, adapter: Path, wording: Wording) -> int:
    """Print the lines; secrets of the user, and what only the run knew, stand in them as variables of the shell."""
    folder = RunFolder(run)
    wire = AdapterWire(read_adapter(adapter), adapter.stem, Unset())
    folder.maker = wire.made
    wire.by.known = {"seed": NAMED["seed"], "run": run_id_in(run)}
    operation = next((each for each in folder.planned() if each.n == op), None)
    if operation is None or wire.by.adapter.entry(operation.type) is None:
        raise MashangError(ExitCode.USAGE, "load.adapter.replay.none", n=op, run=run)
    exchanges = [each for path in folder.histories for each in read_exchanges(path) if each.op == op]
    print("#!/bin/sh")
    print(f"# {operation.type} ({operation.actor})")
    print(f'BASE="${{BASE:-{wire.by.adapter.target.base_url}}}"')
    for line in curl_lines(wire.by, operation, exchanges):
        print(line)
    seen = ", ".join(f"{each.step or '-'} {each.status or each.fault}" for each in exchanges) or "-"
    print(wording.text("load.adapter.replay.seen", seen=seen))
    return ExitCode.FINE


def run_id_in(run: Path) -> str:
    """What the run called itself on the target; empty where its folder does not say."""
    try:
        return str(read_manifest(run)["settings"]["run_id"])
    except (OSError, ValueError, KeyError):
        return ""


def curl_lines(by: AdapterTarget, operation: Operation, exchanges: list[Exchange]) -> list[str]:
    """One line a step, filled with what the steps before it gave in the run."""
    steps = by.steps(operation.type)
    outputs = {each.step: by.outputs(operation.type, each) for each in exchanges if each.step in steps}
    named = {step: outputs.get(step) or NAMED["steps"].get(step) for step in steps}
    return [_curl(by.request(operation, step, NAMED["account"], named)) for step in steps]


def _curl(request: StepRequest) -> str:
    parts = ["curl -sS -X", request.method]
    for name, value in request.headers:
        parts += ["-H", _quoted(f"{name}: {value}".replace("{token}", f"${{{TOKEN}}}"))]
    if request.body:
        parts += ["--data", _quoted(request.body.decode(errors="replace"))]
    return " ".join([*parts, f'"$BASE"{_quoted(request.path)}'])


def _quoted(text: str) -> str:
    """As one word of the shell, in which `${NAME}` is still a variable."""
    if "${" not in text:
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")
    return f'"{escaped}"'
