"""Districts that have lived, for tests: each asked for once, with its journal in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from engine import MemorySink
from sim.run import Run, RunOptions
from sim.scenario import load_scenario
from sim.scenario_file import BASELINE

SMALL = 0.01
"""1,150 people: a whole year in two seconds."""
MUCH_PAID = (
    "behaviour.paying.checkouts_day=1500.0",
    "behaviour.paying.bills_month=20000.0",
    "behaviour.paying.late_share=0.05",
    "behaviour.paying.lost_share=0.02",
    "behaviour.paying.deductions_month=4000.0",
    "behaviour.paying.appeal_share=0.5",
)
"""Payments by checkout, bills and deductions in plenty, so that what is rare happens in a small town too."""

OFTEN = (
    *(f"behaviour.reporting.{each}=8_000.0" for each in ("problem_reports", "suggestions", "complaints")),
    "behaviour.reporting.withdrawn_share=0.1",
    "behaviour.reporting.transferred_share=0.1",
    "behaviour.handling.fixed_share=0.7",
    "behaviour.suggestions.withdrawn_share=0.1",
    "behaviour.suggestions.reroute_share=0.2",
    "behaviour.reporting.urged_share=0.1",
    "behaviour.volunteering.aborted_share=0.1",
    "behaviour.volunteering.recruits=30000.0",
    "behaviour.volunteering.attendance_share=0.7",
    "behaviour.outreach.not_ours_share=0.2",
    "behaviour.ordering.orders_merchant_day=1.0",
    *(f"behaviour.ordering.{each}_share=0.1" for each in ("cancel", "reject", "fail", "refund", "fee_refund")),
    "behaviour.ordering.give_back_share=0.1",
    "behaviour.occasions.topic_posts=4_000",
    "behaviour.epidemic.check_ins_day=600.0",
    "behaviour.epidemic.tests_day=200.0",
    "behaviour.epidemic.positive_share=0.1",
    "behaviour.paying.refund_failed_share=0.3",
    "behaviour.paying.checkouts_day=1500.0",
    "behaviour.paying.bills_month=20000.0",
    "behaviour.paying.late_share=0.05",
    "behaviour.paying.lost_share=0.02",
    "behaviour.paying.deductions_month=4000.0",
    "behaviour.paying.appeal_share=0.5",
)
"""What is rare, often enough that a small town meets it."""


@dataclass(frozen=True)
class Life:
    """A run that is over."""

    run: Run
    lines: list[str]

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The journal's records, header and frame ends left out."""
        parsed = (json.loads(line) for line in self.lines)
        return [record for record in parsed if "envelope" in record]

    def said(self, command: str) -> Iterator[dict[str, Any]]:
        """Accepted envelopes of one command."""
        for record in self.records:
            if record["envelope"]["type"] == command and record["code"] is None:
                yield record["envelope"]

    def events(self, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Instant and content of each event of a kind."""
        for record in self.records:
            for event in record["events"]:
                if event["type"] == kind:
                    yield record["envelope"]["at"], event["data"]


@cache
def life(
    scenario: str = BASELINE,
    settings: tuple[str, ...] = (),
    *,
    scale: float = SMALL,
    days: int | None = None,
    replication: int = 0,
    slow: bool = False,
) -> Life:
    """A district of a scenario, lived to the end of its days; the same object whenever the same is asked for."""
    sink = MemorySink()
    options = RunOptions(scale=scale, days=days, replication=replication, slow=slow, sink=sink)
    run = Run(load_scenario(scenario, settings), options)
    run.live()
    assert run.engine.chain is not None
    run.engine.chain.close()
    return Life(run, sink.lines())
