"""Who takes part: a person whose row is active, or one who is bound besides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.codes import PERSON_MERGED, PERSON_NOT_BOUND, PERSON_NOT_FOUND
from engine.kernel.rejection import Rejected

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.residents import Person


def known(district: District, person: str) -> Person:
    """The row of a person; rejects an unknown one."""
    row = district.residents.persons.get(person)
    if row is None:
        raise Rejected(PERSON_NOT_FOUND)
    return row


def active(row: Person) -> None:
    """Reject a row that is closed."""
    if row.state != "ACTIVE":
        raise Rejected(PERSON_MERGED, into=row.merged_into)


def bound(row: Person) -> None:
    """Reject whoever stands under another row, or is bound nowhere."""
    active(row)
    if not row.active_bindings:
        raise Rejected(PERSON_NOT_BOUND)
