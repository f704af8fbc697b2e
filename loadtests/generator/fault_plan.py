"""Which harm a fault proxy does when: windows in a YAML file, and a seeded choice of the requests that they hit.

    seed: 7
    windows:
      - {kind: delay, from_s: 0, to_s: 60, share: 0.1, ms: 800}    # the answer is held back
      - {kind: reset, from_s: 10, to_s: 20, share: 0.05, when: before}  # before | after the server has the request
      - {kind: duplicate, share: 0.02}                             # the server gets the request twice
      - {kind: drop_reply, share: 0.01}                            # the server did it, the client hears nothing

Seconds count from the first request. A window without `to_s` never ends. Of several windows that are open the first
whose draw hits is taken; the draw for a request depends on the seed, the window and the number of the request only.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from wording import ExitCode, MashangError

DRAWS = 1 << 53
Kind = Literal["delay", "reset", "duplicate", "drop_reply"]


class Window(BaseModel):
    """A kind of harm, when it is done, and to which share of the requests (0 to 1); `match` is a part of the path."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    from_s: float = Field(0, ge=0)
    to_s: float | None = Field(None, ge=0)
    share: float = Field(1, ge=0, le=1)
    ms: float = Field(0, ge=0)
    when: Literal["before", "after"] = "after"
    match: str = ""

    @model_validator(mode="after")
    def _makes_sense(self) -> Window:
        if self.to_s is not None and self.to_s <= self.from_s:
            raise ValueError("to_s must be later than from_s")
        if (self.kind == "delay") != (self.ms > 0):
            raise ValueError("ms belongs to a delay, and a delay needs it")
        return self

    def is_open(self, at_s: float) -> bool:
        """True at an instant within it."""
        return self.from_s <= at_s and (self.to_s is None or at_s < self.to_s)


class FaultPlan(BaseModel):
    """Windows, and the seed of what they hit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 0
    windows: tuple[Window, ...] = Field(min_length=1)

    def hit(self, number: int, at_s: float, path: str) -> tuple[int, Window] | None:
        """The window, with its place, that hits a request; None if it is left in peace."""
        for place, window in enumerate(self.windows):
            if window.is_open(at_s) and window.match in path and self._draw(place, number) < window.share:
                return place, window
        return None

    def _draw(self, place: int, number: int) -> float:
        """A number in [0, 1) that is the same in every run."""
        told = hashlib.blake2b(f"{self.seed}:{place}:{number}".encode(), digest_size=8).digest()
        return (int.from_bytes(told, "big") >> 11) / DRAWS


def fault_plan_from(path: Path) -> FaultPlan:
    """The plan in a file, raises MashangError: 2 for no file, 3 for no plan."""
    try:
        found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise MashangError(ExitCode.USAGE, "load.run.no_file", path=path) from wrong
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        problem = str(wrong).splitlines()[0]
        raise MashangError(ExitCode.CONTENT, "load.faults.bad_plan", path=path, problem=problem) from wrong
    try:
        return FaultPlan.model_validate(found)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        problem = f"{'.'.join(map(str, first['loc']))}: {first['msg']}".lstrip(": ")
        raise MashangError(ExitCode.CONTENT, "load.faults.bad_plan", path=path, problem=problem) from wrong
