"""What a way of sending must offer, and the unit of work that goes through it."""

from __future__ import annotations

from typing import Any, Protocol

from loadtests.generator.target import Reply, Request, Steps


class Job:
    """One operation under way: what it is, when it was due, and how far it is. Instants are on the clock of the run.

    `wire` is what the transport made of the request before it was due; `waited_from_ns` is set while no connection is
    free (-1: never waited), with `idle_then_ns`, how long the generator had been idle by then.
    """

    __slots__ = (
        "attempt", "due_ns", "first_sent_ns", "idle_then_ns", "kind", "n", "ready_ns", "request", "sent_ns", "shard",
        "step", "steps", "waited_from_ns", "wire",
    )  # fmt: skip

    def __init__(self, n: int, kind: int, due_ns: int, shard: str) -> None:
        """`n`: the operation's number in the plan; `kind`: the index of its type."""
        self.n = n
        self.kind = kind
        self.due_ns = due_ns
        self.ready_ns = due_ns
        self.shard = shard
        self.attempt = 1
        self.step = ""
        self.steps: Steps | None = None
        self.sent_ns = 0
        self.first_sent_ns = -1
        self.waited_from_ns = -1
        self.idle_then_ns = 0
        self.request: Request
        self.wire: Any


class Finished(Protocol):
    """Whom a transport tells about each end of a request."""

    def __call__(self, job: Job, reply: Reply, done_ns: int) -> bool:
        """`done_ns`: when the last byte of the answer was there, on the clock of the machine.

        True if there is now something to send that was not there before, so that `poll` should return.
        """


class Transport(Protocol):
    """Sends requests and tells their ends. One thread; nothing is sent ahead of an answer on the same connection."""

    finished: Finished
    saw_all: bool
    """True if the last `poll` took every answer that had arrived."""

    def prepare(self, request: Request) -> Any:
        """What can be made of a request before it is due."""

    def has_free(self) -> bool:
        """True if `send` finds a connection now."""

    def send(self, job: Job) -> None:
        """Send on a free connection. Every job ends in exactly one call of `finished`, perhaps within this call."""

    def poll(self, wait_ns: int) -> None:
        """Let answers arrive for at most `wait_ns` nanoseconds, and return once `finished` wants it."""

    def idle_ns(self) -> int:
        """How long it has waited so far with nothing to do, in nanoseconds."""

    def close(self) -> None:
        """Give up every connection; jobs under way end with the fault `stopped`."""
