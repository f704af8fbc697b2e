"""What a person has: material points, debt, moral points."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

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


def band(district: District, score: int) -> int:
    """The band of a moral score: how many of the policy's bounds it reaches."""
    return sum(score >= least for least in district.policy.points.moral_bands)


def bands(district: District) -> list[int]:
    """How many people with a moral score stand in each band, the lowest one first."""
    counts = [0] * (len(district.policy.points.moral_bands) + 1)
    for score in district.ledger.balances[MORAL].values():
        counts[band(district, score)] += bool(score)
    return counts


def moral_account(district: District, person: str) -> dict[str, Any]:
    """A person's moral score, its band, what the next one needs, and what was taken, with rule and evidence."""
    score = moral(district, person)
    above = [least for least in district.policy.points.moral_bands if least > score]
    rows = district.deductions.deductions.values()
    taken = [
        {"deduction": row.id, "rule": row.rule, "evidence": row.evidence, "points": row.points, "state": row.state,
         "appealable_until": row.appealable_until}
        for row in rows if district.residents.root(row.person) == person
    ]  # fmt: skip
    return {"score": score, "band": band(district, score), "next_at": above[0] if above else None, "deductions": taken}
