"""Tables of a run: columns from the measures and the engine's final state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from sim.agents.grid_members import GridMembers
from sim.measures import HOURS_A_WEEK, SALE, Measures
from sim.outcomes import board_votes
from sim.population.parameters import AGE_GROUPS
from sim.population.town import MemberKind, Relation, SpecialGroup, Trade
from sim.profiles import ZONE_OFFSET_S, date_of
from sim.table_columns import COLUMNS, Columns
from sim.targets import TargetRow
from sim.world import World

Row = tuple[Any, ...]
SMALLEST_GROUP = 10  # persons; smaller cells are merged, so that nobody can be picked out
MINUTE_S = 60


def local(at: int | None) -> dt.datetime | None:
    """An instant (seconds UTC) as local time at +08:00, without zone, as tables hold it."""
    return None if at is None else dt.datetime(1970, 1, 1) + dt.timedelta(seconds=at + ZONE_OFFSET_S)  # noqa: DTZ001


def tables_of(world: World, measures: Measures, members: GridMembers, days: int) -> dict[str, Columns]:
    """Every table but the targets sheet, in the columns of the report's contract; `days` is how many were run."""
    rows = {
        "events_by_day": _events_by_day(world, measures, days),
        "commands_by_hour": _commands_by_hour(measures),
        "bound_by_day": [(_date(world, day), *counts) for day, *counts in measures.bound_days],
        "questionnaires": _questionnaires(world, measures),
        "votes": _votes(world, measures),
        "cases": _cases(world),
        "points_flows": [(_date(world, flow[0]), *flow[1:], n) for flow, n in sorted(measures.flows.items()) if n],
        "points_outstanding": [(_date(world, day), *counts) for day, *counts in measures.point_days],
        "services_by_day": [(_date(world, day), what, n) for (day, what), n in sorted(measures.services.items())],
        "groups": _groups(world, measures),
        "grid_members": _grid_members(members),
    }
    tables = {name: columns_of(name, found) for name, found in rows.items()}
    return {**tables, "purchases": _purchases(world, measures)}


def columns_of(name: str, rows: Sequence[Row]) -> Columns:
    """The rows of a table by column."""
    return {column: [row[place] for row in rows] for place, column in enumerate(COLUMNS[name])}


def _date(world: World, day: int) -> dt.date:
    return date_of(world.scenario.first_day + day)


def _events_by_day(world: World, measures: Measures, days: int) -> list[Row]:
    return [
        (_date(world, day), kind, counts[day])
        for kind, counts in sorted(measures.events.items())
        for day in range(days)
        if counts[day]
    ]


