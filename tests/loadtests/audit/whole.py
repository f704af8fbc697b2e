"""A deployment that answers every operation of a plan, commands and reads alike, and lines of its history."""

from __future__ import annotations

import json
from typing import Any

from engine.kernel.rejection import Rejected
from engine.views.catalogue import READ_BY_NAME
from engine.views.read import read_now
from loadtests.operations import READ, Operation
from tests.loadtests.audit.stage import Answered, Deployment

STEP_NS = 1_000_000


class Whole(Deployment):
    """A deployment with every read."""

    def answer(self, operation: Operation, at: int) -> Answered:
        """Reads by the catalogue; a refused one as a rejection."""
        if not operation.is_read:
            return super().answer(operation, at)
        self.engine.advance(at)
        kind, _, who = operation.actor.partition(":")
        read = READ_BY_NAME[operation.type.removeprefix(READ)]
        try:
            value = read_now(
                self.engine.district, read, read.parameters(**operation.data), (kind, who), self.engine.sealing.vault
            )
        except Rejected as refused:
            return self.refused(refused.code.name, at, 0, None)
        return 200, {"at": at, "n": self.engine.n, "value": value}


def exchange(operation: Operation, status: int, body: Any) -> str:
    """A line of a history."""
    begins = operation.n * STEP_NS
    line = {"op": operation.n, "try": 1, "due": begins, "sent": begins, "done": begins + STEP_NS // 2}
    return json.dumps(line | {"status": status, "body": body}, separators=(",", ":"))
