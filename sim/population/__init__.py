"""The synthetic town: everybody who is bound, where they live, who serves them, where they shop; as numpy columns.

`build_town(parameters, RandomStreams(parameters.seed), scale)` makes it. It knows no policy and no date but the
launch: the same population seed and scale give the same town in every run, so that runs can be paired person by
person.
"""

from sim.population.build import ScaledTotals, build_town, totals_at
from sim.population.parameters import AGE_GROUPS, PopulationParameters
from sim.population.town import (
    DwellingKind,
    MemberKind,
    PersonKind,
    Relation,
    SpecialGroup,
    Standing,
    Town,
    Trade,
    columns_of,
)

__all__ = [
    "AGE_GROUPS",
    "DwellingKind",
    "MemberKind",
    "PersonKind",
    "PopulationParameters",
    "Relation",
    "ScaledTotals",
    "SpecialGroup",
    "Standing",
    "Town",
    "Trade",
    "build_town",
    "columns_of",
    "totals_at",
]
