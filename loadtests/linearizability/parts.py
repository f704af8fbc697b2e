"""A history too large for the memory, in parts that wait on disk; all calls of a key are in one part."""

from __future__ import annotations

import gc
import marshal
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from loadtests.linearizability.calls import Call

LENGTH_BYTES = 4
ROWS = 256


def in_parts(calls: Iterable[Call], parts: int) -> Iterator[Iterable[Call]]:
    """The calls in so many parts, each a generator that is read before the next one is asked for."""
    if parts == 1:
        yield calls
        return
    with tempfile.TemporaryDirectory(prefix="linearizability-") as folder:
        paths = [Path(folder) / f"part-{number}" for number in range(parts)]
        files: list[BinaryIO] = [path.open("wb") for path in paths]
        try:
            _spread(calls, files)
        finally:
            for file in files:
                file.close()
        for path in paths:
            yield _loaded(path)
            path.unlink()


def _spread(calls: Iterable[Call], files: list[BinaryIO]) -> None:
    count = len(files)
    rows: list[list[Any]] = [[] for _ in files]
    for call in calls:
        number = zlib.crc32((call.key or "").encode()) % count
        mine = rows[number]
        mine.append(
            (call.f, call.value, call.start, call.end, call.type, call.result, call.key, call.process, call.number)
        )
        if len(mine) == ROWS:
            _write(files[number], mine)
            mine.clear()
    for file, mine in zip(files, rows, strict=True):
        _write(file, mine)


def _write(file: BinaryIO, rows: list[Any]) -> None:
    """Rows behind their length in bytes: reading them from memory is several times faster than from the file."""
    packed = marshal.dumps(rows)
    file.write(len(packed).to_bytes(LENGTH_BYTES, "big"))
    file.write(packed)


def _loaded(path: Path) -> Iterator[Call]:
    with path.open("rb") as file:
        while length := file.read(LENGTH_BYTES):
            for row in marshal.loads(file.read(int.from_bytes(length, "big"))):  # noqa: S302 - this process wrote it
                yield Call(*row)


@contextmanager
def without_collector() -> Iterator[None]:
    """Calls and states form no circles: looking for some in a million objects again and again would find nothing."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()
