"""Every invariant that a history can show is broken by some known-bad engine, and says so."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from engine import new_engine, seeded_salt
from engine.invariants import BY_ID, Violation, attach
from tests.broken.channels import CHANNELS
from tests.broken.epidemic import EPIDEMIC
from tests.broken.faults import Fault, installed
from tests.broken.market import MARKET
from tests.broken.people import PEOPLE
from tests.broken.value import VALUE
from tests.engine.invariants.life import Life, lively

FAULTS = (*VALUE, *MARKET, *CHANNELS, *PEOPLE, *EPIDEMIC)
SEEDS = 40
COMMANDS = 2_000
BATCH = 50


@dataclass
class Found:
    """Violations of one history, the first of each invariant; a state this wrong may then fail anywhere."""

    first: dict[str, Violation] = field(default_factory=dict)

    def note(self, violation: Violation) -> None:
        """One more."""
        self.first.setdefault(violation.id, violation)


def _search(fault: Fault, *, operated: bool = False) -> Violation | None:
    """The violation that a fault leads to, in the first life that shows it."""
    with installed(fault):
        for seed in range(SEEDS):
            found = _life(seed, fault.breaks, operated=operated)
            if fault.breaks in found.first:
                return found.first[fault.breaks]
    return None


def _life(seed: int, wanted: str, *, operated: bool) -> Found:
    found = Found()
    engine = new_engine(lively(), salt=seeded_salt(seed))
    watchers = attach(engine, found.note, operated=operated)
    life = Life(seed, engine)
    try:
        while life.given < COMMANDS and wanted not in found.first:
            life.live(BATCH)
        life.rest(100)
        watchers.whole()
    except (LookupError, AssertionError, ValueError, TypeError):  # of a town that no right engine leaves behind
        if wanted not in found.first:
            raise
    return found


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.breaks}: {fault.name}")
def test_a_fault_is_found(fault: Fault) -> None:
    """An engine with this fault breaks this invariant, and the violation names the place and what was seen."""
    violation = _search(fault)
    assert violation is not None, f"{fault.name} was not found by {fault.breaks}"
    assert violation.sentence == BY_ID[fault.breaks].sentence
    assert violation.n > 0
    assert violation.detail


def test_every_checkable_invariant_has_a_fault() -> None:
    """No invariant is only ever right: each one has an engine that breaks it."""
    engine = new_engine()
    found = attach(engine, operated=True).findings()
    checkable = {each.invariant.id for each in found if each.status != "not checkable"}
    assert checkable - {fault.breaks for fault in FAULTS} - {"L06", "L07"} == set()
