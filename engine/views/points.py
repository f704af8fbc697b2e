"""What a person has: material points, debt, moral points."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.district.ledger import AV, DEBT, MORAL, PEND

if TYPE_CHECKING:
    from engine.district import District


def available(district: District, person: str) -> int:
    """Material points that a person can use now."""
    return district.ledger.balances[AV].get(person, 0)


def available_by_person(district: District) -> Mapping[str, int]:
    """Material points by person, as a living view: it follows the district; who is missing has none."""
    return MappingProxyType(district.ledger.balances[AV])


def pending(district: District, person: str) -> int:
    """Material points granted to a person that cannot be used yet."""
    return district.ledger.balance(PEND, person)


def debt(district: District, person: str) -> int:
    """Material points that a person owes after a clawback."""
    return -district.ledger.balance(DEBT, person)


def moral(district: District, person: str) -> int:
    """The moral score of a person."""
    return district.ledger.balance(MORAL, person)


def sums(district: District) -> tuple[int, int, int]:
    """Over all persons: material points that can be used now or later, points owed, moral points."""
    balances = district.ledger.balances
    usable = sum(balances[AV].values()) + sum(balances[PEND].values())
    return usable, -sum(balances[DEBT].values()), sum(balances[MORAL].values())
