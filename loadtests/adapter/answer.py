"""What goes out through an adapter and what is understood of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["ok", "rejected", "unknown", "not_done"]
"""`unknown`: it may or may not have happened; `not_done`: the step that makes it happen was never sent."""


@dataclass(frozen=True, slots=True)
class StepRequest:
    """One HTTP request: `path` with its query, `body` as it is sent.

    `repeatable`: sending it twice does no more than sending it once (it reads, or carries an idempotency key).
    """

    step: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    repeatable: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of an operation; `view` is what the rule took from the body, `at` seconds UTC, `n` a record.

    `made`: values that later operations of a plan may refer to; `sequence`: first and last number of its events;
    `details`: what a rejection says beside its code.
    """

    kind: Kind
    code: str = ""
    view: Any = None
    at: int | None = None
    n: int | None = None
    made: Mapping[str, Any] = field(default_factory=dict)
    sequence: tuple[int, int] | None = None
    details: Mapping[str, Any] | None = None
