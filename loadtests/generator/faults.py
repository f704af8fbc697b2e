"""A proxy between clients and a server that does harm by a plan, and writes down what it did to whom.

It reads whole requests and whole answers (one at a time on a connection), so that it knows what it delays, doubles or
drops. The record is JSON lines: `{"fault", "window", "active": true|false, "at_s"}` when a window opens or closes, and
`{"fault", "window", "number", "at_s", "request", "key"?}` for each request that was hit.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import struct
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from loadtests.generator.endpoint import Endpoint
from loadtests.generator.fault_plan import FaultPlan, Window
from loadtests.generator.wire import CHUNKED, HEAD_END, INTERIM_BELOW, UNTIL_CLOSE, Chunks, NotHttp, framing

READ_BYTES = 65_536
KEY = re.compile(rb"\r\nidempotency-key[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(\d+)", re.IGNORECASE)
IS_CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:[^\r\n]*chunked", re.IGNORECASE)
WATCH_S = 0.05
RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Gone(ConnectionError):
    """The other side is not there any more."""


class Side:
    """One side of a connection, read by whole messages."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._rest = b""

    async def _more(self) -> None:
        arrived = await self.reader.read(READ_BYTES)
        if not arrived:
            raise Gone
        self._rest += arrived

    async def head(self) -> bytes:
        """Up to the empty line, with it; raises Gone."""
        while (end := self._rest.find(HEAD_END)) < 0:
            await self._more()
        head, self._rest = self._rest[: end + 4], self._rest[end + 4 :]
        return head

    async def exactly(self, length: int) -> bytes:
        """So many bytes; raises Gone."""
        while len(self._rest) < length:
            await self._more()
        body, self._rest = self._rest[:length], self._rest[length:]
        return body

    async def chunked(self) -> bytes:
        """A chunked body as it came, framing and all; raises Gone."""
        chunks, raw, piece = Chunks(), b"", self._rest
        while not chunks.feed(piece):
            raw += piece
            self._rest = b""
            await self._more()
            piece = self._rest
        raw += piece
        self._rest = chunks.surplus
        return raw[: len(raw) - len(chunks.surplus)]

    async def to_the_end(self) -> bytes:
        """All that comes until the other side closes."""
        with suppress(Gone):
            while True:
                await self._more()
        return self._rest

    async def request(self) -> bytes:
        """A whole request; raises Gone."""
        head = await self.head()
        if IS_CHUNKED.search(head):
            return head + await self.chunked()
        found = LENGTH.search(head)
        return head + (await self.exactly(int(found[1])) if found else b"")

    async def answer(self, *, bodiless: bool) -> tuple[bytes, bool]:
        """A whole answer, and whether the connection goes on; raises Gone."""
        head = await self.head()
        found = framing(head[:-4])
        if found.status < INTERIM_BELOW:
            return await self.answer(bodiless=bodiless)
        if bodiless or not found.length:
            return head, found.stays
        if found.length == CHUNKED:
            return head + await self.chunked(), found.stays
        if found.length == UNTIL_CLOSE:
            return head + await self.to_the_end(), False
        return head + await self.exactly(found.length), found.stays

    async def send(self, message: bytes) -> None:
        """Send all of it."""
        self.writer.write(message)
        await self.writer.drain()

    def cut(self) -> None:
        """Close with a reset instead of an end."""
        sock = self.writer.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
        self.writer.transport.abort()


class FaultProxy:
    """Listens on loopback; `out` gets the record."""

    def __init__(self, to: Endpoint, plan: FaultPlan, out: Path) -> None:
        """Raises OSError if `out` is there already."""
        self._to = to
        self._plan = plan
        self._out = out.open("x", encoding="utf-8")
        self._context = to.tls.context() if to.encrypted else None
        self._first_s: float | None = None
        self._number = 0
        self._active: set[int] = set()
        self._running: set[asyncio.Task[Any]] = set()

    async def serve(self, port: int, ready: asyncio.Future[int]) -> None:
        """Until cancelled; `ready` gets the port. Raises OSError if the port is taken."""
        server = await asyncio.start_server(self._client, "127.0.0.1", port)
        ready.set_result(server.sockets[0].getsockname()[1])
        try:
            while True:
                self._watch()
                await asyncio.sleep(WATCH_S)
        finally:
            server.close()
            for task in self._running:
                task.cancel()
            for place in sorted(self._active):
                self._tell(fault=self._plan.windows[place].kind, window=place, active=False, at_s=self._at_s())
            self._out.close()

    def _at_s(self) -> float:
        """Seconds since the first request."""
        return 0.0 if self._first_s is None else round(time.monotonic() - self._first_s, 6)

    def _watch(self) -> None:
        """Write down which windows have opened and closed."""
        if self._first_s is None:
            return
        at_s = self._at_s()
        for place, window in enumerate(self._plan.windows):
            if window.is_open(at_s) != (place in self._active):
                self._active ^= {place}
                self._tell(fault=window.kind, window=place, active=place in self._active, at_s=at_s)

    def _tell(self, **told: Any) -> None:
        self._out.write(json.dumps(told) + "\n")
        self._out.flush()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection, with one of its own to the server."""
        task = asyncio.current_task()
        if task is not None:
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        client, server = Side(reader, writer), None
        try:
            while True:
                request = await client.request()
                server = server or await self._connect()
                if not await self._pass(request, client, server):
                    return
        except (ConnectionError, NotHttp, OSError):
            client.cut()
        except asyncio.CancelledError:
            client.cut()
        finally:
            writer.close()
            if server is not None:
                server.writer.close()

    async def _connect(self) -> Side:
        host, port = self._to.connect_to
        name = self._to.host if self._context else None
        return Side(*await asyncio.open_connection(host, port, ssl=self._context, server_hostname=name))

    def _chosen(self, request: bytes) -> tuple[Window | None, bytes]:
        """What is to happen to a request, written down if it is harm; and its request line."""
        if self._first_s is None:
            self._first_s = time.monotonic()
            self._watch()
        number, self._number = self._number, self._number + 1
        line = request.partition(b"\r\n")[0]
        at_s = self._at_s()
        hit = self._plan.hit(number, at_s, line.decode("latin-1"))
        if hit is None:
            return None, line
        key = KEY.search(request.partition(HEAD_END)[0])
        told = {
            "fault": hit[1].kind,
            "window": hit[0],
            "number": number,
            "at_s": at_s,
            "request": line.decode("latin-1"),
        }
        self._tell(**told, **({"key": key[1].strip().decode("latin-1")} if key else {}))
        return hit[1], line

    async def _pass(self, request: bytes, client: Side, server: Side) -> bool:
        """Pass a request on, with what the plan has for it; True if the connection goes on."""
        window, line = self._chosen(request)
        kind = window.kind if window else ""
        if window and kind == "reset" and window.when == "before":
            client.cut()
            return False
        if kind == "duplicate":
            twin = await self._connect()
            await twin.send(request)
            await server.send(request)
            await twin.answer(bodiless=line.startswith(b"HEAD "))
            twin.writer.close()
        else:
            await server.send(request)
        answer, stays = await server.answer(bodiless=line.startswith(b"HEAD "))
        if window and kind == "delay":
            await asyncio.sleep(window.ms / 1000)
        if kind == "reset":
            client.cut()
            return False
        if kind == "drop_reply":
            await client.reader.read()  # the client waits as long as it likes, and hears nothing
            return False
        await client.send(answer)
        return stays
