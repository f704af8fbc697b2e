"""The store: frames of the journal and exported lines in one SQLite file, committed together and synced.

WAL mode with `synchronous = FULL`: a commit returns when the log is on the disk. SQLite recovers a half-written commit
by dropping it, and the hash chain proves what is left. `locking_mode = EXCLUSIVE` keeps a second server out for as long
as this process lives, and no longer. Personal values stand in a vault file beside it.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.kernel.journal import GZIP_WINDOW

PAGE_LINES = 1_000
SETTINGS = (
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
)
TABLES = (
    "CREATE TABLE IF NOT EXISTS frame (last INTEGER PRIMARY KEY, content BLOB NOT NULL)",  # number of its last record
    "CREATE TABLE IF NOT EXISTS line (seq INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    "SELECT last FROM frame LIMIT 1",  # fails where a table of this name is somebody else's
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
        self._rows.execute("INSERT INTO frame VALUES (?, ?)", (int(frame[frame.rindex(b":") + 1 : -2]), frame))

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

    def journal(self, behind: int = -1) -> io.BufferedReader | None:
        """Frames behind a record that ends one, up to the last commit, as a finished file has them; None: no frame."""
        last = self._rows.execute("SELECT content FROM frame ORDER BY last DESC LIMIT 1").fetchone()
        if last is None:
            return None
        closing = _end_of(last[0]).replace(b'{"head":', b'{"closed":') + b"\n"
        return io.BufferedReader(_Members(self._members(behind, closing)))

    def _members(self, behind: int, closing: bytes) -> Iterator[bytes]:
        for (content,) in self._rows.execute("SELECT content FROM frame WHERE last > ? ORDER BY last", (behind,)):
            yield _member(content)
        yield _member(closing)

    def ends_with(self, n: int, head: bytes) -> bool:
        """Whether a frame ends with record `n` and this hash, and is what the hash before it and its records give."""
        ask = "SELECT content FROM frame WHERE last <= ? ORDER BY last DESC LIMIT 2"
        last, *before = [content for (content,) in self._rows.execute(ask, (n,))] or [b"\n\n"]
        end = _end_of(last)
        if end != f'{{"head":"{head.hex()}","n":{n}}}'.encode():
            return False
        chained = hashlib.sha256(bytes.fromhex(json.loads(_end_of(before[0]))["head"]) if before else b"")
        chained.update(last[: -len(end) - 2])
        return chained.digest() == head

    def record(self, n: int) -> str:
        """The text of a record that was committed."""
        ask = "SELECT last, content FROM frame WHERE last >= ? ORDER BY last LIMIT 1"
        last, content = self._rows.execute(ask, (n,)).fetchone()
        text: str = content.split(b"\n")[n - last - 3].decode()  # behind the last record: its end, and nothing
        return text

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()


def _end_of(frame: bytes) -> bytes:
    return frame[frame.rindex(b"\n", 0, -1) + 1 : -1]


def _member(content: bytes) -> bytes:
    """A gzip member that is not packed: it is read at once, and by nobody else."""
    packer = zlib.compressobj(0, zlib.DEFLATED, GZIP_WINDOW)
    return packer.compress(content) + packer.flush()


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
