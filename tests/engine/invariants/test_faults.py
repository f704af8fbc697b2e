"""Every invariant that a history can show is broken by some known-bad engine, and says so."""

from __future__ import annotations

import pytest

from engine import new_engine
from engine.invariants import BY_ID, attach
from tests.broken.faults import Fault
from tests.engine.invariants.search import FAULTS, notes, search, title


@pytest.mark.parametrize("fault", FAULTS, ids=title)
def test_a_fault_is_found(fault: Fault) -> None:
    """An engine with this fault breaks this invariant, and the violation names the place and what was seen."""
    violation = search(fault)
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


def test_every_note_is_of_a_fault() -> None:
    """Notes of where a search begins are kept for faults that there are; a new one need not have one yet."""
    assert notes().keys() <= set(map(title, FAULTS)), "python -m tests.engine.invariants.search"
