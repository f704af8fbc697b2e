"""A run folder as the report reads it: the manifest, and the tables as DuckDB views.

Every table exists for the queries: a file that is missing, unreadable (the run was cut off while it was written) or
older than a column gives an empty table or a column of nulls, so that a section can say what is not there instead of
failing.
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from sim.report.quantities import Words
from sim.table_columns import COLUMNS
from wording import MashangError
from wording.errors import ExitCode

COUNTED = "coalesce(kind, '') <> 'praise' AND coalesce(state, '') NOT IN ('WITHDRAWN', 'DUPLICATE', 'REJECTED')"
"""Cases that are there to be solved (view `counted_cases`): praise asks for nothing, and what was withdrawn, found
twice or refused is never closed. The published shares are compared over the same cases."""


@dataclass(frozen=True, slots=True)
class Target:
    """One row of the targets sheet; `published` is already multiplied by the scale of the run."""

    key: str
    published: float | None
    qualifier: str
    simulated: float | None
    low: float | None
    high: float | None
    within: bool | None
    status: str
    note: str

    @property
    def deviation(self) -> float | None:
        """Simulated beside published, as a share of it; None where one is missing, or where it is a limit (at most)."""
        if self.published and self.simulated is not None and self.qualifier != "at_most":
            return self.simulated / self.published - 1
        return None


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The manifest and tables of one run."""

    path: Path
    manifest: Mapping[str, Any]
    unreadable: tuple[str, ...]
    con: duckdb.DuckDBPyConnection

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """The answer of a query over the tables."""
        return self.con.execute(sql, list(values)).fetchall()

    def row(self, sql: str, *values: object) -> tuple[Any, ...]:
        """The single row of an aggregate."""
        return self.rows(sql, *values)[0]

    def targets(self) -> dict[str, Target]:
        """The targets sheet, in the order of the file."""
        asked = (
            "SELECT key, published, coalesce(qualifier, 'exact'), simulated, low, high, within, "
            "coalesce(status, 'derived'), coalesce(note, '') FROM targets WHERE key IS NOT NULL"
        )
        return {row[0]: Target(*row) for row in self.rows(asked)}

    def number(self, path: str) -> float | None:
        """A number of the scenario by its path, from the provenance in the manifest; None where it is not there."""
        rows = self.manifest.get("provenance")
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, Mapping) and row.get("path") == path and isinstance(row.get("value"), int | float):
                return float(row["value"])
        return None

    @property
    def name(self) -> Words:
        """The title of the scenario in both languages, else its name."""
        title = self.manifest.get("scenario_title")
        name = str(self.manifest.get("scenario") or "—")
        if isinstance(title, Mapping):
            return Words(str(title.get("zh") or name), str(title.get("en") or name))
        return Words(name, name)

    @property
    def launch(self) -> datetime.date | None:
        """The first civil day of the scenario."""
        return day_of(self.manifest.get("launch_date"))

    @property
    def last_planned_day(self) -> datetime.date | None:
        """The day whose totals were published."""
        return day_of(self.manifest.get("as_of_date"))

    @property
    def full_days(self) -> int | None:
        """Civil days from launch to the day of the published totals, both counted."""
        if self.launch and self.last_planned_day:
            return (self.last_planned_day - self.launch).days + 1
        return None

    @property
    def last_day(self) -> datetime.date | None:
        """The last civil day of which a daily table holds something."""
        found: datetime.date | None = self.row(
            "SELECT max(day) FROM (SELECT day FROM bound_by_day UNION ALL SELECT day FROM events_by_day "
            "UNION ALL SELECT day FROM points_outstanding)"
        )[0]
        return found

    @property
    def covered_days(self) -> int | None:
        """Civil days that the run covers: as it says itself, else as far as its daily tables go."""
        if isinstance(self.manifest.get("days_done"), int):
            return int(self.manifest["days_done"])
        if self.launch and self.last_day:
            return (self.last_day - self.launch).days + 1
        return None


def open_run(path: Path) -> RunFolder:
    """Read the manifest and lay the tables open.

    Raises:
        MashangError: there is no manifest, or it cannot be read.
    """
    manifest = read_manifest(path)
    con = duckdb.connect(":memory:")
    unreadable = tuple(table for table in COLUMNS if not _lay_open(con, path, table))
    con.execute(f"CREATE VIEW counted_cases AS SELECT * FROM cases WHERE {COUNTED}")
    return RunFolder(path, manifest, unreadable, con)


def read_manifest(path: Path) -> Mapping[str, Any]:
    """The manifest of a run folder, as it stands in the file."""
    try:
        manifest = json.loads(path.joinpath("manifest.json").read_text(encoding="utf-8"))
    except OSError as error:
        raise MashangError(ExitCode.USAGE, "report.error.no_manifest", folder=path) from error
    except ValueError as error:
        raise MashangError(ExitCode.USAGE, "report.error.bad_manifest", folder=path) from error
    if not isinstance(manifest, dict):
        raise MashangError(ExitCode.USAGE, "report.error.bad_manifest", folder=path)
    return manifest


def day_of(text: object) -> datetime.date | None:
    """The civil day of an ISO date; None where there is none."""
    try:
        return datetime.date.fromisoformat(str(text))
    except ValueError:
        return None


def _lay_open(con: duckdb.DuckDBPyConnection, path: Path, table: str) -> bool:
    """Read a table in, or make an empty one in its place; False where there is a file that cannot be read."""
    file = path / "tables" / f"{table}.parquet"
    columns = COLUMNS[table]
    if file.is_file():
        quoted = str(file).replace("'", "''")
        try:
            there = {row[0] for row in con.execute(f"DESCRIBE SELECT * FROM read_parquet('{quoted}')").fetchall()}
            chosen = ", ".join(
                f"CAST({name if name in there else 'NULL'} AS {kind}) AS {name}" for name, kind in columns.items()
            )
            con.execute(f"CREATE TABLE {table} AS SELECT {chosen} FROM read_parquet('{quoted}')")
        except duckdb.Error:
            pass
        else:
            return True
    con.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
    return not file.is_file()
