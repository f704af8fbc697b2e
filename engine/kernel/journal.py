"""The journal: one record a command, hash-chained, compressed in frames, readable up to the last whole frame.

A file is a sequence of gzip members (RFC 1952), so that `zcat` reads it. Each member, a frame, holds whole lines, one a
record, and ends with a line that states the number of its last record and the hash up to there:
sha256(hash of the frame before + the frame's records with a line feed between two). One hash a record would prove no
more, since a reader believes a frame as a whole or not at all, and 64 random characters a record would double the file.
The first line is the header with the policy; a finished file ends with a closing line, so that a cut at a frame's end
is noticed too.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

from engine.kernel.encoding import canonical

FRAME_LENGTH = 1 << 15  # characters, deflate's window: twice as many save 3 % of the file and cost 15 % more time
COMPRESSION_LEVEL = 1  # level 6 costs three times the time for a tenth of the size
GZIP_WINDOW = 31  # zlib: the largest window, and a gzip header and checksum around it
JOURNAL_VERSION = 1
JOURNAL_NAME = "mashang journal"
End = tuple[bytes, int]  # hash up to a record, and its number


def compressed(frame: bytes) -> bytes:
    """One gzip member, without a time in its header. zlib reckons the checksum as it goes, gzip.compress once more."""
    packer = zlib.compressobj(COMPRESSION_LEVEL, zlib.DEFLATED, GZIP_WINDOW)
    return packer.compress(frame) + packer.flush()


class Sink(Protocol):
    """Where frames go. A sink that cannot write raises OSError, at the latest when it is closed."""

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
    """Writes gzip frames to a file."""

    def __init__(self, path: Path, pack: Callable[[bytes], bytes] = compressed) -> None:
        """Create the file at `path`; raises FileExistsError when there is one, so that no log is overwritten.

        `pack` makes one gzip member of a frame; a faster library than the standard one may stand in.
        """
        self._file: IO[bytes] = path.open("xb")
        self._pack = pack

    def write(self, frame: bytes) -> None:
        """Write one frame; in this thread, since handing 5 kB to another one costs more than packing them."""
        self._file.write(self._pack(frame))
        self._file.flush()

    def close(self) -> None:
        """Close the file, even when the disk is full."""
        self._file.close()


class Chain:
    """Puts records into frames, hashes these one after the other and hands them to a sink."""

    def __init__(
        self, sink: Sink, policy: dict[str, object] | None, frame_length: int = FRAME_LENGTH, after: End = (b"", -1)
    ) -> None:
        """Write the header: journal version and the policy in force from the start, as record 0.

        `policy` None goes on behind a header and records that stand already, up to the hash and number in `after`.
        """
        self.head, self.n = after  # of the last record that stands in a closed frame
        self._sink = sink
        self._frame_length = frame_length
        self._records: list[str] = []
        self._length = 0
        if policy is not None:
            self.append(canonical({"journal": JOURNAL_NAME, "n": 0, "policy": policy, "version": JOURNAL_VERSION}))

    def append(self, record: str) -> None:
        """Take one record, given as its canonical text."""
        self._records.append(record)
        self._length += len(record)
        if self._length >= self._frame_length:
            self.flush()

    def flush(self) -> None:
        """Close the open frame."""
        if self._records:
            self._end("head")

    def close(self) -> None:
        """Say which record is the last one and close the sink, whether or not it can still write."""
        try:
            self._end("closed")
        finally:
            self._sink.close()

    def _end(self, name: str) -> None:
        text = "\n".join(self._records).encode()
        if text:
            chained = hashlib.sha256(self.head)
            chained.update(text)
            self.head = chained.digest()
            self.n += len(self._records)
            text += b"\n"
        self._records, self._length = [], 0
        self._sink.write(text + f'{{"{name}":"{self.head.hex()}","n":{self.n}}}\n'.encode())
