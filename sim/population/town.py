"""The town as columns: one read-only numpy array a property, row numbers instead of objects.

Rows refer to rows: a person has a dwelling, a dwelling a building, a building a grid, a grid a community, a community
a subdistrict. -1 stands for "none". Every row is synthetic; a row number is the person's identity in all runs of one
population seed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Codes = npt.NDArray[np.int8]
Shorts = npt.NDArray[np.int16]
Rows = npt.NDArray[np.int32]
Reals = npt.NDArray[np.float32]


class Labelled(IntEnum):
    """A code in a column; its label is the word that rules and tables use."""

    @property
    def label(self) -> str:
        """The word, such as `elderly_alone`."""
        return self.name.lower()


class PersonKind(Labelled):
    """The two kinds of bound people that the totals tell apart."""

    COMMUNITY = 0
    OTHER = 1


class Standing(Labelled):
    """What a person is to the district; only the first is a community resident, the split of the others is assumed."""

    RESIDENT = 0
    WORKER = 1
    STUDENT = 2
    VISITOR = 3
    OTHER_BANNER = 4


class Relation(Labelled):
    """How a binding ties a person to a dwelling."""

    OWNER = 0
    TENANT = 1
    FAMILY = 2
    WORKER = 3
    VISITOR = 4


class SpecialGroup(Labelled):
    """Special-group tag; rates are assumed, none were published."""

    NONE = 0
    ELDERLY_ALONE = 1
    DISABLED = 2
    LOW_INCOME = 3
    VETERAN = 4


class DwellingKind(Labelled):
    """A home of a community household, or the place that another bound person is tied to."""

    HOME = 0
    WORKPLACE = 1
    DORMITORY = 2
    VENUE = 3


class MemberKind(Labelled):
    """Kinds of grid members: four are named by the source, "and others"."""

    COMMUNITY_WORKER = 0
    POLICE_OFFICER = 1
    FAMILY_DOCTOR = 2
    MEDIATOR = 3
    OTHER = 4


class Trade(Labelled):
    """The four trades of the marketplace."""

    RETAIL = 0
    REPAIR = 1
    HOUSEKEEPING = 2
    CATERING = 3


@dataclass(frozen=True)
class Columns:
    """A table: arrays of equal length, read-only once made."""

    def __post_init__(self) -> None:
        """Freezes the arrays, so that no run can change the town it shares with another."""
        for _, column in columns_of(self):
            column.setflags(write=False)

    def __len__(self) -> int:
        """Number of rows."""
        return len(getattr(self, fields(self)[0].name))


@dataclass(frozen=True)
class People(Columns):
    """Everybody bound by the as-of date: community people by household, then the others by place."""

    kind: Codes  # PersonKind
    standing: Codes  # Standing
    age_years: Bytes
    age_group: Codes  # row of AGE_GROUPS
    relation: Codes  # Relation
    household: Rows  # -1 for all who are no community residents
    household_members: Bytes  # all members, bound or not; 0 for all who are no community residents
    guardian: Rows  # the household's first bound adult, for those under 14; else -1
    dwelling: Rows
    building: Rows
    grid: Shorts
    community: Codes
    subdistrict: Codes
    binds_alone: Bools  # else a grid member enters them, or the guardian
    digital_skill: Reals  # 0 to 1; 0.5 and above can bind without help
    activity: Reals  # multiplier of every rate, mean 1
    motivation_logits: Reals  # mean 0
    special_group: Codes  # SpecialGroup
    shopping_grid: Shorts  # where most of their shopping is done; has a merchant
    spending_weight: Reals  # mean 1


@dataclass(frozen=True)
class Households(Columns):
    """Community households with at least one bound person; row h lives in dwelling h."""

    members: Bytes  # all members
    bound_members: Bytes
    first_person: Rows  # bound people of household h: rows first_person[h] to first_person[h] + bound_members[h]
    owns_home: Bools


@dataclass(frozen=True)
class Dwellings(Columns):
    """Homes first (row = household), then the places of the others."""

    kind: Codes  # DwellingKind
    building: Rows


@dataclass(frozen=True)
class Buildings(Columns):
    """Residential buildings first, then the others."""

    grid: Shorts


@dataclass(frozen=True)
class Grids(Columns):
    """Each grid lies in one community and has at least one residential building."""

    community: Codes


@dataclass(frozen=True)
class Communities(Columns):
    """Each community lies in one subdistrict."""

    subdistrict: Codes


@dataclass(frozen=True)
class GridMembers(Columns):
    """Grid members; member m covers the grids `covered_grid[first_cover[m] : first_cover[m] + covers[m]]`."""

    kind: Codes  # MemberKind
    first_cover: Rows
    covers: Shorts


@dataclass(frozen=True)
class Cover(Columns):
    """Pairs of member and grid, by member."""

    member: Rows
    grid: Shorts


@dataclass(frozen=True)
class Merchants(Columns):
    """Payees of the aggregated payment."""

    trade: Codes  # Trade
    grid: Shorts
    turnover_weight: Reals  # share of all purchases times number of payees: mean 1
    points_rate_bp: Shorts  # the merchant's own; the engine takes no more than the policy's cap
    in_marketplace: Bools
    special_offer: Bools
    opening_day: Shorts  # days after launch


@dataclass(frozen=True)
class Town:
    """The whole town; `subdistricts` is their number."""

    people: People
    households: Households
    dwellings: Dwellings
    buildings: Buildings
    grids: Grids
    communities: Communities
    subdistricts: int
    members: GridMembers
    cover: Cover
    merchants: Merchants

    def grids_of_member(self, member: int) -> Shorts:
        """The grids that one grid member covers, ascending."""
        start = int(self.members.first_cover[member])
        return self.cover.grid[start : start + int(self.members.covers[member])]

    def digest(self) -> str:
        """SHA-256 over every column with its name and type: equal towns have equal digests."""
        total = hashlib.sha256(str(self.subdistricts).encode())
        for name, column in columns_of(self):
            total.update(f"{name}:{column.dtype.str}:{column.shape}".encode())
            total.update(np.ascontiguousarray(column).tobytes())
        return total.hexdigest()

    @property
    def size_bytes(self) -> int:
        """Memory of all columns."""
        return sum(column.nbytes for _, column in columns_of(self))


def columns_of(table: Any, prefix: str = "") -> Iterator[tuple[str, npt.NDArray[Any]]]:
    """Name and array of every column, tables within tables included, in the order of declaration."""
    for field in fields(table):
        value = getattr(table, field.name)
        if isinstance(value, np.ndarray):
            yield f"{prefix}{field.name}", value
        elif isinstance(value, Columns):
            yield from columns_of(value, f"{field.name}.")
