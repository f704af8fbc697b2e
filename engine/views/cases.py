"""Answers about cases: step by step for the reporter, in public without personal data, as work for the members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.district.cases import DISTRICT_DESK, Report, Step
from engine.kernel.units import civil_day

if TYPE_CHECKING:
    from engine.district import District
    from engine.kernel.vault import Vault


@dataclass(frozen=True, slots=True)
class CaseStory:
    """What a reporter sees of the own case: every step with instant (seconds UTC) and actor, oldest first.

    `text` and `place` are what the reporter wrote; empty when nothing was written, the vault was not given, or the
    value has been purged.
    """

    report: str
    kind: str
    category: str
    route: str
    state: str
    due: int
    level: int
    round: int
    duplicate_of: str
    text: str
    place: str
    steps: tuple[Step, ...]


def case_story(district: District, report: str, person: str, vault: Vault | None = None) -> CaseStory | None:
    """The own case of a resident step by step; None for an unknown case and for everybody else's."""
    row, persons = district.cases.reports.get(report), district.residents.persons
    if row is None or not row.reporter or person not in persons:
        return None
    if district.residents.root(row.reporter) != district.residents.root(person):
        return None
    return story_of(district, report, vault)


def story_of(district: District, report: str, vault: Vault | None = None) -> CaseStory | None:
    """Any case step by step, for whoever may look at it; None for an unknown case."""
    row = district.cases.reports.get(report)
    if row is None:
        return None
    return CaseStory(
        row.id,
        row.kind,
        row.category,
        row.route,
        row.state,
        row.due,
        row.level,
        row.round,
        row.root,
        _opened(vault, row.text),
        _opened(vault, row.place),
        row.steps,
    )


def _opened(vault: Vault | None, commitment: str) -> str:
    found = vault.get(commitment) if vault is not None and commitment else None
    return found.value if found is not None else ""


def own_cases(district: District, person: str) -> tuple[str, ...]:
    """Ids of the cases that a person brought, under any row that stands for the person, oldest first."""
    if person not in district.residents.persons:
        return ()
    rows = district.residents.rows_of(person)
    return tuple(row.id for row in district.cases.reports.values() if row.reporter in rows)


@dataclass(frozen=True, slots=True)
class ClosedCase:
    """A closed case as everybody may see it: no person, no worker, no words, no exact place, civil days only."""

    report: str
    kind: str
    source: str
    category: str
    route: str
    community: str
    grid: str
    submitted_day: int
    answered_day: int | None
    closed_day: int
    closed_by: str
    rounds: int
    level: int
    late: bool
    stars: int | None
    handled_by_kind: str


def closed_cases(district: District, community: str | None = None) -> tuple[ClosedCase, ...]:
    """The public list of closed cases, of the district or of one community, in the order of their ids."""
    found = [_published(district, row) for row in district.cases.reports.values() if row.closed_at is not None]
    return tuple(each for each in found if community in (None, each.community))


def _published(district: District, row: Report) -> ClosedCase:
    return ClosedCase(
        row.id,
        row.kind,
        row.source,
        row.category,
        row.route,
        district.grid.grids[row.grid].community,
        row.grid,
        civil_day(row.submitted_at),
        None if row.answered_at is None else civil_day(row.answered_at),
        civil_day(row.closed_at or 0),
        row.closed_by,
        row.round,
        row.level,
        row.late,
        row.stars or None,
        _kind(district, row.handled_by),
    )


def _kind(district: District, worker: str) -> str:
    row = district.grid.workers.get(worker)
    return row.kind if row is not None else worker


@dataclass(frozen=True, slots=True)
class Task:
    """One case on a member's list of work; `due` in seconds UTC, `overdue` once the limit of this round has passed."""

    report: str
    state: str
    kind: str
    category: str
    grid: str
    due: int
    level: int
    overdue: bool


def tasks(district: District, worker: str) -> tuple[Task, ...]:
    """A member's unresolved cases, the most urgent first; `DISTRICT_DESK` names the district's desk."""
    rows = [district.cases.reports[each] for each in district.cases.open_of.get(worker, ())]
    rows.sort(key=lambda row: (row.due, row.id))
    return tuple(
        Task(row.id, row.state, row.kind, row.category, row.grid, row.due, row.level, row.breached) for row in rows
    )


@dataclass(frozen=True, slots=True)
class Load:
    """A member's unresolved cases, by state and overdue; `overloaded` when there are more than the policy says."""

    worker: str
    kind: str
    waiting: int
    in_progress: int
    suspended: int
    overdue: int
    overloaded: bool

    @property
    def unresolved(self) -> int:
        """All cases on the list."""
        return self.waiting + self.in_progress + self.suspended


def workload(district: District) -> tuple[Load, ...]:
    """The load of every active member and of everybody else who has cases, in the order of ids."""
    serving = [worker.id for worker in district.grid.workers.values() if worker.active]
    busy = [worker for worker, open_cases in district.cases.open_of.items() if open_cases]
    return tuple(_load(district, worker) for worker in sorted({*serving, *busy}))


def _load(district: District, worker: str) -> Load:
    mine = tasks(district, worker)
    states = [task.state for task in mine]
    return Load(
        worker,
        _kind(district, worker),
        states.count("DISPATCHED"),
        states.count("IN_PROGRESS"),
        states.count("SUSPENDED"),
        sum(task.overdue for task in mine),
        len(mine) > district.policy.reporting.overload_cases,
    )


def at_the_desk(district: District) -> tuple[int, int]:
    """How many dispatches found no member and went to the district's desk so far, and how many are there now."""
    return district.cases.fallbacks, district.cases.load(DISTRICT_DESK)
