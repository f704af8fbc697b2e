"""One operation after the other, without a schedule: what `mashang load adapter check` sends, and its history."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from loadtests.generator.adapter_target import LiveTarget
from loadtests.generator.door import Door
from loadtests.generator.recorder import json_text, kept
from loadtests.generator.target import Reply, Request
from loadtests.history import HISTORY_VERSION, Exchange, exchange_from
from loadtests.operations import Operation

LONGEST_PAUSE_S = 0.5


class Trying:
    """Carries out operations and keeps the exchanges."""

    def __init__(self, target: LiveTarget, door: Door) -> None:
        self._target = target
        self._door = door
        self._began_ns = time.monotonic_ns()
        self.lines: list[str] = []

    def carry_out(self, operation: Operation) -> tuple[list[Exchange], Mapping[str, Any]]:
        """All steps of an operation, each sent once: what came back, and what it made.

        Raises MashangError for an operation that cannot be made.
        """
        course = self._target.compile(operation)
        following: tuple[str, Request] | None = course.first()
        found = []
        while following is not None:
            step, request = following
            sent_ns = time.monotonic_ns() - self._began_ns
            reply = self._door.ask(request)
            found.append(self._kept(operation, step, sent_ns, reply))
            following = course.on_step(step, reply)
            time.sleep(min(course.pause_ns / 1e9, LONGEST_PAUSE_S))
        return found, course.made()

    def _kept(self, operation: Operation, step: str, sent_ns: int, reply: Reply) -> Exchange:
        names = self._target.kept_headers
        line = (
            f'{{"op":{operation.n},"try":1,"due":{sent_ns},"sent":{sent_ns},'
            f'"done":{time.monotonic_ns() - self._began_ns},"status":{reply.status},"body":{json_text(reply.body)},'
            f'"step":{json.dumps(step)},"fault":{json.dumps(reply.fault)},'
            f'"headers":{json.dumps(kept(reply.head, names) if reply.head else {})}}}'
        )
        self.lines.append(line)
        return exchange_from(line)

    def close(self) -> None:
        """Hang up."""
        self._door.close()

    def write(self, path: Path) -> None:
        """The history of what was tried."""
        header = json.dumps({"mashang": "history", "version": HISTORY_VERSION})
        path.write_text("\n".join([header, *self.lines]) + "\n", encoding="utf-8")
