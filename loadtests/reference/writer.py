"""The one writer: a thread that owns the desk, carries out what waits as a batch, commits, and only then answers.

Everything goes through it, reads too: a read never shows what a crash could take back, and two requests under one key
are decided one after the other, so that the second gets the answer of the first (IDEMPOTENCY_IN_PROGRESS is never
needed). After a fault nothing is answered any more but UNAVAILABLE: what of the open batch is durable is known at the
next start, and a repeat under the same key tells.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable

from loadtests.reference.answers import UNAVAILABLE, Answer, refused
from loadtests.reference.desk import Desk

Job = Callable[[Desk], Answer]
BATCH_JOBS = 512
STORE_FAULTS = (OSError, sqlite3.Error)


class Writer:
    """Takes jobs from an event loop. `fault` is what stopped it, None while it works and after a clean end."""

    def __init__(self, opened: Callable[[], Desk], on_fault: Callable[[], None] = lambda: None) -> None:
        """`opened` makes the desk in the writer's own thread, as SQLite wants it; `on_fault` is called there too."""
        self.fault: BaseException | None = None
        self._opened = opened
        self._on_fault = on_fault
        self._jobs: deque[tuple[Job, asyncio.Future[Answer]]] = deque()
        self._wake = threading.Condition()
        self._ends = False
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def start(self) -> None:
        """Open the desk and wait until it has folded its journal; raises what opening raises."""
        self._thread.start()
        self._ready.wait()
        if self.fault is not None:
            raise self.fault

    def stop(self) -> None:
        """Carry out what waits, close the desk and end the thread."""
        with self._wake:
            self._ends = True
            self._wake.notify()
        self._thread.join()

    def ask(self, job: Job) -> asyncio.Future[Answer]:
        """The answer to a job, once it is durable. Call it from the event loop."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        with self._wake:
            if self.fault is not None or self._ends:
                future.set_result(refused(UNAVAILABLE))
                return future
            self._jobs.append((job, future))
            self._wake.notify()
        return future

    def _work(self) -> None:
        try:
            desk = self._opened()
        except BaseException as wrong:  # noqa: BLE001 - raised again by `start`, in the thread that can tell
            self.fault = wrong
            return
        finally:
            self._ready.set()
        try:
            while batch := self._batch():
                self._carry_out(desk, batch)
        finally:
            self._close(desk)

    def _batch(self) -> list[tuple[Job, asyncio.Future[Answer]]]:
        """What waits, at most `BATCH_JOBS`; empty when the writer is to end."""
        with self._wake:
            while not self._jobs and not self._ends:
                self._wake.wait()
            return [self._jobs.popleft() for _ in range(min(len(self._jobs), BATCH_JOBS))]

    def _carry_out(self, desk: Desk, batch: list[tuple[Job, asyncio.Future[Answer]]]) -> None:
        try:
            if self.fault is None:
                desk.begin()
                answers = [job(desk) for job, _ in batch]
                desk.commit()
            else:
                answers = [refused(UNAVAILABLE) for _ in batch]
        except BaseException as wrong:  # noqa: BLE001 - whatever it was, nothing of the batch may be acknowledged
            with self._wake:
                self.fault = wrong
            answers = [refused(UNAVAILABLE) for _ in batch]
            self._on_fault()
        loop = batch[0][1].get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(_deliver, batch, answers)

    def _close(self, desk: Desk) -> None:
        try:
            if self.fault is not None:
                desk.store.roll_back()
            desk.close(broken=self.fault is not None)
        except STORE_FAULTS as wrong:
            self.fault = self.fault or wrong


def _deliver(batch: list[tuple[Job, asyncio.Future[Answer]]], answers: list[Answer]) -> None:
    for (_, future), answer in zip(batch, answers, strict=True):
        if not future.done():  # its client may have gone
            future.set_result(answer)
