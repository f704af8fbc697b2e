"""The vault in a file: one SQLite table a personal field beside the journal. A purge leaves no byte behind.

`secure_delete` overwrites deleted rows with zeros, but not the copies that stay in the free room of a page when SQLite
splits it; pages that are given up as a whole become zeros to their last byte. So a purge empties the table of its field
and puts back what stays: its cost is that of one field's rows, where rebuilding the file would be that of all. The
rollback journal, which holds pages as they were before, is deleted at each commit, and what SQLite needs for itself
stays in memory: no second file keeps a copy. (A disk that keeps old blocks is beyond this file: encrypt it.)

Rows are committed in batches; `flush` commits what is open, `close` too. A run that is killed loses at most a batch
of values, and no total: the journal holds their commitments.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.kernel.vault import VaultRow

BATCH_ROWS = 1_000
VERSION = 1
SETTINGS = (
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = EXTRA",  # FULL does not sync the folder: after a power cut the journal may be back, and undo
    "PRAGMA temp_store = MEMORY",
)
TABLE = """
CREATE TABLE IF NOT EXISTS {} (
    commitment TEXT PRIMARY KEY,  -- hex of sha256(salt + UTF-8 of value), as it stands in the journal
    at INTEGER NOT NULL,          -- seconds UTC
    salt BLOB NOT NULL,
    value TEXT NOT NULL
) WITHOUT ROWID
"""
TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
PUT = "INSERT OR REPLACE INTO {} VALUES (?, ?, ?, ?)"
GET = "SELECT at, salt, value FROM {} WHERE commitment = ?"
OLD = "SELECT count(*) FROM {} WHERE at < ?"
KEPT = "SELECT * FROM {} WHERE at >= ?"
EMPTY = "DELETE FROM {}"  # without a condition, SQLite gives up whole pages
COUNT = "SELECT count(*) FROM {}"
ERRNO = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_NOTADB: errno.EINVAL,
    sqlite3.SQLITE_CORRUPT: errno.EINVAL,
}
PRIMARY_CODE = 0xFF  # SQLite's extended result codes carry the primary one in their last byte
Answer = TypeVar("Answer")


class FileVault:
    """A vault over one file, opened or made. Every method raises OSError where the file cannot be read or written."""

    def __init__(self, path: Path) -> None:
        """Open the vault at `path`; its folder must exist."""
        self.path = path
        self._open = 0
        self._tables: dict[str, str] = {}  # quoted, by field
        self._rows = self._do(lambda: sqlite3.connect(path, isolation_level=None))
        try:
            self._do(self._prepare)
        except OSError:
            self._rows.close()
            raise

    def _prepare(self) -> None:
        for statement in SETTINGS:
            self._rows.execute(statement).fetchall()
        if self._rows.execute("PRAGMA user_version").fetchone() != (VERSION,):
            self._rows.execute(f"PRAGMA user_version = {VERSION}")  # writes the file now, and its name into the folder
        self._look_up()

    def _look_up(self) -> dict[str, str]:
        """Tables that were not known: another vault over the same file may make some."""
        standing = [field for (field,) in self._rows.execute(TABLES)]
        new = {field: _quoted(field) for field in standing if field not in self._tables}
        self._tables |= new
        return new

    def put(self, commitment: str, row: VaultRow) -> None:
        """Keep a row under its commitment."""
        self._do(lambda: self._put(commitment, row))

    def _put(self, commitment: str, row: VaultRow) -> None:
        if not self._rows.in_transaction:
            self._rows.execute("BEGIN")
        table = self._tables.get(row.field)
        if table is None:
            table = _quoted(row.field)
            self._rows.execute(TABLE.format(table))
            self._tables[row.field] = table
        self._rows.execute(PUT.format(table), (commitment, row.at, row.salt, row.value))
        self._open += 1
        if self._open >= BATCH_ROWS:
            self._commit()

    def get(self, commitment: str) -> VaultRow | None:
        """The row, or None when it was purged or never was here."""
        return self._do(lambda: self._get(commitment))

    def _get(self, commitment: str) -> VaultRow | None:
        tables = self._tables or self._look_up()
        while tables:
            for field, table in tables.items():
                found = self._rows.execute(GET.format(table), (commitment,)).fetchone()
                if found is not None:
                    return VaultRow(field, *found)
            tables = self._look_up()
        return None

    def purge(self, field: str, before: int) -> None:
        """Delete rows of `field` that came before the instant `before`, for good, and before this returns."""
        self._do(lambda: self._purge(field, before))

    def _purge(self, field: str, before: int) -> None:
        if not self._number(OLD, field, before):
            return
        self._commit()
        table = self._tables[field]
        kept = self._rows.execute(KEPT.format(table), (before,)).fetchall()
        self._rows.execute("BEGIN")
        try:
            self._rows.execute(EMPTY.format(table))
            self._rows.executemany(PUT.format(table), kept)
            self._rows.execute("COMMIT")
        except sqlite3.Error:  # a full disk: what stays must not be lost with what goes
            if self._rows.in_transaction:
                self._rows.execute("ROLLBACK")
            raise

    def _number(self, ask: str, field: str, *values: int) -> int:
        """The answer of a count in the table of a field."""
        table = self._tables.get(field) or self._look_up().get(field)
        number: int = self._rows.execute(ask.format(table), values).fetchone()[0] if table is not None else 0
        return number

    def count(self, field: str) -> int:
        """How many values of `field` are still kept."""
        return self._do(lambda: self._number(COUNT, field))

    def flush(self) -> None:
        """Make durable what was put."""
        self._do(self._commit)

    def _commit(self) -> None:
        if self._rows.in_transaction:
            self._rows.execute("COMMIT")
        self._open = 0

    def close(self) -> None:
        """Make everything durable and let go of the file, whether or not it can still be written."""
        try:
            self.flush()
        finally:
            self._rows.close()

    def _do(self, act: Callable[[], Answer]) -> Answer:
        try:
            return act()
        except sqlite3.Error as wrong:
            found = ERRNO.get(getattr(wrong, "sqlite_errorcode", 0) & PRIMARY_CODE, errno.EIO)
            # a full disk is said in the system's words, whether the log or the vault meets it first
            said = os.strerror(found) if found == errno.ENOSPC else str(wrong)
            raise OSError(found, said, str(self.path)) from wrong


def _quoted(field: str) -> str:
    """The name of a field's table in a statement."""
    return '"' + field.replace('"', '""') + '"'
