"""Logins of every kind, by what a request and its answer look like."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from loadtests.adapter import AdapterTarget
from loadtests.adapter.reading import adapter_from
from loadtests.generator.endpoint import endpoint
from loadtests.generator.reception import Reception
from loadtests.generator.session import EVERYBODY, Session, session_from
from wording import MashangError

STEP = {"call": "POST /a"}


@contextmanager
def door(status: int, headers: list[tuple[str, str]], body: bytes) -> Iterator[tuple[str, list[Any]]]:
    """A server that gives one answer to everybody, and what it was asked."""
    asked: list[Any] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            asked.append((self.path, text, dict(self.headers)))
            self.send_response(status)
            for name, value in [*headers, ("Content-Length", str(len(body)))]:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Silence."""

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


def reception(url: str, login: dict[str, Any], **more: Any) -> Reception:
    """Who logs in at an address."""
    who = {"name": "user", "loginEndpointAuth": {"verb": "POST", **login}, **more}
    document = {"mashang": "1", "target": {"base_url": url}, "auth": [who], "operations": {"a.b": {"steps": [STEP]}}}
    by = AdapterTarget(adapter_from(document, Path("x.yaml")), {})
    return Reception(by, endpoint(url), Session("r"), {"PW": 'open "sesame"'})


PAIR = {"username": "{{actor}}", "usernameField": "u", "password": "${env.PW}", "passwordField": "p"}
HERE = {"endpoint": "/login"}
LOGINS: list[tuple[dict[str, Any], list[tuple[str, str]], bytes, str, dict[str, str]]] = [
    (HERE | {"payloadUserPwd": PAIR, "token": {"extractFromField": "/a/0", "headerPrefix": "Bearer "}}, [],
     b'{"a":["t1"]}', '{"u":"me","p":"open \\"sesame\\""}', {"Authorization": "Bearer t1"}),
    (HERE | {"payloadRaw": "{{run}}", "token": {"extractFromHeader": "X-T", "httpHeaderName": "X-A",
                                               "headerPostfix": "!"}}, [("x-t", "t2")], b"", "r", {"X-A": "t2!"}),
    (HERE | {"payloadUserPwd": PAIR, "contentType": "application/x-www-form-urlencoded", "expectCookies": True},
     [("Set-Cookie", "s=1; Path=/; HttpOnly"), ("Set-Cookie", "k=2")], b"", "u=me&p=open%20%22sesame%22",
     {"Cookie": "s=1; k=2"}),
]  # fmt: skip


@pytest.mark.parametrize(("login", "headers", "body", "sent", "issued"), LOGINS)
def test_a_login_gives_headers(
    login: dict[str, Any], headers: list[tuple[str, str]], body: bytes, sent: str, issued: dict[str, str]
) -> None:
    """A token of the body or of a header, or cookies; what was sent is what the file says."""
    with door(200, headers, body) as (url, asked):
        desk = reception(url, login)
        session = desk.prepare({"me"})
        desk.close()
    assert [(path, text) for path, text, _ in asked] == [("/login", sent)]
    assert session.headers("user", "me") == issued
    assert session_from(json.loads(json.dumps(session.message()))).headers("user", "me") == issued


def test_one_login_may_serve_everybody_from_another_server() -> None:
    """A login server of its own is asked once, and its token is everybody's."""
    with door(200, [], b'{"t":"one"}') as (url, asked):
        login = {"externalEndpointURL": f"{url}/o/token?x=1", "token": {"extractFromField": "/t"}}
        desk = reception("http://127.0.0.1:9", login, per="run")
        session = desk.prepare({"a", "b"})
        desk.close()
    assert [path for path, _, _ in asked] == ["/o/token?x=1"]
    assert session.headers("user", "a") == session.headers("user", EVERYBODY) == {"Authorization": "one"}


REFUSED = [
    (403, b"{}", "load.adapter.refused"),
    (200, b"{}", "load.adapter.no_token"),
    (200, b"x", "load.adapter.no_token"),
]


@pytest.mark.parametrize(("status", "body", "text"), REFUSED)
def test_a_login_that_gives_nothing_is_named(status: int, body: bytes, text: str) -> None:
    """A refusal, and an answer without a token."""
    with door(status, [], body) as (url, _):
        desk = reception(url, HERE | {"token": {"extractFromField": "/t"}})
        with pytest.raises(MashangError) as refused:
            desk.prepare({"me"})
        desk.close()
    assert refused.value.wording_id == text


def test_a_login_server_elsewhere_must_be_allowed() -> None:
    """Load guards hold for logins as well."""
    login = {"externalEndpointURL": "http://192.0.2.1/token", "token": {"extractFromField": "/t"}}
    with pytest.raises(MashangError) as refused:
        reception("http://127.0.0.1:9", login).prepare({"me"})
    assert refused.value.wording_id == "load.run.stranger"
