"""A run in columns: what each operation's instants and end were, and each exchange's. Instants in nanoseconds."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from pydantic_core import to_json

from loadtests.audit.calls import Interpreter
from loadtests.audit.run_folder import lines_of
from loadtests.verdict.faults import FaultWindow, on_the_clock
from loadtests.verdict.load_run import NANOSECONDS_A_SECOND, LoadRun
from loadtests.verdict.outcomes import End, end_of
from wording import ExitCode, MashangError

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
NEVER = -1


@dataclass(frozen=True, slots=True)
class Exchanges:
    """Columns over the exchanges of all workers; `whole`: a whole answer came; `size`: bytes of its body as JSON."""

    op: Whole
    due_ns: Whole
    sent_ns: Whole
    done_ns: Whole
    whole: Flags
    size: Whole


@dataclass(frozen=True, slots=True)
class Measured:
    """Columns over the operations of the plan.

    `done_ns` is when the last exchange ended, NEVER without one; `answered`: it ended with a whole answer;
    `offered`: it was due before the run ended. `end` indexes `ends`, `kind` indexes `types`.
    """

    types: tuple[str, ...]
    ends: tuple[End, ...]
    kind: Whole
    end: Whole
    due_ns: Whole
    sent_ns: Whole
    done_ns: Whole
    answered: Flags
    offered: Flags
    exchanges: Exchanges
    faults: tuple[FaultWindow, ...] = ()

    @property
    def span_ns(self) -> int:
        """From the start to the last instant at which something was due or done."""
        return int(max(self.due_ns[self.offered].max(initial=0), self.done_ns.max(initial=0), 1))

    @property
    def exchange_kind(self) -> Whole:
        """The type of each exchange's operation."""
        return self.kind[self.exchanges.op]

    def unexpected(self) -> Flags:
        """Operations that ended as none may."""
        bad = np.array([not each.expected for each in self.ends], dtype=bool)
        return np.asarray(self.offered & bad[self.end], dtype=bool)


def measure(run: LoadRun, interpreter: Interpreter) -> Measured:
    """Read plan and history. Raises MashangError for a folder without operations or with a broken line."""
    exchanges, faults = _exchanges(run)
    types: dict[str, int] = {}
    ends: dict[End, int] = {}
    kind, end, due = array("q"), array("q"), array("q")
    hit = {key for record in run.faults for key in record.hits}
    keyed: dict[str, int] = {}
    for call in run.folder.calls(interpreter):
        kind.append(types.setdefault(call.operation.type, len(types)))
        found = end_of(call, faults.get(call.operation.n, ""))
        end.append(ends.setdefault(found, len(ends)))
        due.append(call.operation.due_ns)
        if hit and call.operation.key in hit:
            keyed.setdefault(call.operation.key, call.operation.n)
    if not kind:
        raise MashangError(ExitCode.INVALID_LOAD, "verdict.no_operations", folder=run.path)
    if len(exchanges.op) and int(exchanges.op.max()) >= len(kind):
        raise MashangError(ExitCode.USAGE, "verdict.other_plan", folder=run.path)
    made = _joined(run, exchanges, (tuple(types), tuple(ends)), (_column(kind), _column(end), _column(due)))
    return replace(made, faults=_faults(run, made, keyed)) if run.faults else made


def _faults(run: LoadRun, found: Measured, keyed: dict[str, int]) -> tuple[FaultWindow, ...]:
    """Faults on the clock of the run."""
    sent_s = {key: found.sent_ns[n] / NANOSECONDS_A_SECOND for key, n in keyed.items() if found.sent_ns[n] != NEVER}
    first_ns = int(found.exchanges.sent_ns.min(initial=0))
    return on_the_clock(run.faults, sent_s, first_ns / NANOSECONDS_A_SECOND, found.span_ns / NANOSECONDS_A_SECOND)


def _exchanges(run: LoadRun) -> tuple[Exchanges, dict[int, str]]:
    """All exchanges, and the fault of each operation whose last one brought no whole answer."""
    columns = [array("q") for _ in range(5)]
    whole = array("b")
    faults: dict[int, str] = {}
    for path in run.folder.histories:
        lines = lines_of(path)
        next(lines, None)  # the header
        for line in lines:
            try:
                values = [line["op"], line["due"], line["sent"], line["done"], _size(line.get("body"))]
                fault = line.get("fault") or ("" if line["status"] else "no_answer")
                for column, value in zip(columns, values, strict=True):
                    column.append(value)
            except (KeyError, TypeError, OverflowError) as wrong:
                raise MashangError(ExitCode.USAGE, "verdict.broken_file", file=path) from wrong
            whole.append(not fault)
            if fault:
                faults[line["op"]] = fault
            elif faults:
                faults.pop(line["op"], None)
    op, due, sent, done, size = (_column(each) for each in columns)
    return Exchanges(op, due, sent, done, np.frombuffer(whole, dtype=np.int8).astype(bool), size), faults


def _size(body: object) -> int:
    if body is None:
        return 0
    return len(body.encode()) if isinstance(body, str) else len(to_json(body))


def _column(found: array[int]) -> Whole:
    return np.array(found, dtype=np.int64)


def _joined(
    run: LoadRun, exchanges: Exchanges, names: tuple[tuple[str, ...], tuple[End, ...]], columns: tuple[Whole, ...]
) -> Measured:
    kind, end, planned_ns = columns
    count = len(kind)
    sent, done = np.full(count, np.iinfo(np.int64).max), np.full(count, NEVER, dtype=np.int64)
    np.minimum.at(sent, exchanges.op, exchanges.sent_ns)
    np.maximum.at(done, exchanges.op, exchanges.done_ns)
    was_sent = done != NEVER
    sent[~was_sent] = NEVER
    due = _due(planned_ns, exchanges)
    answered = np.zeros(count, dtype=bool)
    last = exchanges.done_ns == done[exchanges.op]
    answered[exchanges.op[last & exchanges.whole]] = True
    offered = np.ones(count, dtype=bool)
    if run.stopped:  # cut or broken off: what would have been due later was never offered
        offered = due <= due[was_sent].max(initial=NEVER)
    return Measured(
        names[0], names[1], kind, end, due, sent, done, answered, np.asarray(offered, dtype=bool), exchanges
    )


def _due(planned_ns: Whole, exchanges: Exchanges) -> Whole:
    """Due instants as the run had them: its history says them, at another speed than the plan's perhaps."""
    due = planned_ns.copy()
    if len(exchanges.op):
        latest = int(exchanges.op[np.argmax(planned_ns[exchanges.op])])
        if planned_ns[latest] > 0:
            at = int(exchanges.due_ns[exchanges.op == latest][0])
            due = np.asarray(due * (at / planned_ns[latest]), dtype=np.int64)
        due[exchanges.op] = exchanges.due_ns
    return due
