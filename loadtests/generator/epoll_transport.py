"""Sending over own non-blocking sockets: an epoll set, a pool that lends the warmest connection first.

Connections open when they are needed, up to a limit, and stay. A server may close an idle one at any time: its end is
noticed while it idles; where it is noticed only on sending, and nothing went out, another connection takes the request.
Whatever went out and was not answered is the driver's to judge.
"""

from __future__ import annotations

import errno
import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loadtests.generator.connection import OPEN, READ_BYTES, Connection
from loadtests.generator.endpoint import Endpoint, addresses
from loadtests.generator.opening import Opening
from loadtests.generator.target import INCOMPLETE, REFUSED, RESET, STOPPED, TIMEOUT, Reply, Request
from loadtests.generator.transport import Finished, Job
from loadtests.generator.wire import NotHttp, request_bytes

READ, WRITE = select.EPOLLIN, select.EPOLLOUT
LOOK_FOR_LATE_NS = 50_000_000
NANOSECONDS = 1_000_000_000
SHORT_S, SHORT_NS = 0.002, 3_000_000
CALL_NS = 10_000
"""A call of the system that finds something at once takes less; it is work, no waiting."""
EVENTS_AT_ONCE = 64
"""Few, so that what waits for a connection does not wait for all answers of a burst to be read."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The operating system's own parts: inside locust those that gevent has not replaced.

    `wait(fd, seconds)` blocks until the descriptor is readable; its resolution should be far below a millisecond.
    """

    make_socket: Callable[..., Any]
    make_epoll: Callable[[], Any]
    wait: Callable[[int, float], object]


def this_machine() -> Machine:
    """The parts as the standard library has them."""
    return Machine(socket.socket, select.epoll, lambda number, seconds: select.select([number], [], [], seconds))


