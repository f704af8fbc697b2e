"""The vault in a file: one SQLite table beside the journal, from which a purge leaves no byte behind.

`secure_delete` overwrites deleted rows with zeros, but not the copies that stay in the free room of a page when SQLite
splits it; so a purge that deleted something also rebuilds the file (`VACUUM`, 0.1 s for 50,000 values). The rollback
journal, which holds pages as they were before, is deleted at each commit, and what SQLite needs for itself
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
SETTINGS = (
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = EXTRA",  # FULL does not sync the folder: after a power cut the journal may be back, and undo
    "PRAGMA temp_store = MEMORY",
)
TABLE = """
CREATE TABLE IF NOT EXISTS vault (
    commitment TEXT PRIMARY KEY,  -- hex of sha256(salt + UTF-8 of value), as it stands in the journal
    field TEXT NOT NULL,          -- command type and field
    at INTEGER NOT NULL,          -- seconds UTC
    salt BLOB NOT NULL,
    value TEXT NOT NULL
) WITHOUT ROWID
"""
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
        self._rows = self._do(lambda: sqlite3.connect(path, isolation_level=None))
        try:
            self._do(self._prepare)
        except OSError:
            self._rows.close()
            raise

    def _prepare(self) -> None:
        for statement in (*SETTINGS, TABLE):
            self._rows.execute(statement).fetchall()

    def put(self, commitment: str, row: VaultRow) -> None:
        """Keep a row under its commitment."""
        kept = (commitment, row.field, row.at, row.salt, row.value)
        self._do(lambda: self._put(kept))

    def _put(self, kept: tuple[str, str, int, bytes, str]) -> None:
        if not self._rows.in_transaction:
            self._rows.execute("BEGIN")
        self._rows.execute("INSERT OR REPLACE INTO vault VALUES (?, ?, ?, ?, ?)", kept)
        self._open += 1
        if self._open >= BATCH_ROWS:
            self._commit()

    def get(self, commitment: str) -> VaultRow | None:
        """The row, or None when it was purged or never was here."""
        ask = "SELECT field, at, salt, value FROM vault WHERE commitment = ?"
        found = self._do(lambda: self._rows.execute(ask, (commitment,)).fetchone())
        return VaultRow(*found) if found is not None else None

    def purge(self, field: str, before: int) -> None:
        """Delete rows of `field` that came before the instant `before`, for good, and before this returns."""

        def delete() -> None:
            deleted = self._rows.execute("DELETE FROM vault WHERE field = ? AND at < ?", (field, before)).rowcount
            self._commit()
            if deleted:
                self._rows.execute("VACUUM")

        self._do(delete)

    def count(self, field: str) -> int:
        """How many values of `field` are still kept."""
        ask = "SELECT count(*) FROM vault WHERE field = ?"
        found: tuple[int] = self._do(lambda: self._rows.execute(ask, (field,)).fetchone())
        return found[0]

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
