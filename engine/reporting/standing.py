"""Who stands where: the case that a command names, who may act on it, and whom a step is written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.district.cases import DISTRICT_DESK, Report
from engine.kernel.command import Envelope
from engine.kernel.rejection import FORBIDDEN, OUT_OF_GRID, Code, Rejected
from engine.reporting.codes import REPORT_NOT_FOUND, RPT_BAD_STATE, RPT_NOT_ASSIGNEE

if TYPE_CHECKING:
    from engine.district import District


def reporter(command: Any, district: District, who: str) -> Code | None:
    """Authority of the resident who brought the case, also under a row that was merged since."""
    row = district.cases.reports.get(command.report)
    if row is None:
        return None
    persons = district.residents.persons
    if not row.reporter or who not in persons:
        return FORBIDDEN
    return None if district.residents.root(row.reporter) == district.residents.root(who) else FORBIDDEN


def member(_command: Any, district: District, who: str) -> Code | None:
    """Authority of any active grid member; whose case it is, the decision answers."""
    return None if district.grid.active(who) else FORBIDDEN


def riding(_command: Any, district: District, who: str) -> Code | None:
    """Authority of a rider on duty, who sees on the way what goes wrong in any grid (F29)."""
    rider = district.market.riders.get(who)
    return None if rider is not None and rider.on_duty_since is not None else FORBIDDEN


def selling(command: Any, district: District, who: str) -> Code | None:
    """Authority of a merchant, who sees what goes wrong at the own shop: in no other grid."""
    merchant = district.trade.merchants.get(who)
    if merchant is None:
        return FORBIDDEN
    return None if merchant.grid == command.grid else OUT_OF_GRID


def entered(command: Any, district: District, who: str) -> Code | None:
    """Authority of the grid member who entered the case."""
    row = district.cases.reports.get(command.report)
    return None if row is None or (row.entered_by == who and district.grid.active(who)) else FORBIDDEN


def covers_report(command: Any, district: District, who: str) -> Code | None:
    """Authority of a grid member who covers the place of the case."""
    row = district.cases.reports.get(command.report)
    if row is None:
        return None
    if not district.grid.active(who):
        return FORBIDDEN
    return None if district.grid.covers(who, row.grid) else OUT_OF_GRID


def case(district: District, report: str) -> Report:
    """The case named; rejects an unknown one."""
    row = district.cases.reports.get(report)
    if row is None:
        raise Rejected(REPORT_NOT_FOUND)
    return row


def standing(row: Report, *states: str) -> None:
    """Reject a case that stands in none of the states."""
    if row.state not in states:
        raise Rejected(RPT_BAD_STATE, state=row.state)


def in_hand(row: Report, by: Envelope) -> None:
    """Reject everybody but the member who has the case; officers act for the district's desk."""
    if by.who != row.assignee if by.kind == "grid" else row.assignee != DISTRICT_DESK:
        raise Rejected(RPT_NOT_ASSIGNEE)


def bound(district: District, person: str) -> None:
    """Reject whoever is unknown, stands under another row, or is bound nowhere."""
    alive(district, person)
    if not district.residents.persons[person].active_bindings:
        raise Rejected(PERSON_NOT_BOUND)


def alive(district: District, person: str) -> None:
    """Reject whoever is unknown or stands under another row."""
    row = district.residents.persons.get(person)
    if row is None:
        raise Rejected(PERSON_NOT_FOUND)
    if row.state != "ACTIVE":
        raise Rejected(PERSON_MERGED, into=row.merged_into)


def actor(by: Envelope) -> str:
    """Whom a step is written to: the grid member's id, the reporter without a name, or the office."""
    if by.kind == "grid":
        return by.who
    return "reporter" if by.kind == "resident" else f"{by.kind}:{by.who}"
