"""Histories as Jepsen writes them, in EDN or JSON: an `invoke` and, of the same process, its `ok`, `fail` or `info`.

    {:type :invoke, :f :cas, :value [1 2], :process 0, :time 10, :index 0}
    {:type :ok,     :f :cas, :value [1 2], :process 0, :time 25, :index 1}

One value a line, or all in one vector (JSON: array). What counts is the order of the lines, as in Jepsen: a call
precedes another one only if it completed on an earlier line than the other was invoked on. A read's answer is the value
of its completion. Answers of other calls, which Jepsen has no place for, stand in an additional `:result`. Histories of
`jepsen.independent` have [key value] as value; whether one has cannot be seen, so it must be said (`keyed`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from loadtests.linearizability.calls import BadHistory, Call
from loadtests.linearizability.edn import BadEdn, edn, keyword, read_edn

READS = frozenset({"read", "get"})
PAIR = 2
NEMESIS = "nemesis"


def from_edn(text: str, *, keyed: bool = False) -> list[Call]:
    """The calls of an EDN history. Raises BadHistory."""
    try:
        found = list(read_edn(text))
    except BadEdn as wrong:
        raise BadHistory(text.count("\n", 0, wrong.place) + 1, str(wrong)) from None
    if len(found) == 1 and isinstance(found[0], list):
        found = found[0]
    return from_steps(found, keyed=keyed)


def from_json(text: str, *, keyed: bool = False) -> list[Call]:
    """The calls of a JSON history, one object a line or one array. Raises BadHistory."""
    try:
        if text.lstrip().startswith("["):
            return from_steps(json.loads(text), keyed=keyed)
        return from_steps([json.loads(line) for line in text.splitlines() if line.strip()], keyed=keyed)
    except (json.JSONDecodeError, RecursionError) as wrong:
        raise BadHistory(getattr(wrong, "lineno", 0), f"no JSON ({wrong})") from None


def from_steps(steps: Iterable[Any], *, keyed: bool = False) -> list[Call]:
    """The calls that invocations and completions make, in the order of their invocations. Raises BadHistory."""
    calls: list[Call] = []
    open_calls: dict[Any, Call] = {}
    for place, step in enumerate(steps, 1):
        if not isinstance(step, dict) or not {"type", "f", "process"} <= step.keys():
            raise BadHistory(place, "a step has :type, :f and :process")
        process = step["process"]
        if process == NEMESIS or not isinstance(process, (int, str)):
            continue
        if step["type"] == "invoke":
            if process in open_calls:
                raise BadHistory(place, f"process {process} invokes while a call of it is open")
            key, value = _apart(step, place) if keyed else (None, step.get("value"))
            call = Call(str(step["f"]), value, place, None, "info", None, key, process, len(calls))
            open_calls[process] = call
            calls.append(call)
        elif process in open_calls:
            _completed(open_calls.pop(process), step, place, keyed=keyed)
        elif step["type"] != "info":
            raise BadHistory(place, f"process {process} completes a call that it did not invoke")
    return calls


def _apart(step: dict[str, Any], place: int) -> tuple[str, Any]:
    value = step.get("value")
    if not isinstance(value, list) or len(value) != PAIR:
        raise BadHistory(place, "the value of a step by key is [key value]")
    return str(value[0]), value[1]


def _completed(call: Call, step: dict[str, Any], place: int, *, keyed: bool) -> None:
    if step["type"] not in ("ok", "fail", "info"):
        raise BadHistory(place, "a step is an invoke, ok, fail or info")
    if step["type"] == "info":
        return
    call.type = step["type"]
    call.end = place
    call.result = step.get("result")
    if call.f in READS and call.type == "ok" and "result" not in step:
        call.result = _apart(step, place)[1] if keyed else step.get("value")


def to_steps(calls: Iterable[Call]) -> Iterator[dict[str, Any]]:
    """Invocations and completions of calls, in order of time; at one instant invocations stand before completions."""
    listed = list(calls)
    processes = _processes(listed)
    moments = [(call.start, 0, place) for place, call in enumerate(listed)]
    moments += [(call.end, 1, place) for place, call in enumerate(listed) if call.end is not None]
    for index, (time, completes, place) in enumerate(sorted(moments)):
        call = listed[place]
        answers = completes and call.f in READS and call.type == "ok"
        value = call.result if answers else call.value
        step = {
            "type": call.type if completes else "invoke",
            "f": call.f,
            "value": value if call.key is None else [call.key, value],
            "process": processes[place],
            "time": time,
            "index": index,
        }
        if completes and call.result is not None and not answers:
            step["result"] = call.result
        yield step


def _processes(calls: list[Call]) -> list[int]:
    """A process for each call: one whose last call has ended by then, since a process has one call at a time."""
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    found = [0] * len(calls)
    count = 0
    for place in sorted(range(len(calls)), key=lambda each: calls[each].start):
        call = calls[place]
        free += [process for end, process in busy if end < call.start]
        busy = [each for each in busy if each[0] >= call.start]
        if free:
            found[place] = free.pop()
        else:
            found[place], count = count, count + 1
        if call.end is not None:
            busy.append((call.end, found[place]))
    return found


def as_edn(calls: Iterable[Call]) -> Iterator[str]:
    """Lines of an EDN history."""
    for step in to_steps(calls):
        names = {"type": keyword(step["type"]), "f": keyword(step["f"])}
        yield "{" + ", ".join(f":{name} {names.get(name) or edn(value)}" for name, value in step.items()) + "}"


def as_json(calls: Iterable[Call]) -> Iterator[str]:
    """Lines of a JSON history."""
    for step in to_steps(calls):
        yield json.dumps(step, ensure_ascii=False, separators=(",", ":"))
