"""What the generator must know of a target: how an operation becomes requests, and what an answer means for going on.

Judging answers is the audit's office. The generator only decides whether to send again: an outcome that nobody knows is
asked for with the same key until it is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from loadtests.operations import Operation

TIMEOUT, RESET, REFUSED, INCOMPLETE, STOPPED = "timeout", "reset", "refused", "incomplete", "stopped"
"""Why there is no whole answer; `stopped`: the run ended while the answer was out."""
SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request: `path` with its query, header names and values without line breaks, `body` as it is sent.

    `repeatable`: sending it twice does no more than sending it once (it reads, or carries an idempotency key).
    """

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    repeatable: bool = True


class Reply(NamedTuple):
    """What came back: the whole answer, or the `fault` because of which there is none (status 0)."""

    status: int
    head: bytes
    body: bytes
    fault: str = ""


class Steps:
    """An operation that takes several requests, or whose answers only it can read; it remembers its own values."""

    pause_ns = 0
    """How long the request that `on_step` gave waits before it goes out."""

    def first(self) -> tuple[str, Request]:
        """The name of the first step and its request."""
        raise NotImplementedError

    def on_step(self, step: str, reply: Reply) -> tuple[str, Request] | None:
        """The next step, made with the answer (or the fault) of the last one; None where the operation is over."""
        raise NotImplementedError

    def renewed(self, step: str) -> Request | None:  # noqa: ARG002 - most requests stay as they were made
        """The request of a step made anew just before it goes out; None where the one that was made will do."""
        return None

    def is_open(self, step: str, reply: Reply) -> bool:  # noqa: ARG002
        """As `Target.is_open`."""
        return outcome_unknown(reply)

    def is_failure(self, step: str, reply: Reply) -> bool:  # noqa: ARG002
        """As `Target.is_failure`."""
        return outcome_unknown(reply)

    def did_nothing(self, step: str, reply: Reply) -> bool:  # noqa: ARG002
        """True if the request certainly did nothing, so that sending it again does no harm even without a key."""
        return reply.fault == REFUSED

    def made(self) -> Mapping[str, Any]:
        """Values of the answer that later operations may refer to, by name."""
        return {}


class Target(Protocol):
    """A system under test, as the generator sees it."""

    kept_headers: tuple[str, ...]
    """Names (lower case) of the answer's headers that belong into the history."""

    def serves(self, kind: str) -> bool:
        """True if operations of this type can be asked of the target; others are left out."""

    def compile(self, operation: Operation) -> Request | Steps:
        """The request of an operation, made once before it is due; raises MashangError where it cannot be made."""

    def is_open(self, reply: Reply) -> bool:
        """True if the outcome is unknown or not yet there, so that asking again with the same key may tell it."""

    def is_failure(self, reply: Reply) -> bool:
        """True if Locust's statistics shall count it as a failure; a rejection by a rule is an answer, no failure."""


def outcome_unknown(reply: Reply) -> bool:
    """The default of `is_open`: no whole answer, or the server failed in the middle."""
    return bool(reply.fault) or reply.status >= SERVER_ERROR
