"""Bound people who are no community residents (workers, students, visitors, other banners), each tied to a place.

The source counts them (bound people less community people) and says nothing more: standings, ages and places are
assumed. Nobody is under 15, because there is no household in which a guardian could bind a child.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.population.apportion import apportion, labels_of, lognormal_weights
from sim.population.households import ages_beyond_70
from sim.population.parameters import OtherParameters
from sim.population.town import DwellingKind, Relation, Standing

Ints = npt.NDArray[np.int64]

_STANDINGS = (Standing.WORKER, Standing.STUDENT, Standing.VISITOR, Standing.OTHER_BANNER)
_PLACES = (DwellingKind.WORKPLACE, DwellingKind.DORMITORY, DwellingKind.VENUE, DwellingKind.VENUE)
_RELATIONS = (Relation.WORKER, Relation.VISITOR, Relation.VISITOR, Relation.VISITOR)
_STARTS, _STOPS = (15, 25, 45, 60), (25, 45, 60, 70)


@dataclass(frozen=True)
class OtherPeople:
    """One row a person, by standing and place; `place_kind` has one row a place."""

    standing: Ints
    relation: Ints
    age_years: Ints
    place: Ints
    place_kind: Ints


def draw_others(
    people: int, years_beyond_70: float, parameters: OtherParameters, generator: np.random.Generator
) -> OtherPeople:
    """`people` rows (none is allowed) and the places that hold them, each with at least one person."""
    counts = apportion(people, parameters.standing_shares)
    sizes = [
        _place_sizes(int(count), mean, parameters.place_size_log_sd, generator)
        for count, mean in zip(counts, parameters.people_per_place, strict=True)
    ]
    ages = [
        _ages(int(count), shares, years_beyond_70, generator)
        for count, shares in zip(counts, parameters.age_shares, strict=True)
    ]
    row = labels_of(counts)
    return OtherPeople(
        standing=np.array(_STANDINGS)[row],
        relation=np.array(_RELATIONS)[row],
        age_years=np.concatenate(ages),
        place=labels_of(np.concatenate(sizes)),
        place_kind=np.repeat(np.array(_PLACES), [len(part) for part in sizes]),
    )


def _place_sizes(people: int, mean_people: float, log_sd: float, generator: np.random.Generator) -> Ints:
    places = min(people, max(1, round(people / mean_people)))
    return apportion(people, lognormal_weights(places, log_sd, generator), minimum=1)


def _ages(people: int, shares: tuple[float, ...], years_beyond_70: float, generator: np.random.Generator) -> Ints:
    counts = apportion(people, shares)
    drawn = [generator.integers(low, high, size=n) for low, high, n in zip(_STARTS, _STOPS, counts, strict=False)]
    drawn.append(ages_beyond_70(int(counts[-1]), years_beyond_70, generator))
    return generator.permutation(np.concatenate(drawn))
