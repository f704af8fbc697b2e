"""One small simulated year for all plans of days, and one hunt for all that only look at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import FileSink
from loadtests.plan.hunt.hunting import Hunt
from sim.run import Run, RunOptions
from sim.scenario import load_scenario

SCALE = 0.01
OPERATIONS = 6_180  # with the walk at the end


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log of 1,150 people's year."""
    path = tmp_path_factory.mktemp("year") / "journal.jsonl.gz"
    run = Run(load_scenario(), RunOptions(scale=SCALE, sink=FileSink(path)))
    run.live()
    assert run.engine.chain is not None
    run.engine.chain.close()
    return path


@pytest.fixture(scope="session")
def hunt() -> Hunt:
    """A hunt of some thousand operations."""
    made = Hunt(5, 200.0)
    made.go(OPERATIONS)
    return made
