"""A small shop behind HTTP, written for these tests: logins that run out, signatures, items, harm on demand."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.loadtests.listening import listening

SECRET = b"sesame"
ITEM = re.compile(r"/items/(\d+)")
STOCK = re.compile(r"/stock/([\w-]+)")


class Shop:
    """What the shop knows. `life`: requests that a login is good for; `bugs`: the harm that it does."""

    def __init__(self, *bugs: str, life: int = 10**9) -> None:
        self.bugs = set(bugs)
        self.life = life
        self.lock = threading.Lock()
        self.users: dict[str, str] = {"ann": "pw", "bob": "pw"}
        self.tokens: dict[str, int] = {}
        self.made = 0
        self.items: dict[int, dict[str, Any]] = {}
        self.keys: dict[str, tuple[int, Any]] = {}
        self.stock: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()

    def answer(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
        """Status and body of the answer; -1: no answer."""
        self.seen[f"{method} {re.sub(r'/[0-9]+$', '/n', path)}"] += 1
        if path == "/users":
            self.users[body["name"]] = "pw"
            return 201, {"name": body["name"], "secret": "pw"}
        if path == "/login":
            return self._login(body)
        if path == "/openapi.json":
            return 200, OPENAPI
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) <= 0:
            return 401, {"code": "expired"}
        self.tokens[token] -= 1
        return self._keyed(method, path, body, headers.get("idempotency-key", ""))

    def _login(self, body: Any) -> tuple[int, Any]:
        if self.users.get(body["user"]) != body["password"]:
            return 403, {"code": "wrong"}
        token = f"{body['user']}-{len(self.tokens)}"
        self.tokens[token] = self.life
        return 200, {"session": {"token": token}}

    def _keyed(self, method: str, path: str, body: Any, key: str) -> tuple[int, Any]:
        """A key has one effect and one answer."""
        with self.lock:
            if key and "twice" not in self.bugs and key in self.keys:
                return self.keys[key]
        found = self._done(method, path, body)
        with self.lock:
            if key:
                self.keys.setdefault(key, found)
        return found

    def _done(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if path == "/items" and method == "POST":
            return self._put_up(body)
        if path == "/items":
            return 200, [{"id": number, **item} for number, item in self.items.items()]
        if path.startswith("/find?"):
            name = path.partition("=")[2]
            return 200, [number for number, item in self.items.items() if item.get("name") == name]
        if found := ITEM.fullmatch(path):
            return self._item(method, int(found[1]), body)
        if found := STOCK.fullmatch(path):
            return self._stock(method, found[1], body)
        return 404, {"code": "NOT_FOUND"}

    def _put_up(self, body: Any) -> tuple[int, Any]:
        with self.lock:
            self.made = number = self.made + 1
            self.items[number] = dict(body)
        return (-1, None) if "silent" in self.bugs and number % 3 == 0 else (201, {"id": number})

    def _item(self, method: str, number: int, body: Any) -> tuple[int, Any]:
        with self.lock:
            if number not in self.items:
                return 404, {"code": "NOT_FOUND"}
            if method == "DELETE":
                del self.items[number]
                return 204, None
            if method == "PUT" and "forgets" not in self.bugs:
                self.items[number] = dict(body)
            return 200, {"id": number, **self.items[number]}

    def _stock(self, method: str, name: str, body: Any) -> tuple[int, Any]:
        if method == "GET":
            return 200, {"count": self.stock[name]}
        if "races" in self.bugs:
            before = self.stock[name]
            time.sleep(0.01)
            self.stock[name] = before + body["amount"]
        else:
            with self.lock:
                self.stock[name] += body["amount"]
        return 200, {"count": self.stock[name]}


def signature(method: str, path: str, body: bytes) -> str:
    """As the shop wants it."""
    return hmac.new(SECRET, f"{method}\n{path}\n".encode() + body, hashlib.sha256).hexdigest()


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shop: Shop

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        signed = headers.get("x-signature") in {None, signature(self.command, self.path, body)}
        parsed = json.loads(body) if body else None
        status, said = (
            self.shop.answer(self.command, self.path, parsed, headers) if signed else (403, {"code": "signature"})
        )
        if status < 0:
            self.close_connection = True
            return
        text = b"" if said is None else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = _any  # noqa: N815 - the names that http.server calls

    def log_message(self, *_: Any) -> None:
        """Silence."""


@contextmanager
def selling(shop: Shop) -> Iterator[str]:
    """The shop at an address of its own."""
    answering = type("Answering", (_Answering,), {"shop": shop})
    with listening(answering) as url:
        yield url


OPENAPI: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Shop", "version": "1"},
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Item": {
                "type": "object",
                "required": ["name", "made"],
                "properties": {
                    "name": {"type": "string", "minLength": 1, "maxLength": 40},
                    "price": {"type": "integer", "minimum": 1, "maximum": 999},
                    "kind": {"type": "string", "enum": ["book", "tool"]},
                    "made": {"type": "string", "format": "date-time"},
                },
            },
            "Stored": {"allOf": [{"$ref": "#/components/schemas/Item"}, {"properties": {"id": {"type": "integer"}}}]},
        },
    },
    "paths": {
        "/items": {
            "post": {
                "parameters": [{"in": "header", "name": "Idempotency-Key", "schema": {"type": "string"}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}},
                "responses": {
                    "201": {
                        "description": "made",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Stored"}}},
                    }
                },
            },
            "get": {"responses": {"200": {"description": "all"}}},
        },
        "/items/{itemId}": {
            "parameters": [{"in": "path", "name": "itemId", "required": True, "schema": {"type": "integer"}}],
            "get": {"responses": {"200": {"description": "one"}, "404": {"description": "none"}}},
            "put": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}},
                "responses": {"200": {"description": "changed"}},
            },
            "delete": {"responses": {"204": {"description": "gone"}}},
        },
    },
}
