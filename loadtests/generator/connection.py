"""One non-blocking connection: plain or TLS, straight or through a proxy; and the answer that is arriving on it."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Callable
from typing import Any

from loadtests.generator.transport import Job
from loadtests.generator.wire import (
    CHUNKED,
    HEAD_END,
    LONGEST_HEAD,
    UNTIL_CLOSE,
    Chunks,
    Framing,
    NotHttp,
    framing,
    known_heads,
)

CONNECTING, TUNNEL, HANDSHAKE, OPEN = range(4)
READ_BYTES = 16_384
"""Enough for nearly every answer; room of some hundred kilobytes would be mapped and unmapped at each call."""


class Connection:
    """A socket, what waits to go out (`out`), what a proxy said (`early`), a job, and what is there of its answer."""

    __slots__ = (
        "_chunks", "_framing", "_have", "_head", "_incoming", "_outgoing", "_parts", "_tls", "bodiless", "early", "fd",
        "job", "out", "receive", "send_raw", "sock", "state", "writing",
    )  # fmt: skip

    def __init__(self, sock: Any) -> None:
        """`sock`: a non-blocking socket that is connecting."""
        self.sock = sock
        self.fd: int = sock.fileno()
        self.state = CONNECTING
        self.job: Job | None = None
        self.out = b""
        self.writing = True
        self.bodiless = False
        self.early = b""
        self.send_raw: Callable[[bytes], int] = sock.send
        self.receive: Callable[[int], bytes] = sock.recv
        self._tls: ssl.SSLObject | None = None
        self._framing: Framing | None = None
        self._head = b""
        self._parts: list[bytes] = []
        self._have = 0
        self._chunks: Chunks | None = None

    def push(self, wire: bytes) -> bool:
        """Send plain bytes, as far as the socket takes them now; False if some wait for the socket. Raises OSError."""
        if self._tls is not None:
            self._tls.write(wire)
            wire = self._outgoing.read()
        if self.out:
            self.out += wire
            return False
        try:
            sent = self.send_raw(wire)
        except BlockingIOError:
            sent = 0
        if sent == len(wire):
            return True
        self.out = wire[sent:]
        return False

    def flush(self) -> bool:
        """Send what waits; True once nothing does. Raises OSError."""
        if self.out:
            try:
                self.out = self.out[self.send_raw(self.out) :]
            except BlockingIOError:
                return False
        return not self.out

    def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from now on; the handshake goes on with `shake`."""
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self.state = HANDSHAKE
        self.receive = self._receive_decrypted

    def shake(self, arrived: bytes = b"") -> bool:
        """Carry the handshake on; True once it is over. Raises ssl.SSLError (an OSError)."""
        if self._tls is None:
            raise RuntimeError("no TLS on this connection")
        if arrived:
            self._incoming.write(arrived)
        try:
            self._tls.do_handshake()
            over = True
        except ssl.SSLWantReadError:
            over = False
        self.out += self._outgoing.read()
        return over

    def _receive_decrypted(self, size: int) -> bytes:
        """As a socket's recv: BlockingIOError where nothing whole is there yet, b"" at the end."""
        arrived = self.sock.recv(size)
        if arrived:
            self._incoming.write(arrived)
        else:
            self._incoming.write_eof()
        plain = []
        try:
            while self._tls is not None and (part := self._tls.read(size)):
                plain.append(part)
        except ssl.SSLWantReadError:
            if not plain:
                raise BlockingIOError(errno.EAGAIN, "no whole TLS record yet") from None
        except ssl.SSLEOFError:
            return b"".join(plain)
        if self._outgoing.pending:
            self.out += self._outgoing.read()
        return b"".join(plain)

    def take(self, arrived: bytes) -> tuple[Framing, bytes, bytes, bool] | None:
        """Take bytes of an answer; its framing, head, body and whether the connection is clean once it is whole.

        Raises:
            NotHttp: what arrives is no HTTP/1 answer.
        """
        if self._framing is not None:
            return self._go_on(arrived)
        if self._parts:
            arrived = b"".join(self._parts) + arrived
            self._parts.clear()
        end = arrived.find(HEAD_END)
        if end < 0:
            if len(arrived) > LONGEST_HEAD:
                raise NotHttp("the head of an answer has no end")
            self._parts.append(arrived)
            return None
        head = arrived[:end]
        found = known_heads.get(head) or framing(head)
        length = 0 if self.bodiless else found.length
        whole = end + 4 + length
        if found.status >= 200 and length >= 0 and len(arrived) >= whole:  # noqa: PLR2004 - nearly every answer
            return found, head, arrived[end + 4 : whole], len(arrived) == whole
        rest = arrived[end + 4 :]
        if found.status < 200:  # noqa: PLR2004 - 1xx announces the answer proper
            return self.take(rest) if rest else None
        self._framing, self._head, self._have = found, head, 0
        if length == CHUNKED:
            self._chunks = Chunks()
        return self._go_on(rest)

    def _go_on(self, arrived: bytes) -> tuple[Framing, bytes, bytes, bool] | None:
        """More of a body whose head is known."""
        found = self._framing
        if found is None:
            raise RuntimeError("no head yet")
        if self._chunks is not None:
            if not self._chunks.feed(arrived):
                return None
            return self._whole(found, self._chunks.body, clean=not self._chunks.surplus)
        self._parts.append(arrived)
        self._have += len(arrived)
        if found.length == UNTIL_CLOSE or self._have < found.length:
            return None
        body = b"".join(self._parts)
        return self._whole(found, body[: found.length], clean=len(body) == found.length)

    def _whole(self, found: Framing, body: bytes, *, clean: bool) -> tuple[Framing, bytes, bytes, bool]:
        head = self._head
        self.forget()
        return found, head, body, clean

    def at_end(self) -> tuple[Framing, bytes, bytes, bool] | None:
        """The other side has closed: the answer, if the close is what ends it."""
        found = self._framing
        if found is None or found.length != UNTIL_CLOSE:
            return None
        return self._whole(found, b"".join(self._parts), clean=False)

    @property
    def has_begun(self) -> bool:
        """True if some bytes of an answer are there."""
        return bool(self._parts) or self._framing is not None

    def forget(self) -> None:
        """Nothing of an answer is there."""
        self._framing, self._head, self._have, self._chunks = None, b"", 0, None
        self._parts.clear()
