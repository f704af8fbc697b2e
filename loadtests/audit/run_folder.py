"""Reading a load run: plan, town and history, joined into calls in the order of the plan, in bounded memory.

plan.json operations.jsonl.gz town.jsonl.gz    in the folder or in its `plan` folder
history-<worker>.jsonl[.gz]                    one file a worker
events.jsonl[.gz]                              optional: what the target exported afterwards
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from pydantic_core import from_json

from loadtests.audit.calls import Call, Interpreter, call_of
from loadtests.history import Exchange
from loadtests.operations import Operation
from wording import ExitCode, MashangError

RANGE = 20_000
"""Operations that are held at once, with their exchanges."""
FLUSH_LINES = 4_000
OP = b'"op":'


class RunFolder:
    """One load run on disk."""

    def __init__(self, path: Path) -> None:
        """Raises MashangError if the folder holds no run."""
        self.path = path
        self.operations = self._one("operations.jsonl.gz")
        self.town = self._optional("town.jsonl.gz")
        self.histories = sorted([*path.glob("history-*.jsonl"), *path.glob("history-*.jsonl.gz")])
        if not self.histories:
            raise MashangError(ExitCode.USAGE, "audit.no_history", folder=path)
        self.plan = self._plan()
        self.events = next(
            (found for found in (path / "events.jsonl", path / "events.jsonl.gz") if found.exists()), None
        )

    def _places(self, name: str) -> list[Path]:
        return [found for found in (self.path / name, self.path / "plan" / name) if found.exists()]

    def _optional(self, name: str) -> Path | None:
        return next(iter(self._places(name)), None)

    def _one(self, name: str) -> Path:
        found = self._optional(name)
        if found is None:
            raise MashangError(ExitCode.USAGE, "audit.no_run", folder=self.path, name=name)
        return found

    def _plan(self) -> dict[str, Any]:
        found = self._optional("plan.json")
        if found is None:
            return {}
        try:
            return cast("dict[str, Any]", json.loads(found.read_text("utf-8")))
        except ValueError as wrong:
            raise MashangError(ExitCode.USAGE, "audit.bad_line", file=found, line=1) from wrong

    def town_operations(self) -> Iterator[Operation]:
        """The commands that bring an empty target into the state that the plan needs."""
        if self.town is not None:
            for found in lines_of(self.town):
                yield Operation(**found)

    def raw_operations(self) -> Iterator[bytes]:
        """The lines of the plan as they stand."""
        with _opened(self.operations) as file:
            yield from file

    def calls(self, interpreter: Interpreter) -> Iterator[Call]:
        """Every operation of the plan with what became of it, in the order of the plan."""
        with tempfile.TemporaryDirectory(prefix="audit-") as folder:
            spread = Spread(Path(folder))
            for path in self.histories:
                spread.add(path)
            spread.flush()
            first = 0
            for batch in _batches(lines_of(self.operations)):
                exchanges = spread.take(first // RANGE)
                for found in batch:
                    operation = Operation(**found)
                    yield call_of(operation, interpreter.attempts(operation, exchanges.get(operation.n, ())))
                first += RANGE


def _batches(found: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for each in found:
        batch.append(each)
        if len(batch) == RANGE:
            yield batch
            batch = []
    if batch:
        yield batch


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    """The parsed lines of a file, gzipped or not. A half written last line is left out; others raise MashangError."""
    number = 0
    try:
        with _opened(path) as file:
            for line in file:
                number += 1
                if line.endswith(b"\n"):
                    yield from_json(line)
    except (ValueError, EOFError, gzip.BadGzipFile) as wrong:
        raise MashangError(ExitCode.USAGE, "audit.bad_line", file=path, line=number) from wrong
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "audit.not_readable", file=path, reason=wrong.strerror) from wrong


def _opened(path: Path) -> BinaryIO:
    return cast("BinaryIO", gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


class Spread:
    """Lines of histories by ranges of operations, in files: workers' histories are in no common order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: defaultdict[int, list[bytes]] = defaultdict(list)
        self._count = 0

    def add(self, path: Path) -> None:
        """Spread the lines of one worker's file; its header and a half written last line are left out."""
        place = 0
        with _opened(path) as file:
            for place, line in enumerate(file, 1):
                if place == 1 or not line.endswith(b"\n"):
                    continue
                start = line.find(OP) + len(OP)
                try:
                    number = int(line[start : line.index(b",", start)])
                except ValueError as wrong:
                    raise MashangError(ExitCode.USAGE, "audit.bad_line", file=path, line=place) from wrong
                self._waiting[number // RANGE].append(line)
                self._count += 1
                if self._count >= FLUSH_LINES * 8:
                    self.flush()

    def flush(self) -> None:
        """Write what waits."""
        for number, lines in self._waiting.items():
            with (self._folder / str(number)).open("ab") as file:
                file.writelines(lines)
        self._waiting.clear()
        self._count = 0

    def take(self, number: int) -> dict[int, list[Exchange]]:
        """The exchanges of a range by operation; they are forgotten here."""
        path = self._folder / str(number)
        if not path.exists():
            return {}
        lines = path.read_bytes().splitlines()
        path.unlink()
        found: dict[int, list[Exchange]] = {}
        for first in range(0, len(lines), FLUSH_LINES):
            for each in _parsed(lines[first : first + FLUSH_LINES], path):
                found.setdefault(each.op, []).append(each)
        return found


def _parsed(lines: list[bytes], path: Path) -> Iterable[Exchange]:
    try:
        rows = from_json(b"[" + b",".join(lines) + b"]")
        return [
            Exchange(
                row["op"],
                row.get("try", 1),
                row["due"],
                row["sent"],
                row["done"],
                row["status"],
                row.get("body"),
                row.get("fault") or "",
                row.get("step") or "",
                row.get("headers"),
            )
            for row in rows
        ]
    except (ValueError, KeyError, TypeError) as wrong:
        raise MashangError(ExitCode.USAGE, "audit.bad_line", file=path.name, line=0) from wrong
