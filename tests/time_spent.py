"""Processor seconds that tests used, their processes included: a summary at the end of a run.

A summary and no verdict: on a machine with other work the same test uses twice as much.
"""

from __future__ import annotations

import multiprocessing.forkserver
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

NAME = "spent_s"
SHOWN = 5
MANY_S = 5.0
"""What one fast test should not use; a shared fixture counts for whoever asks first."""


def spent_s() -> float:
    """Of this process, its children that have ended, and those of `tests.forked` (Linux; elsewhere without these)."""
    own = os.times()
    return own.user + own.system + own.children_user + own.children_system + _forked_s()


def _forked_s() -> float:
    pid = multiprocessing.forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]
    if pid is None:
        return 0.0
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def lines(reports: Iterable[Any]) -> list[str]:
    """The summary: all of it, the files that use most, and fast tests that use too much."""
    used = {each.nodeid: dict(each.user_properties).get(NAME, 0.0) for each in reports if each.when == "teardown"}
    files: Counter[str] = Counter()
    for name, seconds in used.items():
        files[name.partition("::")[0]] += seconds
    if not used:
        return []
    most = ", ".join(f"{name} {seconds:.0f}" for name, seconds in files.most_common(SHOWN))
    heavy = [f"{seconds:.1f} s {name}" for name, seconds in sorted(used.items()) if seconds > MANY_S]
    advice = ["these use much: share a fixture, make it smaller, or mark it slow"] if heavy else []
    return [f"{sum(used.values()):.0f} processor seconds in {len(used)} tests; most in {most}", *advice, *heavy]
