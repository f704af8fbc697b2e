"""The record of a fault proxy on the clock of the run: when each fault was active, and how many requests it hit.

The proxy counts seconds from its first request, which may be one of the town's. Requests that it hit bear the
idempotency keys of the plan, and the history says when those were sent: the median difference brings both clocks
together. Without any such key the first request of the run is taken for the proxy's first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from loadtests.audit.run_folder import lines_of
from wording import ExitCode, MashangError

ENDLESS = float("inf")


@dataclass(frozen=True, slots=True)
class FaultWindow:
    """When a fault was active, in seconds, and how many requests it hit; what never closed ends at infinity."""

    kind: str
    from_s: float
    to_s: float
    hit: int = 0


@dataclass(slots=True)
class FaultRecord:
    """What one proxy wrote down, in seconds since its first request; `hits` by idempotency key, the first of each."""

    windows: list[FaultWindow] = field(default_factory=list)
    hits: dict[str, float] = field(default_factory=dict)

    def aligned(self, sent_s: Mapping[str, float], first_s: float, end_s: float) -> list[FaultWindow]:
        """Windows in seconds of the run: `sent_s` says when the operation of a key was first sent."""
        differences = [sent_s[key] - at_s for key, at_s in self.hits.items() if key in sent_s]
        offset_s = median(differences) if differences else first_s
        moved = [
            replace(each, from_s=max(0.0, each.from_s + offset_s), to_s=min(end_s, each.to_s + offset_s))
            for each in self.windows
        ]
        return sorted((each for each in moved if each.to_s >= each.from_s), key=lambda each: each.from_s)


def read_faults(path: Path) -> FaultRecord:
    """The record in a file. Raises MashangError if it is none."""
    opened: dict[int, FaultWindow] = {}
    record = FaultRecord()
    try:
        for line in lines_of(path):
            window, kind, at_s = int(line["window"]), str(line["fault"]), float(line["at_s"])
            if "active" in line:
                if line["active"]:
                    opened[window] = FaultWindow(kind, at_s, ENDLESS)
                elif window in opened:
                    record.windows.append(replace(opened.pop(window), to_s=at_s))
                continue
            opened[window] = _hit(opened.get(window, FaultWindow(kind, at_s, ENDLESS)))
            if "key" in line:
                record.hits.setdefault(str(line["key"]), at_s)
    except (KeyError, TypeError, ValueError) as wrong:
        raise MashangError(ExitCode.USAGE, "verdict.broken_file", file=path) from wrong
    record.windows += opened.values()
    return record


def _hit(window: FaultWindow) -> FaultWindow:
    return replace(window, hit=window.hit + 1)


def on_the_clock(
    records: Iterable[FaultRecord], sent_s: Mapping[str, float], first_s: float, end_s: float
) -> tuple[FaultWindow, ...]:
    """The windows of several proxies."""
    return tuple(window for record in records for window in record.aligned(sent_s, first_s, end_s))