class EpollTransport:
    """As `transport.Transport`: `connections` at most, an answer within `timeout_s` or the fault `timeout`."""

    finished: Finished
    saw_all = True

    def __init__(self, to: Endpoint, connections: int, timeout_s: float, machine: Machine | None = None) -> None:
        self._to = to
        self._limit = connections
        self._timeout_ns = int(timeout_s * NANOSECONDS)
        self._machine = machine or this_machine()
        self._epoll = self._machine.make_epoll()
        self._opening = Opening(to)
        self._family, self._address = addresses(*to.connect_to)[0]
        self._all: dict[int, Connection] = {}
        self._idle: list[Connection] = []
        self._out: dict[Connection, None] = {}  # under way, the oldest first
        self._dying: list[Connection] = []
        self._looked_ns = 0
        self._idle_ns = 0

    def prepare(self, request: Request) -> bytes:
        """The bytes of the request."""
        return request_bytes(request, self._to.authority, self._to.request_prefix + self._to.path)

    def has_free(self) -> bool:
        """True if a connection idles or may be opened."""
        return bool(self._idle) or len(self._all) < self._limit

    def idle_ns(self) -> int:
        """Nanoseconds spent waiting."""
        return self._idle_ns

    def send(self, job: Job) -> None:
        """Send on the connection that was used last, or on a new one."""
        while self._idle:
            connection = self._idle.pop()
            connection.job = job
            connection.bodiless = job.request.method == "HEAD"
            try:
                if not connection.push(job.wire):
                    self._want_write(connection)
            except OSError:
                connection.job = None  # nothing went out: it was closed while it idled
                self._drop(connection)
                continue
            self._out[connection] = None
            return
        self._open(job)

    def _open(self, job: Job) -> None:
        """A new connection, with the job waiting on it; everything but the local attempt may fail later."""
        try:
            made = self._machine.make_socket(self._family, socket.SOCK_STREAM)
        except OSError:
            self.finished(job, Reply(0, b"", b"", REFUSED), time.monotonic_ns())
            return
        made.setblocking(False)  # noqa: FBT003 - the name of the method says what is false
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection = Connection(made)
        connection.job = job
        connection.bodiless = job.request.method == "HEAD"
        self._all[connection.fd] = connection
        self._out[connection] = None
        wrong = made.connect_ex((self._address, self._to.connect_to[1]))
        self._epoll.register(connection.fd, READ | WRITE)
        if wrong not in {0, errno.EINPROGRESS}:
            self._fail(connection, REFUSED)

    def poll(self, wait_ns: int) -> None:
        """Take what has arrived; wait for it where nothing has."""
        events = self._arrived(wait_ns)
        self.saw_all = len(events) < EVENTS_AT_ONCE
        known = self._all
        for descriptor, event in events:
            connection = known.get(descriptor)
            if connection is None:
                continue
            if connection.state != OPEN:
                self._advance(connection, event)
            elif event == READ and connection.job is not None:
                self._read(connection)
            else:
                self._on_event(connection, event)
        for connection in self._dying:
            connection.sock.close()
        self._dying.clear()
        if (now := time.monotonic_ns()) - self._looked_ns > LOOK_FOR_LATE_NS:
            self._looked_ns = now
            self._end_late(now)

    def _arrived(self, wait_ns: int) -> list[tuple[int, int]]:
        """Events, waited for where there are none: in one call of the system if for long, exactly if not."""
        before = time.monotonic_ns()
        found: list[tuple[int, int]] = self._epoll.poll(SHORT_S if wait_ns > SHORT_NS else 0, EVENTS_AT_ONCE)
        if not found and wait_ns > 0:
            left_ns = wait_ns - (time.monotonic_ns() - before)
            self._machine.wait(self._epoll.fileno(), max(left_ns, 0) / NANOSECONDS)
            found = self._epoll.poll(0, EVENTS_AT_ONCE)
        waited_ns = time.monotonic_ns() - before
        if waited_ns > CALL_NS:
            self._idle_ns += waited_ns
        return found

    def _read(self, connection: Connection) -> None:
        """Bytes of an answer, or the end of the connection."""
        try:
            arrived = connection.receive(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            self._fail(connection, RESET)
            return
        try:
            taken = connection.take(arrived) if arrived else connection.at_end()
        except NotHttp:
            self._fail(connection, INCOMPLETE)
            return
        if taken is None:
            if not arrived:
                self._fail(connection, INCOMPLETE if connection.has_begun else RESET)
            return
        done_ns = time.monotonic_ns()
        job = connection.job
        if job is None:  # bytes that nobody asked for
            self._drop(connection)
            return
        found, head, body, clean = taken
        connection.job = None
        del self._out[connection]
        if clean and found.stays and not connection.out:
            self._idle.append(connection)
        else:
            self._drop(connection)
        self.finished(job, Reply(found.status, head, body), done_ns)

    def _on_event(self, connection: Connection, event: int) -> None:
        """Anything rarer than an answer: room to write, or news on an idle connection."""
        if event & WRITE:
            try:
                if connection.flush():
                    self._want_write(connection, wanted=False)
            except OSError:
                self._fail(connection, RESET)
                return
        if event & ~WRITE:
            if connection.job is None:
                self._drop(connection)  # closed while idle, or bytes that nobody asked for
            else:
                self._read(connection)

    def _advance(self, connection: Connection, event: int) -> None:
        """A connection on its way to being open."""
        if fault := self._opening.advance(connection, event):
            self._fail(connection, fault)
        elif bool(connection.out) != connection.writing:
            self._want_write(connection, wanted=not connection.writing)

    def _want_write(self, connection: Connection, *, wanted: bool = True) -> None:
        connection.writing = wanted
        self._epoll.modify(connection.fd, READ | WRITE if wanted else READ)

    def _drop(self, connection: Connection) -> None:
        """Forget a connection; its number is free for another only after this round of events."""
        if self._all.pop(connection.fd, None) is None:
            return
        if connection in self._idle:
            self._idle.remove(connection)
        self._epoll.unregister(connection.fd)
        self._dying.append(connection)

    def _fail(self, connection: Connection, fault: str) -> None:
        """The connection is lost, and with it the job on it."""
        job, connection.job = connection.job, None
        self._out.pop(connection, None)
        self._drop(connection)
        if job is not None:
            self.finished(job, Reply(0, b"", b"", fault), time.monotonic_ns())

    def _end_late(self, now: int) -> None:
        """Answers that are out for too long are given up."""
        late = []
        for connection in self._out:
            if connection.job is None or now - connection.job.sent_ns < self._timeout_ns:
                break
            late.append(connection)
        for connection in late:
            self._fail(connection, TIMEOUT)

    def close(self) -> None:
        """Give up everything."""
        for connection in list(self._all.values()):
            self._fail(connection, STOPPED)
        for connection in self._dying:
            connection.sock.close()
        self._dying.clear()
        self._epoll.close()
