"""What an audit names first: the invariant that is broken, not one that follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.administration import DEADLINES
from engine.contract import codes
from engine.invariants import BY_ID
from loadtests.audit.naming import AT_ITS_INSTANT, GUARDED
from loadtests.bugs import BUGS
from loadtests.detection.case import run_case

NAMED = {
    "restart-numbers-back": ("H01",),
    "gateway-asks-twice": ("H03",),
    "done-and-denied": ("T02", "H04"),  # by what comes first: its own refusal, or a repeat that is answered as done
    "limits-are-forgotten": ("L01",),
}


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which hunts are kept."""
    return tmp_path_factory.mktemp("plans")


@pytest.mark.parametrize(("bug", "names"), NAMED.items())
def test_the_first_finding_names_what_a_bug_breaks(bug: str, names: tuple[str, ...], plans: Path) -> None:
    """A number given twice, an effect under a key of nobody, a refusal that changed something, a limit nobody met."""
    found = run_case(BUGS[bug], 1, plans, shrink=False, hunts=4)
    assert found.found
    assert found.invariant in names
    assert found.right


def test_names_are_names_of_what_there_is() -> None:
    """Codes and deadlines that guard an invariant exist in the engine, and so do the invariants."""
    assert set(GUARDED) <= {code.name for code in codes()}
    assert set(AT_ITS_INSTANT) <= set(DEADLINES)
    assert {*GUARDED.values(), *AT_ITS_INSTANT.values()} <= set(BY_ID)
