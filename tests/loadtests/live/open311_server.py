"""A GeoReport v2 endpoint as small as the standard allows, in JSON and XML, for the adapters that come along."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.loadtests.listening import listening

ONE = re.compile(r"/open311/v2/requests/(\w+)\.(json|xml)")
NEEDED = ("api_key", "service_code", "lat", "long")


class City:
    """What was filed. `mixes`: it shows the description of the request before."""

    def __init__(self, *, mixes: bool = False) -> None:
        self.mixes = mixes
        self.filed: dict[str, dict[str, str]] = {}
        self.lock = threading.Lock()

    def file(self, form: dict[str, str]) -> tuple[int, list[dict[str, str]]]:
        """A new request."""
        if any(not form.get(name) for name in NEEDED):
            return 400, [{"code": "400", "description": "something is missing"}]
        with self.lock:
            number = f"r{len(self.filed) + 1}"
            self.filed[number] = {"service_request_id": number, **form}
        return 201, [{"service_request_id": number, "service_notice": "", "account_id": ""}]

    def show(self, number: str) -> tuple[int, list[dict[str, str]]]:
        """One request."""
        seen = f"r{max(1, int(number[1:]) - 1)}" if self.mixes and number in self.filed else number
        if seen not in self.filed:
            return 404, [{"code": "404", "description": "not found"}]
        return 200, [{**self.filed[seen], "service_request_id": number, "status": "open"}]


def written(kind: str, status: int, rows: list[dict[str, str]]) -> bytes:
    """As the standard writes a list of requests, or of errors."""
    if kind == "json":
        return json.dumps(rows).encode()
    outer, inner = ("service_requests", "request") if status < 400 else ("errors", "error")
    fields = ["".join(f"<{name}>{escape(value)}</{name}>" for name, value in row.items()) for row in rows]
    body = "".join(f"<{inner}>{row}</{inner}>" for row in fields)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{outer}>{body}</{outer}>'.encode()


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    city: City

    def do_POST(self) -> None:
        """Files a request."""
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self._say(self.city.file({name: values[0] for name, values in parse_qs(text).items()}))

    def do_GET(self) -> None:
        """Shows one."""
        found = ONE.fullmatch(urlsplit(self.path).path)
        self._say(self.city.show(found[1]) if found else (404, [{"code": "404", "description": "no such place"}]))

    def _say(self, found: tuple[int, list[dict[str, str]]]) -> None:
        kind = urlsplit(self.path).path.rpartition(".")[2]
        body = written(kind, *found)
        self.send_response(found[0])
        self.send_header("Content-Type", "application/json" if kind == "json" else "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silence."""


@contextmanager
def answering(city: City) -> Iterator[str]:
    """The endpoint at an address of its own."""
    kind = type("Answering", (_Answering,), {"city": city})
    with listening(kind) as url:
        yield f"{url}/open311/v2"
