"""Engines that are wrong about the epidemic functions."""

from __future__ import annotations

from typing import Any

from engine.district.epidemic import EpidemicRows
from engine.epidemic import ending
from engine.epidemic.contacts import ScreenContacts
from engine.epidemic.results import ReadResults
from engine.kernel.command import anyone
from tests.broken.faults import Fault, Install, before, forgotten, put, replaced

CLEAR, PURGED = EpidemicRows.clear, ending._purged


def _keeps_levels(rows: Any) -> None:
    """The end forgets to drop the levels of areas."""
    levels = dict(getattr(rows, "levels", {}))
    CLEAR(rows)
    rows.levels = levels


def _open_to(kind: Any, actor: str) -> Install:
    """Anybody of an actor kind may give a command, also while the functions are off."""
    return lambda patch: patch.setitem(kind.actors, actor, anyone)


def _one_field_less(_before: int) -> list[Any]:
    return PURGED(_before)[1:]


EPIDEMIC = (
    Fault("results are shown although the functions are off", "P01", _open_to(ReadResults, "resident")),
    Fault(
        "the end keeps the levels of areas",
        "P01",
        replaced("engine.district.epidemic.EpidemicRows.clear", _keeps_levels),
    ),
    Fault("traces are never forgotten", "P02", forgotten("epidemic_forget")),
    Fault("one field of the vault is not purged", "P02", replaced("engine.epidemic.ending._purged", _one_field_less)),
    Fault(
        "the rows of a forgotten day stay",
        "P02",
        replaced("engine.district.epidemic.DayForgotten.apply", lambda *_: None),
    ),
    Fault("a neighbour reads results", "P03", before("epidemic.results_read", put(who="per_99"))),
    Fault("any grid member looks for contacts", "P03", _open_to(ScreenContacts, "grid")),
    Fault("the contact of another check-in is judged", "P04", before("epidemic.exposure_judged", put(contact_at=1))),
)
