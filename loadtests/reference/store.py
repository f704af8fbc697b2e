"""The store: frames of the journal and exported lines in one SQLite file, committed together and synced.

WAL mode with `synchronous = FULL`: a commit returns when the log is on the disk. SQLite recovers a half-written commit
by dropping it, and the hash chain proves what is left. `locking_mode = EXCLUSIVE` keeps a second server out for as long
as this process lives, and no longer. Personal values stand in a vault file beside it.
"""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.kernel.journal import compressed

PAGE_LINES = 1_000
SETTINGS = (
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
)
TABLES = (
    "CREATE TABLE IF NOT EXISTS frame (place INTEGER PRIMARY KEY, content BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS line (seq INTEGER PRIMARY KEY, text TEXT NOT NULL)",
)


class StoreTaken(Exception):
    """Another process has the file open."""


class NotAStore(Exception):
    """The file is something else."""


class Store:
    """A sink of frames. Nothing is durable before `commit` returns; every method may raise sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        """Open or make the file; its folder must exist. Raises StoreTaken or NotAStore."""
        self._rows = sqlite3.connect(path, isolation_level=None, timeout=0)
        try:
            for statement in (*SETTINGS, "BEGIN IMMEDIATE", *TABLES, "COMMIT"):
                self._rows.execute(statement).fetchall()
        except sqlite3.Error as wrong:
            self._rows.close()
            taken = getattr(wrong, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            raise (StoreTaken if taken else NotAStore)(str(wrong)) from wrong

    def begin(self) -> None:
        """Begin a transaction."""
        self._rows.execute("BEGIN IMMEDIATE")

    def write(self, frame: bytes) -> None:
        """Take one frame of whole lines into the open transaction."""
        self._rows.execute("INSERT INTO frame (content) VALUES (?)", (frame,))

    def export(self, lines: list[tuple[int, str]]) -> None:
        """Take exported lines with their seqs into the open transaction."""
        self._rows.executemany("INSERT INTO line VALUES (?, ?)", lines)

    def commit(self) -> None:
        """Make the open transaction durable."""
        self._rows.execute("COMMIT")

    def roll_back(self) -> None:
        """Forget the open transaction, if there is one."""
        if self._rows.in_transaction:
            self._rows.execute("ROLLBACK")

    def lines(self, after: int, limit: int) -> list[tuple[int, str]]:
        """Exported lines behind a seq, in order."""
        ask = "SELECT seq, text FROM line WHERE seq > ? ORDER BY seq LIMIT ?"
        return self._rows.execute(ask, (after, limit)).fetchall()

    def journal(self) -> io.BufferedReader | None:
        """The journal as a finished file would have it, up to the last commit; None while there is none."""
        last = self._rows.execute("SELECT content FROM frame ORDER BY place DESC LIMIT 1").fetchone()
        if last is None:
            return None
        end = last[0].rstrip(b"\n").rpartition(b"\n")[2]
        return io.BufferedReader(_Members(self._members(end.replace(b'{"head":', b'{"closed":') + b"\n")))

    def _members(self, closing: bytes) -> Iterator[bytes]:
        for (content,) in self._rows.execute("SELECT content FROM frame ORDER BY place"):
            yield compressed(content)
        yield compressed(closing)

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()


class _Members(io.RawIOBase):
    """An iterator of bytes as a file."""

    def __init__(self, members: Iterator[bytes]) -> None:
        self._source = members
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        """Fill `room` as far as the next member reaches; 0 at the end."""
        self._rest = self._rest or next(self._source, b"")
        view = memoryview(room).cast("B")
        taken = self._rest[: len(view)]
        view[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)
