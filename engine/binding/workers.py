"""Grid members: appointed, assigned to grids, dismissed (F16, F18).

A grid with active bindings always has an active community worker (S18), so the last one cannot be dismissed before
another one is assigned, and nobody can be bound in a grid that has none yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.binding.codes import (
    GRID_ASSIGNED,
    GRID_NOT_FOUND,
    GRID_UNSTAFFED,
    KIND_NOT_FOUND,
    WORKER_DISMISSED,
    WORKER_EXISTS,
    WORKER_NOT_FOUND,
)
from engine.binding.places import OFFICE
from engine.district.grid import (
    ROOT_KIND,
    GridAssigned,
    Worker,
    WorkerAppointed,
    WorkerContact,
    WorkerDismissed,
    WorkerIntroduced,
    WorkerKind,
    WorkerName,
)
from engine.kernel.command import Command, Envelope, command
from engine.kernel.event import Event
from engine.kernel.ids import GridId, WorkerId
from engine.kernel.rejection import Rejected

if TYPE_CHECKING:
    from engine.district import District
    from engine.policy import Policy


def _serving(worker: Worker) -> None:
    if not worker.active:
        raise Rejected(WORKER_DISMISSED)


@command("binding.appoint_worker", OFFICE, (KIND_NOT_FOUND, WORKER_EXISTS))
class AppointWorker(Command):
    """Make somebody a grid member of one of the policy's kinds."""

    worker: WorkerId
    kind: WorkerKind

    def decide(self, district: District, policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """A grid member without a grid."""
        if self.kind not in policy.grid.kinds:
            raise Rejected(KIND_NOT_FOUND)
        if self.worker in district.grid.workers:
            raise Rejected(WORKER_EXISTS)
        return (WorkerAppointed(self.worker, self.kind),)


@command("binding.introduce_worker", OFFICE, (WORKER_NOT_FOUND, WORKER_DISMISSED))
class IntroduceWorker(Command):
    """Tell the residents of the member's grids who it is and how to reach them; a later word replaces this one."""

    worker: WorkerId
    name: WorkerName
    contact: WorkerContact

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The introduction; name and contact are commitments by now."""
        worker = district.grid.workers.get(self.worker)
        if worker is None:
            raise Rejected(WORKER_NOT_FOUND)
        _serving(worker)
        return (WorkerIntroduced(worker.id, self.name, self.contact),)


@command("binding.assign_grid", OFFICE, (GRID_NOT_FOUND, WORKER_NOT_FOUND, WORKER_DISMISSED, GRID_ASSIGNED))
class AssignGrid(Command):
    """Let a grid member cover one grid more."""

    worker: WorkerId
    grid: GridId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The assignment."""
        if self.grid not in district.grid.grids:
            raise Rejected(GRID_NOT_FOUND)
        worker = district.grid.workers.get(self.worker)
        if worker is None:
            raise Rejected(WORKER_NOT_FOUND)
        _serving(worker)
        if self.grid in worker.grids:
            raise Rejected(GRID_ASSIGNED)
        return (GridAssigned(self.worker, self.grid),)


@command("binding.dismiss_worker", OFFICE, (WORKER_NOT_FOUND, WORKER_DISMISSED, GRID_UNSTAFFED))
class DismissWorker(Command):
    """End the service of a grid member in all grids."""

    worker: WorkerId

    def decide(self, district: District, _policy: Policy, _by: Envelope) -> tuple[Event, ...]:
        """The dismissal; refused with the first grid that would be left without a community worker."""
        worker = district.grid.workers.get(self.worker)
        if worker is None:
            raise Rejected(WORKER_NOT_FOUND)
        _serving(worker)
        for each in worker.grids if worker.kind == ROOT_KIND else ():
            grid = district.grid.grids[each]
            if grid.active_bindings and grid.community_workers == 1:
                raise Rejected(GRID_UNSTAFFED, grid=grid.id)
        return (WorkerDismissed(self.worker),)