def _commands_by_hour(measures: Measures) -> list[Row]:
    kinds = sorted({*measures.hours, *measures.refused_hours})
    return [
        (kind, hour // 24, hour % 24, measures.hours[kind][hour], measures.refused_hours[kind][hour])
        for kind in kinds
        for hour in range(HOURS_A_WEEK)
        if measures.hours[kind][hour] or measures.refused_hours[kind][hour]
    ]


def _questionnaires(world: World, measures: Measures) -> list[Row]:
    rule = world.scenario.policy.points.rules.get("questionnaire")
    points = rule.points if rule is not None and world.scenario.policy.points.material_on else 0
    rows: list[Row] = []
    for name, row in world.engine.district.board.questionnaires.items():
        opened = local(measures.opened.get(name))
        closed = local(row.closes_at) if row.state in ("CLOSED", "FINAL") else None
        bad = [row.invalid.get(reason, 0) for reason in ("too_fast", "straight_line", "duplicate", "incomplete")]
        submitted = row.valid + sum(row.invalid.values())
        reached = measures.electors.get(name, 0)
        rows.append((name, opened, closed, points if row.rewarded else 0, reached, submitted, row.valid, *bad))
    return rows


def _votes(world: World, measures: Measures) -> list[Row]:
    rows: list[Row] = []
    for row in board_votes(world.engine.district):
        opened = local(measures.opened.get(row.id))
        counted = row.state == "TALLIED" and row.cast > 0
        winner = f"option_{row.leading[0] + 1}" if counted and len(row.leading) == 1 else None
        share = max(row.counts) / row.cast if counted else None
        closed = local(row.closes_at) if row.state != "OPEN" else None
        rows.append((row.id, opened, closed, row.electorate, row.cast, winner, share))
    return rows


def _cases(world: World) -> list[Row]:
    rows: list[Row] = []
    for row in world.engine.district.cases.reports.values():
        reopened = sum(step.partition(":")[0] in ("dispute", "reopen") for _, step, _ in row.steps)
        instants = (row.submitted_at, row.answered_at, row.resolved_at, row.closed_at, row.due)
        rows.append(
            (row.id, row.kind, row.category, row.source, row.grid, row.tier, row.state, *map(local, instants), row.late,
             row.level, row.round, row.stars or None, row.closed_by or None, reopened)
        )  # fmt: skip
    for made in world.engine.district.voices.suggestions.values():
        over = next((at for at, step, _ in made.steps if step.partition(":")[0] in ("implemented", "declined")), None)
        times = (made.submitted_at, made.answered_at, over, over, made.answer_due)
        grid = world.grids[int(world.town.people.grid[world.row_of_person[made.person]])]
        rows.append(
            (made.id, "suggestion", made.category, "resident", grid, "general", made.state, *map(local, times),
             made.overdue, 0, 1, None, None, 0)
        )  # fmt: skip
    for praise in world.engine.district.praises.praises.values():
        published = next((at for at, step, _ in praise.steps if step == "published"), None)
        times = (praise.submitted_at, None, None, published, None)
        rows.append(
            (praise.id, "praise", "praise", "resident", praise.grid, "general", praise.state, *map(local, times), False,
             0, 1, None, None, 0)
        )  # fmt: skip
    return rows


def _purchases(world: World, measures: Measures) -> Columns:
    """A row a merchant and day on which something was bought or given back; columns at once, since there are many."""
    day, row = np.nonzero(measures.sales.any(axis=2))
    first = np.datetime64(world.scenario.horizon.launch_date, "D")
    merchants = np.array(world.merchants, dtype=object)
    trades = np.array([Trade(code).label for code in world.town.merchants.trade.tolist()], dtype=object)
    counts = {name: measures.sales[day, row, place].astype(np.int32) for place, name in enumerate(SALE)}
    return {"day": (first + day).astype("datetime64[us]"), "merchant": merchants[row], "trade": trades[row], **counts}


def _groups(world: World, measures: Measures) -> list[Row]:
    people = world.town.people
    counts = measures.people
    bound = measures.residents.bound_column.astype(bool)
    outcomes = {name: np.asarray(getattr(counts, name)) for name in counts.__slots__}
    columns = [
        np.ones(len(people), bool), bound, bound & ~people.binds_alone, outcomes["answers"] > 0, outcomes["answers"],
        outcomes["ballots"] > 0, outcomes["cases"] > 0, outcomes["purchases"] > 0, outcomes["redemptions"] > 0,
        outcomes["earned"], outcomes["redeemed"], outcomes["moral"],
    ]  # fmt: skip
    dimensions = {
        "age": (people.age_group, AGE_GROUPS),
        "special": (people.special_group, tuple(group.label for group in SpecialGroup)),
        "relation": (people.relation, tuple(relation.label for relation in Relation)),
    }
    rows: list[Row] = []
    for dimension, (codes, labels) in dimensions.items():
        cells = [(label, [int(column[codes == code].sum()) for column in columns]) for code, label in enumerate(labels)]
        rows += [(dimension, label, *values) for label, values in merged(cells)]
    return rows


def merged(cells: Iterable[tuple[str, list[int]]]) -> list[tuple[str, list[int]]]:
    """Cells of at least the smallest size, the others together as `other`; with still too few, the next one joins.

    A town of fewer people than that has no cell at all.
    """
    large = [cell for cell in cells if cell[1][0] >= SMALLEST_GROUP]
    small = [cell for cell in cells if 0 < cell[1][0] < SMALLEST_GROUP]
    if not small:
        return large
    total = [sum(values) for values in zip(*(values for _, values in small), strict=True)]
    if total[0] < SMALLEST_GROUP and large:
        smallest = min(large, key=lambda cell: cell[1][0])
        large.remove(smallest)
        total = [one + other for one, other in zip(total, smallest[1], strict=True)]
    return [*large, ("other", total)] if total[0] >= SMALLEST_GROUP else []


def _grid_members(members: GridMembers) -> list[Row]:
    overloaded = members.overloaded_days()
    rows: list[Row] = []
    for kind in MemberKind:
        own = [row for row, label in enumerate(members.kinds) if label == kind.label]
        sums = [sum(column[row] for row in own) for column in (members.cases, members.visits, members.entries)]
        minutes = sum(members.busy_s[row] for row in own) // MINUTE_S
        rows.append((kind.label, len(own), *sums, minutes, sum(overloaded.get(row, 0) for row in own)))
    return rows


def target_columns(rows: Sequence[TargetRow]) -> Columns:
    """The targets sheet as a table."""
    return {column: [getattr(row, column) for row in rows] for column in COLUMNS["targets"]}
