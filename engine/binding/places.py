"""The base of places: communities, grids, buildings, dwellings, and the printed codes of households (F03).

A household's code is printed once and binds many persons until it expires or is revoked; how long it lives and how
often it binds are policy. Its id is no secret: a deployment prints it with a signature of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.codes import (
    BIND_QR_EXPIRED,
    BIND_QR_REVOKED,
    BIND_QR_USED,
    BUILDING_EXISTS,
    BUILDING_NOT_FOUND,
    COMMUNITY_EXISTS,
    COMMUNITY_NOT_FOUND,
    DWELLING_EXISTS,
    DWELLING_NOT_FOUND,
    GRID_EXISTS,
    GRID_NOT_FOUND,
    PLACE_ELSEWHERE,
    QR_NOT_FOUND,
)
from engine.district.grid import (
    BuildingAdded,
    CommunityOpened,
    DwellingAdded,
    GridOpened,
    OutdoorCodeIssued,
    Qr,
    QrIssued,
    QrRevoked,
)
from engine.kernel.command import Command, Envelope, anyone, command
from engine.kernel.event import Event
from engine.kernel.ids import BuildingId, CommunityId, DwellingId, GridId, QrId
from engine.kernel.rejection import Rejected
from engine.kernel.units import Area, Name, after_days, civil_day, day_start

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy

OFFICE = {"officer": anyone, "system": anyone}
CODE_ANSWERS = {"REVOKED": BIND_QR_REVOKED, "EXPIRED": BIND_QR_EXPIRED, "USED": BIND_QR_USED}
DEAD_CODES = tuple(CODE_ANSWERS.values())


def refuse_dead(code: Qr, at: int) -> None:
    """Raise the reason why a code binds nobody at the instant `at`; nothing for a live one."""
    state = code.state(at)
    if state != "LIVE":
        raise Rejected(CODE_ANSWERS[state])


def building_in(district: District, building: str | None, grid: str) -> None:
    """Reject a building that is not there or lies in another grid; None names none."""
    if building is None:
        return
    row = district.grid.buildings.get(building)
    if row is None:
        raise Rejected(BUILDING_NOT_FOUND)
    if row.grid != grid:
        raise Rejected(PLACE_ELSEWHERE, grid=row.grid)


@command("binding.open_community", OFFICE, (COMMUNITY_EXISTS,))
class OpenCommunity(Command):
    """Let a community of a subdistrict take part."""

    community: CommunityId
    subdistrict: Name

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """An open community."""
        if self.community in district.grid.communities:
            raise Rejected(COMMUNITY_EXISTS)
        return (CommunityOpened(self.community, self.subdistrict),)


@command("binding.open_grid", OFFICE, (COMMUNITY_NOT_FOUND, GRID_EXISTS))
class OpenGrid(Command):
    """Open a grid in a community."""

    grid: GridId
    community: CommunityId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """An open grid."""
        community = district.grid.communities.get(self.community)
        if community is None:
            raise Rejected(COMMUNITY_NOT_FOUND)
        if self.grid in district.grid.grids:
            raise Rejected(GRID_EXISTS)
        return (GridOpened(self.grid, community.id),)


@command("binding.add_building", OFFICE, (GRID_NOT_FOUND, BUILDING_EXISTS))
class AddBuilding(Command):
    """Put a building of a grid into the base."""

    building: BuildingId
    grid: GridId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A building."""
        grid = district.grid.grids.get(self.grid)
        if grid is None:
            raise Rejected(GRID_NOT_FOUND)
        if self.building in district.grid.buildings:
            raise Rejected(BUILDING_EXISTS)
        return (BuildingAdded(self.building, grid.id),)


@command("binding.add_dwelling", OFFICE, (BUILDING_NOT_FOUND, DWELLING_EXISTS))
class AddDwelling(Command):
    """Put a dwelling of a building into the base; workplaces and dormitories are dwellings too.

    `area_dm2` is the floor area in 0.01 m2 by which owners vote; 0 where nobody knows it.
    """

    dwelling: DwellingId
    building: BuildingId
    area_dm2: Area = 0

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A dwelling, in the grid of its building."""
        building = district.grid.buildings.get(self.building)
        if building is None:
            raise Rejected(BUILDING_NOT_FOUND)
        if self.dwelling in district.grid.dwellings:
            raise Rejected(DWELLING_EXISTS)
        return (DwellingAdded(self.dwelling, building.id, building.grid, self.area_dm2),)


@command("binding.issue_qr", OFFICE, (DWELLING_NOT_FOUND,))
class IssueQr(Command):
    """Print a code for a dwelling; codes printed before stay valid until they expire or are revoked."""

    dwelling: DwellingId

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A live code."""
        dwelling = district.grid.dwellings.get(self.dwelling)
        if dwelling is None:
            raise Rejected(DWELLING_NOT_FOUND)
        expires_at = day_start(civil_day(by.at) + 1 + policy.binding.household_code_days)
        return (QrIssued(district.ids.new("qr"), dwelling.id, expires_at, policy.binding.household_code_uses),)


@command("binding.issue_outdoor_code", OFFICE, (GRID_NOT_FOUND, BUILDING_NOT_FOUND, PLACE_ELSEWHERE))
class IssueOutdoorCode(Command):
    """Print a code for a spot out of doors (F38), at a building of the grid or in the open."""

    grid: GridId
    building: BuildingId | None
    spot: Name

    def decide(self, district: District, policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A live code that carries its place."""
        if self.grid not in district.grid.grids:
            raise Rejected(GRID_NOT_FOUND)
        building_in(district, self.building, self.grid)
        expires_at = after_days(by.at, policy.binding.outdoor_code_days)
        return (OutdoorCodeIssued(district.ids.new("qr"), self.grid, self.building, self.spot, expires_at),)


@command("binding.revoke_qr", OFFICE, (QR_NOT_FOUND, *DEAD_CODES))
class RevokeQr(Command):
    """Withdraw a live code; who is bound by it stays bound."""

    qr: QrId

    def decide(self, district: District, _policy: Policy, by: Envelope) -> tuple[Event, ...]:
        """A revoked code."""
        code = district.grid.codes.get(self.qr)
        if code is None:
            raise Rejected(QR_NOT_FOUND)
        refuse_dead(code, by.at)
        return (QrRevoked(code.id),)
