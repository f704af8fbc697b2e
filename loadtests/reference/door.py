"""The door: from an HTTP request to a job of the writer. Who nobody knows is turned away before the body is parsed."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from engine import Command, Rejected
from engine.contract import KEY_LENGTH, PLAIN, command_from
from engine.kernel.rejection import FORBIDDEN, INTERNAL, MALFORMED, UNAUTHENTICATED
from engine.kernel.units import LATEST
from engine.views.read import Parameters, Read
from loadtests.reference.answers import OK, Answer, refused
from loadtests.reference.desk import Actor, Said
from loadtests.reference.store import PAGE_LINES
from loadtests.reference.tokens import DAY_S, Tokens
from loadtests.reference.writer import Writer

BODY_BYTES = 65_536
TOKEN_DAYS = 366
BEARER = "Bearer "
AT_DIGITS = len(str(LATEST))
Endpoint = Callable[[Request], Awaitable[Response]]


class Door:
    """Makes endpoints. `driven` says that commands bring their instant."""

    def __init__(self, writer: Writer, tokens: Tokens, *, driven: bool) -> None:
        """Over a writer that has started."""
        self._writer = writer
        self._tokens = tokens
        self._driven = driven

    def command(self, kind: type[Command]) -> Endpoint:
        """The endpoint of a command."""

        async def answer(request: Request) -> Answer:
            actor = self._actor(request)
            key = request.headers.get("idempotency-key", "")
            if not PLAIN.fullmatch(key):
                raise _malformed("Idempotency-Key", f"1 to {KEY_LENGTH} plain characters, no quote, no backslash")
            at = self._at(request, needed=True)
            said = Said(key, actor, command_from(kind.type, kind.version, await parsed(request)), at)
            return await self._writer.ask(lambda desk: desk.say(said))

        return guarded(answer)

    def read(self, read: Read) -> Endpoint:
        """The endpoint of a read."""

        async def answer(request: Request) -> Answer:
            actor = self._actor(request)
            at = self._at(request, needed=False)
            asked = asked_for(read.parameters, request)
            return await self._writer.ask(lambda desk: desk.read(read, asked, actor, at))

        return guarded(answer)

    def events(self) -> Endpoint:
        """The endpoint of the export."""

        async def answer(request: Request) -> Answer:
            kind, _ = self._actor(request)
            if kind != "officer":
                raise Rejected(FORBIDDEN)
            after, limit = whole(request, "after", 0, 2**53), whole(request, "limit", PAGE_LINES, PAGE_LINES)
            return await self._writer.ask(lambda desk: desk.page(after, limit))

        return guarded(answer)

    def tokens(self) -> Endpoint:
        """The endpoint at which the operator gets tokens."""

        async def answer(request: Request) -> Answer:
            if not self._tokens.is_operator(_bearer(request)):
                raise Rejected(UNAUTHENTICATED)
            found = await parsed(request)
            if not isinstance(found, dict) or not set(found) <= {"actor", "seconds"}:
                raise _malformed("", "give actor, and seconds if you like")
            actor, seconds = found.get("actor"), found.get("seconds", DAY_S)
            if type(seconds) is not int or not 0 < seconds <= TOKEN_DAYS * DAY_S:
                raise _malformed("seconds", f"whole seconds, at most {TOKEN_DAYS} days")
            try:
                token, ends_at = self._tokens.issue(actor if isinstance(actor, str) else "", seconds)
            except ValueError:
                raise _malformed("actor", "an actor is kind:id") from None
            return Answer(OK, json.dumps({"token": token, "actor": actor, "expires_at": ends_at}))

        return guarded(answer)

    def health(self, *, ready: bool) -> Endpoint:
        """The endpoint that says whether the process answers, or with `ready` whether its store does."""

        async def answer(_request: Request) -> Answer:
            if ready:
                return await self._writer.ask(lambda _desk: Answer(OK, '{"status":"ready"}'))
            return Answer(OK, '{"status":"alive"}')

        return guarded(answer)

    def _actor(self, request: Request) -> Actor:
        actor = self._tokens.actor_of(_bearer(request))
        if actor is None:
            raise Rejected(UNAUTHENTICATED)
        return actor

    def _at(self, request: Request, *, needed: bool) -> int | None:
        told = request.headers.get("mashang-at")
        if not self._driven or (told is None and not needed):
            return None
        digits = told or ""
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= AT_DIGITS and int(digits) <= LATEST):
            raise _malformed("Mashang-At", f"an instant is whole seconds UTC, at most {LATEST}")
        return int(digits)


def guarded(answer: Callable[[Request], Awaitable[Answer]]) -> Endpoint:
    """An endpoint that answers with an error object where `answer` raises Rejected."""

    async def endpoint(request: Request) -> Response:
        try:
            found = await answer(request)
        except Rejected as wrong:
            found = refused(wrong.code, wrong.details)
        except ClientDisconnect:
            found = refused(MALFORMED, {"why": "the body ended early"})
        except Exception:
            logging.getLogger(__name__).exception("a request could not be answered")
            found = refused(INTERNAL)
        return response(found)

    return endpoint


def response(answer: Answer) -> Response:
    """An answer as HTTP."""
    headers = {"Idempotent-Replayed": "true"} if answer.replayed else {}
    if answer.status == 401:  # noqa: PLR2004 - RFC 9110, 11.6.1: it names the scheme
        headers["WWW-Authenticate"] = "Bearer"
    return Response(answer.text, answer.status, headers, "application/json")


async def parsed(request: Request) -> Any:
    """The JSON of a body; raises Rejected for one that is too long, or none."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_BYTES:
            raise _malformed("", f"a body has at most {BODY_BYTES} bytes")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise _malformed("", "the body is no JSON in UTF-8") from None


_ADAPTERS: dict[str, TypeAdapter[Any]] = {}
"""By the name of the class; made when they are first asked for."""


def asked_for(kind: type[Parameters], request: Request) -> Any:
    """The parameters of a read from the query; raises Rejected."""
    pairs = request.query_params.multi_items()
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed("", "a parameter is given once")
    adapter = _ADAPTERS.get(kind.__name__)
    if adapter is None:
        adapter = _ADAPTERS[kind.__name__] = TypeAdapter(kind)
    try:
        return adapter.validate_strings(found)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        raise _malformed(".".join(map(str, first["loc"])), first["msg"]) from None


def whole(request: Request, name: str, default: int, largest: int) -> int:
    """A whole number of the query; raises Rejected."""
    told = request.query_params.get(name, str(default))
    if not (told.isascii() and told.isdecimal() and len(told) <= len(str(largest)) and int(told) <= largest):
        raise _malformed(name, f"a whole number, at most {largest}")
    return int(told)


def _bearer(request: Request) -> str:
    told = request.headers.get("authorization", "")
    return told[len(BEARER) :] if told.startswith(BEARER) else ""


def _malformed(param: str, why: str) -> Rejected:
    return Rejected(MALFORMED, **({"param": param} if param else {}), why=why)
