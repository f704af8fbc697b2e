"""Writing the plan of a hunt."""

from __future__ import annotations

from pathlib import Path

from engine import Policy
from loadtests.plan.hunt.hunting import Hunt
from loadtests.plan.hunt.small_town import MORNING, NAME
from loadtests.plan.instants import all_instants
from loadtests.plan.manifest import Manifest, write_plan
from loadtests.plan.pace import NANOSECONDS
from sim.profiles import civil_day, date_of

RATE = 200.0
"""Operations a second unless somebody says otherwise: 10,000 within a minute."""


def plan_of_hunt(seed: int, operations: int, rate: float | None, out: Path) -> Manifest:
    """Write the plan of a hunt into a folder that is there."""
    hunt = Hunt(seed, rate or RATE)
    made = hunt.go(operations)
    last = made[-1]
    span_s = last.at_s or 1
    load_s = max(last.due_ns, 1) / NANOSECONDS
    return write_plan(
        out,
        hunt.town,
        made,
        profile="hunt",
        source={
            "kind": "catalogue",
            "first_day": date_of(civil_day(MORNING)).isoformat(),
            "days": civil_day(MORNING + span_s) - civil_day(MORNING) + 1,
        },
        seed=seed,
        start_s=MORNING,
        town_at=MORNING,
        span_s=span_s,
        speed=span_s / load_s,
        rate=round(len(made) / load_s, 6),
        town=NAME,
        policy=Policy().document(),
        expected=hunt.rehearsal.answers.told(),
        instants=all_instants(),
    )
