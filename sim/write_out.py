"""Tables and report of a run, written by a process of their own.

DuckDB and the drawing of the report need 70 MiB beside a full district; in a process of their own they never stand in
memory together with it.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.processes import Apart, Died
from sim.table_columns import Columns


@dataclass(frozen=True, slots=True)
class WriteOut:
    """What is written: tables, a workbook if `headers` are given, a report if a language is."""

    folder: Path
    tables: Mapping[str, Columns]
    headers: Mapping[str, Mapping[str, str]] | None
    language: str | None


def written(wanted: WriteOut) -> None:
    """Write, in this process. Raises OSError when the disk takes no more."""
    from sim.table_files import write_excel, write_tables  # noqa: PLC0415 - DuckDB is for the process that writes

    write_tables(wanted.folder / "tables", wanted.tables)
    if wanted.headers is not None:
        write_excel(wanted.folder / "tables.xlsx", wanted.tables, wanted.headers)
    if wanted.language is not None:
        from sim.report import write_report  # noqa: PLC0415 - only for those who want it

        write_report(wanted.folder, wanted.language)


def write_apart(wanted: WriteOut) -> None:
    """Write, in a process that is gone afterwards and that Ctrl-C does not reach; raises what it raised."""
    call = Apart(written, wanted)
    try:
        call.result()
    except Died as dead:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)) from dead
    finally:
        call.end()
