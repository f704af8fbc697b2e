"""Writing the plan of an adapter's objects."""

from __future__ import annotations

from pathlib import Path

from loadtests.adapter import Adapter
from loadtests.plan.manifest import Manifest, write_plan
from loadtests.plan.objects.drawing import Drawing
from loadtests.plan.pace import NANOSECONDS
from wording import ExitCode, MashangError

RATE = 100.0
"""Operations a second unless somebody says otherwise: foreign systems are treated gently."""
NO_ANSWERS = {"accepted": 0, "rejected": {}, "reads": 0, "by_type": {}}


def plan_of_objects(adapter: Adapter, seed: int, operations: int, rate: float | None, out: Path) -> Manifest:
    """Write the plan into a folder that is there; raises MashangError (3) for an adapter without objects."""
    if not adapter.objects:
        raise MashangError(ExitCode.CONTENT, "load_plan.no_objects")
    paced = min(rate or RATE, adapter.limits.max_rps * 0.5)
    drawing = Drawing(adapter, seed, paced)
    town = drawing.town()
    made = list(drawing.operations(operations))
    span_s = made[-1].due_ns // NANOSECONDS + 1
    return write_plan(
        out,
        town,
        made,
        profile="objects",
        source={"kind": "adapter", "first_day": "", "days": 1},
        seed=seed,
        start_s=0,
        town_at=0,
        span_s=span_s,
        speed=1.0,
        rate=round(len(made) * NANOSECONDS / max(made[-1].due_ns, 1), 6),
        town="objects",
        policy={},
        expected=NO_ANSWERS,
        instants={},
    )
