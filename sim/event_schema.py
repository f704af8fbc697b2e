"""Prints the JSON Schema of a line of a foreign log: `python -m sim.event_schema > schemas/events-1.json`."""

from __future__ import annotations

import json

from engine.foreign.schema import schema


def text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(schema(), indent=1)


if __name__ == "__main__":
    print(text())  # noqa: T201 - what make writes into the file
