"""A plain way to ask a target one thing after the other: logins, seed and teardown steps, checks."""

from __future__ import annotations

import socket
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead

from loadtests.generator.endpoint import Endpoint
from loadtests.generator.target import INCOMPLETE, REFUSED, RESET, TIMEOUT, Reply, Request
from wording import ExitCode, MashangError

SECONDS = 10
CONNECT_S = 5


class Door:
    """One connection at a time, opened again when the other side has closed it."""

    def __init__(self, to: Endpoint, timeout_s: float = SECONDS) -> None:
        self.to = to
        self._timeout_s = timeout_s
        self._connection: HTTPConnection | None = None

    def ask(self, request: Request) -> Reply:
        """The answer, or the fault because of which there is none; a connection that was kept may have gone stale."""
        kept = self._connection is not None
        reply = self._ask(request)
        if reply.fault == RESET and kept and request.repeatable:
            return self._ask(request)
        return reply

    def _ask(self, request: Request) -> Reply:
        try:
            connection = self._connection or self._opened()
        except OSError:
            return Reply(0, b"", b"", REFUSED)
        try:
            headers = {"Host": self.to.authority, **dict(request.headers)}
            path = f"{self.to.request_prefix}{self.to.path}{request.path}"
            connection.request(request.method, path, request.body or None, headers)
            answer = connection.getresponse()
            body = answer.read()
        except TimeoutError:
            return self._lost(TIMEOUT)
        except IncompleteRead:
            return self._lost(INCOMPLETE)
        except (OSError, HTTPException):
            return self._lost(RESET)
        head = "".join(f"{name}: {value}\r\n" for name, value in answer.getheaders())
        if answer.will_close:
            self.close()
        return Reply(answer.status, f"HTTP/1.1 {answer.status}\r\n{head}".encode("latin-1", "replace"), body)

    def _opened(self) -> HTTPConnection:
        host, port = self.to.connect_to
        made: HTTPConnection
        if self.to.encrypted:
            made = HTTPSConnection(host, port, timeout=self._timeout_s, context=self.to.tls.context())
            if self.to.proxy:
                made.set_tunnel(self.to.host, self.to.port)
        else:
            made = HTTPConnection(host, port, timeout=self._timeout_s)
        made.connect()
        if made.sock is not None:
            made.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = made
        return made

    def _lost(self, fault: str) -> Reply:
        self.close()
        return Reply(0, b"", b"", fault)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def reach(to: Endpoint) -> None:
    """A target that takes no connection is said to be unreachable before anything is made; raises MashangError (5)."""
    try:
        socket.create_connection(to.connect_to, timeout=CONNECT_S).close()
    except OSError as wrong:
        raise MashangError(ExitCode.UNREACHABLE, "load.run.unreachable", url=to.url) from wrong
