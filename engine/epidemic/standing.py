"""Who may do what while the epidemic functions are on; while they are off nobody may anything.

Authority is asked before a personal value is sealed, so that nothing personal is taken in after the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.binding.authority import CARE_KINDS, cares_for
from engine.epidemic.codes import EPI_IN_FUTURE, EPI_TOO_OLD
from engine.kernel.command import Authority
from engine.kernel.rejection import FORBIDDEN, Code, Rejected
from engine.kernel.units import DAY_S
from engine.policy.epidemic import LONGEST_WINDOW_DAYS

if TYPE_CHECKING:
    from engine.district import District


def while_on(authority: Authority) -> Authority:
    """The authority, and FORBIDDEN while the epidemic functions are off."""

    def authorise(command: Any, district: District, who: str) -> Code | None:
        return authority(command, district, who) if district.epidemic.ends_at else FORBIDDEN

    return authorise


def family_doctor(command: Any, district: District, who: str) -> Code | None:
    """Authority of a family doctor who serves the community in which the `person` of the command is bound."""
    worker = district.grid.workers.get(who)
    if worker is None or not worker.active or worker.kind not in CARE_KINDS:
        return FORBIDDEN
    return cares_for(district, command.person, who)


def oneself_or_guardian(command: Any, district: District, who: str) -> Code | None:
    """Authority of a person over the own traces, under any row, and of a guardian until the minor is of age."""
    return None if who == command.person or is_guardian(district, command.person, who) else FORBIDDEN


def is_guardian(district: District, person: str, who: str) -> bool:
    """True while `who` is registered as guardian of a row that stands for the person."""
    if person not in district.residents.persons:
        return False
    rows = district.residents.rows_of(person)
    return any(each.guardian == who and each.person in rows for each in district.epidemic.guardians.values())


def recent(instant: int, at: int) -> None:
    """Reject an instant that is still to come, or so long ago that no rule asks for it."""
    if instant > at:
        raise Rejected(EPI_IN_FUTURE, now=at)
    if instant <= at - LONGEST_WINDOW_DAYS * DAY_S:
        raise Rejected(EPI_TOO_OLD, days=LONGEST_WINDOW_DAYS)
