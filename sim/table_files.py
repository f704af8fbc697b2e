"""Tables as files: Parquet by way of DuckDB, one workbook on request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from sim.table_columns import COLUMNS, Columns


def write_tables(folder: Path, tables: Mapping[str, Columns]) -> None:
    """One Parquet file a table under `folder`."""
    folder.mkdir(exist_ok=True)
    con = duckdb.connect()
    for name, columns in tables.items():
        kinds = COLUMNS[name]
        con.register("arrays", {column: _array(kinds[column], columns[column]) for column in kinds})
        chosen = ", ".join(_chosen(column, kind) for column, kind in kinds.items())
        target = str(folder / f"{name}.parquet").replace("'", "''")
        query = f"SELECT {chosen} FROM arrays"
        con.execute(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
        con.unregister("arrays")
    con.close()


def _array(kind: str, values: Sequence[Any] | npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A column as numpy holds it; what is missing becomes not-a-time, not-a-number, or -1 for truth."""
    if isinstance(values, np.ndarray):
        return values
    if kind in ("DATE", "TIMESTAMP"):
        return np.array(values, dtype="datetime64[us]")
    if kind in ("DOUBLE", "BIGINT", "INTEGER"):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if kind == "BOOLEAN":
        return np.array([-1 if value is None else int(value) for value in values], dtype=np.int8)
    return np.array([*values, None], dtype=object)[:-1]


def _chosen(column: str, kind: str) -> str:
    plain = f"CAST({column} AS {kind}) AS {column}"
    if kind == "BOOLEAN":
        return f"CASE WHEN {column} < 0 THEN NULL ELSE CAST({column} AS BOOLEAN) END AS {column}"
    if kind in ("DOUBLE", "BIGINT", "INTEGER"):
        return f"CASE WHEN isnan(CAST({column} AS DOUBLE)) THEN NULL ELSE CAST({column} AS {kind}) END AS {column}"
    return plain


def write_excel(path: Path, tables: Mapping[str, Columns], headers: Mapping[str, Mapping[str, str]]) -> None:
    """One workbook with a sheet a table; `headers` gives the title of each column (and of the sheet, as '')."""
    import xlsxwriter  # noqa: PLC0415 - only for those who ask for it

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm"})
    bold = book.add_format({"bold": True})
    for name, columns in tables.items():
        sheet = book.add_worksheet(headers[name][""][:31])
        for place, column in enumerate(COLUMNS[name]):
            sheet.write(0, place, headers[name][column], bold)
        for line, row in enumerate(zip(*columns.values(), strict=True), start=1):
            for place, value in enumerate(row):
                if value is not None:
                    sheet.write(line, place, _plain(value))
    book.close()


def _plain(value: Any) -> Any:
    """A cell as the workbook takes it."""
    if isinstance(value, np.datetime64):
        return value.astype(dt.datetime)
    return value.item() if isinstance(value, np.generic) else value
