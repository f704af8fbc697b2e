"""A run folder without a run: tables of full size and the shape of a real one, from a seed.

Numbers are of the size of the published totals, so that pages are tested and looked at as readers will see them.
"""

import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from sim.table_columns import COLUMNS
from tests.report.synthetic_acts import (
    case_rows,
    command_rows,
    event_rows,
    flow_rows,
    outstanding_rows,
    purchase_rows,
    town_work_rows,
)
from tests.report.synthetic_days import FULL_DAYS
from tests.report.synthetic_people import bound_rows, group_rows, member_rows, questionnaire_rows, vote_rows
from tests.report.synthetic_targets import target_rows


def write_run(folder: Path, days: int = FULL_DAYS, scale: float = 1.0, seed: int = 7, **manifest: Any) -> Path:
    """Write a run folder of `days` days and return it; keywords overwrite the manifest."""
    rng = np.random.default_rng(seed)
    folder.joinpath("tables").mkdir(parents=True)
    cases = case_rows(rng, days, scale)
    tables = {
        "bound_by_day": bound_rows(days, scale),
        "questionnaires": questionnaire_rows(rng, days, scale),
        "votes": vote_rows(rng, days, scale),
        "cases": cases,
        "purchases": purchase_rows(rng, days, scale),
        "points_flows": flow_rows(rng, days, scale),
        "groups": group_rows(rng, scale),
        "grid_members": member_rows(rng, days, scale),
        "events_by_day": event_rows(days, scale),
        "commands_by_hour": command_rows(rng, days, scale),
        "services_by_day": town_work_rows(days, scale),
    }
    tables["points_outstanding"] = outstanding_rows(tables["points_flows"], days)
    tables["targets"] = target_rows(tables, scale)
    for name, rows in tables.items():
        write_table(folder, name, rows)
    folder.joinpath("manifest.json").write_text(json.dumps(manifest_of(days, scale, seed) | manifest), encoding="utf-8")
    return folder


def write_table(folder: Path, name: str, columns: dict[str, Any]) -> None:
    """One Parquet file from columns of equal length; not-a-number becomes null."""
    con = duckdb.connect(":memory:")
    arrays, chosen = {}, []
    for place, (column, values) in enumerate(columns.items()):
        array = np.asarray(values)
        arrays[f"c{place}"] = array.astype("datetime64[us]") if array.dtype.kind == "M" else array
        value = f"CASE WHEN isnan(c{place}) THEN NULL ELSE c{place} END" if array.dtype.kind == "f" else f"c{place}"
        chosen.append(f"CAST({value} AS {COLUMNS[name][column]}) AS {column}")
    con.register("arrays", arrays)
    file = str(folder / "tables" / f"{name}.parquet").replace("'", "''")
    con.execute(f"COPY (SELECT {', '.join(chosen)} FROM arrays) TO '{file}' (FORMAT parquet)")  # noqa: S608 - our own names
    con.close()


def manifest_of(days: int, scale: float, seed: int) -> dict[str, Any]:
    """A finished run."""
    return {
        "schema": "mashang-run-1",
        "mashang": "0.1.0",
        "scenario": "kangbashi_2022",
        "scenario_sha256": "5d1f" * 16,
        "seed": seed,
        "scale": scale,
        "days": days,
        "launch_date": "2021-09-15",
        "as_of_date": "2022-08-09",
        "overrides": {},
        "mode": "fast",
        "revision": "0123456789abcdef" * 2,
        "python": "3.11.7",
        "packages": {"numpy": "2.4.6", "simpy": "4.1.2"},
        "started": "2026-11-23T10:00:00+00:00",
        "finished": "2026-11-23T10:01:20+00:00",
        "status": "finished",
        "commands": int(1_412_377 * scale),
        "events": int(1_933_004 * scale),
        "rejected": {"POINTS_DAILY_CAP": 3120, "QST_NOT_OPEN": 214, "BIND_DUPLICATE": 96},
        "cpu_s": 61.4,
        "wall_s": 64.9,
        "peak_mib": 318,
        "news_miss_days": 2,
        "journal": {"file": "journal.mlog", "records": 1_412_377, "head": "ab12" * 16, "digest": "cd34" * 16},
        "invariants": [
            {"id": "S01", "checked": 1_412_377, "status": "checked"},
            {"id": "S07", "checked": 1_412_377, "status": "checked"},
            {"id": "S16", "checked": 0, "status": "vacuous"},
            {"id": "H06", "checked": 0, "status": "not checkable"},
        ],
        "provenance": [
            {
                "path": "population.bound_people",
                "value": 115_000,
                "unit": "people",
                "source": "China Community News, 2022-08-09",
                "status": "published",
            },
            {"path": "points.value_fen", "value": 10, "unit": "fen a point", "source": "assumed", "status": "assumed"},
            {
                "path": "profiles.report_hours",
                "value": [1.9, 1.1, 0.2],
                "unit": "%",
                "source": "public message board",
                "status": "estimated",
            },
            *(_number(place) for place in range(330)),
        ],
    }


def _number(place: int) -> dict[str, Any]:
    """A number of the scenario, as long as real ones are."""
    return {
        "path": f"behaviour.answering.setting_{place}",
        "value": place / 100,
        "unit": "logits",
        "meaning": f"How much the wish to take part changes with setting {place}, all else being the same.",
        "source": "105 trials (a review of 2021), read as an excerpt; the size for this district is assumed",
        "status": ("published", "estimated", "assumed")[place % 3],
    }
