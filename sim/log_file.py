"""Finding and opening the log that a person names, and saying in their words what is wrong with it."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.replay import Journal, JournalBroken, NotAJournal
from wording import ExitCode, MashangError, Wording

JOURNAL = "journal.jsonl.gz"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class LogFile:
    """The log of a run folder or a log on its own; `manifest` is None where none stands beside it."""

    path: Path
    manifest: dict[str, Any] | None

    def read(self, use: Callable[[Journal], Any], wording: Wording) -> Any:
        """What `use` makes of the journal; raises MashangError for a foreign or broken file."""
        try:
            with self.path.open("rb") as file, collector_off():
                return use(Journal(file))
        except NotAJournal as wrong:
            raise MashangError(ExitCode.USAGE, f"log.not_ours.{wrong.reason}", file=self.path) from wrong
        except JournalBroken as wrong:
            raise broken(wrong, self.path, wording) from wrong
        except OSError as wrong:
            reason = wrong.strerror or str(wrong)
            raise MashangError(ExitCode.USAGE, "log.not_readable", file=self.path, reason=reason) from wrong

    def promised(self, name: str) -> Any:
        """What the manifest says about the log: `records`, `head`, `digest`; None where it says nothing.

        The manifest of a run that is going on, or was killed, counts the log as it was some time ago.
        """
        manifest = self.manifest or {}
        journal = manifest.get("journal")
        return journal.get(name) if isinstance(journal, dict) and manifest.get("status") != "running" else None


def find(path: Path) -> LogFile:
    """The log at a path: a run folder or a file. Raises MashangError where there is none."""
    if path.is_dir():
        log = path / JOURNAL
        if not log.is_file():
            raise MashangError(ExitCode.USAGE, "log.not_a_run", folder=path, name=JOURNAL)
        return LogFile(log, _manifest(path / MANIFEST))
    if not path.exists():
        raise MashangError(ExitCode.USAGE, "log.not_found", file=path)
    if not path.is_file():
        raise MashangError(ExitCode.USAGE, "log.not_ours.foreign", file=path)
    return LogFile(path, None)


def _manifest(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as wrong:
        raise MashangError(ExitCode.USAGE, "log.bad_manifest", file=path) from wrong
    if not isinstance(found, dict):
        raise MashangError(ExitCode.USAGE, "log.bad_manifest", file=path)
    return found


def broken(wrong: JournalBroken, path: Path, wording: Wording) -> MashangError:
    """One sentence: where the log is broken, why, and how far it can be trusted."""
    reason = wording.text(f"log.reason.{wrong.reason}")
    if wrong.first < 0:
        records = ""
    elif wrong.first == wrong.last:
        records = wording.text("log.records.one", n=wrong.first)
    elif wrong.last < 0:
        records = wording.text("log.records.from", n=wrong.first)
    else:
        records = wording.text("log.records.some", first=wrong.first, last=wrong.last)
    return MashangError(
        ExitCode.BROKEN, "log.broken", file=path, position=wrong.position, records=records, reason=reason
    )


class ExportFile:
    """A new file for exported lines; every fault of the disk becomes a sentence."""

    def __init__(self, path: Path) -> None:
        """Make the file; raises MashangError where it exists or cannot be made."""
        self.path = path
        try:
            self._file = path.open("x", encoding="utf-8", newline="\n")
        except FileExistsError as wrong:
            raise MashangError(ExitCode.USAGE, "log.export_exists", file=path) from wrong
        except OSError as wrong:
            raise self._not_written(wrong) from wrong

    def head(self, said: dict[str, Any]) -> None:
        """The line that says how the others are to be read."""
        self.write([json.dumps(said, ensure_ascii=False)])

    def write(self, lines: Iterable[str]) -> None:
        """One line each."""
        try:
            self._file.writelines(f"{line}\n" for line in lines)
        except OSError as wrong:
            raise self._not_written(wrong) from wrong

    def close(self) -> None:
        """Write what is left."""
        try:
            self._file.close()
        except OSError as wrong:
            raise self._not_written(wrong) from wrong

    def _not_written(self, wrong: OSError) -> MashangError:
        reason = wrong.strerror or str(wrong)
        return MashangError(ExitCode.USAGE, "log.export_not_writable", file=self.path, reason=reason)


@contextmanager
def collector_off() -> Iterator[None]:
    """Without Python's collector of cycles: a log makes millions of objects and no cycle, the search takes a third."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
