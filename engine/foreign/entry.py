"""Entries of a log: a line whose parts have their types, with the event class that its type names.

Fields of an event are compared with the text that the class itself writes, as a journal's are: that finds a field of
a wrong type at any depth. What a line leaves out is filled in (`filling`) when the rows say what it must have been.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NamedTuple, TypeGuard

from engine.contract import codes
from engine.export import REJECTED
from engine.foreign.lines import Line, Unreadable, object_of, shown, whole
from engine.foreign.mapping import Mapping
from engine.foreign.terms import is_header
from engine.kernel.encoding import decoder
from engine.kernel.event import EVENTS, Event
from engine.kernel.rejection import Code, Precedence
from engine.kernel.units import LATEST

CODES = {code.name: code for code in codes()}
TEXT_CHARACTERS = 200
FIELDS = b'"data":'
PLAIN = frozenset(("seq", "n", "at", "type", "key", "actor", "entity", "from", "to", "data", "code"))
Posted = tuple[str, str | None, str | None, int]  # ledger, from account, to account, amount


class View(NamedTuple):
    """Balances of a person as somebody read them after the event; None: not said."""

    person: str
    available: int | None
    pending: int | None
    debt: int | None
    moral: int | None
    held: int | None


@dataclass(slots=True)
class Entry:
    """One line of a log. `n` numbers the record and `seq` the event, None where the line does not say."""

    line: int
    at: int
    type: str
    key: str
    kind: str
    who: str
    fields: dict[str, Any]
    raw: bytes = b""
    seq: int | None = None
    n: int | None = None
    entity: str | None = None
    origin: str | None = None
    to: str | None = None
    code: Code | None = None
    lots: list[tuple[str, int]] | None = None
    postings: list[Posted] | None = None
    views: Sequence[View] = ()
    replayed: bool = False
    odd_postings: bool | None = None
    """Whether the postings concern several ledgers or lack a side; None where the line has none."""


def entries(source: Iterable[Line], mapping: Mapping | None = None) -> Iterator[Entry]:
    """An entry of each line; a header is left out. Raises Unreadable."""
    first = True
    for line in source:
        found = object_of(line)
        if first and is_header(found):
            first = False
            continue
        first = False
        if mapping is not None:
            found = mapping.told(found, line.number)
        yield entry_of(found, line)


def entry_of(found: dict[str, Any], line: Line) -> Entry:
    """The entry of a line's object. Raises Unreadable."""
    number, get = line.number, found.get
    actor, wire, key, data, at = get("actor"), get("type"), get("key"), get("data"), get("at")
    if not (_is_text(actor) and _is_text(wire) and _is_text(key)):
        raise _no_text(found, number)
    kind, colon, who = actor.partition(":")
    if not colon:
        raise Unreadable(number, "bad_part", name="actor", found=shown(kind))
    if type(data) is not dict:
        raise Unreadable(number, "bad_part", name="data", found=shown(data))
    if type(at) is not int or not 0 <= at <= LATEST:
        raise Unreadable(number, "bad_part", name="at", found=shown(at))
    seq, n = get("seq"), get("n")
    if (seq is not None and type(seq) is not int) or (n is not None and type(n) is not int):
        raise Unreadable(number, "bad_part", name="seq, n", found=shown(f"{seq}, {n}"))
    made = Entry(number, at, wire, key, kind, who, data, line.raw, seq, n)
    if get("to") is not None:
        entity, origin, to = get("entity"), get("from"), get("to")
        if not (_is_text(to) and (entity is None or _is_text(entity)) and (origin is None or _is_text(origin))):
            raise Unreadable(number, "bad_part", name="entity, from, to", found=shown(f"{entity}, {origin}, {to}"))
        made.entity, made.origin, made.to = entity, origin, to
    if wire == REJECTED:
        made.code = _code(_text(found, "code", number))
    if found.keys() - PLAIN:
        _beside(found, made)
    return made


def _beside(found: dict[str, Any], made: Entry) -> None:
    """What a line may say besides."""
    made.replayed = found.get("replayed") is True
    if "lots" in found:
        made.lots = _lots(found["lots"], made.line)
    if "postings" in found:
        made.postings = postings = _postings(found["postings"], made.line)
        if postings:
            ledger = postings[0][0] if len(postings) == 1 else ""
            made.odd_postings = ledger == "" and any(each[0] == "MO" for each in postings)
            made.odd_postings |= any(source is None or target is None for _, source, target, _ in postings)
    if "view" in found:
        made.views = _views(found["view"], made.line)


