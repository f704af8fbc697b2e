from __future__ import annotations

import signal
import socket
from pathlib import Path

from tests.loadtests.reference.served import Served

POST = b"POST /v1/tokens HTTP/1.1\r\nHost: a\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: a\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
RAW = {
    "no http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40,
    "no end": GET + b"X: " + b"a" * 200_000,
    "many headers": GET + b"".join(b"X-%d: y\r\n" % n for n in range(9_000)) + b"\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nhello",
    "both framings": POST + b"Content-Length: 4\r\n" + CHUNKED + b"\r\n0\r\n\r\n" + GET + b"\r\n",
    "bad chunk": POST + CHUNKED + b"\r\nzz\r\n",
    "endless": POST + CHUNKED + b"\r\nffff\r\n" + b"[" * 0xFFFF + b"\r\nffff\r\n" + b"[" * 0xFFFF,
    "negative": POST + b"Content-Length: -1\r\n\r\n",
    "dots": b"GET /v1/../v1/events HTTP/1.1\r\nHost: a\r\n\r\n",
    "absolute": b"GET http://other/v1/events HTTP/1.1\r\nHost: a\r\n\r\n",
    "connect": b"CONNECT other:80 HTTP/1.1\r\nHost: a\r\n\r\n",
    "folded": GET + b"Authorization: Bearer\r\n x\r\n\r\n",
    "zero": b"GET /healthz\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
}


def test_no_bytes_break_the_server(tmp_path: Path) -> None:
    """What is no proper HTTP gets 4xx or a closed line, never 5xx; the same process answers the next one."""
    served = Served(tmp_path / "town.db")
    for name, raw in RAW.items():
        with socket.create_connection(("127.0.0.1", served.ready["port"]), timeout=20) as line:
            line.settimeout(2)
            answer = b""
            try:
                line.sendall(raw)
                answer = line.recv(65_536)
            except OSError:
                pass
        status = int(answer.split()[1]) if answer.startswith(b"HTTP/") else 0
        assert status == 0 or 200 <= status < 500, (name, answer)
        assert status != 200 or name in ("many headers", "folded"), (name, answer)
        assert b"Traceback" not in answer
    assert served.token("officer:off_1")
    assert served.end(signal.SIGTERM) == 0
