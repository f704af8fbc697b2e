"""What one answer means by the rules of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from loadtests.adapter.answer import Answer
from loadtests.adapter.document import Accepted, Adapter, Rule
from loadtests.adapter.expression import Expression
from loadtests.adapter.extraction import taking
from loadtests.adapter.xml_body import parsed
from loadtests.history import Exchange
from loadtests.references import fields_of

REFUSED = "refused"
PAIR = 2
Rules = Sequence[tuple[Expression, Rule]]
HEADERS = (
    re.compile(r"\$response\.header\.([A-Za-z0-9-]+)"),
    re.compile(r"headers\[['\"]([A-Za-z0-9-]+)['\"]\]"),
    re.compile(r"headers\.([a-z_]+)"),
)


class Values(Mapping[str, Any]):
    """What a condition may ask of an exchange; the body is only looked into where somebody asks."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._body: Any = None
        self._read = False

    @property
    def body(self) -> Any:
        """The parsed body: JSON, or XML as a tree."""
        if not self._read:
            self._body, self._read = parsed(self._exchange.body), True
        return self._body

    @property
    def headers(self) -> dict[str, str]:
        """Headers by their names in lower case."""
        return {name.lower(): value for name, value in (self._exchange.headers or {}).items()}

    def __getitem__(self, name: str) -> Any:
        if name == "status":
            return self._exchange.status
        if name == "body":
            return self.body
        if name == "headers":
            return self.headers
        if name == self._exchange.fault:
            return True
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(("status", "body", "headers"))

    def __len__(self) -> int:
        return 3


def understood(rules: Rules, exchange: Exchange, expired: Sequence[Expression] = ()) -> Answer:
    """What an exchange means: the first rule that holds; a connection refused, or a login run out, did nothing."""
    if exchange.fault == REFUSED:
        return Answer("not_done")
    values = Values(exchange)
    if any(each.holds(values) for each in expired):
        return Answer("not_done")
    for expression, rule in rules:
        if expression.holds(values):
            return _answer(rule, values)
    return Answer("unknown")


def _answer(rule: Rule, values: Values) -> Answer:
    if rule.ok is not None:
        return _accepted(rule.ok, values)
    if rule.error is not None:
        code = taking(rule.error)(values.body, values.headers) if rule.error.startswith("$") else rule.error
        return _rejected(rule, str(code), values) if code else Answer("unknown")
    return Answer("not_done" if rule.effect == "none" else "unknown")


def _rejected(rule: Rule, code: str, values: Values) -> Answer:
    def of(text: str | None) -> Any:
        return None if text is None else taking(text)(values.body, values.headers)

    details = of(rule.details)
    told = details if isinstance(details, dict) else None
    return Answer("rejected", code, at=whole(of(rule.at)), n=whole(of(rule.n)) or None, details=told)


def _accepted(accepted: Accepted, values: Values) -> Answer:
    def of(text: str | None) -> Any:
        return None if text is None else taking(text)(values.body, values.headers)

    view = of(accepted.view)
    made = fields_of(view) if accepted.events and isinstance(view, list) else {}
    made |= {name: found for name, text in accepted.made.items() if (found := of(text)) is not None}
    numbers = of(accepted.sequence)
    sequence = (numbers[0], numbers[1]) if isinstance(numbers, list) and len(numbers) == PAIR else None
    return Answer("ok", view=view, at=whole(of(accepted.at)), n=whole(of(accepted.n)), made=made, sequence=sequence)


def whole(found: Any) -> int | None:
    """A whole number, also out of text, as headers have it."""
    if isinstance(found, str) and found.isascii() and found.isdecimal():
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def outputs_of(texts: Mapping[str, str], exchange: Exchange) -> dict[str, Any]:
    """What an answer gives to later steps, by name."""
    values = Values(exchange)
    return {name: taking(text)(values.body, values.headers) for name, text in texts.items()}


def headers_of(adapter: Adapter) -> tuple[str, ...]:
    """Names (lower case) of the answers' headers that the file asks for; they belong into a history."""
    text = adapter.model_dump_json().replace('\\"', '"')
    return tuple(sorted({name.lower() for pattern in HEADERS for name in pattern.findall(text)}))
