"""What lies beside plan and history in a load run's folder: manifest, faults, and the audit.

manifest.json      as `mashang load run` writes it: target, settings, how it ended, is it valid, the generator's lag
faults*.jsonl      the record of `mashang load faults`, if it was put there
audit/audit.json   as `mashang load audit` writes it, with a folder of scripts for each of the first findings
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loadtests.audit import RunFolder
from loadtests.verdict.faults import FaultRecord, read_faults
from wording import ExitCode, MashangError

NANOSECONDS_A_SECOND = 1_000_000_000
DONE = "done"
DOES_NOT_COUNT = ("errors", "lost", "running")
"""Ends after which nobody knows what was measured: stopped by server errors, a worker lost, killed under way."""
SCRIPTS = ("replay.sh", "replay_test.py")


@dataclass(slots=True)
class LoadRun:
    """A run folder."""

    folder: RunFolder
    manifest: dict[str, Any] = field(default_factory=dict)
    faults: list[FaultRecord] = field(default_factory=list)
    audit: dict[str, Any] | None = None

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.folder.path

    @property
    def stopped(self) -> str:
        """Why it ended before its plan did (cut, errors, interrupted, lost, running); empty if it did not."""
        ended = str(self.manifest.get("ended") or DONE)
        return "" if ended == DONE else ended

    @property
    def broken(self) -> str:
        """Why the generator itself says that the run does not count, beside its lag; empty if it does not say so."""
        if self.stopped in DOES_NOT_COUNT:
            return self.stopped
        lost = self.manifest.get("valid") is False and not self._lagged()
        return "lost" if lost and not self.stopped else ""

    def _lagged(self) -> bool:
        limit = self.settings.get("lag_limit_ms")
        return not isinstance(limit, int | float) or self.lag.get("p99_ms", 0.0) > limit

    @property
    def settings(self) -> dict[str, Any]:
        """What the generator was told."""
        found = self.manifest.get("settings")
        return found if isinstance(found, dict) else {}

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


def open_run(path: Path, faults: Sequence[Path] = ()) -> LoadRun:
    """Open a run folder, with records of faults that lie elsewhere.

    Raises MashangError if it is none, or a file in it is broken.
    """
    if not path.is_dir():
        raise MashangError(ExitCode.USAGE, "verdict.no_folder", folder=path)
    run = LoadRun(RunFolder(path))
    run.manifest = _document(path / "manifest.json") or {}
    run.audit = _document(path / "audit" / "audit.json")
    if run.audit is not None and not {"layers", "findings", "violations", "invariants"} <= run.audit.keys():
        raise MashangError(ExitCode.USAGE, "verdict.broken_file", file=path / "audit" / "audit.json")
    run.faults = [read_faults(file) for file in (*sorted(path.glob("faults*.jsonl")), *faults)]
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
