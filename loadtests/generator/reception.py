"""Before the load: accounts from a pool or made on the target, logins, the seed; after it: the teardown."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from loadtests.adapter import AdapterTarget
from loadtests.adapter.compiled import quoted, with_environment
from loadtests.adapter.credentials import Accounts, Asked, Credentials, Login
from loadtests.adapter.document import Step
from loadtests.adapter.extraction import taking
from loadtests.adapter.template import Absent, Text, as_json
from loadtests.adapter.understanding import Values, outputs_of
from loadtests.generator.answers import all_headers, exchange_of
from loadtests.generator.door import Door
from loadtests.generator.endpoint import Endpoint, endpoint, refuse_strangers
from loadtests.generator.session import EVERYBODY, Session
from loadtests.generator.target import Reply, Request
from wording import ExitCode, MashangError

FIRST_ERROR = 400
Fill = Callable[[str], str]


class Reception:
    """Speaks for one session, through a door of its own or one that is there.

    `environment` holds what `${env.NAME}` names; `allowed`: hosts that logins may go to.
    """

    def __init__(
        self,
        target: AdapterTarget,
        to: Endpoint | Door,
        session: Session,
        environment: Mapping[str, str],
        allowed: str = "",
    ) -> None:
        self.target = target
        self.session = session
        self._environment = environment
        self._allowed = [host.strip() for host in allowed.split(",") if host.strip()]
        self._door = to if isinstance(to, Door) else Door(to)
        self._elsewhere: dict[str, Door] = {}

    def prepare(self, actors: Iterable[str]) -> Session:
        """Accounts, users, logins, seed. Raises MashangError for what the target refuses, 5 where it is not there."""
        adapter, names = self.target.adapter, sorted(actors)
        if adapter.accounts is not None:
            self.session.accounts = accounts_of(adapter.accounts, names)
        for who in adapter.auth:
            places = names if who.per == "actor" else [EVERYBODY]
            for number, actor in enumerate(places):
                if who.createUsers is not None:
                    self._create(who, actor, number)
                if who.loginEndpointAuth is not None:
                    self.log_in(who, actor)
        self.session.seed = self._lone(adapter.seed, "seed")
        return self.session

    def teardown(self) -> None:
        """The last steps; a refusal is an error here as well, since it leaves something behind."""
        self._lone(self.target.adapter.teardown, "teardown")
        self.close()

    def close(self) -> None:
        """Hang up."""
        for door in (self._door, *self._elsewhere.values()):
            door.close()

    def log_in(self, who: Credentials, actor: str) -> None:
        """A new login of an actor, or of everybody."""
        login = who.loginEndpointAuth
        if login is None:
            return
        reply = self._ask(login, actor, lambda fill: login_body(login, fill), f"login {who.name}")
        values = Values(exchange_of(reply, 0, "", all_headers(reply.head)))
        if login.expectCookies:
            headers = {"Cookie": cookies_in(reply)}
        else:
            token = token_in(login, values)
            if token is None:
                raise MashangError(ExitCode.USAGE, "load.adapter.no_token", name=who.name, status=reply.status)
            given = login.token
            assert given is not None  # noqa: S101 - the file says token or cookies
            headers = {given.httpHeaderName: f"{given.headerPrefix}{token}{given.headerPostfix}"}
        self.session.issue(who.name, actor, headers, time.time())

    def _create(self, who: Credentials, actor: str, number: int) -> None:
        """A user of an actor; what the answer gives goes to its account."""
        asked = who.createUsers
        if asked is None:
            return
        body = asked.payloadRaw
        account = self.session.accounts.setdefault(actor, {})
        for each in asked.generators:
            made = f"{each.prefix}{self.session.run or 0}-{number}"
            body = body.replace(each.placeHolder, made)
            account[each.placeHolder.strip("{}$")] = made
        reply = self._ask(asked, actor, lambda fill: fill(body), f"createUsers {who.name}")
        values = Values(exchange_of(reply, 0, "", all_headers(reply.head)))
        account |= {name: taking(text)(values.body, values.headers) for name, text in who.extract.items()}

    def _ask(self, asked: Asked, actor: str, body: Callable[[Fill], str], what: str) -> Reply:
        scope = {**self.session.known(), "actor": actor, "account": self.session.accounts.get(actor, {})}
        try:
            headers = [(each.name, self._filled(each.value, scope)) for each in asked.headers]
            path = self._filled(asked.endpoint, scope)
            sent = body(lambda text: self._filled(text, scope)).encode()
        except Absent as lacking:
            raise MashangError(ExitCode.USAGE, "load.adapter.no_account_value", what=what, name=lacking) from lacking
        if sent:
            headers.append(("Content-Type", asked.contentType))
        door = self._door
        if asked.externalEndpointURL:
            door, path = self._outside(asked.externalEndpointURL)
        return self._answered(door, Request(asked.verb, path, tuple(headers), sent, repeatable=False), what)

    def _filled(self, text: str, scope: Mapping[str, Any]) -> str:
        return Text(with_environment(text, self._environment), self.target.adapter.money).fill(scope)

    def _outside(self, url: str) -> tuple[Door, str]:
        """A login server of its own; load guards hold for it as well."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self._elsewhere:
            to = endpoint(place, tls=self._door.to.tls)
            refuse_strangers(to, self._allowed)
            self._elsewhere[place] = Door(to)
        return self._elsewhere[place], (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _answered(self, door: Door, request: Request, what: str) -> Reply:
        reply = door.ask(request)
        if reply.fault:
            raise MashangError(ExitCode.UNREACHABLE, "load.run.unreachable", url=door.to.url)
        if reply.status >= FIRST_ERROR:
            raise MashangError(ExitCode.USAGE, "load.adapter.refused", what=what, status=reply.status)
        return reply

    def _lone(self, steps: Sequence[Step], what: str) -> dict[str, dict[str, Any]]:
        """Steps of no operation, one after the other; what they gave, by step."""
        given: dict[str, dict[str, Any]] = {}
        for step in self.target.lone(steps):
            scope = {**self.session.known(), "seed": {**self.session.seed, **given}, "steps": given, "data": {}}
            actor = next(iter(self.session.accounts), EVERYBODY)
            scope |= {"account": self.session.accounts.get(actor, {}), "actor": actor, "key": f"{what}-{step.id}"}
            try:
                made = step.fill(scope, self.session.headers(step.credentials, actor), repeatable=False)
            except Absent as lacking:
                where = f"{what}.{step.id}"
                raise MashangError(
                    ExitCode.USAGE, "load.adapter.no_account_value", what=where, name=lacking
                ) from lacking
            request = Request(made.method, made.path, made.headers, made.body, repeatable=False)
            reply = self._answered(self._door, request, f"{what}.{step.id}")
            given[step.id] = outputs_of(step.outputs, exchange_of(reply, 0, step.id, all_headers(reply.head)))
        return given


def login_body(login: Login, fill: Fill) -> str:
    """The payload of a login, as the content type wants it; `fill` fills placeholders."""
    pair = login.payloadUserPwd
    if pair is None:
        return fill(login.payloadRaw)
    fields = {pair.usernameField: fill(pair.username), pair.passwordField: fill(pair.password)}
    if "json" in login.contentType:
        return as_json(fields)
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in fields.items())


