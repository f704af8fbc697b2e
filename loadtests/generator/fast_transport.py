"""Sending with the client below Locust's FastHttpUser (geventhttpclient): one greenlet a connection.

Everything that belongs to gevent is handed in as `Greenlets`, since only the locustfile may import it.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from loadtests.generator.endpoint import Endpoint
from loadtests.generator.target import INCOMPLETE, REFUSED, RESET, STOPPED, TIMEOUT, Reply, Request
from loadtests.generator.transport import Finished, Job

SHORTEST_PAUSE_S = 0.000_001
"""A pause of nothing would let the timers of others starve."""


@dataclass(frozen=True, slots=True)
class Greenlets:
    """gevent's parts: a client's maker, a starter of greenlets, queues, events, and how long the hub has idled."""

    client: Callable[..., Any]
    spawn: Callable[..., Any]
    queue: Callable[[], Any]
    event: Callable[[], Any]
    sleep: Callable[[float], object]
    idle_ns: Callable[[], int]
    alarm: Callable[[Callable[[], object]], Callable[[int], object]]
    """Given what to call, a function that has it called in so many nanoseconds, and forgets what it was told before."""


class FastTransport:
    """As `transport.Transport`."""

    finished: Finished
    saw_all = True

    def __init__(self, to: Endpoint, connections: int, timeout_s: float, greenlets: Greenlets) -> None:
        self._to = to
        self._greenlets = greenlets
        self._free = connections
        self._queue = greenlets.queue()
        self._news = greenlets.event()
        self._arm = greenlets.alarm(self._news.set)
        self._jobs: dict[Job, None] = {}
        self._client = greenlets.client(
            to.host,
            port=to.port,
            concurrency=connections,
            connection_timeout=timeout_s,
            network_timeout=timeout_s,
            **tls_options(to),
            **proxy_options(to),
        )
        self._workers = [greenlets.spawn(self._work) for _ in range(connections)]

    def prepare(self, request: Request) -> tuple[str, str, dict[str, str], bytes]:
        """Method, path, headers and body as the client takes them."""
        return request.method, self._to.path + request.path, dict(request.headers), request.body

    def has_free(self) -> bool:
        """True if a greenlet has nothing to do."""
        return self._free > 0

    def idle_ns(self) -> int:
        """Nanoseconds in which no greenlet had anything to do."""
        return self._greenlets.idle_ns()

    def send(self, job: Job) -> None:
        """Hand the job to a greenlet."""
        self._free -= 1
        self._jobs[job] = None
        self._queue.put(job)

    def poll(self, wait_ns: int) -> None:
        """Let the greenlets work until one has an answer after which something can be sent, or the time is over."""
        if wait_ns <= 0:
            self._greenlets.sleep(SHORTEST_PAUSE_S)
            return
        self._news.clear()
        self._arm(wait_ns)
        self._news.wait()

    def _work(self) -> None:
        while True:
            job = self._queue.get()
            reply = self._exchange(job)
            if job in self._jobs:  # not given up meanwhile
                del self._jobs[job]
                self._free += 1
                if self.finished(job, reply, time.monotonic_ns()):
                    self._news.set()

    def _exchange(self, job: Job) -> Reply:
        """One request and its whole answer, or why there is none."""
        method, path, headers, body = job.wire
        try:
            response = self._client.request(method, path, body=body, headers=headers)
            answer = bytes(response.read())
            length = response.content_length
            if length is not None and len(answer) < length and method != "HEAD":
                return Reply(0, b"", b"", INCOMPLETE)
            return Reply(response.status_code, head_of(response.items()), answer)
        except ConnectionRefusedError:
            fault = REFUSED
        except TimeoutError:
            fault = TIMEOUT
        except ssl.SSLError:
            fault = REFUSED
        except ConnectionError:
            fault = RESET
        except Exception as wrong:  # noqa: BLE001 - the client has exceptions of its own for what is no whole answer
            fault = RESET if "losed" in type(wrong).__name__ else INCOMPLETE
        return Reply(0, b"", b"", fault)

    def close(self) -> None:
        """Give up everything."""
        given_up, self._jobs = list(self._jobs), {}
        for worker in self._workers:
            worker.kill(block=False)
        self._client.close()
        for job in given_up:
            self.finished(job, Reply(0, b"", b"", STOPPED), time.monotonic_ns())


def head_of(headers: Sequence[tuple[str, str]]) -> bytes:
    """Headers as lines, below a first line that nobody reads."""
    return "\r\n".join(["", *(f"{name}: {value}" for name, value in headers)]).encode("latin-1", errors="replace")


def tls_options(to: Endpoint) -> dict[str, Any]:
    """What the client is told for https: our context, which checks name and chain."""
    if not to.encrypted:
        return {}
    context = to.tls.context()
    return {"ssl": True, "ssl_options": {"server_hostname": to.host}, "ssl_context_factory": lambda: context}


def proxy_options(to: Endpoint) -> dict[str, Any]:
    """What the client is told of a proxy."""
    return {"proxy_host": to.proxy[0], "proxy_port": to.proxy[1]} if to.proxy else {}
