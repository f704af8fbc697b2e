"""How somebody else calls things: their type and field names as ours, their amounts and instants in our units.

A document of plain values (a TOML file gives one):

    [line]      where an entry of the log has its parts: at = "occurred_at", data = "payload"
    [types]     their type = ours, "CommandRejected" included; what is not named keeps its name
    [data.X]    for our type X: our field = their path, or {from, scale, value, words}
    [actors]    their kind of actor = ours
    [codes]     their code = ours
    [states]    their state = ours; without this table their states are not looked at
    [log]       terms, as a header states them; time = "seconds" | "milliseconds" | "iso8601"

`scale` multiplies a decimal number (text or JSON) and must leave a whole one: yuan to fen is 100. `words` are values
and what they are with us; `value` is a value that no line states.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.foreign.lines import Unreadable, shown
from engine.foreign.terms import FORMAT, VERSION, Terms, terms_of

SECTIONS = {"line", "types", "data", "actors", "codes", "states", "log"}
PARTS = ("seq", "n", "at", "type", "key", "actor", "entity", "from", "to", "data", "lots", "postings", "view", "code",
         "replayed")  # fmt: skip
RULE = {"from", "scale", "value", "words"}
TIMES = ("seconds", "milliseconds", "iso8601")
MILLISECONDS = 1_000
LARGEST_SCALE = 10**9


class BadMapping(Exception):
    """A mapping that says nothing clear; carries the place and a word of the closed list of `wording`."""

    def __init__(self, place: str, reason: str) -> None:
        """`place`: path of the entry."""
        super().__init__(place, reason)
        self.place = place
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one field comes from."""

    path: tuple[str, ...] = ()
    scale: int = 0
    value: Any = None
    fixed: bool = False
    words: Table[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A validated mapping; the empty one changes nothing."""

    line: Table[str, Rule] = field(default_factory=dict)
    types: Table[str, str] = field(default_factory=dict)
    fields: Table[str, Table[str, Rule]] = field(default_factory=dict)
    actors: Table[str, str] = field(default_factory=dict)
    codes: Table[str, str] = field(default_factory=dict)
    states: Table[str, str] = field(default_factory=dict)
    time: str = "seconds"
    terms: Terms = field(default_factory=Terms)

    @classmethod
    def of(cls, document: Any) -> Mapping:
        """The mapping that a document says. Raises BadMapping."""
        if not isinstance(document, dict):
            raise BadMapping("", "not_a_table")
        for name, section in document.items():
            if name not in SECTIONS:
                raise BadMapping(shown(name), "unknown")
            if not isinstance(section, dict):
                raise BadMapping(name, "not_a_table")
        log = dict(document.get("log", {}))
        time = log.pop("time", "seconds")
        if time not in TIMES:
            raise BadMapping("log.time", "not_a_time")
        line = {name: _rule(f"line.{name}", rule) for name, rule in document.get("line", {}).items()}
        if strange := sorted(line.keys() - set(PARTS)):
            raise BadMapping(f"line.{shown(strange[0])}", "unknown")
        return cls(
            line=line,
            fields={name: _table(f"data.{shown(name)}", rules) for name, rules in document.get("data", {}).items()},
            time=time,
            terms=_terms(log),
            **{name: _texts(name, document.get(name, {})) for name in ("types", "actors", "codes", "states")},
        )

    def told(self, found: dict[str, Any], number: int) -> dict[str, Any]:
        """A line's object in our words. Raises Unreadable."""
        made = dict(found)
        for part, rule in self.line.items():
            made[part] = _fetched(found, rule, number, part)
        wire = made["type"] = self.types.get(_text(made.get("type")), made.get("type"))
        if isinstance(wire, str) and wire in self.fields:
            inner = made.get("data")
            made["data"] = self._body(inner if isinstance(inner, dict) else found, wire, number)
        kind, colon, who = _text(made.get("actor")).partition(":")
        if colon and kind in self.actors:
            made["actor"] = f"{self.actors[kind]}:{who}"
        if "code" in made:
            made["code"] = self.codes.get(_text(made["code"]), made["code"])
        for end in ("from", "to"):
            made[end] = self.states.get(_text(made.get(end))) if self.states or self.types else made.get(end)
        if "at" in made:
            made["at"] = self._instant(made["at"], number)
        return made

    def _body(self, inner: dict[str, Any], wire: str, number: int) -> dict[str, Any]:
        data = dict(inner)
        for name, rule in self.fields[wire].items():
            value = _fetched(inner, rule, number, name)
            if value is not None or rule.fixed:
                data[name] = value
        return data

    def _instant(self, value: Any, number: int) -> Any:
        if self.time == "milliseconds" and type(value) is int:
            return value // MILLISECONDS
        if self.time == "iso8601":
            try:
                moment = datetime.fromisoformat(value)
                return int(moment.timestamp()) if moment.tzinfo is not None else value
            except (TypeError, ValueError, OverflowError):
                raise Unreadable(number, "not_an_instant", found=shown(value)) from None
        return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _fetched(found: dict[str, Any], rule: Rule, number: int, name: str) -> Any:
    """The value that a rule finds in an object; None where nothing stands."""
    if rule.fixed:
        return rule.value
    value: Any = found
    for step in rule.path:
        value = value.get(step) if isinstance(value, dict) else None
    if rule.words and isinstance(value, str | int):
        value = rule.words.get(str(value), value)
    return _scaled(value, rule.scale, number, name) if rule.scale and value is not None else value


def _scaled(value: Any, scale: int, number: int, name: str) -> int:
    """A decimal number times a whole one, exactly."""
    try:
        made = Decimal(str(value)) * scale
        whole = int(made)
    except (InvalidOperation, ValueError, OverflowError):
        raise Unreadable(number, "not_a_number", name=shown(name), found=shown(value)) from None
    if isinstance(value, bool) or whole != made or abs(whole) >= 2**63:
        raise Unreadable(number, "not_a_number", name=shown(name), found=shown(value))
    return whole


def _table(place: str, rules: Any) -> dict[str, Rule]:
    if not isinstance(rules, dict):
        raise BadMapping(place, "not_a_table")
    return {name: _rule(f"{place}.{shown(name)}", rule) for name, rule in rules.items()}


def _rule(place: str, found: Any) -> Rule:
    if isinstance(found, str):
        return Rule(tuple(found.split(".")))
    if not isinstance(found, dict) or found.keys() - RULE or ("from" in found) == ("value" in found):
        raise BadMapping(place, "not_a_rule")
    if "value" in found:
        return Rule(value=found["value"], fixed=True)
    path, scale, words = found["from"], found.get("scale", 0), found.get("words", {})
    if not isinstance(path, str) or type(scale) is not int or not 0 <= scale <= LARGEST_SCALE:
        raise BadMapping(place, "not_a_rule")
    if not isinstance(words, dict):
        raise BadMapping(f"{place}.words", "not_a_table")
    return Rule(tuple(path.split(".")), scale, words=words)


def _texts(place: str, found: Any) -> dict[str, str]:
    for name, value in found.items():
        if not isinstance(value, str):
            raise BadMapping(f"{place}.{shown(name)}", "not_a_text")
    return dict(found)


def _terms(said: dict[str, Any]) -> Terms:
    try:
        return replace(terms_of({"log": FORMAT, "version": VERSION, **said}), own_ids=False)
    except Unreadable as wrong:
        raise BadMapping(f"log.{wrong.values.get('name', '')}", "not_a_term") from None
