"""A process of a locust run: who brings the town, who sends which share, when all start, and when the run is over.

A single process does everything itself. A master brings the town, gives each worker its seat, waits until all have
compiled their shares, and names one instant for the start; values that other workers wait for pass through it.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadtests.generator.endings import leave_refusal, sentence_of, tidy_up
from loadtests.generator.locust_statistics import NANOSECONDS_A_MILLISECOND, Merging, method_of
from loadtests.generator.recorder import Batch, Row
from loadtests.generator.session import Session, session_from
from loadtests.generator.settings import Settings
from loadtests.generator.working import (
    MakeTransport,
    Seat,
    Work,
    bring_town,
    flat,
    receive,
    unflat,
    work_of,
)
from wording import ExitCode, MashangError, Wording, language_from_environment

LOCAL, MASTER, WORKER = "local", "master", "worker"
LEAD_S = 0.3
"""From saying when the schedule starts to its start."""
TINY_S = 0.000_05
ENDING_S = 5
GARBAGE = 20_000
"""Objects until the collector looks for cycles: an exchange makes some, and none of them in a cycle."""
CSV_INTERVAL_S = 1.2
"""A little more than locust takes between two writings of its csv files."""
SEAT, READY, GO, FINISHED, MADE, REFUSED = (
    f"mashang_{name}" for name in ("seat", "ready", "go", "finished", "made", "refused")
)
logger = logging.getLogger("mashang")


@dataclass(frozen=True, slots=True)
class Parts:
    """What belongs to locust and gevent: greenlets, events, pauses, a transport's maker, StatsEntry and StatsError."""

    spawn: Callable[..., Any]
    event: Callable[[], Any]
    sleep: Callable[[float], object]
    transport: MakeTransport
    statistics: tuple[Any, Any]


