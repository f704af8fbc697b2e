"""Who may act for whom: a grid member for the grids covered, a resident for oneself.

What does not exist is covered by nobody and refused by nobody: the decision answers that it is not found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.kernel.command import Authority
from engine.kernel.rejection import FORBIDDEN, OUT_OF_GRID, Code

if TYPE_CHECKING:
    from engine.district import District

CARE_KINDS = ("family_doctor",)  # serve a whole community, not only the grids of their assignment


def _within(district: District, who: str, grid: str) -> Code | None:
    if not district.grid.active(who):
        return FORBIDDEN
    return None if district.grid.covers(who, grid) else OUT_OF_GRID


def on_duty(_command: Any, district: District, who: str) -> Code | None:
    """Authority of any active grid member."""
    return None if district.grid.active(who) else FORBIDDEN


def covers(field: str) -> Authority:
    """Authority of a grid member who covers the dwelling that `field` names."""

    def authorise(command: Any, district: District, who: str) -> Code | None:
        dwelling = district.grid.dwellings.get(getattr(command, field))
        return _within(district, who, dwelling.grid) if dwelling is not None else None

    return authorise


def covers_grid(field: str) -> Authority:
    """Authority of a grid member who covers the grid that `field` names."""

    def authorise(command: Any, district: District, who: str) -> Code | None:
        grid = getattr(command, field)
        return _within(district, who, grid) if grid in district.grid.grids else None

    return authorise


def covers_binding(field: str) -> Authority:
    """Authority of a grid member who covers the dwelling of the binding that `field` names."""

    def authorise(command: Any, district: District, who: str) -> Code | None:
        binding = district.residents.bindings.get(getattr(command, field))
        return _within(district, who, binding.grid) if binding is not None else None

    return authorise


def covers_person(field: str) -> Authority:
    """Authority of a grid member who covers a dwelling to which the person that `field` names is bound."""

    def authorise(command: Any, district: District, who: str) -> Code | None:
        return person_covered(district, getattr(command, field), who)

    return authorise


def person_covered(district: District, person: str, who: str) -> Code | None:
    """OUT_OF_GRID unless the grid member covers a dwelling of the person; a closed row is left to the decision."""
    row = district.residents.persons.get(person)
    if row is None or row.state != "ACTIVE":
        return None
    if not district.grid.active(who):
        return FORBIDDEN
    homes = district.residents.active(row)
    return None if any(district.grid.covers(who, each.grid) for each in homes) else OUT_OF_GRID


def cares_for(district: District, person: str, who: str) -> Code | None:
    """As `person_covered`; a care role serves every grid of a community in which it has one."""
    refusal = person_covered(district, person, who)
    if refusal is not OUT_OF_GRID or district.grid.workers[who].kind not in CARE_KINDS:
        return refusal
    community = {district.grid.grids[each].community for each in district.grid.workers[who].grids}
    homes = district.residents.active(district.residents.persons[person])
    return None if any(district.grid.grids[each.grid].community in community for each in homes) else OUT_OF_GRID
