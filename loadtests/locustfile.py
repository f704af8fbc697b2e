"""Load by an open schedule under locust: `locust -f loadtests/locustfile.py -H URL --plan DIR --out DIR`.

The number of users that locust is told means nothing here: each worker sends its share of the plan, once. Web page,
csv, html, `--processes`, master and workers are locust's own; what they show is timed from the due instants. The only
file that imports locust and gevent: their parts are handed to `loadtests.generator`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import gevent
from gevent import monkey
from gevent.event import Event
from gevent.queue import SimpleQueue
from geventhttpclient.client import HTTPClient
from locust import User, events, task
from locust.runners import MasterRunner, WorkerRunner
from locust.stats import StatsEntry, StatsError

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from loadtests.generator.endpoint import Endpoint
from loadtests.generator.epoll_transport import EpollTransport, Machine
from loadtests.generator.fast_transport import FastTransport, Greenlets
from loadtests.generator.node import LOCAL, MASTER, WORKER, Node, Parts, messages_of
from loadtests.generator.settings import Settings, option_of, variable_of
from loadtests.generator.timer import Timer
from loadtests.generator.transport import Transport
from wording import Wording, language_from_environment

blocking_select = monkey.get_original("select", "select")
LONGEST_BLOCK_S = 0.002
ALARMS: list[Any] = []
"""Waits longer than this are spent in gevent's hub, so that the web page and the heartbeat live."""


class OpenModelUser(User):
    """Stands for the schedule of its worker and lives as long."""

    fixed_count = 1

    @task
    def schedule(self) -> None:
        """Wait; the schedule runs beside the users."""
        gevent.sleep(3600)


class HubIdle:
    """How long gevent's hub has waited with nothing to do: from just before its poll to just after it."""

    def __init__(self) -> None:
        loop = gevent.get_hub().loop
        self._idle_ns = self._before_ns = 0
        self._watchers = loop.prepare(ref=False, priority=loop.MINPRI), loop.check(ref=False, priority=loop.MAXPRI)
        self._watchers[0].start(self._prepare)
        self._watchers[1].start(self._check)

    def _prepare(self) -> None:
        self._before_ns = time.monotonic_ns()

    def _check(self) -> None:
        self._idle_ns += time.monotonic_ns() - self._before_ns

    def __call__(self) -> int:
        """Nanoseconds so far."""
        return self._idle_ns


def alarm(ring: Callable[[], object]) -> Callable[[int], object]:
    """Has `ring` called by the hub when a timer of the system expires; gevent's own timers are a millisecond late."""
    timer = Timer()
    watcher = gevent.get_hub().loop.io(timer.descriptor, 1)

    def expired() -> None:
        timer.clear()
        ring()

    watcher.start(expired)
    ALARMS.append(watcher)  # a watcher that nobody holds is stopped
    return timer.arm


def is_alive(sock: Any) -> bool:
    """False if the other side has closed an idle connection: it is readable then."""
    return sock is not None and sock.fileno() >= 0 and not blocking_select([sock], [], [], 0)[0]


def lean_client(*place: Any, **options: Any) -> Any:
    """The client below FastHttpUser, without asking the hub, at the price of a turn, whether a connection lives."""
    client: Any = HTTPClient(*place, **options)
    client._connection_pool._is_socket_alive = is_alive  # noqa: SLF001 - the system answers at once
    return client


def make_transport(to: Endpoint, settings: Settings) -> Transport:
    """The transport that the settings name, of gevent's parts or of those that gevent replaced."""
    if settings.transport == "fast":
        tools = Greenlets(lean_client, gevent.spawn, SimpleQueue, Event, gevent.sleep, HubIdle(), alarm)
        return FastTransport(to, settings.connections, settings.timeout_s, tools)
    machine = Machine(monkey.get_original("socket", "socket"), monkey.get_original("select", "epoll"), wait_for)
    return EpollTransport(to, settings.connections, settings.timeout_s, machine)


def wait_for(descriptor: int, seconds: float) -> None:
    """Until a descriptor is readable: in the hub at first, and blocking for the last moment, which is more exact."""
    if seconds > LONGEST_BLOCK_S:
        try:
            gevent.socket.wait_read(descriptor, timeout=seconds - LONGEST_BLOCK_S / 2)
        except OSError:  # its timeout
            seconds = LONGEST_BLOCK_S / 2
        else:
            return
    blocking_select([descriptor], [], [], seconds)


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def add_options(parser: Any) -> None:
    """An option and a variable for each setting; the host is locust's own."""
    for each in fields(Settings):
        if each.name == "host":
            continue
        how: dict[str, Any] = (
            {"action": "store_true"} if each.type == "bool" else {"type": type(each.default), "metavar": "VALUE"}
        )
        parser.add_argument(
            option_of(each.name),
            env_var=variable_of(each.name),
            default=each.default,
            is_secret=each.name in {"secret_file", "tokens"},
            help=Wording(language_from_environment()).text(f"load.option.{each.name}").replace("%", "%%"),
            **how,
        )


@events.init.add_listener  # type: ignore[untyped-decorator]
def join_in(environment: Any, **_: Any) -> None:
    """Listen to the run and to the other processes."""
    runner = environment.runner
    role = MASTER if isinstance(runner, MasterRunner) else WORKER if isinstance(runner, WorkerRunner) else LOCAL
    parts = Parts(gevent.spawn, Event, gevent.sleep, make_transport, (StatsEntry, StatsError))
    node = Node(environment, role, parts)
    environment.events.test_start.add_listener(node.on_test_start)
    environment.events.test_stopping.add_listener(node.on_test_stopping)
    environment.events.test_stop.add_listener(node.on_test_stop)
    for name, listener in messages_of(node):
        runner.register_message(name, listener)