class Node:
    """What this process has to do with the run: its worker, if it has one, and how the others are told."""

    def __init__(self, environment: Any, role: str, parts: Parts) -> None:
        """`environment`: locust's; `role`: LOCAL, MASTER or WORKER."""
        self.environment = environment
        self.runner = environment.runner
        self.role = role
        self.parts = parts
        self.work: Work | None = None
        self.session: Session | None = None
        self.greenlet: Any = None
        self.seat: Seat | None = None
        self.seated: list[str] = []
        self.ready: set[str] = set()
        self.finished: set[str] = set()
        self.started = False
        self.at_s = 0.0
        self.go = self.parts.event()

    def settings(self) -> Settings:
        """What the command line, the environment or the master says."""
        options = {**vars(self.environment.parsed_options), "host": self.environment.host or ""}
        return Settings.read(options)

    def refuse(self, error: MashangError) -> None:
        """Say what is wrong, and end: on a worker through the master."""
        sentence = Wording(language_from_environment()).text(error.wording_id, **error.values)
        logger.error(sentence)
        self.environment.process_exit_code = int(error.exit_code)
        leave_refusal(Path(self.environment.parsed_options.out), error)
        if self.role == WORKER:
            self.runner.send_message(REFUSED, {"code": int(error.exit_code), "sentence": sentence})
        else:
            self.parts.spawn(self.end)

    def end(self) -> None:
        """The run is over: without a web page the process ends, with one it is ready for the next."""
        options = self.environment.parsed_options
        if options is not None and getattr(options, "csv_prefix", None):
            self.parts.sleep(CSV_INTERVAL_S)  # locust writes its files before the last interval, not after it
        (self.runner.quit if options is not None and options.headless else self.runner.stop)()

    def on_test_start(self, **_: Any) -> None:
        """The master brings the town and seats its workers; a single process does everything itself."""
        self.finished, self.ready, self.started = set(), set(), True
        if self.role == WORKER:
            self.begin()
            return
        try:
            settings = self.settings()
            self.session = receive(settings)
            town = bring_town(settings, self.parts.transport, self.session)
        except Exception as wrong:  # noqa: BLE001 - locust would log it and wait for ever
            self.refuse(sentence_of(wrong, self.environment.parsed_options.out))
            return
        if self.role == MASTER:
            nodes = self.runner.clients.ready + self.runner.clients.running
            self.seated = sorted(node.id for node in nodes)
            for number, name in enumerate(self.seated):
                seat = {"worker": number, "workers": len(self.seated), "town": flat(town)}
                seat["session"] = self.session.message()
                self.runner.send_message(SEAT, seat, client_id=name)
        else:
            self.seat = Seat(town=town, session=self.session)
            self.begin()

    def on_seat_message(self, environment: Any, msg: Any, **_: Any) -> None:
        """Master to worker: which share is yours."""
        del environment
        told = msg.data
        self.seat = Seat(told["worker"], told["workers"], unflat(told["town"]), session_from(told["session"]))
        self.begin()

    def begin(self) -> None:
        """Compile the share once the seat and the options of the master are there, and wait for the start."""
        if self.started and self.seat is not None:
            self.go = self.parts.event()
            self.greenlet = self.parts.spawn(self._run, self.seat)
            self.seat, self.started = None, False

    def _run(self, seat: Seat) -> None:
        try:
            self.work = work = work_of(self.settings(), seat, self.parts.transport)
            driver = work.driver
            self.hear(work)
            if work.keeper is not None:
                self.parts.spawn(work.keeper.run, self.parts.sleep)
            driver.pause = lambda: self.parts.sleep(TINY_S)
            driver.tell = self.tell
            gc.collect()
            gc.set_threshold(GARBAGE)
            gc.freeze()  # a plan is millions of objects that the collector need not look at again
            work.start(self._start_instant())
            work.write_summary()
            self.over(work.summary())
        except Exception as wrong:  # noqa: BLE001 - as in on_test_start
            self.refuse(sentence_of(wrong, self.environment.parsed_options.out))

    def _start_instant(self) -> int:
        """The start of the schedule on this machine's clock: one instant for all workers, when the last is ready."""
        at_s = time.time() + LEAD_S
        if self.role == WORKER:
            self.runner.send_message(READY, {})
            self.go.wait()
            at_s = self.at_s
        return time.monotonic_ns() + int((at_s - time.time()) * 1e9)

    def on_ready_message(self, environment: Any, msg: Any, **_: Any) -> None:
        """Worker to master: compiled."""
        del environment
        self.ready.add(msg.node_id)
        if self.ready >= set(self.seated):
            self.runner.send_message(GO, {"at_s": time.time() + LEAD_S})

    def on_go_message(self, environment: Any, msg: Any, **_: Any) -> None:
        """Master to workers: the start."""
        del environment
        self.at_s = msg.data["at_s"]
        self.go.set()

    def over(self, summary: dict[str, Any]) -> None:
        """A worker is done: the last one ends the run."""
        if self.role == WORKER:
            self.runner._send_stats()  # noqa: SLF001 - else the last seconds would reach the master after the end
            self.runner.send_message(FINISHED, {"valid": summary["valid"]})
        else:
            self._all_over(valid=summary["valid"])
            if summary["ended"] != "stopped":
                self.parts.spawn(self.end)

    def _all_over(self, *, valid: bool) -> None:
        if not valid:
            self.environment.process_exit_code = int(ExitCode.INVALID_LOAD)
            logger.error(Wording(language_from_environment()).text("load.run.invalid"))

    def on_finished_message(self, environment: Any, msg: Any, **_: Any) -> None:
        """Worker to master: I am done."""
        del environment
        self.finished.add(msg.node_id)
        self._all_over(valid=msg.data["valid"])
        if self.finished >= set(self.seated):
            self.parts.spawn(self.end)

    def on_refused_message(self, environment: Any, msg: Any, **_: Any) -> None:
        """Worker to master: I cannot."""
        environment.process_exit_code = msg.data["code"]
        logger.error(msg.data["sentence"])
        self.parts.spawn(self.end)

    def tell(self, n: int, found: dict[str, Any]) -> None:
        """Values that this worker's operation made, for whoever waits."""
        if self.role == WORKER:
            self.runner.send_message(MADE, {"n": n, "found": found})

    def on_made_message(self, environment: Any, msg: Any, **_: Any) -> None:
        """Passed on by the master to everybody; a worker takes it."""
        del environment
        if self.role == MASTER:
            self.runner.send_message(MADE, msg.data)
        elif self.work is not None:
            self.work.driver.made(msg.data["n"], msg.data["found"])

    def on_test_stopping(self, **_: Any) -> None:
        """Somebody ends the run: what is under way is given up, what was done is in the files when this returns."""
        if self.work is not None and self.greenlet is not None and not self.greenlet.dead:
            self.work.driver.stop("stopped")
            self.greenlet.join(timeout=ENDING_S)

    def on_test_stop(self, **_: Any) -> None:
        """All is over: the master, or the only process, tidies up on the target."""
        session, self.session = self.session, None
        if session is not None and self.role != WORKER:
            tidy_up(self.settings(), session)

    def hear(self, work: Work) -> None:
        """Locust's statistics in bulk, once a second; whoever else listens to requests hears each."""
        kinds = work.driver.feed.kinds
        merging = Merging(self.environment.stats, *self.parts.statistics)
        work.driver.tick = lambda: merging.merge(kinds)
        listeners = _listeners(self.environment)

        def on_batch(batch: Batch) -> None:
            merging.add(batch)
            for listener in listeners:
                for row in map(Row._make, batch.rows):
                    listener(
                        request_type=method_of(kinds[row.kind]),
                        name=kinds[row.kind],
                        response_time=(row.done_ns - row.due_ns) / NANOSECONDS_A_MILLISECOND,
                        response_length=len(row.body),
                        exception=(row.fault or f"status {row.status}") if row.failed else None,
                        context={},
                    )

        work.driver.recorder.on_batch = on_batch


def messages_of(node: Node) -> list[tuple[str, Callable[..., None]]]:
    """What the process of a node listens to."""
    return {
        LOCAL: [],
        MASTER: [
            (READY, node.on_ready_message),
            (FINISHED, node.on_finished_message),
            (MADE, node.on_made_message),
            (REFUSED, node.on_refused_message),
        ],
        WORKER: [(SEAT, node.on_seat_message), (GO, node.on_go_message), (MADE, node.on_made_message)],
    }[node.role]


def _listeners(environment: Any) -> list[Callable[..., Any]]:
    """Those that listen to requests beside locust's own statistics."""
    own = "locust.runners"
    return [each for each in environment.events.request._handlers if each.__module__ != own]  # noqa: SLF001
