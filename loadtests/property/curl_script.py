"""A script as curl lines for the same host: town.sh builds a town of its own, replay.sh tells the steps in it.

Each run of it has its own mark, so it can be repeated on a target that nobody resets. What the target makes (ids,
tokens) is taken from its answers with grep and sed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from loadtests.adapter import Adapter, AdapterTarget
from loadtests.adapter.compiled import with_environment
from loadtests.adapter.credentials import Credentials, Login
from loadtests.adapter.hatch import Hatch
from loadtests.adapter.template import Text
from loadtests.audit.named import NAMED
from loadtests.generator.reception import login_body
from loadtests.operations import Operation
from loadtests.plan.hunt.small_town import MORNING
from loadtests.plan.instants import instant_fields
from loadtests.property.naming import marked, marked_actor
from loadtests.property.playing import DAY_S, Found
from loadtests.property.shell import Account, Variables, curl, number, taken, variable, word
from loadtests.property.town import BUILT_S, CHANGE
from loadtests.references import MADE, TOWN, Reference, references_in, resolved

RUN = "RUN"
NEXT_MORNING = f"NOW + 3600 + ({DAY_S} - (NOW + 3600 - {MORNING % DAY_S}) % {DAY_S}) % {DAY_S}"
"""As the property test begins its examples: at the same time of day, an hour away at least."""


class CurlScript:
    """Writes the lines for one adapter. `driven`: the target takes the instants that it is told."""

    def __init__(self, adapter: Adapter, *, driven: bool) -> None:
        self._adapter = adapter
        self._driven = driven
        self._by = AdapterTarget(adapter, Variables())
        self._by.hatch = Hatch()  # the user's class needs what only a run has
        self._by.known = {"run": variable(RUN), "seed": NAMED["seed"]}
        self._by.issued = self._issued
        self._mark = "" if adapter.accounts is not None else f"-{variable(RUN)}"
        self._actors: dict[str, int] = {}
        self._wanted: set[Reference] = set()

    def files(self, town: Sequence[Operation], script: Sequence[Operation], found: Found) -> dict[str, str]:
        """The two files by name."""
        served = [each for each in town if self._adapter.entry(each.type) is not None]
        told = [*served, *script]
        self._wanted = {each for operation in told for each in references_in(operation.data)}
        for operation in told:
            self._actors.setdefault(marked_actor(operation.actor, self._mark), len(self._actors) + 1)
        replay = [line for operation in script for line in self._lines(MADE, operation)]
        first = [*self._beginning(served), *self._seed()]
        for operation in served:
            first += self._lines(TOWN, operation)
            if operation.type == CHANGE and not self._driven:
                first.append(f"sleep {BUILT_S + 1}  # the policy holds from the next second on")
        head = ["#!/bin/sh", f"# {found.operation.type}: {found.difference.what} {found.difference.where}".rstrip()]
        head += [f"# engine: {found.difference.expected}", f"# target: {found.difference.got}"]
        head += ['. "$(dirname "$0")/town.sh"  # a new town, which the steps do not count']
        return {"town.sh": _text(first), "replay.sh": _text([*head, *replay])}

    def _lines(self, source: str, operation: Operation) -> Iterator[str]:
        """One operation: a line a step, and a line for each value that later ones need."""
        said = self._said(operation)
        kind, n = operation.type, operation.n
        steps = self._by.steps(kind)
        outputs: dict[str, dict[str, str]] = {}
        yield f"# {operation.type} ({operation.actor})"
        for step in steps:
            formula = f"START+{operation.at_s or 0}" if self._driven and not operation.is_read else ""
            account = Account(self._actors[said.actor], formula)
            line = curl(self._by.request(said, step, account, outputs))
            names = dict(self._by.step(kind, step).outputs)
            made = self._made(source, operation) if step == self._by.commit(kind) else {}
            if not names and not made:
                yield f"{line}; echo"
                continue
            yield f'ANSWER=$({line}); echo "$ANSWER"'
            outputs[step] = {name: variable(f"S{n}_{step.upper()}_{name.upper()}") for name in names}
            wanted = {f"S{n}_{step.upper()}_{name.upper()}": text for name, text in names.items()} | made
            for name, text in wanted.items():
                yield f"{name}={_taken('ANSWER', text)}"

    def _said(self, operation: Operation) -> Operation:
        filled = resolved(operation.data, {each: variable(_name(each)) for each in references_in(operation.data)})
        for name in instant_fields(operation.type):
            if type(value := filled.get(name)) is int:
                filled = {**filled, name: number(f"START+{value - MORNING}")}
        return replace(operation, data=marked(filled, self._mark), actor=marked_actor(operation.actor, self._mark))

    def _made(self, source: str, operation: Operation) -> dict[str, str]:
        """Variables for what later operations refer to, and where it stands in the answer."""
        wanted = [each for each in self._wanted if (each.source, each.n) == (source, operation.n)]
        return {_name(each): self._place(operation.type, each.field) for each in sorted(wanted)}

    def _place(self, kind: str, name: str) -> str:
        entry = self._adapter.entry(kind)
        rules = (*entry.outcome, *self._adapter.outcome) if entry is not None else ()
        return next((rule.ok.made[name] for rule in rules if rule.ok is not None and name in rule.ok.made), name)

    def _beginning(self, served: Sequence[Operation]) -> Iterator[str]:
        yield "#!/bin/sh"
        yield f"# A town of its own, for a target by this adapter: {self._adapter.target.base_url}"
        yield f'BASE="${{BASE:-{self._adapter.target.base_url}}}"'
        yield f'{RUN}="${{{RUN}:-$(date +%s)x$$}}"'
        for actor, place in self._actors.items():
            for who in self._adapter.auth:
                yield from self._created(who, actor, place)
                if who.loginEndpointAuth is not None:
                    yield f"{_token(who, place)}={self._logged_in(who.loginEndpointAuth, actor, place)}"
        yield from self._clock(served)

    def _clock(self, served: Sequence[Operation]) -> Iterator[str]:
        """START: the target's own instant; on a driven clock the morning after what it answers to a first command."""
        first = next((each for each in served if each.type != CHANGE), None)
        if not self._driven or first is None:
            yield "START=$(date +%s)"
            return
        said = self._said(replace(first, data=marked(first.data, "-0"), at_s=0))
        account = Account(self._actors[said.actor], str(MORNING))
        request = self._by.request(replace(said, key="clock"), self._by.steps(first.type)[-1], account, {})
        yield f"NOW={taken(curl(request), 'at')}  # how late it is there"
        yield f"START=$(({NEXT_MORNING}))"

    def _created(self, who: Credentials, actor: str, place: int) -> Iterator[str]:
        asked = who.createUsers
        if asked is None:
            return
        body = asked.payloadRaw
        for each in asked.generators:
            name = f"ACCOUNT_{place}_{each.placeHolder.strip('{}$').upper()}"
            yield f"{name}={word(f'{each.prefix}{variable(RUN)}-{place}')}"
            body = body.replace(each.placeHolder, variable(name))
        line = self._request(asked, actor, place, self._filled(body, actor, place))
        yield f"ANSWER=$({line})"
        for name, text in who.extract.items():
            yield f"ACCOUNT_{place}_{name.upper()}={_taken('ANSWER', text)}"

    def _logged_in(self, login: Login, actor: str, place: int) -> str:
        body = login_body(login, lambda text: self._filled(text, actor, place))
        line = self._request(login, actor, place, body)
        if login.token is None or not login.token.extractFromField:
            return '"${TOKEN:?log in by hand, and give what the answer has in its headers}"'
        return taken(line, login.token.extractFromField.rpartition("/")[2])

    def _request(self, asked: Any, actor: str, place: int, body: str) -> str:
        parts = ["curl -sS -X", asked.verb]
        for each in asked.headers:
            parts += ["-H", word(f"{each.name}: {self._filled(each.value, actor, place)}")]
        if body:
            parts += ["-H", word(f"Content-Type: {asked.contentType}"), "--data", word(body)]
        address = (
            word(asked.externalEndpointURL)
            if asked.externalEndpointURL
            else f'"$BASE"{self._path(asked, actor, place)}'
        )
        return " ".join([*parts, address])

    def _path(self, asked: Any, actor: str, place: int) -> str:
        return word(self._filled(asked.endpoint, actor, place))

    def _filled(self, text: str, actor: str, place: int) -> str:
        scope = {"actor": actor, "account": Account(place, ""), "run": variable(RUN), "seed": NAMED["seed"]}
        return Text(with_environment(text, Variables()), self._adapter.money).fill(scope)

    def _seed(self) -> Iterator[str]:
        """The steps of the seed, and what they give."""
        scope = {**self._by.known, "steps": NAMED["seed"], "data": {}, "account": Account(1, ""), "actor": ""}
        for step in self._by.lone(self._adapter.seed):
            actor = next(iter(self._actors), "")
            made = step.fill(
                {**scope, "key": f"seed-{step.id}"}, self._issued(step.credentials, actor), repeatable=False
            )
            yield f"ANSWER=$({curl(made)})"
            for name, text in step.outputs.items():
                yield f"SEED_{step.id.upper()}_{name.upper()}={_taken('ANSWER', text)}"

    def _issued(self, credentials: str, actor: str) -> dict[str, str]:
        who = next((each for each in self._adapter.auth if each.name == credentials), None)
        token = who.loginEndpointAuth.token if who is not None and who.loginEndpointAuth is not None else None
        if who is None or token is None:
            return {}
        value = variable(_token(who, self._actors.get(actor, 1)))
        return {token.httpHeaderName: f"{token.headerPrefix}{value}{token.headerPostfix}"}


def _token(who: Credentials, place: int) -> str:
    return re.sub(r"\W", "_", f"TOKEN_{who.name.upper()}_{place}")


def _name(reference: Reference) -> str:
    return f"{reference.source.upper()}_{reference.n}_{reference.field.upper()}"


def _taken(answer: str, text: str) -> str:
    """The last name of an extraction is the field that holds the value."""
    return taken(f"printf '%s' \"${answer}\"", re.split(r"[/.\]\['\"#:]+", text.rstrip("'\"]"))[-1])


def _text(lines: Sequence[str]) -> str:
    return "\n".join(lines) + "\n"
