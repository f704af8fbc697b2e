"""Calls and their histories: who asked what, from when to when, and what came back.

A history is JSON lines, one call a line, in any order; a first line without `f` is a header:

    {"format": "linearizability", "version": 1, "model": "points", "initial": {...}}
    {"process": 3, "key": "per_1", "f": "spend", "value": {...}, "type": "ok", "result": {...}, "start": 10, "end": 25}

`start` and `end` are whole numbers of one clock, in any unit. `type` is `ok` (it happened, and answered `result`),
`fail` (it certainly did not happen; `result` may say why) or `info` (nobody knows: it may have happened at any time
after `start`, or never; `end` says nothing then and may be null). One call precedes another only if it ended before the
other started: equal instants are concurrent.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal

FORMAT = "linearizability"
VERSION = 1
BATCH = 500
Kind = Literal["ok", "fail", "info"]
KINDS: tuple[Kind, ...] = ("ok", "fail", "info")


class BadHistory(ValueError):
    """A line of a history is not what the format says; `line` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


@dataclass(slots=True)
class Call:
    """One call; `number` is its place in the history it came from.

    `end` is None for a call that need not have happened: of type `info`, or, in a part of a history, of type `ok` where
    its answer came after that part.
    """

    f: str
    value: Any
    start: int
    end: int | None
    type: Kind = "ok"
    result: Any = None
    key: str | None = None
    process: int | str = 0
    number: int = -1

    def line(self) -> str:
        """As one line of a history."""
        found = {
            "process": self.process,
            "key": self.key,
            "f": self.f,
            "value": self.value,
            "type": self.type,
            "result": self.result,
            "start": self.start,
            "end": self.end,
        }
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Header:
    """What a history says of itself: the model that it is about, and the state in which it began."""

    model: str | None = None
    initial: Any = None


def call_from(found: Any, number: int) -> Call:
    """The call that a parsed line holds; raises BadHistory."""
    if not isinstance(found, dict) or not isinstance(found.get("f"), str):
        raise BadHistory(number, "a call is an object with a name `f`")
    start, end, kind = found.get("start"), found.get("end"), found.get("type", "ok")
    if kind not in KINDS:
        raise BadHistory(number, f"`type` is one of {', '.join(KINDS)}")
    if type(start) is not int or (type(end) is not int and (kind != "info" or end is not None)):
        raise BadHistory(number, "`start` and `end` are whole numbers; only a call of type info may lack its end")
    if kind != "info" and end is not None and end < start:
        raise BadHistory(number, "a call ends no earlier than it starts")
    key = found.get("key")
    if key is not None and not isinstance(key, str):
        key = json.dumps(key, ensure_ascii=False, sort_keys=True)
    process = found.get("process", 0)
    known_end = None if kind == "info" else end
    return Call(found["f"], found.get("value"), start, known_end, kind, found.get("result"), key, process, number)


def read_calls(lines: Iterable[str]) -> tuple[Header, Iterator[Call]]:
    """The header (an empty one if there is none) and the calls of a history, read as they are asked for.

    Raises BadHistory, at once or while reading.
    """
    numbered = enumerate(lines, 1)
    first = next(numbered, None)
    found = _parsed(*first) if first is not None else None
    if isinstance(found, dict) and "f" not in found:
        if found.get("format", FORMAT) != FORMAT or found.get("version", VERSION) != VERSION:
            raise BadHistory(1, f"this is {FORMAT} history version {VERSION} only")
        return Header(found.get("model"), found.get("initial")), _calls(numbered)
    return Header(), _calls(numbered, found)


def _calls(numbered: Iterator[tuple[int, str]], first: Any = None) -> Iterator[Call]:
    """Lines are parsed in batches, which takes half the time; a batch that is no JSON is gone through line by line."""
    if first is not None:
        yield call_from(first, 1)
    while batch := [(number, line) for number, line in islice(numbered, BATCH) if line.strip()]:
        try:
            parsed = json.loads(f"[{','.join(line for _, line in batch)}]")
        except (ValueError, RecursionError):
            parsed = []
        if len(parsed) != len(batch):
            parsed = [_parsed(number, line) for number, line in batch]
        for (number, _), found in zip(batch, parsed, strict=True):
            yield call_from(found, number)


def _parsed(number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as wrong:
        raise BadHistory(number, f"no JSON ({str(wrong)[:80]})") from None


def write_calls(path: Path, header: Header, calls: Iterable[Call]) -> int:
    """Write a history; returns how many calls."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        said = {"format": FORMAT, "version": VERSION, "model": header.model, "initial": header.initial}
        file.write(json.dumps(said, ensure_ascii=False) + "\n")
        for call in calls:
            file.write(call.line() + "\n")
            count += 1
    return count
