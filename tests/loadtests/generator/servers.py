"""Small HTTP servers with habits, each in threads of its own: what clients must cope with."""

import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

BODY = b'{"status":"ok","at":1,"n":2,"view":[]}'
REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
Habit = Callable[["Server", socket.socket, bytes, int], bool]
"""Given server, connection, request and its number, answers; False closes the connection."""


def plainly(_server: "Server", line: socket.socket, _request: bytes, _number: int) -> bool:
    """Answer at once."""
    line.sendall(REPLY)
    return True


def saying(reply: bytes, *, stays: bool = True) -> Habit:
    """Answer with these bytes."""

    def habit(_server: "Server", line: socket.socket, _request: bytes, _number: int) -> bool:
        line.sendall(reply)
        return stays

    return habit


def in_pieces(reply: bytes, size: int) -> Habit:
    """Answer some bytes at a time."""

    def habit(_server: "Server", line: socket.socket, _request: bytes, _number: int) -> bool:
        for start in range(0, len(reply), size):
            line.sendall(reply[start : start + size])
            time.sleep(0.0005)
        return True

    return habit


def silent_once(server: "Server", line: socket.socket, request: bytes, number: int) -> bool:
    """The first request is carried out and its connection reset; later ones are answered."""
    if number == 0:
        reset(line)
        return False
    return plainly(server, line, request, number)


def reset(line: socket.socket) -> None:
    """Close so that the other side gets a reset."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


class Server:
    """Listens on loopback; `requests` are all that came, whole."""

    def __init__(self, habit: Habit = plainly, context: ssl.SSLContext | None = None) -> None:
        self.habit = habit
        self.requests: list[bytes] = []
        self.connections = 0
        self._context = context
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                thread = threading.Thread(target=self._serve, args=(line,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError):
            if self._context is not None:
                plain, line = line, self._context.wrap_socket(line, server_side=True, do_handshake_on_connect=False)
                plain.close()
            with self._lock:
                self.connections += 1
                self._open.append(line)
            if isinstance(line, ssl.SSLSocket):
                line.do_handshake()
            while (request := whole_request(line)) is not None:
                with self._lock:
                    number = len(self.requests)
                    self.requests.append(request)
                if not self.habit(self, line, request, number):
                    break
        line.close()

    def close(self) -> None:
        """Stop, and close every connection."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._open:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)


def whole_request(line: socket.socket) -> bytes | None:
    """The next request of a connection; None at its end."""
    found = b""
    while b"\r\n\r\n" not in found:
        arrived = line.recv(65536)
        if not arrived:
            return None
        found += arrived
    head, _, body = found.partition(b"\r\n\r\n")
    lengths = [each for each in head.lower().split(b"\r\n") if each.startswith(b"content-length:")]
    length = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < length:
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(habit: Habit = plainly, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server for the length of a test."""
    server = Server(habit, context)
    try:
        yield server
    finally:
        server.close()


def tunnel(ask: list[bytes]) -> Habit:
    """A proxy: CONNECT is tunnelled, a request in absolute form is passed on; `ask` gets the first lines."""

    def habit(_server: "Server", line: socket.socket, request: bytes, _number: int) -> bool:
        first = request.partition(b"\r\n")[0]
        ask.append(first)
        if first.startswith(b"CONNECT "):
            host, _, port = first.split()[1].decode().partition(":")
            behind = socket.create_connection((host, int(port)))
            line.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with behind:
                back = threading.Thread(target=pump, args=(behind, line), daemon=True)
                back.start()
                pump(line, behind)
                back.join()
            return False
        line.sendall(REPLY)
        return True

    return habit


def pump(source: socket.socket, to: socket.socket) -> None:
    """Copy bytes until an end."""
    with suppress(OSError):
        while arrived := source.recv(65536):
            to.sendall(arrived)
    with suppress(OSError):
        to.shutdown(socket.SHUT_WR)


class Authority:
    """A CA of the test's own, made with openssl: certificates for 127.0.0.1 and for a client."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = folder / "ca.pem"
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=test ca", "-keyout", folder / "ca.key", "-out", self.ca,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
        )  # fmt: skip
        self.server = self._signed("server", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        self.client = self._signed("client", "extendedKeyUsage=clientAuth\n")

    def _signed(self, name: str, extensions: str) -> tuple[Path, Path]:
        """Certificate and key."""
        key, request, certificate = (self.folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
        told = self.folder / f"{name}.ext"
        told.write_text(extensions)
        openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
            "-keyout", key, "-out", request,
        )  # fmt: skip
        openssl(
            "x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.folder / "ca.key", "-CAcreateserial",
            "-days", "2", "-extfile", told, "-out", certificate,
        )  # fmt: skip
        return certificate, key

    def context(self, *, asks_client: bool = False) -> ssl.SSLContext:
        """What a server needs."""
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(*self.server)
        if asks_client:
            made.verify_mode = ssl.CERT_REQUIRED
            made.load_verify_locations(self.ca)
        return made


def openssl(*words: Any) -> None:
    """Run openssl."""
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)  # noqa: S607 - on the path
