"""The grid as its people see it: who serves whom, who handles what, each member's list, work and care in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.district.grid import ROOT_KIND
from engine.district.work import kind_of
from engine.grid.visits import grids_on_way
from engine.kernel.units import DAY_S, civil_day
from engine.views.cases import tasks

if TYPE_CHECKING:
    from engine.district import District
    from engine.district.care import CarePlan
    from engine.district.grid import Worker
    from engine.kernel.vault import Vault


@dataclass(frozen=True, slots=True)
class Member:
    """A grid member as a resident of the grid sees one; name and contact are empty where they are not known."""

    worker: str
    role: str
    name: str
    contact: str


def own_members(district: District, person: str, vault: Vault | None = None) -> tuple[Member, ...]:
    """Members of the grid in which a person is at home, of the kinds that residents see (F16), by kind and id.

    Nobody of another grid, and nobody at all for whoever is bound nowhere.
    """
    home = district.residents.home(person)
    if home is None:
        return ()
    kinds = district.policy.grid.kinds
    order = list(kinds)
    seen = [each for each in district.grid.members(home.grid) if each.kind in kinds and kinds[each.kind].shown]
    seen.sort(key=lambda each: (order.index(each.kind), each.id))
    return tuple(_member(each, vault) for each in seen)


def _member(worker: Worker, vault: Vault | None) -> Member:
    return Member(worker.id, worker.kind, _opened(vault, worker.name), _opened(vault, worker.contact))


def _opened(vault: Vault | None, commitment: str) -> str:
    found = vault.get(commitment) if vault is not None and commitment else None
    return found.value if found is not None else ""


@dataclass(frozen=True, slots=True)
class Routing:
    """Who handles cases of one category (F18): `kinds` any of them; `fallbacks` are cases that met none of them."""

    category: str
    kinds: tuple[str, ...]
    tier: str
    route: str
    fallbacks: int


def routing(district: District) -> tuple[Routing, ...]:
    """The table of kinds and categories as the policy has it, with how often each category met no member.

    In the order of names: a policy that was read back from a log has no other.
    """
    counts = district.cases.fallbacks_of
    rows = sorted(district.policy.reporting.categories.items())
    return tuple(Routing(name, tuple(row.kinds), row.tier, row.route, counts.get(name, 0)) for name, row in rows)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a member's list: `collect` a binding to look at, `visit` a person, `handle` a case."""

    what: str
    about: str
    grid: str
    due: int
    level: int
    overdue: bool


def task_list(district: District, worker: str) -> tuple[Entry, ...]:
    """All that waits for a member (F17), what is due first at the top; nothing for whoever serves no longer."""
    row = district.grid.workers.get(worker)
    if row is None or not row.active:
        return ()
    mine = tasks(district, worker)
    cases = [Entry("handle", each.report, each.grid, each.due, each.level, overdue=each.overdue) for each in mine]
    found = [*cases, *_reviews(district, row), *_visits(district, row)]
    return tuple(sorted(found, key=lambda each: (each.due, each.what, each.about)))


def _reviews(district: District, worker: Worker) -> list[Entry]:
    if worker.kind != ROOT_KIND:
        return []
    rows = district.residents
    found = [(rows.bindings[each], due) for each, due in rows.reviews.items()]
    near = [(each, due) for each, due in found if each.grid in worker.grids]
    return [Entry("collect", each.id, each.grid, due, 0, overdue=False) for each, due in near]


def _visits(district: District, worker: Worker) -> list[Entry]:
    kinds, notice_s = district.policy.grid.kinds, district.policy.grid.care_notice_days * DAY_S
    if worker.kind not in kinds or not kinds[worker.kind].cares:
        return []
    near = [plan for plan in district.care.plans.values() if plan.due - notice_s <= district.at]
    placed = [(plan, grid_of(district, plan.person)) for plan in near]
    return [_visit(plan, grid) for plan, grid in placed if grid in worker.grids]


def _visit(plan: CarePlan, grid: str) -> Entry:
    return Entry("visit", plan.person, grid, plan.due, plan.level, overdue=plan.level > 0)


def grid_of(district: District, person: str) -> str:
    """Grid in which a person is at home; empty for whoever is bound nowhere."""
    home = district.residents.home(person)
    return home.grid if home is not None else ""


def care_on_way(district: District, rider: str) -> tuple[Entry, ...]:
    """Care visits that are due where a rider brings orders (F29): who and by when, never why; none while on none."""
    row = district.market.riders.get(rider)
    if row is None:
        return ()
    grids, notice_s = grids_on_way(district, row), district.policy.grid.care_notice_days * DAY_S
    near = [plan for plan in district.care.plans.values() if plan.due - notice_s <= district.at]
    found = [_visit(plan, grid) for plan in near if (grid := grid_of(district, plan.person)) in grids]
    return tuple(sorted(found, key=lambda each: (each.due, each.about)))


@dataclass(frozen=True, slots=True)
class KindDay:
    """One kind of members on one civil day: cases resolved, visits, minutes on visits, members who were overloaded."""

    kind: str
    day: int
    events: int
    visits: int
    minutes: int
    overloaded: int


def workload_by_day(district: District, since_day: int = 0) -> tuple[KindDay, ...]:
    """Work by kind and civil day (F17) from a day on, oldest first."""
    days = sorted((day, kind) for kind, day in district.work.days if day >= since_day)
    rows = [(kind, day, district.work.days[kind, day]) for day, kind in days]
    return tuple(KindDay(kind, day, row.events, row.visits, row.minutes, row.overloaded) for kind, day, row in rows)


def overloaded_today(district: District) -> tuple[tuple[str, str, int], ...]:
    """Members whose visits of this civil day took more minutes than the policy allows: id, kind, minutes."""
    day, limit = civil_day(district.at), district.policy.grid.daily_minutes
    spent = [(who, district.work.minutes_on(who, day)) for who in sorted(district.work.today)]
    return tuple((who, kind_of(district, who), minutes) for who, minutes in spent if minutes > limit)


@dataclass(frozen=True, slots=True)
class Care:
    """Care visits of one grid (F29), or of those at home in none (empty id): persons, and overdue ones by level."""

    grid: str
    persons: int
    overdue: int
    levels: dict[str, int]


def care_by_grid(district: District) -> tuple[Care, ...]:
    """Who waits for visits, in numbers: names would tell whom somebody has tagged."""
    found: dict[str, list[CarePlan]] = {}
    for plan in district.care.plans.values():
        found.setdefault(grid_of(district, plan.person), []).append(plan)
    return tuple(_care(grid, found[grid]) for grid in sorted(found))


def _care(grid: str, plans: list[CarePlan]) -> Care:
    levels = [plan.level for plan in plans if plan.level]
    return Care(grid, len(plans), len(levels), {str(level): levels.count(level) for level in sorted(set(levels))})
