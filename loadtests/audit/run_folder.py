"""Reading a load run: plan, town and history, joined into calls in the order of the plan, in bounded memory.

plan.json operations.jsonl.gz town.jsonl.gz    in the folder or in its `plan` folder
history-<worker>.jsonl[.gz]                    one file a worker
events.jsonl[.gz]                              optional: what the target exported afterwards
"""

from __future__ import annotations

import gzip
import json
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, cast

from isal import igzip
from pydantic_core import from_json

from loadtests.audit.calls import Call, Interpreter, call_of
from loadtests.audit.resolving import Known, filled, values_of
from loadtests.history import Exchange
from loadtests.operations import Operation
from loadtests.references import MADE, TOWN, Reference
from wording import ExitCode, MashangError

Maker = Callable[[Operation, Exchange], Mapping[str, Any]]
"""What an answer gives to later operations, by name, where the target is not the reference deployment."""
RANGE = 4_000
"""Operations that are held at once, with their exchanges."""
FLUSH_LINES = 40_000
CHUNK_BYTES = 1 << 19
OP = len(b'{"op":')


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
        self.maker: Maker | None = None
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

    @property
    def run_id(self) -> str:
        """What the run called itself on the target; empty where its folder does not say."""
        try:
            return str(json.loads((self.path / "manifest.json").read_text("utf-8"))["settings"]["run_id"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    @cached_property
    def known(self) -> Known:
        """Values of the plan's references, as far as answers tell them."""
        if self.maker is not None:
            return {of: json.dumps(value).encode() for of, value in self._made.items()}
        told = sorted([*self.path.glob("town-history.jsonl*"), *self.histories])
        histories = {path: (lines for _, lines in _chunks(path)) for path in told}
        return values_of(_raw(self.town), _raw(self.operations), histories)

    @cached_property
    def _made(self) -> dict[bytes, Any]:
        """Values that the interpreter of an adapter finds in answers, by the JSON text of their references."""
        if self.maker is None:
            return {}
        found: dict[bytes, Any] = {}
        for source, path, told in ((TOWN, self.town, self._town_histories()), (MADE, self.operations, self.histories)):
            operations = {line["n"]: Operation(**line) for line in lines_of(path)} if path is not None else {}
            for history in told:
                for exchange in read_exchanges(history):
                    operation = operations.get(exchange.op)
                    for name, value in self.maker(operation, exchange).items() if operation is not None else ():
                        text = json.dumps(Reference(source, exchange.op, name).text()).encode()
                        found.setdefault(text, value)
        return found

    def _town_histories(self) -> list[Path]:
        return sorted(self.path.glob("town-history.jsonl*"))

    def made_of(self, n: int, name: str, *, town: bool = False) -> Any:
        """What an operation made, under a name; None where its answer did not say."""
        reference = Reference(TOWN if town else MADE, n, name)
        return self._made.get(json.dumps(reference.text()).encode())

    def town_calls(self, interpreter: Interpreter) -> Iterator[Call]:
        """The town's commands with what became of them, one after the other before the run."""
        self.maker = getattr(interpreter, "made", None)
        exchanges: dict[int, list[Exchange]] = {}
        for path in self._town_histories():
            for exchange in read_exchanges(path):
                exchanges.setdefault(exchange.op, []).append(exchange)
        operations = list(self.town_operations())
        for operation in operations:
            call = call_of(operation, interpreter.attempts(operation, exchanges.get(operation.n, [])))
            call.invoked_ns = 2 * (operation.n - len(operations)) - 1
            call.returned_ns = None if call.returned_ns is None else call.invoked_ns + 1
            yield call

    def town_operations(self) -> Iterator[Operation]:
        """The commands that bring an empty target into the state that the plan needs."""
        if self.town is not None:
            for found in lines_of(self.town, self.known):
                yield Operation(**found)

    def planned(self) -> Iterator[Operation]:
        """The operations of the plan as they were sent."""
        try:
            for found in lines_of(self.operations, self.known):
                yield Operation(**found)
        except TypeError as wrong:
            raise MashangError(ExitCode.USAGE, "audit.bad_line", file=self.operations, line=0) from wrong

    def raw_operations(self) -> Iterator[list[bytes]]:
        """The lines of the plan as they were sent, many at a time."""
        known = self.known
        for lines in _raw(self.operations):
            yield [filled(line, known) for line in lines] if known else lines

    def calls(self, interpreter: Interpreter, *, confirmed: bool = False) -> Iterator[Call]:
        """Every operation of the plan with what became of it, in the order of the plan.

        `confirmed`: and the reads that an adapter's file has follow it.
        """
        self.maker = getattr(interpreter, "made", None)
        confirming = getattr(interpreter, "confirmed", None) if confirmed else None
        with tempfile.TemporaryDirectory(prefix="audit-") as folder:
            spread = Spread(Path(folder))
            for path in self.histories:
                spread.add(path)
            spread.flush()
            first = 0
            for batch in _batches(self.planned()):
                lines = spread.take(first // RANGE)
                for operation in batch:
                    exchanges = exchanges_of(lines.get(operation.n, ()))
                    yield call_of(operation, interpreter.attempts(operation, exchanges))
                    if confirming is not None:
                        yield from confirming(operation, exchanges)
                first += RANGE


def _batches(operations: Iterator[Operation]) -> Iterator[Iterator[Operation]]:
    """RANGE operations at a time; each batch is read before the next one is asked for."""
    for first in operations:
        yield chain((first,), islice(operations, RANGE - 1))


def _raw(path: Path | None) -> Iterator[list[bytes]]:
    """The whole lines of a file, many at a time; nothing of a file that is not there."""
    return (lines for _, lines in _chunks(path)) if path is not None else iter(())


def lines_of(path: Path, known: Known | None = None) -> Iterator[dict[str, Any]]:
    """The parsed lines of a file, gzipped or not, with references filled in.

    A half written last line is left out; others raise MashangError.
    """
    for number, lines in _chunks(path):
        for place, line in enumerate(lines):
            try:
                found = from_json(filled(line, known) if known else line)
            except ValueError as wrong:
                raise MashangError(ExitCode.USAGE, "audit.bad_line", file=path, line=number + place) from wrong
            yield found


def _chunks(path: Path) -> Iterator[tuple[int, list[bytes]]]:
    """The whole lines of a file, many at a time, with the number of the first; empty ones are left out."""
    number, rest = 1, b""
    try:
        with _opened(path) as file:
            while chunk := file.read(CHUNK_BYTES):
                *lines, rest = (rest + chunk).split(b"\n")
                whole = [line for line in lines if line]
                if whole:
                    yield number, whole
                number += len(lines)
    except (EOFError, gzip.BadGzipFile, zlib.error) as wrong:
        raise MashangError(ExitCode.USAGE, "audit.bad_line", file=path, line=number) from wrong
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "audit.not_readable", file=path, reason=wrong.strerror or wrong) from wrong


def _opened(path: Path) -> BinaryIO:
    if path.suffix != ".gz":
        return path.open("rb")
    return cast("BinaryIO", igzip.open(path, "rb"))  # type: ignore[no-untyped-call]


class Spread:
    """Lines of histories by ranges of operations, in files: workers' histories are in no common order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: defaultdict[int, list[bytes]] = defaultdict(list)
        self._count = 0

    def add(self, path: Path) -> None:
        """Spread the lines of one worker's file; its header and a half written last line are left out."""
        for first, chunk in _chunks(path):
            lines = chunk[1:] if first == 1 else chunk
            try:
                numbers = [int(line[OP : line.index(b",")]) for line in lines]
            except ValueError as wrong:
                raise MashangError(ExitCode.USAGE, "audit.bad_line", file=path, line=first) from wrong
            if numbers and min(numbers) // RANGE == max(numbers) // RANGE:
                self._waiting[numbers[0] // RANGE] += lines
            else:
                for number, line in zip(numbers, lines, strict=True):
                    self._waiting[number // RANGE].append(line)
            self._count += len(lines)
            if self._count >= FLUSH_LINES:
                self.flush()

    def flush(self) -> None:
        """Write what waits."""
        for number, lines in self._waiting.items():
            with (self._folder / str(number)).open("ab") as file:
                file.write(b"\n".join(lines) + b"\n")
        self._waiting.clear()
        self._count = 0

    def take(self, number: int) -> dict[int, list[bytes]]:
        """The lines of a range by operation, unparsed: what is parsed all at once is cold when it is needed."""
        path = self._folder / str(number)
        if not path.exists():
            return {}
        text = path.read_bytes()
        path.unlink()
        found: dict[int, list[bytes]] = {}
        for line in text.splitlines():
            found.setdefault(int(line[OP : line.index(b",")]), []).append(line)
        return found


def read_exchanges(path: Path, wanted: Container[int] | None = None) -> Iterator[Exchange]:
    """The exchanges of a history, of some operations or of all, in the order in which they were written."""
    for first, chunk in _chunks(path):
        lines = chunk[1:] if first == 1 else chunk
        if wanted is not None:
            lines = [line for line in lines if int(line[OP : line.index(b",")]) in wanted]
        yield from exchanges_of(lines)


def exchanges_of(lines: Iterable[bytes]) -> list[Exchange]:
    """The exchanges that lines of a history hold; raises MashangError."""
    found = []
    for line in lines:
        try:
            row = from_json(line)
            get = row.get
            op, due, sent, done, status = row["op"], row["due"], row["sent"], row["done"], row["status"]
            fault, step = get("fault") or "", get("step") or ""
            each = Exchange(op, get("try", 1), due, sent, done, status, get("body"), fault, step, get("headers"))
            found.append(each)
        except (ValueError, KeyError, TypeError, AttributeError) as wrong:
            shown = line[:60].decode("utf-8", errors="replace")
            raise MashangError(ExitCode.USAGE, "audit.bad_exchange", line=shown) from wrong
    return found
