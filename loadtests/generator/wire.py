"""HTTP/1.1 as bytes: a request written once, and how much of a connection an answer takes (RFC 9112)."""

from __future__ import annotations

import re
from typing import NamedTuple

from loadtests.generator.target import Request

HEAD_END = b"\r\n\r\n"
CHUNKED, UNTIL_CLOSE = -1, -2
"""Lengths that no Content-Length states."""
REMEMBERED_HEADS = 4_096
LONGEST_HEAD = 65_536
STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-5]\d\d)(?: |\r|$)")
TELLING = re.compile(rb"\r\n(content-length|transfer-encoding|connection)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
NO_CONTENT, NOT_MODIFIED, INTERIM_BELOW = 204, 304, 200


class NotHttp(ValueError):
    """What came is no HTTP/1 answer, or contradicts itself."""


class Framing(NamedTuple):
    """What the head of an answer says: status, length of the body in bytes (or a sign), does the connection stay."""

    status: int
    length: int
    stays: bool


def request_bytes(request: Request, authority: str, prefix: str = "") -> bytes:
    """A request as it goes over the wire; `prefix` (http://host:port) makes the absolute form that proxies want."""
    lines = [f"{request.method} {prefix}{request.path} HTTP/1.1", f"Host: {authority}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    if request.body or request.method not in {"GET", "HEAD", "DELETE", "OPTIONS"}:
        lines.append(f"Content-Length: {len(request.body)}")
    return "\r\n".join(lines).encode("latin-1") + HEAD_END + request.body


known_heads: dict[bytes, Framing] = {}


def framing(head: bytes) -> Framing:
    """The framing that a head (without the empty line) states; heads repeat, so the last thousands are remembered.

    Raises:
        NotHttp: not HTTP/1, lengths that differ, a length that is no number.
    """
    found = known_heads.get(head)
    if found is None:
        if len(known_heads) >= REMEMBERED_HEADS:
            known_heads.clear()
        found = known_heads[head] = read_framing(head)
    return found


def read_framing(head: bytes) -> Framing:
    """As `framing`, read anew."""
    line = STATUS_LINE.match(head)
    if line is None:
        raise NotHttp(f"no HTTP/1 status line: {head[:40]!r}")
    status = int(line[2])
    stays, lengths, coding = line[1] == b"1", set(), b""
    for name, value in TELLING.findall(head):
        match name.lower():
            case b"content-length":
                lengths.add(value.strip())
            case b"transfer-encoding":
                coding = value.strip().lower()
            case _:
                options = {option.strip() for option in value.lower().split(b",")}
                stays = b"close" not in options and (stays or b"keep-alive" in options)
    return Framing(status, body_length(status, lengths, coding), stays)


def body_length(status: int, lengths: set[bytes], coding: bytes) -> int:
    """The length of a body by RFC 9112, section 6.3: a coding overrules a length, without both the close ends it."""
    if status < INTERIM_BELOW or status in {NO_CONTENT, NOT_MODIFIED}:
        return 0
    if coding:
        return CHUNKED if coding.rpartition(b",")[2].strip() == b"chunked" else UNTIL_CLOSE
    if not lengths:
        return UNTIL_CLOSE
    if len(lengths) > 1 or not next(iter(lengths)).isdigit():
        raise NotHttp(f"lengths that make no sense: {sorted(lengths)}")
    return int(next(iter(lengths)))


class Chunks:
    """A chunked body as it arrives: `feed` takes bytes and says whether the body is whole."""

    __slots__ = ("_parts", "_rest", "surplus", "whole")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._rest = b""
        self.whole = False
        self.surplus = b""

    @property
    def body(self) -> bytes:
        """The body without its framing."""
        return b"".join(self._parts)

    def feed(self, arrived: bytes) -> bool:
        """Take what arrived; True once the last chunk and the trailers are there. Raises NotHttp for bad framing."""
        rest = self._rest + arrived if self._rest else arrived
        at = 0
        while not self.whole:
            end = rest.find(b"\r\n", at)
            if end < 0:
                break
            size = chunk_size(rest[at:end])
            if size == 0:
                after = trailer_end(rest, end)
                if after < 0:
                    break
                self.whole, at = True, after
                break
            if len(rest) < end + 2 + size + 2:
                break
            if rest[end + 2 + size : end + 4 + size] != b"\r\n":
                raise NotHttp("a chunk is longer than it says")
            self._parts.append(rest[end + 2 : end + 2 + size])
            at = end + 4 + size
        self._rest = rest[at:]
        if self.whole:
            self.surplus = self._rest
        return self.whole


def chunk_size(line: bytes) -> int:
    """The size that a chunk's first line states, extensions left out."""
    text = line.partition(b";")[0].strip()
    if not re.fullmatch(rb"[0-9a-fA-F]{1,12}", text):
        raise NotHttp(f"no chunk size: {line[:20]!r}")
    return int(text, 16)


def trailer_end(rest: bytes, end: int) -> int:
    """Where the trailers of the last chunk end, whose first line ends at `end`; -1 while they are not all there."""
    if rest[end : end + 4] == HEAD_END:
        return end + 4
    found = rest.find(HEAD_END, end)
    return found + 4 if found >= 0 else -1
