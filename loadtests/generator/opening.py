"""The way of a connection from its first packet to its first request: the next hop, the proxy's tunnel, TLS."""

from __future__ import annotations

import re
import select
import socket

from loadtests.generator.connection import CONNECTING, HANDSHAKE, OPEN, READ_BYTES, TUNNEL, Connection
from loadtests.generator.endpoint import Endpoint
from loadtests.generator.target import REFUSED, RESET
from loadtests.generator.wire import HEAD_END

TUNNEL_STANDS = re.compile(rb"HTTP/1\.[01] 2\d\d ")


class Opening:
    """Leads connections to one endpoint."""

    def __init__(self, to: Endpoint) -> None:
        self._to = to
        self._context = to.tls.context() if to.encrypted else None

    def advance(self, connection: Connection, event: int) -> str:
        """Go on after an event; when the connection is open, its job goes out. The fault, if the connection is lost."""
        try:
            if connection.state == CONNECTING:
                if connection.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                    return REFUSED
                if event & select.EPOLLOUT:
                    self._connected(connection)
            elif event & ~select.EPOLLOUT:
                arrived = connection.sock.recv(READ_BYTES)
                if not arrived or not self._listen(connection, arrived):
                    return REFUSED
            connection.flush()
        except BlockingIOError:
            return ""
        except OSError:  # ssl.SSLError is one: a handshake that failed, before any request went out
            return REFUSED if connection.state != OPEN else RESET
        return ""

    def _connected(self, connection: Connection) -> None:
        """The next hop is there."""
        if self._context is not None and self._to.proxy:
            host = f"[{self._to.host}]" if ":" in self._to.host else self._to.host
            connection.state = TUNNEL
            connection.push(f"CONNECT {host}:{self._to.port} HTTP/1.1\r\nHost: {host}:{self._to.port}\r\n\r\n".encode())
        else:
            self._secure(connection)

    def _secure(self, connection: Connection) -> None:
        """TLS where it is wanted, and then the job."""
        if self._context is None:
            self._ready(connection)
        else:
            connection.start_tls(self._context, self._to.host)
            connection.shake()

    def _listen(self, connection: Connection, arrived: bytes) -> bool:
        """A piece of the handshake, or the answer of the proxy; False if that is a no."""
        if connection.state == HANDSHAKE:
            if connection.shake(arrived):
                self._ready(connection)
            return True
        connection.early += arrived
        if HEAD_END not in connection.early:
            return True
        if not TUNNEL_STANDS.match(connection.early):
            return False
        self._secure(connection)
        return True

    def _ready(self, connection: Connection) -> None:
        """Open: the job that it was opened for goes out."""
        connection.state = OPEN
        if connection.job is not None:
            connection.push(connection.job.wire)