def _code(name: str) -> Code:
    """A code; one that is not ours says that the state did not allow it."""
    return CODES.get(name) or Code(name, Precedence.STATE, "")


def _is_text(value: Any) -> TypeGuard[str]:
    return type(value) is str and 0 < len(value) <= TEXT_CHARACTERS


def _no_text(found: dict[str, Any], number: int) -> Unreadable:
    """The first of the parts that must be texts and is none."""
    name = next(each for each in ("actor", "type", "key") if not _is_text(found.get(each)))
    return Unreadable(number, "bad_part" if name in found else "no_part", name=name, found=shown(found.get(name)))


def _text(found: dict[str, Any], name: str, number: int) -> str:
    value = found.get(name)
    if type(value) is not str or not 0 < len(value) <= TEXT_CHARACTERS:
        raise Unreadable(number, "bad_part" if name in found else "no_part", name=name, found=shown(value))
    return value


def _lots(found: Any, number: int) -> list[tuple[str, int]]:
    try:
        uses = [(lot, points) for lot, points in found]
    except (TypeError, ValueError):
        uses = [("", None)]
    for lot, points in uses:
        if type(lot) is not str or type(points) is not int or not whole((points,)):
            raise Unreadable(number, "bad_part", name="lots", found=shown(found))
    return uses


def _postings(found: Any, number: int) -> list[Posted]:
    try:
        postings = [(ledger, source, target, amount) for ledger, source, target, amount in found]
    except (TypeError, ValueError):
        postings = [("", "", "", None)]
    for ledger, source, target, amount in postings:
        sides = (source is None or type(source) is str) and (target is None or type(target) is str)
        if type(ledger) is not str or type(amount) is not int or not sides or not whole((amount,)):
            raise Unreadable(number, "bad_part", name="postings", found=shown(found))
    return postings


def _views(found: Any, number: int) -> list[View]:
    told = found if isinstance(found, list) else [found]
    made = []
    for each in told:
        person = each.get("person") if isinstance(each, dict) else None
        numbers = [each.get(name) for name in View._fields[1:]] if isinstance(each, dict) else []
        plain = whole(numbers) and all(one is None or type(one) is int for one in numbers)
        if not isinstance(person, str) or not plain:
            raise Unreadable(number, "bad_part", name="view", found=shown(each))
        made.append(View(person, *numbers))
    return made


def event_of(entry: Entry) -> Event:
    """The event that an entry tells; every field must be there. Raises Unreadable."""
    event = event_or_none(entry)
    if event is None:
        raise _misfit(entry, EVENTS[entry.type])
    return event


def event_or_none(entry: Entry) -> Event | None:
    """The event that an entry tells, None if a field is missing or has another type."""
    kind: Any = EVENTS[entry.type]
    data = entry.fields
    names = _names(kind)
    if not whole(data.values() if len(data) == len(names) else [data[name] for name in names if name in data]):
        return None
    try:
        event: Event = decoder(kind)(data)
        text = event.encode()
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    told = text.encode("utf-8", "surrogatepass")
    place = entry.raw.find(FIELDS) + len(FIELDS)
    if entry.raw[place : place + len(told)] == told or text == _canonical(data, kind):
        return event
    return None


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind))


def missing(entry: Entry) -> list[str]:
    """Fields of the event class that an entry does not state."""
    kind: Any = EVENTS[entry.type]
    data = entry.fields
    return [name for name in _names(kind) if name not in data]


def _canonical(data: dict[str, Any], kind: Any) -> str:
    known = {name: data[name] for name in _names(kind)}
    return json.dumps(known, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _misfit(entry: Entry, kind: Any) -> Unreadable:
    """Says which field does not fit; tried one by one against the text that the class writes for it."""
    for name in _names(kind):
        if name not in entry.fields:
            return Unreadable(entry.line, "no_field", name=name, type=entry.type)
    for name in _names(kind):
        if not _field_fits(entry.fields, name, kind):
            return Unreadable(entry.line, "bad_field", name=name, type=entry.type, found=shown(entry.fields[name]))
    return Unreadable(entry.line, "bad_part", name="data", found=shown(entry.type))


def _field_fits(data: dict[str, Any], name: str, kind: Any) -> bool:
    try:
        written = json.loads(decoder(kind)(data).encode())[name]
    except (LookupError, TypeError, ValueError, AttributeError):
        return whole((data[name],)) and not isinstance(data[name], dict)
    if not whole((data[name],)):
        return False
    return json.dumps(written, sort_keys=True) == json.dumps(data[name], sort_keys=True)
