"""Canonical JSON: keys sorted, no blanks, integers only, UTF-8. One text for one value, so that it can be hashed.

Encoders of commands and events are compiled from their field types once, because the journal writes every field of
every command: a general JSON writer costs four times as much as the rule that it records.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from json.encoder import encode_basestring
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from engine.kernel.units import Personal, Token


def canonical(value: object) -> str:
    """Canonical JSON text of plain values (dict, list, tuple, str, int, bool, None); floats are refused."""
    _refuse_floats(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("canonical JSON holds whole numbers only: give fen, points, basis points or seconds")
    if isinstance(value, dict):
        for each in value.values():
            _refuse_floats(each)
    elif isinstance(value, list | tuple):
        for each in value:
            _refuse_floats(each)


@cache
def encoder(kind: Any) -> Callable[[Any], str]:
    """A compiled function from an instance of the dataclass `kind` to its canonical JSON text."""
    names = dict(WORDS)
    return _compiled(f"f'{_object(kind, names)}'", names)


def entry_writer(kind: Any, wire: str) -> Callable[[Any, int], str]:
    """A compiled function (event, its number) -> the event's entry in a record: one text, since nothing is hotter."""
    names = dict(WORDS)
    entry = "{{" + f'"data":{_object(kind, names)},"seq":{{seq}},"type":"{wire}"' + "}}"
    return eval(f"lambda o, seq: f'{entry}'", names)  # type: ignore[no-any-return]  # noqa: S307 - as `_compiled`


def envelope_writer(kind: Any, wire: str, version: int) -> Callable[[Any, Any], str]:
    """A compiled function (command, envelope `by` around it) -> the envelope in a record."""
    names = dict(WORDS)
    start = '"actor":"{by.kind}:{by.who}","at":{by.at}'
    envelope = "{{" + f'{start},"data":{_object(kind, names)},"key":"{{by.key}}","type":"{wire}","v":{version}' + "}}"
    return eval(f"lambda o, by: f'{envelope}'", names)  # type: ignore[no-any-return]  # noqa: S307 - as `_compiled`


def _object(kind: Any, names: dict[str, object]) -> str:
    """The piece of an f-string that writes the fields of the dataclass instance `o`, in the order of their names."""
    hints = get_type_hints(kind, include_extras=True)
    ordered = sorted(each.name for each in fields(kind))
    pieces = [f'"{name}":{_piece(hints[name], f"o.{name}", names)}' for name in ordered]
    return "{{" + ",".join(pieces) + "}}"


WORDS: dict[str, object] = {"null": "null", "true": "true", "false": "false", "quote": '"'}
"""Texts that stand within the braces of an f-string, where Python 3.11 allows no quotes."""


def _compiled(text: str, names: dict[str, object]) -> Callable[[Any], str]:
    """The function of `o` that the expression `text` gives; only names of our own fields are in it."""
    return eval(f"lambda o: {text}", names)  # type: ignore[no-any-return]  # noqa: S307


def _piece(hint: Any, source: str, names: dict[str, object]) -> str:
    """The piece of an f-string that writes the value `source`; whatever is not plain goes through a named writer."""
    plain = _plain(hint)
    origin = get_origin(plain)
    if plain is int:
        return f"{{{source}}}"
    if plain is bool:
        return f"{{true if {source} else false}}"
    if _needs_no_escape(hint):
        return f'"{{{source}}}"'
    if origin in (Union, UnionType):
        return _optional_piece(plain, source, names)
    if origin is tuple and get_args(plain)[-1] is not Ellipsis:
        pieces = [_piece(part, f"{source}[{place}]", names) for place, part in enumerate(get_args(plain))]
        return f"[{','.join(pieces)}]"
    name = f"write_{len(names)}"
    names[name] = writer(hint)
    return f"{{{name}({source})}}"


def _optional_piece(union: Any, source: str, names: dict[str, object]) -> str:
    (inner,) = [each for each in get_args(union) if each is not NoneType]
    if _plain(inner) is int:
        return f"{{null if {source} is None else {source}}}"
    if _needs_no_escape(inner):
        return f"{{null if {source} is None else quote + {source} + quote}}"
    name = f"write_{len(names)}"
    names[name] = writer(inner)
    return f"{{null if {source} is None else {name}({source})}}"


def _plain(hint: Any) -> Any:
    return get_args(hint)[0] if getattr(hint, "__metadata__", ()) else hint


def _needs_no_escape(hint: Any) -> bool:
    """True for a string that is plain by its type; the value of a personal field may be any text."""
    marks = getattr(hint, "__metadata__", ())
    token = Token in marks and not any(isinstance(mark, Personal) for mark in marks)
    return get_origin(_plain(hint)) is Literal or (_plain(hint) is str and token)


def writer(hint: Any) -> Callable[[Any], str]:
    """A function that writes a value of the type `hint` as canonical JSON."""
    plain = _plain(hint)
    origin = get_origin(plain)
    if is_dataclass(plain):
        return encoder(plain)  # type: ignore[arg-type]  # the instance of a class is not what is asked for
    if plain is str:
        return encode_basestring
    if origin is tuple and get_args(plain)[-1] is Ellipsis:
        names = dict(WORDS)
        each = _piece(get_args(plain)[0], "each", names)
        return _compiled(f"'[' + ','.join([f'{each}' for each in o]) + ']'", names)
    if plain in (int, bool) or origin in (Literal, Union, UnionType, tuple):
        names = dict(WORDS)
        return _compiled(f"f'{_piece(hint, 'o', names)}'", names)
    raise TypeError(f"no canonical JSON for {hint!r}: use int, bool, str, a tuple of these, or None")


@cache
def decoder(kind: type) -> Callable[[dict[str, Any]], Any]:
    """A compiled function from the parsed JSON object of a record to the dataclass `kind`; arrays become tuples.

    It checks no types: who reads a record back writes it again and compares the text.
    """
    names: dict[str, object] = {"kind": kind}
    hints = get_type_hints(kind, include_extras=True)
    parts = [_reading(hints[field.name], f"o[{field.name!r}]", names) for field in fields(kind)]
    return eval(f"lambda o: kind({', '.join(parts)})", names)  # type: ignore[no-any-return]  # noqa: S307 - as above


def _reading(hint: Any, source: str, names: dict[str, object]) -> str:
    """The expression that reads one value; what holds no tuple and no dataclass stands as it was parsed."""
    plain = _plain(hint)
    origin = get_origin(plain)
    if origin in (Union, UnionType):
        (inner,) = [each for each in get_args(plain) if each is not NoneType]
        read = _reading(inner, source, names)
        return source if read == source else f"None if {source} is None else {read}"
    if origin is tuple:
        return _reading_tuple(get_args(plain), source, names)
    if is_dataclass(plain):
        name = f"read_{len(names)}"
        names[name] = decoder(plain)  # type: ignore[arg-type]
        return f"{name}({source})"
    return source


def _reading_tuple(items: tuple[Any, ...], source: str, names: dict[str, object]) -> str:
    if len(items) == 2 and items[1] is Ellipsis:  # noqa: PLR2004 - a pair is how typing writes it
        each = f"each_{len(names)}"
        names[each] = None  # taken: deeper tuples get other names
        read = _reading(items[0], each, names)
        return f"tuple({source})" if read == each else f"tuple([{read} for {each} in {source}])"
    reads = [_reading(item, f"{source}[{place}]", names) for place, item in enumerate(items)]
    plain = all(read == f"{source}[{place}]" for place, read in enumerate(reads))
    return f"tuple({source})" if plain else f"({', '.join(reads)},)"
