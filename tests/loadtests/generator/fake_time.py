"""A clock and a server in one: time passes only where a transport waits or works."""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadtests.generator import driver as driver_module
from loadtests.generator.driver import Driver
from loadtests.generator.feed import Feed
from loadtests.generator.guards import Alarm
from loadtests.generator.recorder import Recorder
from loadtests.generator.reference_target import ReferenceTarget
from loadtests.generator.target import Reply
from loadtests.generator.transport import Finished, Job
from loadtests.operations import Operation

OK = Reply(200, b"", b"{}")


class FakeTransport:
    """Answers each request at the instant that `answers_at` says; `work_ns` is what an exchange costs the generator."""

    finished: Finished
    saw_all = True

    def __init__(self, connections: int, answers_at: Callable[[int], int], work_ns: int = 0) -> None:
        self.now = 0
        self.free = connections
        self._answers_at = answers_at
        self._work_ns = work_ns
        self._idle_ns = 0
        self._out: deque[tuple[int, Job]] = deque()
        self.sent: list[int] = []

    def monotonic_ns(self) -> int:
        """The time."""
        return self.now

    def prepare(self, request: Any) -> Any:
        """Nothing to prepare."""
        return request

    def has_free(self) -> bool:
        """True if a connection is free."""
        return self.free > 0

    def idle_ns(self) -> int:
        """What was waited."""
        return self._idle_ns

    def send(self, job: Job) -> None:
        """Out it goes."""
        self.free -= 1
        self.sent.append(job.n)
        self.now += self._work_ns
        self._out.append((self._answers_at(self.now), job))
        self._out = deque(sorted(self._out, key=lambda each: each[0]))

    def poll(self, wait_ns: int) -> None:
        """Wait for the first answer or so long, and take what is there."""
        until = self.now + wait_ns
        if self._out:
            until = min(until, self._out[0][0])
        if until > self.now:
            self._idle_ns += until - self.now
            self.now = until
        arrived = self.now
        while self._out and self._out[0][0] <= arrived:
            _, job = self._out.popleft()
            self.now += self._work_ns
            self.free += 1
            self.finished(job, OK, self.now)

    def close(self) -> None:
        """Nothing to close."""


def faked(transport: FakeTransport, operations: list[Operation], folder: Path, patch: pytest.MonkeyPatch) -> Driver:
    """A driver on that clock, run to its end."""
    patch.setattr(driver_module, "time", transport)
    target = ReferenceTarget({})
    feed = Feed(iter(operations), target, transport.prepare)
    feed.fill(10**6)
    recorder = Recorder(folder / "history-0.jsonl", {})
    driver = Driver(feed, transport, target, recorder, 0, Alarm())
    driver.run()
    return driver
