"""Early warnings as officers and members see them; shares by source, and how often a warning was true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from engine.district.hazards import WarningSource
from engine.views.case_indicators import Share

if TYPE_CHECKING:
    from engine.district import District

SOURCES: tuple[WarningSource, ...] = get_args(WarningSource)
TRUE_STATES = ("VERIFIED", "CASE_OPENED", "CLEARED")


@dataclass(frozen=True, slots=True)
class WarningSeen:
    """A warning: where it came from, what it rests on, what became of it; the finder's words stay with the case."""

    warning: str
    source: str
    category: str
    community: str
    grid: str
    building: str
    cases: tuple[str, ...]
    state: str
    case: str
    steps: tuple[tuple[int, str, str], ...]


def warning_seen(district: District, warning: str) -> WarningSeen | None:
    """A warning by its id; None for an unknown one."""
    row = district.hazards.warnings.get(warning)
    if row is None:
        return None
    community = district.grid.grids[row.grid].community
    place = row.category, community, row.grid, row.building
    return WarningSeen(row.id, row.source, *place, row.cases, row.state, row.case, row.steps)


@dataclass(frozen=True, slots=True)
class SourceShare:
    """Warnings of one source: all, those judged, and those found true among the judged ones (precision)."""

    source: str
    raised: int
    of_all: Share
    waiting: int
    precision: Share


def warning_shares(district: District) -> tuple[SourceShare, ...]:
    """Shares by source (F39), each source named, also one that raised none."""
    rows = list(district.hazards.warnings.values())
    return tuple(_share(source, [row.state for row in rows if row.source == source], len(rows)) for source in SOURCES)


def _share(source: str, states: list[str], whole: int) -> SourceShare:
    judged = [state for state in states if state != "RAISED"]
    true = sum(state in TRUE_STATES for state in judged)
    return SourceShare(
        source, len(states), Share(len(states), whole), len(states) - len(judged), Share(true, len(judged))
    )
