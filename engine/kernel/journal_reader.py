"""Reading a journal back: frame by frame in bounded memory, and nothing is believed that the chain does not prove.

A frame is verified as a whole before its first record is handed out, since only its end states a hash. So the reader
never yields a record that was not written, and yields all frames before the first that is broken: a log that was cut
off stays readable up to there. The last line must say that the log was closed.

Limits keep a file made to harm (a zip bomb, a line without end) from taking the machine's memory.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, NamedTuple, NoReturn

from engine.kernel.journal import GZIP_WINDOW, JOURNAL_NAME, JOURNAL_VERSION
from engine.kernel.rejection import CLOCK_REGRESSION
from engine.kernel.units import LARGEST

LINE_BYTES = 1 << 23  # five times the largest record of a full district, an electorate of 115,000
FRAME_BYTES = LINE_BYTES + (1 << 20)  # a frame is closed by the record that fills it
CHUNK_BYTES = 1 << 16
HEADER_START = f'{{"journal":"{JOURNAL_NAME}"'.encode()
FRAME_END = re.compile(rb'\{"(head|closed)":"([0-9a-f]{64})","n":(0|[1-9][0-9]{0,18})\}')


class NotAJournal(Exception):
    """The file does not begin as a journal: it is somebody else's, empty, or of a version this reader cannot read."""

    def __init__(self, reason: str) -> None:
        """`reason` is a word of the closed list that `wording` has sentences for: foreign, empty or version."""
        super().__init__(reason)
        self.reason = reason


class JournalBroken(Exception):
    """The journal was changed or cut off after it was written."""

    def __init__(self, position: int, reason: str, first: int = -1, last: int = -1) -> None:
        """`position`: byte of the file where the frame begins; records `first` to `last` of it, -1 where not known."""
        super().__init__(f"{reason}; frame at byte {position}, records {first} to {last}")
        self.position = position
        self.reason = reason
        self.first = first
        self.last = last


class Record(NamedTuple):
    """One record: its number, its text, the parsed object, and the byte at which its frame begins."""

    n: int
    text: str
    found: dict[str, Any]
    position: int


class Position(NamedTuple):
    """Where a reader stands: hash up to record `n`, and what follows from the records before; for going on later."""

    head: bytes = b""
    n: int = -1
    seq: int = 0
    at: int = 0


@dataclass(slots=True)
class Frame:
    """One verified frame: whole lines without their end line, the number of the first, where the frame begins."""

    position: int
    first: int
    lines: list[bytes]
    closes: bool


