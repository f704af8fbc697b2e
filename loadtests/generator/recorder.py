"""What a worker remembers: the history on disk, the histograms, and counts by second for whoever shows the run.

A row is kept as it comes; lines are written and histograms filled some hundred rows at a time, so that an exchange
costs little where the next one waits, and at least once a second. A body stands in its line as it came if it is JSON,
else as text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from json.scanner import make_scanner
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from loadtests.generator.histograms import DUE, SENT, Latencies, record_all
from loadtests.generator.target import SERVER_ERROR
from loadtests.history import HISTORY_VERSION

ROWS_AT_ONCE = 256
REMEMBERED_HEADS = 4_096
ENDS_OF_LINES = frozenset("\x85\u2028\u2029")
_scan = make_scanner(json.JSONDecoder())  # type: ignore[arg-type] # typeshed takes it for a class of its own


class Row(NamedTuple):
    """One exchange; instants in nanoseconds from the start of the run. `last`: its operation ended with it."""

    n: int
    attempt: int
    kind: int
    due_ns: int
    sent_ns: int
    done_ns: int
    status: int
    body: bytes
    fault: str
    step: str
    head: bytes
    last: bool
    failed: bool


RowTuple = tuple[int, int, int, int, int, int, int, bytes, str, str, bytes, bool, bool]
"""A row without its names, which cost more to make than all that is done with it."""


class Batch:
    """Some rows, and their columns as arrays."""

    def __init__(self, rows: list[RowTuple]) -> None:
        self.rows = rows
        _, _, kinds, dues, sents, dones, statuses, _, faults, _, _, lasts, failures = zip(*rows, strict=True)
        done = np.array(dones, dtype=np.int64)
        self.kind = np.array(kinds)
        self.status = np.array(statuses)
        self.from_due_ns = done - np.array(dues, dtype=np.int64)
        self.from_sent_ns = done - np.array(sents, dtype=np.int64)
        self.last = np.array(lasts, dtype=bool)
        self.failed = np.array(failures, dtype=bool)
        self.whole = ~np.array(faults, dtype=bool) if any(faults) else np.ones(len(rows), dtype=bool)
        self._kinds = sorted(set(kinds))

    def kinds(self) -> list[int]:
        """The types that occur, as indices."""
        return self._kinds


def json_text(body: bytes) -> str:
    """The body as it may stand in a line of JSON: itself if it is JSON, else a JSON string, or null for none."""
    if not body:
        return "null"
    try:
        text = body.decode()
        found, end = _scan(text, 0)
    except (ValueError, StopIteration, RecursionError):
        return json.dumps(body.decode("utf-8", errors="replace"))
    if end != len(text):
        return text_with_space(text)
    if "\n" in text or "\r" in text or not (text.isascii() or ENDS_OF_LINES.isdisjoint(text)):
        return json.dumps(found)  # a line of a history is a line for every reader
    return text


def text_with_space(text: str) -> str:
    """JSON with white space around it, or no JSON after all."""
    try:
        return json.dumps(json.loads(text))
    except ValueError:
        return json.dumps(text)


def kept(head: bytes, names: Sequence[str]) -> dict[str, str]:
    """Those of the named headers that a head has."""
    found = {}
    if any(name.encode() in head.lower() for name in names):
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if (key := name.strip().lower().decode("latin-1")) in names:
                found[key] = value.strip().decode("latin-1")
    return found


class Recorder:
    """Writes one worker's history; `on_batch` is told every batch, for statistics that others show."""

    def __init__(self, path: Path, header: dict[str, Any], names: Sequence[str] = ()) -> None:
        """`header`: what the first line says beside its version; `names`: the answer's headers to keep.

        Raises:
            OSError: the file is there already, or cannot be written.
        """
        self.kinds: list[str] = []
        self.latencies = Latencies()
        self.exchanges = self.faults = self.server_errors = self.operations = 0
        self.on_batch: Callable[[Batch], None] | None = None
        self._names = tuple(names)
        self._rows: list[RowTuple] = []
        self._of_heads: dict[bytes, str] = {}
        self._file = path.open("x", encoding="utf-8", buffering=1 << 20)
        self._file.write(json.dumps({"mashang": "history", "version": HISTORY_VERSION, **header}) + "\n")
        self._file.flush()

    def add(self, row: RowTuple) -> None:
        """Remember an exchange."""
        rows = self._rows
        rows.append(row)
        if len(rows) >= ROWS_AT_ONCE:
            self._write()

    def flush(self) -> None:
        """Everything so far is in the file."""
        self._write()
        self._file.flush()

    def close(self) -> None:
        """The last rows, and the end."""
        if not self._file.closed:
            self.flush()
            self._file.close()

    def _write(self) -> None:
        rows, self._rows = self._rows, []
        if not rows:
            return
        self._file.write("".join([self._line(row) for row in rows]))
        batch = Batch(rows)
        self._count(batch)
        if self.on_batch is not None:
            self.on_batch(batch)

    def _line(self, row: RowTuple) -> str:
        n, attempt, _, due_ns, sent_ns, done_ns, status, body, fault, step, head, _, _ = row
        rest = self._kept(head) if self._names else ""
        if fault or step:
            rest += (f',"fault":"{fault}"' if fault else "") + (f',"step":{json.dumps(step)}' if step else "")
        return (
            f'{{"op":{n},"try":{attempt},"due":{due_ns},"sent":{sent_ns},"done":{done_ns},"status":{status},'
            f'"body":{json_text(body)}{rest}}}\n'
        )

    def _kept(self, head: bytes) -> str:
        """The headers to keep, as a part of a line; heads repeat, so the last thousands are remembered."""
        text = self._of_heads.get(head)
        if text is None:
            if len(self._of_heads) >= REMEMBERED_HEADS:
                self._of_heads.clear()
            found = kept(head, self._names)
            text = self._of_heads[head] = f',"headers":{json.dumps(found)}' if found else ""
        return text

    def _count(self, batch: Batch) -> None:
        """Histograms and counts of a batch."""
        self.exchanges += len(batch.rows)
        self.operations += int(batch.last.sum())
        self.faults += len(batch.rows) - int(batch.whole.sum())
        self.server_errors += int((batch.status >= SERVER_ERROR).sum())
        for index in batch.kinds():
            pair = self.latencies.of(self.kinds[index])
            of_kind = batch.kind == index
            record_all(pair[DUE], batch.from_due_ns[of_kind & batch.last])
            record_all(pair[SENT], batch.from_sent_ns[of_kind & batch.whole])
