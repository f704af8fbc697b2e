"""The journal: one record a command, hash-chained, compressed in frames, readable up to the last whole frame.

The hash of a record is sha256(hash of the record before + canonical text of the record). A file is a sequence of gzip
members (RFC 1952), so that `zcat` reads it. Each member, a frame, holds whole lines and ends with a line that states
the number and hash of its last record: hashes in between are recomputed by a reader, since 64 random characters a
record would double the file and its cost. The first line is the header with the policy; a finished file ends with a
closing line, so that a cut at a frame's end is noticed too.
"""

from __future__ import annotations

import hashlib
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Protocol

from engine.kernel.encoding import canonical

FRAME_BYTES = 1 << 16  # twice the window of deflate: a smaller frame compresses worse, a larger one loses more
COMPRESSION_LEVEL = 1  # level 6 costs three times the time for a tenth of the size
GZIP_WINDOW = 31  # zlib: the largest window, and a gzip header and checksum around it
MOST_MEMORY = 9  # zlib: a quarter of a megabyte, for speed
JOURNAL_VERSION = 1
JOURNAL_NAME = "mashang journal"


def compressed(frame: bytes) -> bytes:
    """One gzip member, without a time in its header. zlib reckons the checksum as it goes, gzip.compress once more."""
    packer = zlib.compressobj(COMPRESSION_LEVEL, zlib.DEFLATED, GZIP_WINDOW, MOST_MEMORY)
    return packer.compress(frame) + packer.flush()


class Sink(Protocol):
    """Where frames go. A sink that cannot write raises OSError, at the latest when the next frame comes."""

    def write(self, frame: bytes) -> None:
        """Take one frame of whole lines."""

    def close(self) -> None:
        """Make everything durable."""


class MemorySink:
    """Keeps the lines in memory: tests, and engines that live only as long as their process."""

    def __init__(self) -> None:
        """Empty."""
        self.frames: list[bytes] = []

    def write(self, frame: bytes) -> None:
        """Keep one frame."""
        self.frames.append(frame)

    def close(self) -> None:
        """Nothing to do."""

    def lines(self) -> list[str]:
        """All lines so far, frame ends included."""
        return b"".join(self.frames).decode().splitlines()


class FileSink:
    """Writes gzip frames to a file. A second thread compresses, since zlib lets other threads run meanwhile."""

    def __init__(self, path: Path) -> None:
        """Create the file at `path`; raises FileExistsError when there is one, so that no log is overwritten."""
        self._file: IO[bytes] = path.open("xb")
        self._thread = ThreadPoolExecutor(max_workers=1)
        self._writing: Future[None] | None = None

    def write(self, frame: bytes) -> None:
        """Hand a frame to the writing thread; at most one is under way."""
        self._settle()
        self._writing = self._thread.submit(self._frame, frame)

    def _frame(self, frame: bytes) -> None:
        self._file.write(compressed(frame))
        self._file.flush()

    def _settle(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()

    def close(self) -> None:
        """Wait for the last frame and close the file, even when the disk is full."""
        try:
            self._settle()
        finally:
            self._thread.shutdown()
            self._file.close()


class Chain:
    """Hashes records one after the other and hands them to a sink in frames."""

    def __init__(self, sink: Sink, policy: dict[str, object], frame_bytes: int = FRAME_BYTES) -> None:
        """Write the header: journal version and the policy in force from the start, as record 0."""
        self.head = b""
        self.n = -1
        self._sink = sink
        self._frame_bytes = frame_bytes
        self._lines: list[bytes] = []
        self._size = 0
        self.append(canonical({"journal": JOURNAL_NAME, "n": 0, "policy": policy, "version": JOURNAL_VERSION}))

    def append(self, record: str) -> None:
        """Chain one record given as its canonical text."""
        text = record.encode()
        self.head = hashlib.sha256(self.head + text).digest()
        self.n += 1
        self._lines.append(text)
        self._size += len(text)
        if self._size >= self._frame_bytes:
            self.flush()

    def flush(self) -> None:
        """Close the open frame with the number and hash of its last record."""
        if self._lines:
            self._end("head")

    def close(self) -> None:
        """Say which record is the last one and close the sink, whether or not it can still write."""
        try:
            self._end("closed")
        finally:
            self._sink.close()

    def _end(self, name: str) -> None:
        self._lines.append(f'{{"{name}":"{self.head.hex()}","n":{self.n}}}\n'.encode())
        frame = b"\n".join(self._lines)
        self._lines, self._size = [], 0
        self._sink.write(frame)
