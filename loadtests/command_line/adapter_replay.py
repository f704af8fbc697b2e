"""`mashang load adapter replay`: one operation of a run as the curl lines that send it again."""

from __future__ import annotations

from pathlib import Path

from loadtests.adapter import read_adapter
from loadtests.adapter.reading import Unset
from loadtests.audit.adapter_wire import AdapterWire
from loadtests.audit.curl import curl_lines
from loadtests.audit.named import NAMED
from loadtests.audit.run_folder import RunFolder, read_exchanges
from wording import ExitCode, MashangError, Wording


def replay(*, run: Path, op: int, adapter: Path, wording: Wording) -> int:
    """Print the lines; secrets of the user, and what only the run knew, stand in them as variables of the shell."""
    folder = RunFolder(run)
    wire = AdapterWire(read_adapter(adapter), adapter.stem, Unset())
    folder.maker = wire.made
    wire.by.known = {"seed": NAMED["seed"], "run": folder.run_id}
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