def token_in(login: Login, values: Values) -> str | None:
    """The token that the answer to a login holds, if it holds one."""
    token = login.token
    if token is None:
        return None
    if token.extractFromHeader:
        return values.headers.get(token.extractFromHeader.lower())
    found = taking(f"$response.body#{token.extractFromField}")(values.body, {})
    return None if found is None else str(found)


def cookies_in(reply: Reply) -> str:
    """The cookies that an answer sets, as a request sends them back."""
    lines = reply.head.decode("latin-1").split("\r\n")
    pairs = [line.partition(":")[2].split(";")[0].strip() for line in lines if line.lower().startswith("set-cookie:")]
    return "; ".join(pairs)


def accounts_of(pool: Accounts, actors: Collection[str]) -> dict[str, dict[str, Any]]:
    """Rows of the pool by actor; raises MashangError (2) for a file that is none and for too few rows."""
    try:
        with Path(pool.file).open(encoding="utf-8-sig", newline="") as file:
            rows: list[dict[str, Any]] = [dict(row) for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as wrong:
        raise MashangError(ExitCode.USAGE, "load.adapter.no_accounts", file=pool.file) from wrong
    named = {row["actor"]: row for row in rows if row.get("actor")}
    free = [row for row in rows if not row.get("actor")]
    unnamed = [actor for actor in actors if actor not in named]
    if unnamed and (not free or (len(free) < len(unnamed) and not pool.share)):
        raise MashangError(
            ExitCode.USAGE, "load.adapter.few_accounts", file=pool.file, rows=len(rows), actors=len(actors)
        )
    found = {actor: named[actor] for actor in actors if actor in named}
    return found | {actor: free[place % len(free)] for place, actor in enumerate(unnamed)}
