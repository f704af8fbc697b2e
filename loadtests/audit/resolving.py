"""References of a plan: which values the target has made for them, so that the audit reads what was really sent.

A plan says `$made:12:payment` where the target makes the id; the generator filled it in. Lines are searched as bytes,
and only answers that somebody refers to are parsed: a million operations without references cost next to nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from loadtests.references import MADE, TOWN, Reference, fields_of

WRITTEN = re.compile(rb'"\$(made|town):(0|[1-9][0-9]{0,9}):([a-z_]{1,40})"')
OP = len(b'{"op":')
Known = Mapping[bytes, bytes]
"""JSON text of a reference -> JSON text of its value."""


def wanted_in(chunks: Iterable[list[bytes]]) -> set[Reference]:
    """What the lines of a plan refer to."""
    found: set[Reference] = set()
    for lines in chunks:
        for source, n, name in WRITTEN.findall(b"\n".join(lines)):
            found.add(Reference(source.decode(), int(n), name.decode()))
    return found


def made_by(source: str, wanted: set[Reference], chunks: Iterable[list[bytes]]) -> Iterator[tuple[bytes, bytes]]:
    """Values of references, from the lines of a history; the first answer of an operation that has it counts."""
    numbers = {each.n for each in wanted if each.source == source}
    for lines in chunks:
        for line in lines:
            if line.startswith(b'{"op":') and int(line[OP : line.index(b",")]) in numbers:
                yield from _told(source, wanted, from_json(line))


def _told(source: str, wanted: set[Reference], exchange: dict[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    body = exchange.get("body")
    view = body.get("view") if isinstance(body, dict) else None
    for name, value in fields_of(view).items() if isinstance(view, list) else ():
        reference = Reference(source, exchange["op"], name)
        if reference in wanted:
            yield written(reference, value)


def written(reference: Reference, value: Any) -> tuple[bytes, bytes]:
    """Reference and value as they stand in a line."""
    return json.dumps(reference.text()).encode(), json.dumps(value).encode()


def filled(line: bytes, known: Known) -> bytes:
    """A line with its references replaced; one that got no value stays, and its operation was never sent."""
    return WRITTEN.sub(lambda found: known.get(found[0], found[0]), line) if b'"$' in line else line


def values_of(
    town: Iterable[list[bytes]], operations: Iterable[list[bytes]], histories: Mapping[Path, Iterable[list[bytes]]]
) -> dict[bytes, bytes]:
    """Values of all references of a plan, from the histories of its town (town-*) and of its operations."""
    wanted = wanted_in(town) | wanted_in(operations)
    known: dict[bytes, bytes] = {}
    for path, chunks in histories.items() if wanted else ():
        source = TOWN if path.name.startswith("town-") else MADE
        for reference, value in made_by(source, wanted, chunks):
            known.setdefault(reference, value)
    return known
