"""When snapshots are written: after so many records by a child process, and at a clean end.

The child is a fork: it has the state as it was after a commit, writes it down and ends, while the server goes on. It
lets go of all files first, so that it holds neither the port nor the store if the server dies meanwhile.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import warnings
from pathlib import Path

from loadtests.reference.opening import Opened, save

RECORDS = 25_000
"""Folding that many takes about a second and a half; writing the state of a full district about as long."""
LATE = 2
"""After that many times as many records the server waits for the child: a start must not take ever longer."""
NICENESS = 10
LAST_DESCRIPTOR = 65_536
logger = logging.getLogger(__name__)


class Saving:
    """Snapshots of one desk, used by its thread. One that fails is tried again later: the log has everything."""

    def __init__(self, path: Path, opened: Opened, records: int = RECORDS) -> None:
        """`records`: how many may follow a snapshot before the next."""
        self.path = path
        self._opened = opened
        self._records = records
        self._saved_n = opened.from_n
        self._tried_n = opened.from_n
        self._child: int | None = None

    def committed(self) -> None:
        """After a commit: look after the child, or send one."""
        n = self._opened.engine.n
        if self._child is not None:
            self._reap(0 if n - self._saved_n >= LATE * self._records else os.WNOHANG)
        elif n - self._tried_n >= self._records:
            self._tried_n = n
            self._child = self._sent()

    def ended(self) -> None:
        """At a clean end: what is not in a snapshot yet is written now."""
        if self._child is not None:
            self._reap(0)
        n = self._opened.engine.n
        if n > self._saved_n:
            try:
                save(self._opened, self.path)
            except Exception:
                logger.warning("no snapshot could be written", exc_info=True)

    def _sent(self) -> int | None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # other threads: the child calls nothing of theirs
            try:
                child = os.fork()
            except OSError:
                return None
        if child == 0:
            self._write_and_end()
        return child

    def _write_and_end(self) -> None:
        code = 1
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            os.closerange(3, LAST_DESCRIPTOR)
            with contextlib.suppress(OSError):
                os.nice(NICENESS)
            gc.disable()
            save(self._opened, self.path)
            code = 0
        finally:
            os._exit(code)

    def _reap(self, how: int) -> None:
        child = self._child or 0
        ended, status = os.waitpid(child, how)
        if ended:
            self._child = None
            if status == 0:
                self._saved_n = self._tried_n
            else:
                logger.warning("no snapshot could be written; the next one is tried %d records later", self._records)
