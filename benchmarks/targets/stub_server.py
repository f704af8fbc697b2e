"""Targets for measuring clients: small HTTP servers that answer a JSON POST at once, late, or not for a while.

    python benchmarks/targets/stub_server.py [--delay-ms N] [--stall-at S --stall-s S] [--cert FILE --key FILE]

Prints `port N` and serves until it is ended. Requests are read whole (Content-Length) before they are answered.
Stalls are counted from the first request.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import select
import socket
import ssl
import time

ANSWER = b'{"status":"ok","at":1663300800,"n":12345,"events":[17,18]}'
REPLY = (
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: "
    + str(len(ANSWER)).encode()
    + b"\r\n\r\n"
    + ANSWER
)
LENGTH = b"content-length:"


def whole_requests(buffer: bytes) -> tuple[int, bytes]:
    """How many whole requests a buffer begins with, and what is left of it."""
    count = 0
    while (end := buffer.find(b"\r\n\r\n")) >= 0:
        head = buffer[:end].lower()
        at = head.find(LENGTH)
        length = int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(buffer) < end + 4 + length:
            break
        buffer = buffer[end + 4 + length :]
        count += 1
    return count, buffer


def serve_fast(listener: socket.socket) -> None:
    """One epoll loop that answers at once."""
    poll = select.epoll()
    poll.register(listener.fileno(), select.EPOLLIN)
    connections: dict[int, socket.socket] = {}
    buffers: dict[int, bytes] = {}
    while True:
        for descriptor, _ in poll.poll():
            if descriptor == listener.fileno():
                made, _ = listener.accept()
                made.setblocking(False)  # noqa: FBT003 - the method's name says what is false
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connections[made.fileno()], buffers[made.fileno()] = made, b""
                poll.register(made.fileno(), select.EPOLLIN)
                continue
            connection = connections[descriptor]
            try:
                arrived = connection.recv(65536)
            except OSError:
                arrived = b""
            if not arrived:
                poll.unregister(descriptor)
                connection.close()
                del connections[descriptor], buffers[descriptor]
                continue
            count, buffers[descriptor] = whole_requests(buffers[descriptor] + arrived)
            if count:
                connection.sendall(REPLY * count)


class Late:
    """Answers after a delay; during a stall nothing is answered, and then everything is."""

    def __init__(self, options: argparse.Namespace) -> None:
        """`options`: those of the command line."""
        self._options = options
        self._first = 0.0

    def _ready(self, now: float) -> float:
        """When a request that is whole now gets its answer."""
        options = self._options
        self._first = self._first or now
        begin = self._first + options.stall_at
        if options.stall_s and begin <= now < begin + options.stall_s:
            return float(begin + options.stall_s)
        return float(now + options.delay_ms / 1000)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request at a time."""
        buffer = b""
        with contextlib.suppress(ConnectionError):
            while arrived := await reader.read(65536):
                count, buffer = whole_requests(buffer + arrived)
                for _ in range(count):
                    now = time.monotonic()
                    await asyncio.sleep(self._ready(now) - now)
                    writer.write(REPLY)
        writer.close()


async def serve_late(listener: socket.socket, options: argparse.Namespace) -> None:
    """An asyncio server, over TLS where a certificate is given."""
    context = None
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
    server = await asyncio.start_server(Late(options), sock=listener, ssl=context)
    await server.serve_forever()


def main() -> None:
    """Listen on a free port of loopback."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--delay-ms", type=float, default=0)
    parser.add_argument("--stall-at", type=float, default=0)
    parser.add_argument("--stall-s", type=float, default=0)
    parser.add_argument("--cert")
    parser.add_argument("--key")
    options = parser.parse_args()
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(f"port {listener.getsockname()[1]}", flush=True)
    if options.delay_ms or options.stall_s or options.cert:
        asyncio.run(serve_late(listener, options))
    else:
        serve_fast(listener)


if __name__ == "__main__":
    main()
