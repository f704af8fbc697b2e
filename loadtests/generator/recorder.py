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
SECOND_NS = 1_000_000_000
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
    if "\n" in text or "\r" in text or " " in text or " " in text or "\x85" in text:
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
    """Writes one worker's history; `on_rows` is told every batch, for statistics that others show."""

    def __init__(self, path: Path, header: dict[str, Any], names: Sequence[str] = ()) -> None:
        """`header`: what the first line says beside its version; `names`: the answer's headers to keep.

        Raises:
            OSError: the file is there already, or cannot be written.
        """
        self.kinds: list[str] = []
        self.latencies = Latencies()
        self.exchanges = self.faults = self.server_errors = self.operations = 0
        self.on_rows: Callable[[list[Row]], None] | None = None
        self._names = tuple(names)
        self._rows: list[Row] = []
        self._file = path.open("x", encoding="utf-8", buffering=1 << 20)
        self._file.write(json.dumps({"mashang": "history", "version": HISTORY_VERSION, **header}) + "\n")
        self._file.flush()

    def add(self, row: Row) -> None:
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
        self._count(rows)
        if self.on_rows is not None:
            self.on_rows(rows)

    def _line(self, row: Row) -> str:
        n, attempt, _, due_ns, sent_ns, done_ns, status, body, fault, step, head, _, _ = row
        rest = ""
        if fault:
            rest = f',"fault":"{fault}"'
        if step:
            rest += f',"step":{json.dumps(step)}'
        if self._names and (found := kept(head, self._names)):
            rest += f',"headers":{json.dumps(found)}'
        return (
            f'{{"op":{n},"try":{attempt},"due":{due_ns},"sent":{sent_ns},"done":{done_ns},"status":{status},'
            f'"body":{json_text(body)}{rest}}}\n'
        )

    def _count(self, rows: list[Row]) -> None:
        """Histograms and counts of a batch."""
        self.exchanges += len(rows)
        kinds, dues, sents, dones, lasts, wholes = [], [], [], [], [], []
        for row in rows:
            kinds.append(row[2])
            dues.append(row[3])
            sents.append(row[4])
            dones.append(row[5])
            wholes.append(not row[8])
            lasts.append(row[11])
            if row[6] >= SERVER_ERROR:
                self.server_errors += 1
        kind, done = np.array(kinds), np.array(dones)
        from_due, from_sent = done - np.array(dues), done - np.array(sents)
        last, whole = np.array(lasts), np.array(wholes)
        self.operations += int(last.sum())
        self.faults += len(rows) - int(whole.sum())
        for index in set(kinds):
            pair = self.latencies.of(self.kinds[index])
            of_kind = kind == index
            record_all(pair[DUE], from_due[of_kind & last])
            record_all(pair[SENT], from_sent[of_kind & whole])
