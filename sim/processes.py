"""A call in a process of its own, which Ctrl-C does not reach and which can be ended at any time.

Ctrl-C at a terminal goes to every process of a command; only the first one shall hear it, since it keeps what is done.
A process that began deaf stays so: it inherits the blocked signal of the thread that starts it. A pool of the standard
library offers neither this nor an end to calls that run.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from typing import Any


class Died(Exception):
    """A process ended without an answer: it was killed, most likely for lack of memory."""


class Apart:
    """One call of a function of a module, under way in another process; `answer` can be waited for."""

    def __init__(self, function: Callable[[Any], Any], argument: Any) -> None:
        """Start the call; argument, result and exceptions must be picklable."""
        context = multiprocessing.get_context("spawn")  # safe beside threads
        resource_tracker.ensure_running()  # started later, it would unblock the signal
        answer, there = context.Pipe(duplex=False)
        self.answer: Connection = answer
        self._process = context.Process(target=_carry_out, args=(there, function, argument))
        with later():
            self._process.start()
            there.close()

    def result(self) -> Any:
        """Wait for what the call returned, or raise what it raised; raises Died when it will never answer."""
        try:
            found = self.answer.recv()
        except EOFError:
            raise Died from None
        if isinstance(found, Exception):
            raise found
        return found

    def end(self) -> None:
        """Let go of the process, whether or not it has answered."""
        self._process.terminate()
        self._process.join()
        self._process.close()
        self.answer.close()


@contextmanager
def later() -> Iterator[None]:
    """Block Ctrl-C for processes that start here, and put it off for this one: half a start cannot be undone.

    Putting it off takes a handler as well, since another thread (numpy has some) may be given the signal.
    """
    heard: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)


def _carry_out(there: Connection, function: Callable[[Any], Any], argument: Any) -> None:
    try:
        found = function(argument)
    except Exception as wrong:  # noqa: BLE001 - whatever it is, it is raised again on the other side
        found = wrong
    with suppress(OSError):  # nobody listens any more
        there.send(found)
