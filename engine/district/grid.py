"""Rows and events of the grid: communities, grids, buildings, dwellings, printed codes, grid members.

Places lie in each other: a dwelling in a building, a building in a grid, a grid in a community, a community in a
subdistrict. A place never moves, so a dwelling states its grid and a grid its community.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import StringConstraints

from engine.kernel.event import Event, event
from engine.kernel.ids import BuildingId, CommunityId, DwellingId, GridId, QrId, WorkerId
from engine.kernel.units import Area, Count, Instant, Name, Personal

if TYPE_CHECKING:
    from engine.district.district import District

WorkerKind = Name  # one of the policy's table of kinds, which a planner may extend
ROOT_KIND = "community_worker"  # each grid with bound residents has a member of this kind (S18)
CodeKind = Literal["dwelling", "outdoor"]
CONTACT_DAYS = 3_660  # as long as a member serves; ten years, assumed
WorkerName = Annotated[
    str, Personal("who serves a grid, for its residents", CONTACT_DAYS), StringConstraints(min_length=1, max_length=60)
]
WorkerContact = Annotated[
    str, Personal("how residents reach a member", CONTACT_DAYS), StringConstraints(min_length=1, max_length=60)
]
CodeState = Literal["LIVE", "USED", "EXPIRED", "REVOKED"]
CODE_EDGES = frozenset({("", "LIVE"), ("LIVE", "USED"), ("LIVE", "EXPIRED"), ("USED", "EXPIRED"), ("LIVE", "REVOKED")})


@dataclass(slots=True)
class Community:
    """A neighbourhood with its residents' committee, and the subdistrict that it belongs to."""

    id: str
    subdistrict: str


@dataclass(slots=True)
class Grid:
    """A part of a community: its active members in the order of their assignment, and its active bindings."""

    id: str
    community: str
    workers: list[str]
    community_workers: int = 0
    active_bindings: int = 0


@dataclass(slots=True)
class Building:
    """A house, office or venue of a grid."""

    id: str
    grid: str


@dataclass(slots=True)
class Dwelling:
    """A place to be bound to. While it has a household, `members` counts those actively bound as its members."""

    id: str
    building: str
    grid: str
    household: str = ""
    members: int = 0
    area_dm2: int = 0


@dataclass(slots=True)
class Qr:
    """A printed code: live while at < expires_at, not revoked, and with uses left (-1: no limit)."""

    id: str
    kind: CodeKind
    place: str
    expires_at: int
    uses_left: int
    revoked: bool = False

    def state(self, at: int) -> CodeState:
        """State at the instant `at`; nothing is written when a code runs out."""
        if self.revoked:
            return "REVOKED"
        if at >= self.expires_at:
            return "EXPIRED"
        return "LIVE" if self.uses_left else "USED"


@dataclass(slots=True)
class Worker:
    """A grid member: kind and the grids covered, in the order of assignment; a dismissed one keeps the history.

    `name` and `contact` are commitments, empty until the member was introduced.
    """

    id: str
    kind: WorkerKind
    appointed_at: int
    grids: tuple[str, ...] = ()
    active: bool = True
    name: str = ""
    contact: str = ""


@dataclass(slots=True)
class Spot:
    """The place that an outdoor code carries: a named spot in a grid, at a building or in the open."""

    grid: str
    building: str
    name: str


class GridRows:
    """The places of the district, their codes, and who looks after them."""

    __slots__ = ("buildings", "codes", "communities", "dwellings", "grids", "spots", "workers")

    def __init__(self) -> None:
        """No place."""
        self.communities: dict[str, Community] = {}
        self.grids: dict[str, Grid] = {}
        self.buildings: dict[str, Building] = {}
        self.dwellings: dict[str, Dwelling] = {}
        self.codes: dict[str, Qr] = {}
        self.spots: dict[str, Spot] = {}  # by outdoor code
        self.workers: dict[str, Worker] = {}

    def covers(self, worker: str, grid: str) -> bool:
        """True if `worker` is an active grid member assigned to `grid`."""
        row = self.workers.get(worker)
        return row is not None and row.active and grid in row.grids

    def active(self, worker: str) -> bool:
        """True if `worker` is an active grid member."""
        row = self.workers.get(worker)
        return row is not None and row.active

    def members(self, grid: str) -> list[Worker]:
        """Active members of a grid in the order of their assignment."""
        return [self.workers[each] for each in self.grids[grid].workers]


