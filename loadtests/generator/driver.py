"""The loop of one worker: sends what is due, takes what came back, sends again where the outcome is unknown.

The schedule is open: nothing waits for an answer but what needs its value, and nothing late is left out. What finds no
connection waits in line and keeps its due time. With `keep_order` an operation also waits for the one before it of
the same shard.
"""

from __future__ import annotations

import heapq
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loadtests.generator.feed import Feed
from loadtests.generator.guards import Alarm
from loadtests.generator.health import Lag, lag_of_wait
from loadtests.generator.holding import Holding
from loadtests.generator.recorder import Recorder
from loadtests.generator.target import REFUSED, STOPPED, Reply, Target
from loadtests.generator.transport import Job, Transport

SECOND_NS = 1_000_000_000
SLICE_NS = 50_000_000
"""How long the loop keeps the thread from others."""
FILL_AT_ONCE = 32
LEISURE_NS = 2_000_000
"""With this much time until the next due instant, a few more operations are compiled."""
FIRST_PAUSE_NS = 50_000_000


@dataclass(frozen=True, slots=True)
class Persistence:
    """How long to ask for an outcome that nobody knows: the pause doubles with each try."""

    tries: int = 5
    within_ns: int = 60 * SECOND_NS


@dataclass(slots=True)
class Driver:
    """One worker's run. `zero_ns`: the instant of the schedule's start on the clock of the machine.

    `tick` is called once a second, `pause` after every slice so that others get the thread, `tell` with what other
    workers may wait for.
    """

    feed: Feed
    transport: Transport
    target: Target
    recorder: Recorder
    zero_ns: int
    alarm: Alarm
    persistence: Persistence = field(default_factory=Persistence)
    keep_order: bool = False
    tick: Callable[[], object] = lambda: None
    pause: Callable[[], object] = lambda: None
    tell: Callable[[int, dict[str, Any]], object] = lambda _n, _found: None
    lag: Lag = field(default_factory=Lag)
    holding: Holding = field(init=False)
    stopped: str = ""
    sent: int = 0
    retried: int = 0
    patience_ns: int = 60 * SECOND_NS
    _waiting: deque[Job] = field(default_factory=deque)
    _again: list[tuple[int, int, Job]] = field(default_factory=list)
    _out: int = 0
    _turn_busy_ns: int = 0
    _before_busy_ns: int = 0
    _moved_ns: int = 0

    def __post_init__(self) -> None:
        self.holding = Holding(self.feed, keep_order=self.keep_order)

    def run(self) -> None:
        """Until the plan is done, a limit is reached or `stop` is called; the history is complete afterwards."""
        self.transport.finished = self._finished
        self.recorder.kinds = self.feed.kinds
        next_tick_ns = next_pause_ns = 0
        try:
            while not self.stopped:
                now = time.monotonic_ns() - self.zero_ns
                self._turn(now)
                if self._is_over(now):
                    break
                self._rest(now)
                if now >= next_pause_ns:
                    next_pause_ns = now + SLICE_NS
                    self.pause()
                if now >= next_tick_ns:
                    next_tick_ns = now + SECOND_NS
                    self.recorder.flush()
                    self.tick()
        finally:
            self._end()

    def stop(self, why: str) -> None:
        """End before the plan is done."""
        self.stopped = self.stopped or why

    def _end(self) -> None:
        self.stopped = self.stopped or ("cut" if self.feed.cut else "")
        self.transport.close()
        self.recorder.close()
        self.lag.settle()
        self.tick()

    def _is_over(self, now: int) -> bool:
        """Nothing left to send and nothing out; what waits for a value that never comes is given up after a while."""
        if self._out or self._waiting or self._again or self.feed.jobs or not self.feed.exhausted:
            self._moved_ns = now
            return False
        return not self.holding.count or now - self._moved_ns > self.patience_ns

    def _rest(self, now: int) -> None:
        """Compile ahead in quiet moments, then let answers arrive until the next thing is due."""
        feed = self.feed
        until = SLICE_NS
        if feed.jobs:
            until = min(until, feed.jobs[0].due_ns - now)
        if self._again:
            until = min(until, self._again[0][0] - now)
        if not feed.exhausted and (until > LEISURE_NS or not feed.jobs) and feed.fill(FILL_AT_ONCE):
            until = 0
        self.transport.poll(0 if self._waiting and self.transport.has_free() else max(until, 0))

    def _turn(self, now: int) -> None:
        """Send what waited for a connection, what is to be sent again, what has become due."""
        if self.transport.saw_all:
            self._before_busy_ns, self._turn_busy_ns = self._turn_busy_ns, now - self.transport.idle_ns()
        waiting, transport, jobs = self._waiting, self.transport, self.feed.jobs
        free, unresolved = not self.keep_order, self.feed.open
        while waiting and transport.has_free():
            self._send(waiting.popleft())
        while self._again and self._again[0][0] <= now:
            self._admit(heapq.heappop(self._again)[2], now)
        while jobs and jobs[0].due_ns <= now:
            job = jobs.popleft()
            if (free and job.n not in unresolved) or self.holding.lets_go(job):
                self._admit(job, now)

    def _admit(self, job: Job, now: int) -> None:
        if not self._waiting and self.transport.has_free():
            self._send(job)
        else:
            job.waited_from_ns = now
            job.idle_then_ns = self.transport.idle_ns()
            self._waiting.append(job)

    def _send(self, job: Job) -> None:
        moment = time.monotonic_ns()
        now = moment - self.zero_ns
        job.sent_ns = moment
        if job.waited_from_ns < 0:
            self.lag.add(now - job.ready_ns)
        else:
            idle = self.transport.idle_ns()
            waited, idled = now - job.waited_from_ns, idle - job.idle_then_ns
            self.lag.add(lag_of_wait(now - job.ready_ns, waited, idled, now - idle - self._before_busy_ns))
            job.waited_from_ns = -1
        if job.first_sent_ns < 0:
            job.first_sent_ns = now
            self.sent += 1
        self._out += 1
        if job.steps is not None and (anew := job.steps.renewed(job.step)) is not None:
            self.feed.set_request(job, anew)
        self.transport.send(job)

    def _finished(self, job: Job, reply: Reply, done_ns: int) -> bool:
        """The end of one request: record it, and go on with the operation where it goes on. True if that is soon."""
        self._out -= 1
        now = done_ns - self.zero_ns
        steps = job.steps
        again = self._is_open(job, reply) and self._may_try_again(job, reply, now)
        following = None
        if steps is not None and not again and reply.fault != STOPPED:
            following = steps.on_step(job.step, reply)
        failed = self.target.is_failure(reply) if steps is None else steps.is_failure(job.step, reply)
        last = not again and following is None
        status, head, body, fault = reply
        self.recorder.add(
            (
                job.n, job.attempt, job.kind, job.due_ns, job.sent_ns - self.zero_ns, now, status, body, fault,
                job.step, head, last, failed,
            )
        )  # fmt: skip
        if self.alarm.rings(status):
            self.stop("errors")
        if last:
            self._conclude(job, reply)
            return bool(self._waiting or self._again or self.stopped)
        job.ready_ns = now
        if again:
            job.attempt += 1
            job.ready_ns += FIRST_PAUSE_NS << (job.attempt - 2)
            self.retried += 1
        elif following is not None:
            job.ready_ns += steps.pause_ns if steps is not None else 0
            job.step = following[0]
            job.attempt = 1
            self.feed.set_request(job, following[1])
        heapq.heappush(self._again, (job.ready_ns, job.n, job))
        return True

    def _is_open(self, job: Job, reply: Reply) -> bool:
        return self.target.is_open(reply) if job.steps is None else job.steps.is_open(job.step, reply)

    def _may_try_again(self, job: Job, reply: Reply, now: int) -> bool:
        """Only what does no harm twice, or did not go out; only so often, and only for so long."""
        harmless = job.request.repeatable or reply.fault == REFUSED
        if job.steps is not None and not harmless:
            harmless = job.steps.did_nothing(job.step, reply)
        if reply.fault == STOPPED or not harmless:
            return False
        return job.attempt < self.persistence.tries and now - job.first_sent_ns < self.persistence.within_ns

    def _conclude(self, job: Job, reply: Reply) -> None:
        """An operation is over: others may wait for its values, or for their turn."""
        if job.n in self.feed.wanted:
            found = self.feed.asked_of(job, reply.body)
            self.made(job.n, found)
            self.tell(job.n, found)
        if self.keep_order:
            self._let_go(self.holding.over(job.shard))

    def made(self, n: int, found: Mapping[str, Any]) -> None:
        """Operation `n`, of this worker or another, was answered and made these values."""
        self._let_go(self.holding.told(n, found))

    def _let_go(self, jobs: Iterable[Job]) -> None:
        now = time.monotonic_ns() - self.zero_ns
        for job in jobs:
            job.ready_ns = now
            heapq.heappush(self._again, (now, job.n, job))
