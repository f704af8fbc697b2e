"""What lies beside plan and history in a load run's folder: manifest, faults, and the audit.

manifest.json      target, transport, workers, why it stopped, and the generator's lag: {"lag": {"p99_ms": …, …}}
faults*.jsonl      a line a fault of the proxy: {"fault": "delay", "from": ns, "to": ns, "hit": n}
audit/audit.json   as `mashang load audit` writes it, with a folder of scripts for each of the first findings
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loadtests.audit import RunFolder
from loadtests.audit.run_folder import lines_of
from wording import ExitCode, MashangError

NANOSECONDS_A_SECOND = 1_000_000_000
SCRIPTS = ("replay.sh", "replay_test.py")


@dataclass(frozen=True, slots=True)
class FaultWindow:
    """When a fault was active, in seconds from the start of the run, and how many exchanges it hit."""

    kind: str
    from_s: float
    to_s: float
    hit: int


@dataclass(slots=True)
class LoadRun:
    """A run folder."""

    folder: RunFolder
    manifest: dict[str, Any] = field(default_factory=dict)
    faults: list[FaultWindow] = field(default_factory=list)
    audit: dict[str, Any] | None = None

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.folder.path

    @property
    def stopped(self) -> str:
        """Why it ended before its plan did; empty if it did not."""
        return str(self.manifest.get("stopped") or "")

    @property
    def lag(self) -> dict[str, float]:
        """The generator's lag: `p99_ms` and others; empty if nobody measured it."""
        found = self.manifest.get("lag")
        if not isinstance(found, dict):
            return {}
        return {name: float(value) for name, value in found.items() if isinstance(value, int | float)}

    def scripts_of(self, number: int, finding_id: str) -> dict[str, str]:
        """The scripts that repeat the finding of this place (from 1), by file name; none for those far down."""
        folder = self.path / "audit" / f"{number:02d}-{finding_id}"
        if "/" in finding_id or not folder.is_dir():
            return {}
        return {name: text for name in SCRIPTS if (text := _text(folder / name)) is not None}


def open_run(path: Path) -> LoadRun:
    """Open a run folder. Raises MashangError if it is none, or a file in it is broken."""
    if not path.is_dir():
        raise MashangError(ExitCode.USAGE, "verdict.no_folder", folder=path)
    run = LoadRun(RunFolder(path))
    run.manifest = _document(path / "manifest.json") or {}
    run.audit = _document(path / "audit" / "audit.json")
    if run.audit is not None and not {"layers", "findings", "violations", "invariants"} <= run.audit.keys():
        raise MashangError(ExitCode.USAGE, "verdict.broken_file", file=path / "audit" / "audit.json")
    for file in sorted(path.glob("faults*.jsonl")):
        run.faults += _faults(file)
    return run


def _document(path: Path) -> dict[str, Any] | None:
    text = _text(path)
    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError as wrong:
        raise MashangError(ExitCode.USAGE, "verdict.broken_file", file=path) from wrong
    if not isinstance(found, dict):
        raise MashangError(ExitCode.USAGE, "verdict.broken_file", file=path)
    return found


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as wrong:
        raise MashangError(ExitCode.USAGE, "verdict.broken_file", file=path) from wrong


def _faults(path: Path) -> list[FaultWindow]:
    found = []
    for line in lines_of(path):
        if "fault" not in line:
            continue  # a header
        try:
            begin, end = (float(line[name]) / NANOSECONDS_A_SECOND for name in ("from", "to"))
            found.append(FaultWindow(str(line["fault"]), begin, end, int(line.get("hit", 0))))
        except (KeyError, TypeError, ValueError) as wrong:
            raise MashangError(ExitCode.USAGE, "verdict.broken_file", file=path) from wrong
    return found
