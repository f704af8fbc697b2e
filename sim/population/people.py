"""The rows of people: community people and the others put one after the other, with their places and their traits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.population import traits
from sim.population.households import BoundMembers, age_group_of
from sim.population.others import OtherPeople
from sim.population.parameters import GUARDED_BELOW_AGE, TraitParameters
from sim.population.places import Places
from sim.population.town import Codes, Households, Merchants, People, PersonKind, Relation, Shorts, Standing
from sim.streams import RandomStreams

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class PeopleDraft:
    """The bound people on their way to columns: community people first; `dwelling` has one row a person."""

    bound: BoundMembers
    others: OtherPeople
    homes: Households
    places: Places
    dwelling: Ints

    def finish(self, shops: Merchants, parameters: TraitParameters, streams: RandomStreams) -> People:
        """All columns; each trait from its own stream."""
        rows = len(self.dwelling)
        age = np.concatenate([self.bound.age_years, self.others.age_years])
        group = age_group_of(age)
        building = self.places.dwellings.building[self.dwelling]
        grid = self.places.buildings.grid[building]
        community = self.places.grids.community[grid]
        members = self._or_none(self.homes.members[self.bound.household], none=0)
        skill = traits.draw_skill(age, group, parameters, streams.generator("town.skill"))
        return People(
            kind=self._joined(PersonKind.COMMUNITY, np.full(len(self.others.place), PersonKind.OTHER)),
            standing=self._joined(Standing.RESIDENT, self.others.standing),
            age_years=age.astype(np.uint8),
            age_group=group,
            relation=self._joined(self._relations(), self.others.relation),
            household=self._or_none(self.bound.household).astype(np.int32),
            household_members=members.astype(np.uint8),
            guardian=self._or_none(self._guardians()).astype(np.int32),
            dwelling=self.dwelling.astype(np.int32),
            building=building,
            grid=grid,
            community=community,
            subdistrict=self.places.communities.subdistrict[community],
            binds_alone=skill.binds_alone,
            digital_skill=skill.digital_skill,
            activity=traits.draw_activity(rows, parameters, streams.generator("town.activity")),
            motivation_logits=traits.draw_motivation(rows, parameters, streams.generator("town.motivation")),
            special_group=traits.draw_tags(age, group, members, parameters, streams.generator("town.tags")),
            shopping_grid=self._shopping(grid, shops, parameters, streams.generator("town.shopping")),
            spending_weight=traits.draw_spending(rows, parameters, streams.generator("town.spending")),
        )

    def _shopping(
        self, grid: Shorts, shops: Merchants, parameters: TraitParameters, generator: np.random.Generator
    ) -> Shorts:
        turnover = np.zeros(len(self.places.grids))
        np.add.at(turnover, shops.grid, shops.turnover_weight)
        return traits.draw_shopping_grid(grid, turnover, parameters, generator)

    def _joined(self, community: Ints | int, others: Ints) -> Codes:
        """One code column: a value (or one a row) for community people, then the others."""
        rows = np.broadcast_to(np.asarray(community), self.bound.age_years.shape)
        return np.concatenate([rows, others]).astype(np.int8)

    def _or_none(self, community: npt.NDArray[np.integer], none: int = -1) -> Ints:
        """A column that only community people have, with `none` for the others."""
        return np.concatenate([community.astype(np.int64), np.full(len(self.others.place), none)])

    def _relations(self) -> Ints:
        owns = self.homes.owns_home[self.bound.household]
        tenure = np.where(owns, Relation.OWNER, Relation.TENANT)
        return np.where(self.bound.place == 0, tenure, Relation.FAMILY)

    def _guardians(self) -> Ints:
        """The row of the household's first binder for those under 14, else -1; community people only."""
        first = np.flatnonzero(self.bound.first_binder)  # one a household, in the order of households
        return np.where(self.bound.age_years < GUARDED_BELOW_AGE, first[self.bound.household], -1)
