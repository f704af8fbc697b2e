"""What the shortest script of a planted bug must show: the same violation first, on a fresh deployment."""

from __future__ import annotations

from collections.abc import Sequence

from loadtests.bugs import Bug
from loadtests.detection.playing import Stage, Step, play
from loadtests.shrinking import Shows, Shrinking, needed

__all__ = ["Shows", "Shrinking", "needed", "shows_in"]


def shows_in(stage: Stage, bug: Bug | None, name: str) -> Shows:
    """Whether a fresh deployment with a bug still breaks the invariant `name` under a script, as the first of all."""

    def shows(steps: Sequence[Step]) -> bool:
        with play(stage, bug, steps) as made:
            findings = made.judged().findings
            return bool(findings) and findings[0].id == name

    return shows
