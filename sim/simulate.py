"""`mashang run`: a run from a scenario to its folder, safe to interrupt."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from engine import FileSink, FileVault
from engine.invariants import BrokenInvariant
from sim.outcomes import simulated_totals
from sim.packing import packed
from sim.processes import Apart
from sim.run import Run, RunOptions, Stopped
from sim.run_folder import Folder, manifest_of, release, reserved, write_manifest, write_scenario
from sim.scenario import Scenario
from sim.table_columns import COLUMNS, Columns
from sim.tables import tables_of, target_columns
from sim.targets import TargetRow, targets_sheet
from sim.write_out import WriteOut, write_apart
from wording import ExitCode, MashangError, Wording

PREVIEW_SCALE = 0.02
STATUS_OF: Mapping[type[BaseException], str] = {Stopped: "interrupted", BrokenInvariant: "broken", OSError: "broken"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a user asked for beside the scenario."""

    days: int | None
    scale: float
    slow: bool
    overrides: Mapping[str, Any]
    excel: bool
    report: bool
    wording: Wording


class StopOnSignal(AbstractContextManager["StopOnSignal"]):
    """Turns Ctrl-C and a polite kill into a wish to stop at the next midnight; a second one stops at once."""

    def __init__(self, say: Callable[[], None]) -> None:
        """`say` tells the user that the wish was heard."""
        self.asked = False
        self.deaf = False  # while what was done is put in order: that takes no time, and half of it is worth nothing
        self._say = say
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        """Listen."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._heard)
        return self

    def _heard(self, _number: int, _frame: FrameType | None) -> None:
        if self.deaf:
            return
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        self._say()

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Stop listening."""
        for number, handler in self._before.items():
            signal.signal(number, handler)


def preview(scenario: Scenario, days: int | None) -> list[TargetRow]:
    """The targets sheet of a small town, within seconds; no folder, no journal.

    It lives in a process of its own, so that its memory is gone before the full district comes.
    """
    call = Apart(small_town, (scenario, days))
    try:
        rows: list[TargetRow] = call.result()
    finally:
        call.end()
    return rows


def small_town(asked: tuple[Scenario, int | None]) -> list[TargetRow]:
    """Run a scenario (and how many days of it) at small scale; its targets sheet."""
    scenario, days = asked
    run = Run(scenario, RunOptions(days=days, scale=PREVIEW_SCALE, invariants=False))
    run.live()
    return sheet_of(run)


def sheet_of(run: Run) -> list[TargetRow]:
    """The targets sheet of a run as far as it went."""
    return targets_sheet(simulated_totals(run), run.options.scale, whole=run.days_done >= run.scenario.days)


def simulate(scenario: Scenario, asked: Asked, folder: Folder, progress: Callable[[int, int, int], None]) -> Run:
    """Run into a folder; whatever ends the run, what was done is written and readable.

    Raises MashangError for an interruption, a broken invariant, or a disk that takes no more.
    """
    with reserved(folder), StopOnSignal(lambda: None) as stop:
        vault = FileVault(folder.vault)
        sink = FileSink(folder.journal, packed)
        options = RunOptions(
            days=asked.days,
            scale=asked.scale,
            slow=asked.slow,
            sink=sink,
            vault=vault,
            progress=progress,
            stop_asked=lambda: stop.asked,
        )
        run = _built(scenario, options)
        write_scenario(folder, scenario)
        write_manifest(folder, manifest_of(run, "running", asked.overrides, sealed=False))
        ended: BaseException | None = None
        try:
            run.live()
        except (Stopped, BrokenInvariant, OSError) as wrong:
            ended = wrong
        except BaseException as wrong:  # a second Ctrl-C, or a fault of ours: leave a folder that can be read
            stop.deaf = True
            _leave(run, asked, folder, vault, "interrupted" if isinstance(wrong, KeyboardInterrupt) else "broken")
            raise
        stop.deaf = True
        try:
            _close(run, vault)
        except OSError as wrong:
            ended = ended or wrong
        try:
            _conclude(run, asked, folder, ended)
            stop.deaf = False
            _write(run, asked, folder)
        except OSError as wrong:
            ended = ended or wrong
    if ended is not None:
        raise _error(ended, run, folder)
    return run


def _leave(run: Run, asked: Asked, folder: Folder, vault: FileVault, status: str) -> None:
    """Close what is open and say how it ended; the state may lie in the middle of a command, so nothing is promised."""
    with suppress(OSError):
        _close(run, vault)
    with suppress(OSError):
        release(folder)
        write_manifest(folder, manifest_of(run, status, asked.overrides, sealed=False))


def _built(scenario: Scenario, options: RunOptions) -> Run:
    try:
        return Run(scenario, options)
    except ValueError as wrong:
        raise MashangError(ExitCode.CONTENT, "scenario.not_valid", reason=str(wrong)) from wrong


def _close(run: Run, vault: FileVault) -> None:
    try:
        if run.engine.chain is not None:
            run.engine.chain.close()
    finally:
        vault.close()


def _conclude(run: Run, asked: Asked, folder: Folder, ended: BaseException | None) -> None:
    """The last manifest, before all else: it alone makes the rest readable."""
    status = next((word for kind, word in STATUS_OF.items() if isinstance(ended, kind)), "finished")
    release(folder)
    write_manifest(folder, manifest_of(run, status, asked.overrides, sealed=not isinstance(ended, OSError)))


def _write(run: Run, asked: Asked, folder: Folder) -> None:
    tables = run_tables(run)
    headers = excel_headers(tables, asked.wording) if asked.excel else None
    write_apart(WriteOut(folder.path, tables, headers, asked.wording.page_language if asked.report else None))


def run_tables(run: Run) -> dict[str, Columns]:
    """All tables of a run, the targets sheet among them."""
    tables = tables_of(run.world, run.measures, run.members, run.days_done)
    return {"targets": target_columns(sheet_of(run)), **tables}


def excel_headers(tables: Mapping[str, Any], wording: Wording) -> dict[str, dict[str, str]]:
    """Titles of sheets and columns in the reader's language."""
    return {
        name: {
            "": wording.text(f"table.{name}"),
            **{column: wording.text(f"column.{column}") for column in COLUMNS[name]},
        }
        for name in tables
    }


def _error(ended: BaseException, run: Run, folder: Folder) -> MashangError:
    """One sentence on why a run ended early, and where its results are."""
    where = str(folder.path)
    if isinstance(ended, Stopped):
        return MashangError(ExitCode.INTERRUPTED, "run.interrupted", days=run.days_done, folder=where)
    if isinstance(ended, BrokenInvariant):
        violation = ended.violation
        return MashangError(
            ExitCode.BROKEN,
            "run.invariant_broken",
            id=violation.id,
            sentence=violation.sentence,
            detail=violation.detail,
            n=violation.n,
            seed=run.scenario.horizon.seed,
            folder=where,
        )
    reason = getattr(ended, "strerror", None) or str(ended)
    return MashangError(ExitCode.USAGE, "run.disk", reason=reason, folder=where, days=run.days_done)


def reopened(path: Path) -> Folder:
    """The folder of an earlier run; raises MashangError when it is none."""
    if not (path / "manifest.json").exists():
        raise MashangError(ExitCode.USAGE, "run.not_a_run", folder=str(path))
    return Folder(path)
