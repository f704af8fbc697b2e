"""The application: a FastAPI app whose routes are the catalogues, and a short way to them.

FastAPI tries its routes one after the other; with some eighty of them that costs more than a command. So what is asked
for by its exact path and method goes straight to its endpoint, and everything else through FastAPI.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from engine.catalogue import COMMANDS
from engine.kernel.rejection import INTERNAL
from engine.views.catalogue import READS
from loadtests.reference.answers import BAD_METHOD, NO_SUCH_PATH, refused
from loadtests.reference.description import document, path_of, path_of_read
from loadtests.reference.door import Door, Endpoint, response
from loadtests.reference.tokens import Tokens
from loadtests.reference.writer import Writer

Routes = dict[tuple[str, str], Endpoint]
NOT_ALLOWED = 405


def create_app(writer: Writer, tokens: Tokens, *, driven: bool) -> ASGIApp:
    """The application over a writer that has started."""
    door = Door(writer, tokens, driven=driven)
    routes: Routes = {("POST", path_of(kind)): door.command(kind) for kind in COMMANDS}
    routes |= {("GET", path_of_read(read)): door.read(read) for read in READS}
    routes[("GET", "/v1/events")] = door.events()
    routes[("POST", "/v1/tokens")] = door.tokens()
    routes[("GET", "/healthz")] = door.health(ready=False)
    routes[("GET", "/readyz")] = door.health(ready=True)
    routes[("GET", "/openapi.json")] = _described(driven=driven)
    return ShortWay(routes, _slow_way(routes))


def _described(*, driven: bool) -> Endpoint:
    @cache
    def text() -> str:
        return json.dumps(document(driven=driven))

    async def endpoint(_request: Request) -> Response:
        return Response(text(), media_type="application/json")

    return endpoint


def _slow_way(routes: Routes) -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    for (method, path), endpoint in routes.items():
        app.router.add_route(path, endpoint, [method])
    app.add_exception_handler(HTTPException, _no_route)
    app.add_exception_handler(Exception, _broken)
    return app


async def _no_route(_request: Request, wrong: Any) -> Response:
    answer = response(refused(BAD_METHOD if wrong.status_code == NOT_ALLOWED else NO_SUCH_PATH))
    answer.headers.update(wrong.headers or {})
    return answer


async def _broken(_request: Request, _wrong: Exception) -> Response:
    return response(refused(INTERNAL))


class ShortWay:
    """An ASGI application: exact paths first."""

    def __init__(self, routes: Routes, rest: ASGIApp) -> None:
        """`rest` takes what no route is for."""
        self._routes = routes
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        endpoint = self._routes.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if endpoint is None:
            await self._rest(scope, receive, send)
            return
        answer = await endpoint(Request(scope, receive))
        await answer(scope, receive, send)
