"""The history of a load run: what was sent and what came back, one JSON line an exchange, appended and never changed.

Each worker writes a file of its own (`history-<worker>.jsonl`), first a header line, then a line an exchange:
`{"op", "try", "due", "sent", "done", "status", "body", "fault"?, "step"?}`. Times are nanoseconds from the start of the
run; `done` is when the last byte of the answer was there. `fault` says why there is no whole answer (`timeout`,
`reset`, `refused`, `incomplete`): then status is 0 and the operation may or may not have happened. Operations with
several steps have a line a step. An operation of the plan that has no line was not sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HISTORY_VERSION = 1


@dataclass(slots=True)
class Exchange:
    """One request and what came back of it; `body` is the parsed JSON, or text where it is none.

    Nobody changes one; not frozen, as operations are not.
    """

    op: int
    attempt: int
    due_ns: int
    sent_ns: int
    done_ns: int
    status: int
    body: Any
    fault: str = ""
    step: str = ""
    headers: dict[str, str] | None = None


def exchange_from(line: str) -> Exchange:
    """The exchange that a line of a history holds."""
    found = json.loads(line)
    return Exchange(
        found["op"],
        found.get("try", 1),
        found["due"],
        found["sent"],
        found["done"],
        found["status"],
        found.get("body"),
        found.get("fault", ""),
        found.get("step", ""),
        found.get("headers"),
    )


def read_history(path: Path) -> Iterator[Exchange]:
    """The exchanges of one worker's file, its header left out; a half written last line (a killed worker) ends it."""
    with path.open(encoding="utf-8") as file:
        next(file, None)
        for line in file:
            if not line.endswith("\n"):
                return
            yield exchange_from(line)
