"""Steps of the file compiled once: what remains to be done for an operation is joining pieces."""

from __future__ import annotations

import hmac
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from loadtests.adapter.answer import StepRequest
from loadtests.adapter.credentials import Credentials, Signature
from loadtests.adapter.document import Adapter, Money, Step
from loadtests.adapter.template import Body, Text, as_text
from loadtests.operations import READ
from wording import ExitCode, MashangError

ENVIRONMENT = re.compile(r"\$\{env\.([A-Za-z_]\w*)\}")
LINE_BREAKS = ("\r", "\n")
NOW = "now"
"""The instant at which a request goes out, seconds UTC: a step that names it is made anew then."""


def with_environment(text: str, environment: Mapping[str, str]) -> str:
    """`${env.NAME}` filled from the environment; raises MashangError (2) naming one that is not set."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in environment:
            raise MashangError(ExitCode.USAGE, "load.adapter.no_variable", name=found[1])
        return environment[found[1]]

    return ENVIRONMENT.sub(value, text)


def quoted(text: str) -> str:
    """As a part of a URL or of a form."""
    return quote(text, safe="")


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature's key and what it is over."""

    told: Signature
    over: Text
    secret: bytes

    def header(self, scope: Mapping[str, Any]) -> tuple[str, str]:
        """Its header."""
        digest = hmac.new(self.secret, self.over.fill(scope).encode(), self.told.algorithm).hexdigest()
        return self.told.header, f"{self.told.prefix}{digest}"


@dataclass(frozen=True, slots=True)
class CompiledStep:
    """One step. `credentials` names the entry of `auth` that it uses, or nobody's; `fresh`: it says the instant."""

    id: str
    method: str
    path: Text
    query: dict[str, Text] | None  # None: all of the data
    headers: dict[str, Text]
    body: Body | None
    form: dict[str, Text] | None
    signing: Signing | None
    outputs: Mapping[str, str]
    credentials: str
    fresh: bool

    def fill(self, scope: Mapping[str, Any], issued: Mapping[str, str], *, repeatable: bool) -> StepRequest:
        """The request; `issued`: headers that a login gave. Raises Absent, and ValueError for a line break."""
        query = pairs(self.query, scope)
        if self.query is None:
            query = [f"{quoted(name)}={quoted(as_text(value))}" for name, value in scope["data"].items()]
        path = self.path.fill(scope) + (f"?{'&'.join(query)}" if query else "")
        scope = {**scope, NOW: int(time.time())} if self.fresh else scope
        headers = [(name, text.fill(scope)) for name, text in self.headers.items() if not text.omitted(scope)]
        headers += issued.items()
        body = b""
        if self.body is not None:
            body = self.body.fill(scope)
            headers.append(("Content-Type", "application/json"))
        elif self.form is not None:
            body = "&".join(pairs(self.form, scope)).encode()
            headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        if self.signing is not None:
            signed = {**scope, "method": self.method, "path": path, "body": body.decode()}
            headers.append(self.signing.header(signed))
        if any(each in value for _, value in headers for each in LINE_BREAKS):
            raise ValueError(path)
        return StepRequest(self.id, self.method, path, tuple(headers), body, repeatable)


@dataclass(frozen=True, slots=True)
class Compiler:
    """Turns steps of the file into compiled ones. `key_header`: the header of an operation's key, or nothing."""

    adapter: Adapter
    environment: Mapping[str, str]

    def step(self, step: Step, *, key_header: str = "") -> CompiledStep:
        """Raises ValueError for a template that cannot be read, MashangError (2) for a variable that is not set."""
        money, who = self.adapter.money, self.credentials_of(step)
        headers = {each.name: each.value for each in who.fixedHeaders} if who is not None else {}
        headers |= step.headers
        if key_header:
            headers.setdefault(key_header, "{{key?}}")
        method, _, path = step.call.partition(" ")
        named = {name: self.text(text) for name, text in headers.items()}
        signing = None if who is None or who.hmac is None else self._signing(who.hmac)
        return CompiledStep(
            step.id,
            method,
            Text(path, money, quoted),
            None if isinstance(step.query, str) else texts(step.query, money),
            named,
            None if step.body is None else Body(step.body, money),
            texts(step.form, money),
            signing,
            step.outputs,
            who.name if who is not None else "",
            any(names_now(text) for text in (*named.values(), *([signing.over] if signing else ()))),
        )

    def credentials_of(self, step: Step) -> Credentials | None:
        """The credentials that a step names, or the first ones; `none` stands for nobody's."""
        return next((each for each in self.adapter.auth if each.name == (step.credentials or each.name)), None)

    def text(self, text: str) -> Text:
        """A text with the environment filled in."""
        return Text(with_environment(text, self.environment), self.adapter.money)

    def _signing(self, signature: Signature) -> Signing:
        secret = with_environment(signature.secret, self.environment).encode()
        return Signing(signature, Text(signature.over, self.adapter.money), secret)


def key_header_of(adapter: Adapter, kind: str) -> str:
    """The header in which operations of a type carry their key; empty for reads and where there is none."""
    keyed = adapter.idempotency is not None and not kind.startswith(READ)
    return adapter.idempotency.header if keyed and adapter.idempotency is not None else ""


def names_now(text: Text) -> bool:
    """True if the text says the instant."""
    return any(place.names[0] == NOW for place in text.places)


def texts(found: Mapping[str, str] | None, money: Money) -> dict[str, Text] | None:
    """Texts whose values are quoted for a URL or a form."""
    return None if found is None else {name: Text(text, money, quoted) for name, text in found.items()}


def pairs(found: Mapping[str, Text] | None, scope: Mapping[str, Any]) -> list[str]:
    """As `name=value`; what is absent and may be is left out."""
    return list(_pairs(found or {}, scope))


def _pairs(found: Mapping[str, Text], scope: Mapping[str, Any]) -> Iterator[str]:
    for name, text in found.items():
        if not text.omitted(scope):
            yield f"{quoted(name)}={text.fill(scope)}"
