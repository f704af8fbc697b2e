"""What a person sees while a run goes on: a bar at a terminal, plain lines elsewhere, JSON lines for programs."""

from __future__ import annotations

import json
import sys
import time
from types import TracebackType
from typing import Any, Self

from sim.profiles import date_of
from wording import Wording

PLAIN_EVERY_S = 10.0


class Progress:
    """Shows simulated date, commands a second and the time left; use as a context manager."""

    def __init__(self, kind: str | None, first_day: int, wording: Wording, label: str) -> None:
        """`kind`: bar, plain, json, none; None: a bar at a terminal, else plain lines. Talk goes to stderr."""
        self.kind = kind or ("bar" if sys.stderr.isatty() else "plain")
        self._first_day = first_day
        self._wording = wording
        self._label = label
        self._started = time.monotonic()
        self._shown = self._started
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        """Start the bar."""
        if self.kind == "bar":
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as RichProgress

            columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
            self._bar = RichProgress(*columns, TextColumn("{task.fields[said]}"), console=Console(stderr=True))
            self._task = self._bar.add_task(self._label, total=1.0, said="")
            self._bar.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, day: int, days: int, commands: int) -> None:
        """The end of a simulated day."""
        now = time.monotonic()
        taken = max(now - self._started, 1e-9)
        values = {
            "date": date_of(self._first_day + day - 1).isoformat(),
            "rate": round(commands / taken),
            "left": round(taken / day * (days - day)),
        }
        if self.kind == "bar":
            said = self._wording.text("run.progress.bar", **values)
            self._bar.update(self._task, completed=day / days, said=said)
        elif self.kind == "json":
            print(json.dumps({"day": day, "days": days, "commands": commands, **values}), file=sys.stderr)
        elif self.kind == "plain" and (now - self._shown >= PLAIN_EVERY_S or day == days):
            self._shown = now
            share = round(100 * day / days)
            print(self._wording.text("run.progress.plain", label=self._label, share=share, **values), file=sys.stderr)