class Journal:
    """An open journal. `header` is record 0; iterate once for the records; then `head`, `n`, `seq`, `at` stand.

    With a `position`, `source` holds the frames behind it only and `header` is empty: whoever says so has it from a
    reader who verified everything up to there.
    """

    def __init__(self, source: IO[bytes], position: Position | None = None) -> None:
        """Read and verify the first frame. Raises NotAJournal or JournalBroken."""
        self.head, self.n, self.seq, self.at = position or Position()
        self.started_at: int | None = None  # of the first record that is read
        self._members = _Members(source)
        self._begins_at = self.n + 1
        self._first = self._frame()
        self.header = self._header() if position is None else {}

    def _header(self) -> dict[str, Any]:
        header = self._parsed(self._text(self._first.lines[0], self._first, 0), self._first, 0)
        if header.get("version") != JOURNAL_VERSION:
            raise NotAJournal("version")
        if header.get("journal") != JOURNAL_NAME or header.get("n") != 0:
            raise JournalBroken(0, "not_a_record", 0, 0)
        return header

    def __iter__(self) -> Iterator[Record]:
        """Every record after the header. Raises JournalBroken after the last whole and true frame."""
        frame = self._first
        n = self._begins_at
        lines = frame.lines
        if n == 0:  # the header
            lines, n = lines[1:], 1
        while True:
            for line in lines:
                yield self._record(line, frame, n)
                n += 1
            if frame.closes:
                break
            frame = self._frame()
            lines = frame.lines
        if self._members.more():
            raise JournalBroken(self._members.position, "after_end")

    def _frame(self) -> Frame:
        """The next frame, verified against its end line."""
        content = self._members.next()
        position, first = self._members.began, self.n + 1
        if first == 0 and not _begins_as_header(content):
            raise NotAJournal("empty" if self._members.fault == "not_closed" else "foreign")
        if self._members.fault is not None:
            raise JournalBroken(position, self._members.fault, first)
        *lines, last = content.split(b"\n")
        if last or not lines:
            raise JournalBroken(position, "cut_line", first)
        end = FRAME_END.fullmatch(lines.pop())
        if end is None or (not lines and (end[1] == b"head" or first == 0)):
            raise JournalBroken(position, "no_frame_end", first)
        self._verify(lines, end, Frame(position, first, lines, closes=False))
        return Frame(position, first, lines, end[1] == b"closed")

    def _verify(self, lines: list[bytes], end: re.Match[bytes], frame: Frame) -> None:
        head = hashlib.sha256(self.head + b"\n".join(lines)).digest() if lines else self.head
        last = self.n + len(lines)
        if head.hex().encode() != end[2] or int(end[3]) != last:
            raise JournalBroken(frame.position, "chain", frame.first, max(last, frame.first))
        self.head, self.n = head, last

    def _text(self, line: bytes, frame: Frame, n: int) -> str:
        """A line as text; raises JournalBroken for one that is too long, or not in UTF-8."""
        if len(line) > LINE_BYTES:
            raise JournalBroken(frame.position, "too_large", n, n)
        try:
            return line.decode()
        except ValueError:
            raise JournalBroken(frame.position, "not_json", n, n) from None

    def _parsed(self, text: str, frame: Frame, n: int) -> dict[str, Any]:
        """The object of a line; canonical JSON has whole numbers and no constants like NaN."""
        try:
            found, end = _DECODER.raw_decode(text)
        except (ValueError, RecursionError):
            raise JournalBroken(frame.position, "not_json", n, n) from None
        if not isinstance(found, dict) or end != len(text):
            raise JournalBroken(frame.position, "not_json", n, n)
        return found

    def _record(self, line: bytes, frame: Frame, n: int) -> Record:
        """One record whose number, seqs and instant follow from the one before."""
        text = self._text(line, frame, n)
        found = self._parsed(text, frame, n)
        try:
            reason = self._follow(found, n)
        except (KeyError, TypeError):
            reason = "not_a_record"
        if reason is not None:
            raise JournalBroken(frame.position, reason, n, n)
        return Record(n, text, found, frame.position)

    def _follow(self, found: dict[str, Any], n: int) -> str | None:
        """Why a record cannot stand at this place, or None."""
        at, number = found["envelope"]["at"], found["n"]
        if type(number) is not int or number != n:
            return "number"
        if type(at) is not int or not 0 <= at <= LARGEST:
            return "not_a_record"
        early = at < self.at
        if early != (found["code"] == CLOCK_REGRESSION.name):
            return "clock"
        for event in found["events"]:
            self.seq += 1
            if event["seq"] != self.seq or type(event["seq"]) is not int:
                return "seq"
        if not early:
            self.at = at
            if self.started_at is None:
                self.started_at = at
        return None


class _Members:
    """The gzip members of a file, one after the other, decompressed within limits."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._rest = b""
        self.position = 0
        self.began = 0
        self.fault: str | None = None

    def more(self) -> bool:
        """Whether anything stands after the last member."""
        if not self._rest:
            self._rest = self._source.read(CHUNK_BYTES)
        return bool(self._rest)

    def next(self) -> bytes:
        """Content of the next member. `fault` says why it is not whole; what came before the fault is returned."""
        self.began = self.position
        if not self.more():
            self.fault = "not_closed"
            return b""
        content, self.fault = self._unpacked()
        return content

    def _unpacked(self) -> tuple[bytes, str | None]:
        """Content of a member, and why it is not whole; its start is unpacked first, so that a fault leaves that."""
        unpack = zlib.decompressobj(GZIP_WINDOW)
        content = bytearray()
        while len(content) <= FRAME_BYTES and self.more():
            try:
                content += unpack.decompress(self._rest, CHUNK_BYTES if content else len(HEADER_START))
            except zlib.error:
                return bytes(content), "damaged"
            left = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
            self.position += len(self._rest) - len(left)
            self._rest = left
            if unpack.eof:
                return bytes(content), None
        return bytes(content), "too_large" if len(content) > FRAME_BYTES else "cut_off"


def _begins_as_header(content: bytes) -> bool:
    """Whether the start of a file is ours as far as there is one; a flipped bit in it makes it no foreign file."""
    start = content[: len(HEADER_START)]
    return bool(start) and (HEADER_START.startswith(start) or JOURNAL_NAME.encode() in start)


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)


_DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)
