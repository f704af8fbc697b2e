"""Journals as bytes: taken apart into frames and records, and put together again with or without a true chain."""

import gzip
import hashlib
import io
import json
import zlib
from functools import cache
from typing import Any

import pytest

from engine.kernel.journal import JOURNAL_NAME
from engine.policy import Policy
from engine.replay import Journal, JournalBroken
from tests.engine.kernel.history import lived


class FileLikeSink:
    """Keeps what a file would hold: gzip members."""

    def __init__(self) -> None:
        """Empty."""
        self.members: list[bytes] = []

    def write(self, frame: bytes) -> None:
        """Compress and keep one frame."""
        self.members.append(gzip.compress(frame, 1, mtime=0))

    def close(self) -> None:
        """Nothing to do."""


@cache
def members(acts: int = 120, seed: int = 1) -> tuple[bytes, ...]:
    """The frames of the journal of a town that has lived."""
    sink = FileLikeSink()
    lived(sink, acts, seed)
    return tuple(sink.members)


@cache
def texts(acts: int = 120, seed: int = 1) -> tuple[bytes, ...]:
    """The texts of all records of the same journal, the header first."""
    lines = [line for member in members(acts, seed) for line in gzip.decompress(member).splitlines()]
    return tuple(line for line in lines if not line.startswith((b'{"head"', b'{"closed"')))


def rechained(records: list[bytes], in_frame: int = 20) -> bytes:
    """A file of these records whose chain is true, as somebody would write it who changed a log and knew the format."""
    head, written = b"", []
    for start in range(0, len(records), in_frame):
        lines = records[start : start + in_frame]
        head = hashlib.sha256(head + b"\n".join(lines)).digest()
        last = start + in_frame >= len(records)
        end = f'{{"{"closed" if last else "head"}":"{head.hex()}","n":{start + len(lines) - 1}}}\n'.encode()
        written.append(gzip.compress(b"\n".join([*lines, end]), 1, mtime=0))
    return b"".join(written)


def header() -> bytes:
    """The first record of a journal under the policy by default."""
    found = {"journal": JOURNAL_NAME, "n": 0, "policy": Policy().document(), "version": 1}
    return written(found)


def written(found: Any) -> bytes:
    """Canonical text of a value, floats and NaN included, for tests of what is not canonical."""
    return json.dumps(found, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def opened(content: bytes) -> Journal:
    """A journal over bytes."""
    return Journal(io.BytesIO(content))


def read(content: bytes) -> list[bytes]:
    """The texts of all records after the header."""
    return [record.text.encode() for record in opened(content)]


def stopped(content: bytes) -> JournalBroken:
    """What the reader says about a broken journal."""
    with pytest.raises(JournalBroken) as caught:
        read(content)
    return caught.value


def unpacked(member: bytes) -> bytes:
    """Content of a gzip member."""
    return zlib.decompress(member, 31)


def packed(content: bytes) -> bytes:
    """A gzip member."""
    return gzip.compress(content, 1, mtime=0)
