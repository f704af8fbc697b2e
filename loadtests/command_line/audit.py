"""`mashang load audit`: was a load run right? 0 clean, 1 violations, 6 nothing in it could be judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from loadtests.adapter import read_adapter
from loadtests.adapter.reading import Unset
from loadtests.audit import AdapterWire, Audit, ReferenceWire, RunFolder, audit_run
from loadtests.audit.calls import Interpreter
from loadtests.audit.plain import lines, plain, verdict_of
from loadtests.audit.scripts import write_all
from wording import ExitCode, MashangError, Wording

SCRIPTS = 10


def audit(
    *, run: Path, adapter: Path | None, out: Path | None, no_replay: bool, as_json: bool, wording: Wording
) -> int:
    """Audit a run folder, print the verdict, and write audit.json and scripts to `out` or into the run folder."""
    if not run.is_dir():
        raise MashangError(ExitCode.USAGE, "audit.not_found", folder=run)
    folder = out if out is not None else run / "audit"
    if folder.exists() and (out is not None or not _ours(folder)) and any(folder.iterdir()):
        raise MashangError(ExitCode.USAGE, "audit.out_not_empty", folder=folder)
    found = RunFolder(run)
    interpreter = interpreter_of(adapter, found.plan.get("start_s"))
    made = audit_run(found, interpreter, replay=not no_replay)
    _write(folder, made, interpreter, found)
    if as_json:
        print(json.dumps(plain(made), ensure_ascii=False, indent=1))
    else:
        print("\n".join(lines(made, wording)))
        print(wording.text("audit.written", folder=folder))
    if verdict_of(made) == "invalid":
        raise MashangError(ExitCode.INVALID_LOAD, "audit.nothing", folder=run)
    return ExitCode.FINDINGS if made.violated else ExitCode.FINE


def interpreter_of(adapter: Path | None, start_s: Any = None) -> Interpreter:
    """The interpreter of an adapter file, or of the reference deployment, whose plan may begin at `start_s`."""
    if adapter is None:
        return ReferenceWire(start_s if type(start_s) is int else None)
    return AdapterWire(read_adapter(adapter), adapter.stem, Unset())


def _ours(folder: Path) -> bool:
    return (folder / "audit.json").exists()


def _write(folder: Path, made: Audit, interpreter: Interpreter, run: RunFolder) -> None:
    """audit.json and, for the first findings, scripts; what an earlier audit left there goes."""
    if folder.exists():
        for old in sorted(folder.rglob("*"), reverse=True):
            if old.is_dir():
                old.rmdir()
            else:
                old.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(plain(made), ensure_ascii=False, indent=1)
    (folder / "audit.json").write_text(f"{text}\n", encoding="utf-8")
    shown = enumerate(made.findings[:SCRIPTS], 1)
    wanted = {folder / f"{number:02d}-{finding.id}": finding for number, finding in shown if finding.operations}
    if wanted:
        write_all(wanted, interpreter, run)
