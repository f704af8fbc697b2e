"""Who is bound where, in numbers and by grid; the history of a person; special-group tags.

A person counts in the grid of the primary binding, a household and a binding in the grid of their dwelling, so that
every metric of the grids adds up to the district's (F05). `totals` counts persons, bindings and dwellings one by one,
without looking at grids: that the sums agree is a check, not a definition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.binding.special_groups import may_read
from engine.district.special_groups import ReaderKind

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.residents import Binding
    from engine.kernel.engine import Engine

def by_grid(district: District) -> dict[str, Counter[str]]:
    """Metrics of every grid: `bound`, `bound.<relation>`, `bound.self|grid`, `households`, `members`, `bindings` ..."""
    found: dict[str, Counter[str]] = {grid: Counter() for grid in district.grid.grids}
    for building in district.grid.buildings.values():
        found[building.grid]["buildings"] += 1
    for dwelling in district.grid.dwellings.values():
        found[dwelling.grid].update(dwellings=1, households=bool(dwelling.household), members=dwelling.members)
    for binding in district.residents.bindings.values():
        if binding.state == "ACTIVE":
            found[binding.grid].update(_of_binding(binding, district.residents.persons[binding.person].home))
        elif binding.state == "PENDING_REVIEW":
            found[binding.grid]["reviews"] += 1
    return {grid: _shown(metrics) for grid, metrics in found.items()}


def _of_binding(binding: Binding, home: str) -> list[str]:
    """Metrics to which one active binding adds; the primary one stands for the person."""
    if binding.id != home:
        return ["bindings"]
    entered = "grid" if binding.entered_by else "self"
    return ["bindings", "bound", f"bound.{binding.relation}", f"bound.{entered}"]


def _shown(metrics: Counter[str]) -> Counter[str]:
    return Counter({name: count for name, count in sorted(metrics.items()) if count})


def totals(district: District) -> Counter[str]:
    """The same metrics for the whole district, from the persons and the counts that the events keep."""
    rows = district.residents
    found = Counter(
        bound=rows.bound_count,
        households=rows.household_count,
        members=sum(dwelling.members for dwelling in district.grid.dwellings.values()),
        bindings=sum(person.active_bindings for person in rows.persons.values()),
        reviews=len(rows.reviews),
        buildings=len(district.grid.buildings),
        dwellings=len(district.grid.dwellings),
    )
    for person in rows.persons.values():
        if person.home:
            home = rows.bindings[person.home]
            found[f"bound.{home.relation}"] += 1
            found["bound.grid" if home.entered_by else "bound.self"] += 1
    return _shown(found)


def by_community(district: District) -> dict[str, Counter[str]]:
    """Metrics of every community: the sums of its grids."""
    return _summed(by_grid(district).items(), {each.id: each.community for each in district.grid.grids.values()})


def by_subdistrict(district: District) -> dict[str, Counter[str]]:
    """Metrics of every subdistrict: the sums of its communities."""
    above = {each.id: each.subdistrict for each in district.grid.communities.values()}
    return _summed(by_community(district).items(), above)


def _summed(parts: Iterable[tuple[str, Counter[str]]], above: dict[str, str]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {whole: Counter() for whole in above.values()}
    for part, metrics in parts:
        found[above[part]].update(metrics)
    return {whole: _shown(metrics) for whole, metrics in found.items()}


def persons_per_household(district: District) -> dict[int, int]:
    """Number of households by how many bound members they have."""
    sizes = Counter(dwelling.members for dwelling in district.grid.dwellings.values() if dwelling.household)
    return dict(sorted(sizes.items()))


def history(district: District, person: str) -> tuple[Binding, ...]:
    """All bindings of a person in the order in which they were made, ended ones and those of merged rows included."""
    rows = district.residents
    return tuple(rows.bindings[each] for each in rows.persons[rows.root(person)].bindings)


@dataclass(frozen=True, slots=True)
class TagSeen:
    """A tag as its reader sees it; `group` is None once the value was purged from the vault."""

    tag: str
    group: str | None
    evidence: str
    set_by: str
    valid_to: int


def special_tags(engine: Engine, person: str, reader_kind: ReaderKind, reader: str) -> tuple[TagSeen, ...]:
    """Special-group tags of a person for a reader whose reading was just logged by ReadTags, at the same instant.

    Raises PermissionError for everybody else, merchants and riders among them: there is no answer without an entry in
    the log, and an entry answers once the right to read still holds.
    """
    district = engine.district
    rows = district.special_groups
    if rows.read.get(person) != (reader_kind, reader, district.at):
        raise PermissionError(f"no reading by {reader_kind}:{reader} is logged now: give binding.read_tags first")
    refusal = may_read(district, person, reader_kind, reader)
    if refusal is not None:
        raise PermissionError(f"{reader_kind}:{reader} may no longer read this: {refusal.name}")
    vault = engine.sealing.vault
    found = [(rows.tags[each], vault.get(rows.tags[each].commitment)) for each in rows.tags_of.get(person, ())]
    return tuple(
        TagSeen(tag.id, row.value if row is not None else None, tag.evidence, tag.set_by, tag.valid_to)
        for tag, row in found
    )
