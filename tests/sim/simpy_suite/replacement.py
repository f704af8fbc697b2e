"""Puts StreamEnvironment where SimPy's users look for Environment, before they look.

As a pytest plug-in: `pytest -p replacement TESTS` with this folder and the project's on PYTHONPATH; for a script:
`python replacement.py SCRIPT`. Both end by saying on standard error how many environments were made: without that
number, a replacement that replaced nothing would look like a success. A module of the top level, because SimPy's tests
are a package `tests` too.
"""

from __future__ import annotations

import importlib
import runpy
import sys
from typing import Any

import simpy
import simpy.core
import simpy.rt

from sim.stream_environment import StreamEnvironment

made = 0


class CountedEnvironment(StreamEnvironment):
    """A StreamEnvironment that is counted."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        global made  # noqa: PLW0603 (one counter a process)
        made += 1
        super().__init__(*args, **keywords)


simpy.Environment = simpy.core.Environment = CountedEnvironment  # type: ignore[misc]
importlib.reload(simpy.rt)  # RealtimeEnvironment derives from it, too
simpy.RealtimeEnvironment = simpy.rt.RealtimeEnvironment  # type: ignore[misc]


def tell() -> None:
    """How many environments were made."""
    print(f"StreamEnvironments made: {made}", file=sys.stderr)  # noqa: T201 (read by the test that started us)


def pytest_unconfigure() -> None:
    """End of SimPy's tests."""
    tell()


if __name__ == "__main__":
    runpy.run_path(sys.argv[1], run_name="__main__")
    tell()
