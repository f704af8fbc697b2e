"""Lines of a foreign file, and the JSON object of a line: in bounded memory, and nothing that two readers read apart.

Refused is what programs disagree about: names that stand twice, numbers that are none, text that is not UTF-8. A line
without end, a file that unpacks for ever and brackets without bottom end the reading, too.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import IO, Any, NamedTuple

from pydantic_core import from_json

LINE_BYTES = 1 << 23  # an electorate of 115,000 in one event is five times smaller
CHUNK_BYTES = 1 << 16
GZIP_WINDOW = 31  # the window of 32 KiB, and a gzip header
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
JOURNAL = b'{"journal"'
UTF8_MARK = b"\xef\xbb\xbf"
WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
LARGEST = 2**63 - 1


def begins_as_lines(start: bytes) -> bool:
    """Whether the start of a file, packed or not, is that of JSON lines, or of text that such a file may be by mistake.

    A journal of ours begins as JSON, too; it says so itself.
    """
    if start.startswith(GZIP):
        try:
            start = zlib.decompressobj(GZIP_WINDOW).decompress(start, len(start))
        except zlib.error:
            return False
        if start.startswith(JOURNAL):
            return False
    return start.startswith((ZSTD, *WIDE_MARKS)) or start.removeprefix(UTF8_MARK).lstrip().startswith(b"{")


class Unreadable(Exception):
    """A line that cannot be read, by a word of the closed list that `wording` has sentences for."""

    def __init__(self, line: int, reason: str, **values: object) -> None:
        """`line` counts from 1; `values` are what the sentence names."""
        super().__init__(line, reason, values)
        self.line = line
        self.reason = reason
        self.values = values


class Line(NamedTuple):
    """One line: its number from 1, its bytes without the end."""

    number: int
    raw: bytes


def lines(source: IO[bytes]) -> Iterator[Line]:
    """Lines of a plain or gzip-compressed file, empty ones left out. Raises Unreadable."""
    number, rest = 0, b""
    for chunk in _unpacked(source):
        if chunk.find(b"\n") < 0:
            rest += chunk
        else:
            first, *whole, after = chunk.split(b"\n")
            for raw in (rest + first, *whole):
                number += 1
                if raw.strip():
                    yield Line(number, _plain(raw, number))
            rest = after
        if len(rest) > LINE_BYTES:
            raise Unreadable(number + 1, "too_long", bytes=LINE_BYTES)
    if rest.strip():
        yield Line(number + 1, _plain(rest, number + 1))


def _plain(raw: bytes, number: int) -> bytes:
    if len(raw) > LINE_BYTES:
        raise Unreadable(number, "too_long", bytes=LINE_BYTES)
    return raw.removeprefix(UTF8_MARK) if number == 1 else raw


def _unpacked(source: IO[bytes]) -> Iterator[bytes]:
    start = b""
    while len(start) < len(ZSTD) and (more := source.read(CHUNK_BYTES)):
        start += more
    if start.startswith(ZSTD):
        raise Unreadable(1, "zstd")
    if start.startswith(WIDE_MARKS):
        raise Unreadable(1, "not_utf8")
    if not start.startswith(GZIP):
        while start:
            yield start
            start = source.read(CHUNK_BYTES)
        return
    yield from _members(source, start)


def _members(source: IO[bytes], start: bytes) -> Iterator[bytes]:
    """What gzip members hold, never more than a chunk at once."""
    unpack = zlib.decompressobj(GZIP_WINDOW)
    seen = 0
    while start:
        try:
            part = unpack.decompress(start, CHUNK_BYTES)
        except zlib.error:
            raise Unreadable(seen + 1, "damaged") from None
        seen += part.count(b"\n")
        if part:
            yield part
        if unpack.eof:
            start = unpack.unused_data or source.read(CHUNK_BYTES)
            unpack = zlib.decompressobj(GZIP_WINDOW) if start else unpack
        else:
            start = unpack.unconsumed_tail or source.read(CHUNK_BYTES)
    if not unpack.eof:
        raise Unreadable(seen + 1, "cut_off")


def object_of(line: Line) -> dict[str, Any]:
    """The JSON object of a line. Raises Unreadable."""
    raw = line.raw
    try:
        found = from_json(raw, allow_inf_nan=False, cache_strings="keys")
    except (ValueError, RecursionError):
        raise _why(line) from None
    if type(found) is not dict:
        raise Unreadable(line.number, "not_an_object")
    inner = found.get("data")
    names = len(found) + (len(inner) if type(inner) is dict else 0)
    if type(inner) is dict and len(inner) == 1:  # a rejection holds its command's fields under the command's name
        (only,) = inner.values()
        names += len(only) if type(only) is dict else 0
    # A colon that stands apart from its name is not counted: such a line is looked at more slowly, too.
    apart = (b" " in raw and b'" ' in raw) or b"\t" in raw or b"\r" in raw
    if apart or raw.count(b'":') != names:
        _single(line)
    return found


def _why(line: Line) -> Unreadable:
    try:
        line.raw.decode()
    except ValueError:
        return Unreadable(line.number, "not_utf8")
    return Unreadable(line.number, "not_json")


def _single(line: Line) -> None:
    """No name stands twice in an object."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise Unreadable(line.number, "twice", name=shown(twice))
        return made

    try:
        json.loads(line.raw, object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise Unreadable(line.number, "not_json") from None


def whole(values: Iterable[Any]) -> bool:
    """Whether values hold texts, truths and whole numbers of 64 bits only, at any depth."""
    for value in values:
        kind = type(value)
        if kind is int:
            if not -LARGEST <= value <= LARGEST:
                return False
        elif kind is list or kind is dict:
            if value and not whole(value if kind is list else value.values()):
                return False
        elif kind is not str and kind is not bool and value is not None:
            return False
    return True


def shown(value: object) -> str:
    """A value of a foreign file within a sentence: short, on one line, and without what a terminal would obey."""
    text = value if isinstance(value, str) else repr(value)
    plain = "".join(each if each.isprintable() else "?" for each in text[:SHOWN_CHARACTERS])
    return plain + ("…" if len(text) > SHOWN_CHARACTERS else "")


SHOWN_CHARACTERS = 60
