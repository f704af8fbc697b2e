"""Replies as the exchanges that an adapter's rules read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from loadtests.generator.target import Reply
from loadtests.history import Exchange


def body_of(body: bytes) -> Any:
    """A body as a history has it: JSON, text, or None for nothing."""
    if not body:
        return None
    try:
        return from_json(body)
    except ValueError:
        return body.decode("utf-8", errors="replace")


def exchange_of(reply: Reply, n: int, step: str, headers: Mapping[str, str]) -> Exchange:
    """An exchange without its instants."""
    return Exchange(n, 1, 0, 0, 0, reply.status, body_of(reply.body), reply.fault, step, dict(headers))


def all_headers(head: bytes) -> dict[str, str]:
    """The headers of an answer by their names in lower case; of several of one name the last."""
    found = {}
    for line in head.decode("latin-1").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            found[name.strip().lower()] = value.strip()
    return found
