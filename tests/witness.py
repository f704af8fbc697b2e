"""A witness who looks at every answer that a test town gives: is it what the types and the table below say?

An event's fields fit their types, ids have the letters of their kind, and a rejection tells what its code always
tells. So each test that only asks "was it accepted?" also asks whether what was written down can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic.types import StringConstraints

from engine.kernel.command import Outcome
from engine.kernel.event import Event
from loadtests.property.strategies import fields_of, marks_of

Fits = Callable[[Any], bool]
NUMBER, WORD, SENTENCE = int, re.compile(r"[A-Z][A-Z_]+"), re.compile(r".+")
ID = re.compile(r"[a-z]{2,4}_[A-Za-z0-9-]{1,40}")
DETAILS: dict[str, tuple[dict[str, Any], ...]] = {
    "ACT_BAD_STATE": ({"state": WORD},),
    "ACT_FULL": ({"waiting": NUMBER},),
    "ACT_NOT_NOW": ({"begins": NUMBER},),
    "ACT_NOT_OPEN": ({"state": WORD},),
    "BAD_VERSION": ({"spoken": NUMBER},),
    "BILL_BAD_STATE": ({"state": WORD},),
    "BILL_BEING_PAID": ({"checkout": ID},),
    "BIND_DUPLICATE": ({"first": ID},),
    "CLOCK_REGRESSION": ({"earliest": NUMBER},),
    "DEDUCTION_BAD_STATE": (
        {"deduction": ID, "state": WORD},
        {"deduction": re.compile("one is named twice")},
    ),
    "DEDUCTION_NOT_FOUND": ({"deduction": ID}, {"deduction": re.compile("none is named")}),
    "DEDUCTION_SAME_EYES": ({"deduction": ID},),
    "EPI_IN_FUTURE": ({"now": NUMBER},),
    "EPI_IN_PAST": ({"now": NUMBER},),
    "EPI_TOO_OLD": ({"days": NUMBER},),
    "GRID_UNSTAFFED": ({"grid": ID},),
    "HOUSEHOLD_FULL": ({"limit": NUMBER},),
    "OFFER_SOLD_OUT": ({"left": NUMBER},),
    "ORDER_BAD_STATE": ({"state": WORD},),
    "ORDER_BEING_PAID": ({"checkout": ID},),
    "PAY_AMOUNT_MISMATCH": ({"asked_fen": NUMBER},),
    "PAY_BAD_STATE": ({"state": WORD},),
    "PAY_CAP_EXCEEDED": ({"max": NUMBER},),
    "PAY_TRADE_MISMATCH": ({"trade": re.compile("[a-z0-9-]+")},),
    "PERSON_MERGED": ({"into": re.compile("(per_.+)?")},),  # empty of a person who died
    "PERSON_NOT_FOUND": ({}, {"person": ID}),
    "PLACE_ELSEWHERE": ({"grid": ID},),
    "POINTS_BUDGET_EXHAUSTED": ({"cap": NUMBER},),
    "POINTS_DAILY_CAP": ({"cap": NUMBER},),
    "POINTS_PERIOD_CAP": ({"cap": NUMBER},),
    "POLICY_IN_THE_PAST": ({"now": NUMBER},),
    "POLICY_NOT_VALID": ({"why": SENTENCE},),
    "POST_BAD_STATE": ({"state": WORD},),
    "PRS_BAD_STATE": ({"state": WORD},),
    "PRS_PAIR_LIMIT": ({"limit": NUMBER},),
    "PURGE_IN_FUTURE": ({"now": NUMBER},),
    "QST_ALREADY_ANSWERED": ({"response": ID},),
    "QST_BAD_SHEET": ({"items": NUMBER},),
    "QST_BAD_STATE": ({"state": WORD},),
    "REFUND_BAD_STATE": ({"state": re.compile("[A-Z_]+|over")},),
    "REFUND_EXCEEDS_PAID": ({"left_fen": NUMBER},),
    "REFUND_NOT_REPRESENTABLE": ({"suggest": NUMBER},),
    "REG_BAD_STATE": ({"state": WORD},),
    "REG_DUPLICATE": ({"registration": ID},),
    "REIMBURSE_EXCEEDS_DUE": ({"due_fen": NUMBER},),
    "RESPONSE_NOT_VALID": ({"reason": re.compile("[a-z_]+")},),
    "RIDER_BUSY": ({"carries": ID}, {"visit": ID}),
    "RPT_BAD_STATE": ({"state": WORD},),
    "RPT_BAD_UNTIL": ({"now": NUMBER},),
    "RPT_DUPLICATE_ROOT": ({"state": WORD},),
    "RPT_HAS_DUPLICATES": ({"duplicates": NUMBER},),
    "RPT_LEVEL_LIMIT": ({"level": NUMBER},),
    "RPT_REOPEN_LIMIT": ({"rounds": NUMBER},),
    "RPT_REOPEN_WINDOW": ({"closed": NUMBER},),
    "RPT_RETURN_LIMIT": ({"limit": NUMBER},),
    "SHIFT_BAD_STATE": ({"state": WORD},),
    "SHIFT_DAY_CAP": ({"cap": NUMBER},),
    "SHIFT_NOT_NOW": ({"starts": NUMBER},),
    "SHIFT_OVERLAP": ({"shift": ID},),
    "SLA_PAUSE_LIMIT": ({"left_s": NUMBER},),
    "STATEMENT_EXISTS": ({"through": NUMBER},),
    "SUG_BAD_STATE": ({"state": WORD}, {"state": WORD, "suggestion": ID}),
    "SUG_DUPLICATE_ROOT": ({"state": re.compile("[A-Z_]*")},),  # empty where it names none
    "SUG_HAS_DUPLICATES": ({"duplicates": NUMBER},),
    "TOPIC_BAD_STATE": ({"state": WORD},),
    "TOPIC_POST_LIMIT": ({"posts": NUMBER},),
    "VISIT_BUSY": ({"visit": ID},),
    "VOTE_BAD_CHOICE": ({"choices": NUMBER, "options": NUMBER},),
    "VOTE_BAD_STATE": ({"state": WORD},),
    "WRN_BAD_STATE": ({"state": WORD},),
    "WRN_CASE_GOES_ON": ({"state": WORD},),
}
"""What a rejection says beside its code: by code the possible details, each a number or a pattern; others: nothing."""


class Witness:
    """An observer of an engine."""

    def observe(self, outcome: Outcome) -> None:
        """Fails when an answer is not what it should look like."""
        for event in outcome.events:
            for name, fits in _fits_of(type(event)):
                assert fits(getattr(event, name)), f"{event.type} says {name}={getattr(event, name)!r}"
        if outcome.code is not None:
            told = dict(outcome.details or {})
            ways = DETAILS.get(outcome.code.name, ({},))
            assert any(_tells(told, way) for way in ways), f"{outcome.code.name} tells {told}"


def _tells(told: dict[str, int | str], way: dict[str, Any]) -> bool:
    return set(told) == set(way) and all(_is(told[name], what) for name, what in way.items())


def _is(value: int | str, what: Any) -> bool:
    return type(value) is int if what is NUMBER else isinstance(value, str) and bool(what.fullmatch(value))


def _fits_of(kind: type[Event]) -> list[tuple[str, Fits]]:
    if kind not in _KNOWN:
        _KNOWN[kind] = [(name, fits(hint)) for name, hint in fields_of(kind).items()]
    return _KNOWN[kind]


_KNOWN: dict[type[Event], list[tuple[str, Fits]]] = {}


def fits(hint: Any) -> Fits:
    """A function that says whether a value is of a type; Literal, unions, tuples, numbers and strings with bounds."""
    plain = get_args(hint)[0] if getattr(hint, "__metadata__", ()) else hint
    origin, parts = get_origin(plain), get_args(plain)
    if origin is Literal:
        return lambda value: value in parts
    if origin in (Union, UnionType):
        ways = [fits(each) for each in parts]
        return lambda value: any(way(value) for way in ways)
    if origin is tuple:
        return _tuples(parts)
    if plain is NoneType:
        return lambda value: value is None
    bounds = [_bound(mark) for mark in marks_of(hint)]
    return lambda value: type(value) is plain and all(bound(value) for bound in bounds)


def _tuples(parts: tuple[Any, ...]) -> Fits:
    if parts[-1] is Ellipsis:
        each = fits(parts[0])
        return lambda value: type(value) is tuple and all(map(each, value))
    ways = [fits(part) for part in parts]
    return lambda value: (
        isinstance(value, tuple)
        and len(value) == len(ways)
        and all(way(item) for way, item in zip(ways, value, strict=True))
    )


def _bound(mark: Any) -> Fits:
    """What one annotation asks of a value; marks that ask nothing are always content."""
    ways: dict[type, Fits] = {
        Ge: lambda value: value >= mark.ge,
        Gt: lambda value: value > mark.gt,
        Le: lambda value: value <= mark.le,
        Lt: lambda value: value < mark.lt,
        MinLen: lambda value: len(value) >= mark.min_length,
        MaxLen: lambda value: len(value) <= mark.max_length,
        StringConstraints: lambda value: _is_text(value, mark),
    }
    return ways.get(type(mark), lambda _: True)


def _is_text(value: str, of: StringConstraints) -> bool:
    return (of.pattern is None or re.fullmatch(of.pattern, value) is not None) and (
        (of.min_length or 0) <= len(value) <= (of.max_length if of.max_length is not None else len(value))
    )
