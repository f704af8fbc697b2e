"""Tables of a run: columns from the measures and the engine's final state, written as Parquet, as Excel on request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from sim.agents.grid_members import GridMembers
from sim.measures import HOURS_A_WEEK, Measures
from sim.population.parameters import AGE_GROUPS
from sim.population.town import MemberKind, Relation, SpecialGroup, Trade
from sim.profiles import ZONE_OFFSET_S, date_of
from sim.report.run_folder import COLUMNS
from sim.targets import TargetRow
from sim.world import World

Row = tuple[Any, ...]
SMALLEST_GROUP = 10  # persons; smaller cells are merged, so that nobody can be picked out
MINUTE_S = 60


def local(at: int | None) -> dt.datetime | None:
    """An instant (seconds UTC) as local time at +08:00, without zone, as tables hold it."""
    return None if at is None else dt.datetime(1970, 1, 1) + dt.timedelta(seconds=at + ZONE_OFFSET_S)  # noqa: DTZ001


def tables_of(world: World, measures: Measures, members: GridMembers, days: int) -> dict[str, list[Row]]:
    """Every table but the targets sheet, in the columns of the report's contract; `days` is how many were run."""
    return {
        "events_by_day": _events_by_day(world, measures, days),
        "commands_by_hour": _commands_by_hour(measures),
        "bound_by_day": [(_date(world, day), *counts) for day, *counts in measures.bound_days],
        "questionnaires": _questionnaires(world, measures),
        "votes": _votes(world, measures),
        "cases": _cases(world),
        "points_flows": [(_date(world, flow[0]), *flow[1:], n) for flow, n in sorted(measures.flows.items()) if n],
        "points_outstanding": [(_date(world, day), *counts) for day, *counts in measures.point_days],
        "purchases": _purchases(world, measures),
        "groups": _groups(world, measures),
        "grid_members": _grid_members(members),
    }


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
    for name, row in world.engine.district.board.votes.items():
        opened = local(measures.opened.get(name))
        counted = row.state == "TALLIED" and row.cast > 0
        winner = f"option_{row.leading[0] + 1}" if counted and len(row.leading) == 1 else None
        share = max(row.counts) / row.cast if counted else None
        closed = local(row.closes_at) if row.state != "OPEN" else None
        rows.append((name, opened, closed, row.electorate, row.cast, winner, share))
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
    for praise in world.engine.district.praises.praises.values():
        published = next((at for at, step, _ in praise.steps if step == "published"), None)
        times = (praise.submitted_at, None, None, published, None)
        rows.append(
            (praise.id, "praise", "praise", "resident", praise.grid, "general", praise.state, *map(local, times), False,
             0, 1, None, None, 0)
        )  # fmt: skip
    return rows


def _purchases(world: World, measures: Measures) -> list[Row]:
    trade = {
        merchant: Trade(row).label
        for merchant, row in zip(world.merchants, world.town.merchants.trade.tolist(), strict=True)
    }
    return [
        (_date(world, day), merchant, trade[merchant], *sale)
        for (day, merchant), sale in sorted(measures.sales.items())
    ]


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
    """Cells of at least the smallest size, the others together as `other`; with still too few, the next one joins."""
    large = [cell for cell in cells if cell[1][0] >= SMALLEST_GROUP]
    small = [cell for cell in cells if 0 < cell[1][0] < SMALLEST_GROUP]
    if not small:
        return large
    total = [sum(values) for values in zip(*(values for _, values in small), strict=True)]
    if total[0] < SMALLEST_GROUP and large:
        smallest = min(large, key=lambda cell: cell[1][0])
        large.remove(smallest)
        total = [one + other for one, other in zip(total, smallest[1], strict=True)]
    return [*large, ("other", total)]


def _grid_members(members: GridMembers) -> list[Row]:
    overloaded = members.overloaded_days()
    rows: list[Row] = []
    for kind in MemberKind:
        own = [row for row, label in enumerate(members.kinds) if label == kind.label]
        sums = [sum(column[row] for row in own) for column in (members.cases, members.visits, members.entries)]
        minutes = sum(members.busy_s[row] for row in own) // MINUTE_S
        rows.append((kind.label, len(own), *sums, minutes, sum(overloaded.get(row, 0) for row in own)))
    return rows


def write_tables(folder: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """One Parquet file a table under `folder`."""
    folder.mkdir(exist_ok=True)
    con = duckdb.connect()
    for name, rows in tables.items():
        columns = COLUMNS[name]
        declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        con.execute(f"CREATE TABLE {name} ({declared})")
        _insert(con, name, columns, rows)
        target = str(folder / f"{name}.parquet").replace("'", "''")
        con.execute(f"COPY {name} TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    con.close()


def _insert(con: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, str], rows: Sequence[Row]) -> None:
    """Rows by way of numpy columns: single inserts would take minutes for a table of every merchant and day."""
    if not rows:
        return
    arrays: dict[str, Any] = {}
    chosen = []
    for place, kind in enumerate(columns.values()):
        values = [row[place] for row in rows]
        if kind in ("DATE", "TIMESTAMP"):
            array = np.array(values, dtype="datetime64[us]")
        elif kind in ("DOUBLE", "BIGINT", "INTEGER"):
            array = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        elif kind == "BOOLEAN":
            array = np.array([-1 if value is None else int(value) for value in values], dtype=np.int8)
        else:
            array = np.array([value if value is None else str(value) for value in values], dtype=object)
        arrays[f"c{place}"] = array
        missing = {"DOUBLE": "isnan(c{0})", "BIGINT": "isnan(c{0})", "INTEGER": "isnan(c{0})", "BOOLEAN": "c{0} < 0"}
        plain = f"CAST(c{place} AS {kind})"
        test = missing.get(kind)
        chosen.append(f"CASE WHEN {test.format(place)} THEN NULL ELSE {plain} END" if test else plain)
    con.register("arrays", arrays)
    con.execute(f"INSERT INTO {name} SELECT {', '.join(chosen)} FROM arrays")  # noqa: S608 - our own names
    con.unregister("arrays")


def write_excel(path: Path, tables: Mapping[str, Sequence[Row]], headers: Mapping[str, Mapping[str, str]]) -> None:
    """One workbook with a sheet a table; `headers` gives the title of each column (and of the sheet, as '')."""
    import xlsxwriter  # only for those who ask for it

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    bold = book.add_format({"bold": True})
    for name, rows in tables.items():
        sheet = book.add_worksheet(headers[name][""][:31])
        for place, column in enumerate(COLUMNS[name]):
            sheet.write(0, place, headers[name][column], bold)
        for line, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(line, place, value)
    book.close()


def target_rows(rows: Iterable[TargetRow]) -> list[Row]:
    """The targets sheet as a table."""
    return [tuple(getattr(row, column) for column in COLUMNS["targets"]) for row in rows]
