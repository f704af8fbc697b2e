"""The reach of one policy item as a table (F07): by age band, how many are bound, have read it, were told of it.

Ages are no matter of the engine: whoever asks says which band a person belongs to (the simulation from its town, a
deployment from its register). The table can be made while receipts are kept, and names nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.kernel.units import BASIS

if TYPE_CHECKING:
    from engine.district import District


@dataclass(frozen=True, slots=True)
class Reach:
    """One band: bound persons, those who read the item alone, those to whom a grid member explained it."""

    band: str
    bound: int
    read: int
    told: int

    @property
    def share_bp(self) -> int | None:
        """Reached of bound in basis points, rounded down; None where nobody is bound."""
        return (self.read + self.told) * BASIS // self.bound if self.bound else None


def reach_table(district: District, article: str, band_of: Callable[[str], str]) -> tuple[Reach, ...]:
    """The table of an article in the order of bands, empty for one whose receipts are no longer kept."""
    found = district.board.articles.get(article)
    if found is None or found.state != "PUBLISHED":
        return ()
    bound = Counter(band_of(each.id) for each in district.residents.persons.values() if each.active_bindings)
    told = Counter(map(band_of, sorted(found.told)))
    read = Counter(map(band_of, sorted(found.readers - found.told)))
    bands = sorted({*bound, *told, *read})
    return tuple(Reach(band, bound[band], read[band], told[band]) for band in bands)
