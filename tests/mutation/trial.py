"""One mutant, one forked child, the tests in turn until the first that fails.

The child has everything imported, and dies without a word: what it has to say, it writes into a pipe. Its limit is CPU
time, so that a busy machine makes no verdict.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from _pytest.runner import runtestprotocol

KILLED, TIMED_OUT, SURVIVED, UNREACHED, WAITING = "k", "t", "s", "u", "."
MEMORY_BYTES = 4 << 30
SILENCE_S = 600
"""A child that neither ends nor uses CPU time for this long is stuck."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant, by which test, and the CPU time of its child in seconds."""

    letter: str
    by: str = ""
    cpu_s: float = 0.0


class FirstFailure:
    """A plug-in that ends a child at the first exception of a test; asleep (`pipe` is 0) in the parent."""

    def __init__(self) -> None:
        self.pipe = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        """Called after each phase of a test: set up, call, tear down."""
        if not self.pipe or call.excinfo is None or call.excinfo.errisinstance(pytest.skip.Exception):
            return
        if item.get_closest_marker("xfail") is None:
            os.write(self.pipe, item.nodeid.encode())
            os._exit(1)


def attempt(plugin: FirstFailure, spoil: Callable[[], None], items: Sequence[pytest.Item], cpu_s: float) -> Verdict:
    """Fork; in the child spoil something and run tests for at most `cpu_s` seconds of CPU time."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        _live(plugin, spoil, items, (writing, cpu_s))
    os.close(writing)
    said = b""
    while part := os.read(reading, 65_536):
        said += part
    os.close(reading)
    _, status, used = os.wait4(child, 0)
    spent_s = used.ru_utime + used.ru_stime
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
        return Verdict(SURVIVED, "", spent_s)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGPROF, signal.SIGALRM):
        return Verdict(TIMED_OUT, "", spent_s)
    return Verdict(KILLED, said.decode(), spent_s)


def _live(
    plugin: FirstFailure, spoil: Callable[[], None], items: Sequence[pytest.Item], limits: tuple[int, float]
) -> None:
    try:
        plugin.pipe, cpu_s = limits
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, cpu_s)
        signal.alarm(SILENCE_S)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        sys.unraisablehook = lambda _: None
        spoil()
        for item, after in zip(items, [*items[1:], None], strict=True):
            runtestprotocol(item, log=False, nextitem=after)
    except BaseException:  # noqa: BLE001 - whatever escapes from a spoilt test run is a failure
        os._exit(2)
    os._exit(0)