@event("binding.community_opened")
class CommunityOpened(Event):
    """A community takes part."""

    community: CommunityId
    subdistrict: Name

    def apply(self, district: District) -> None:
        """Write the community."""
        district.ids.taken(self.community)
        district.grid.communities[self.community] = Community(self.community, self.subdistrict)


@event("binding.grid_opened")
class GridOpened(Event):
    """A community has a grid more."""

    grid: GridId
    community: CommunityId

    def apply(self, district: District) -> None:
        """Write the grid."""
        district.ids.taken(self.grid)
        district.grid.grids[self.grid] = Grid(self.grid, self.community, [])


@event("binding.building_added")
class BuildingAdded(Event):
    """A building of a grid is in the base."""

    building: BuildingId
    grid: GridId

    def apply(self, district: District) -> None:
        """Write the building."""
        district.ids.taken(self.building)
        district.grid.buildings[self.building] = Building(self.building, self.grid)


@event("binding.dwelling_added")
class DwellingAdded(Event):
    """A dwelling of a building is in the base; `area_dm2` is its floor area in 0.01 m2, 0 where nobody knows it."""

    dwelling: DwellingId
    building: BuildingId
    grid: GridId
    area_dm2: Area

    def apply(self, district: District) -> None:
        """Write the dwelling, without a household."""
        district.ids.taken(self.dwelling)
        district.grid.dwellings[self.dwelling] = Dwelling(self.dwelling, self.building, self.grid, "", 0, self.area_dm2)


@event("binding.qr_issued")
class QrIssued(Event):
    """A code is printed for a dwelling; it binds `uses` times (0: without limit) before `expires_at`."""

    qr: QrId
    dwelling: DwellingId
    expires_at: Instant
    uses: Count

    def apply(self, district: District) -> None:
        """Write the code."""
        district.ids.taken_next("qr")
        district.grid.codes[self.qr] = Qr(self.qr, "dwelling", self.dwelling, self.expires_at, self.uses or -1)


@event("binding.outdoor_code_issued")
class OutdoorCodeIssued(Event):
    """A code is printed for a spot out of doors: it binds nobody, and who scans it need not say where."""

    qr: QrId
    grid: GridId
    building: BuildingId | None
    spot: Name
    expires_at: Instant

    def apply(self, district: District) -> None:
        """Write the code and its spot."""
        district.ids.taken_next("qr")
        district.grid.codes[self.qr] = Qr(self.qr, "outdoor", self.grid, self.expires_at, -1)
        district.grid.spots[self.qr] = Spot(self.grid, self.building or "", self.spot)


@event("binding.qr_revoked")
class QrRevoked(Event):
    """A printed code binds nobody any more."""

    qr: QrId

    def apply(self, district: District) -> None:
        """Mark the code."""
        district.grid.codes[self.qr].revoked = True


@event("binding.worker_appointed")
class WorkerAppointed(Event):
    """Somebody becomes a grid member."""

    worker: WorkerId
    kind: WorkerKind

    def apply(self, district: District) -> None:
        """Write the member, without a grid."""
        district.ids.taken(self.worker)
        district.grid.workers[self.worker] = Worker(self.worker, self.kind, district.at)


@event("binding.worker_introduced")
class WorkerIntroduced(Event):
    """Residents of the member's grids may know name and contact; both are commitments."""

    worker: WorkerId
    name: Name
    contact: Name

    def apply(self, district: District) -> None:
        """Keep the commitments; a later introduction replaces them."""
        worker = district.grid.workers[self.worker]
        worker.name, worker.contact = self.name, self.contact


@event("binding.grid_assigned")
class GridAssigned(Event):
    """A grid member covers one grid more."""

    worker: WorkerId
    grid: GridId

    def apply(self, district: District) -> None:
        """Write both directions."""
        worker, grid = district.grid.workers[self.worker], district.grid.grids[self.grid]
        worker.grids += (grid.id,)
        grid.workers.append(worker.id)
        grid.community_workers += worker.kind == ROOT_KIND


@event("binding.worker_dismissed")
class WorkerDismissed(Event):
    """A grid member covers nothing any more."""

    worker: WorkerId

    def apply(self, district: District) -> None:
        """Take the member off the grids."""
        worker = district.grid.workers[self.worker]
        worker.active = False
        for grid in [district.grid.grids[each] for each in worker.grids]:
            grid.workers.remove(worker.id)
            grid.community_workers -= worker.kind == ROOT_KIND
