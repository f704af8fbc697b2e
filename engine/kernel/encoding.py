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
def encoder(kind: type) -> Callable[[Any], str]:
    """A compiled function from an instance of the dataclass `kind` to its canonical JSON text."""
    names: dict[str, object] = {}
    hints = get_type_hints(kind, include_extras=True)
    parts = [
        f'"{name}":{_expression(hints[name], f"o.{name}", names)}'
        for name in sorted(field.name for field in fields(kind))
    ]
    body = ",".join(parts)
    return eval(f"lambda o: f'{{{{{body}}}}}'", names)  # type: ignore[no-any-return]  # noqa: S307 - own field names


def _expression(hint: Any, source: str, names: dict[str, object]) -> str:
    """The piece of an f-string that writes one field; whatever is not plain goes through a named writer."""
    marks, plain = _marks(hint)
    if plain is int:
        return f"{{{source}}}"
    if plain is str and Token in marks and not any(isinstance(mark, Personal) for mark in marks):
        return f'"{{{source}}}"'
    if get_origin(plain) is Literal:
        return f'"{{{source}}}"'
    name = f"write_{len(names)}"
    names[name] = writer(hint)
    return f"{{{name}({source})}}"


def _marks(hint: Any) -> tuple[tuple[object, ...], Any]:
    metadata = getattr(hint, "__metadata__", ())
    return metadata, get_args(hint)[0] if metadata else hint


def writer(hint: Any) -> Callable[[Any], str]:
    """A function that writes a value of the type `hint` as canonical JSON."""
    _, plain = _marks(hint)
    origin = get_origin(plain)
    if plain is bool:
        return lambda value: "true" if value else "false"
    if plain is int:
        return str
    if plain is str or origin is Literal:
        return encode_basestring
    if origin in (Union, UnionType):
        return _optional(plain)
    if origin is tuple:
        return _sequence(get_args(plain))
    if is_dataclass(plain):
        return encoder(plain)  # type: ignore[arg-type]
    raise TypeError(f"no canonical JSON for {hint!r}: use int, bool, str, a tuple of these, or None")


def _optional(union: Any) -> Callable[[Any], str]:
    (inner,) = [each for each in get_args(union) if each is not NoneType]
    write = writer(inner)
    return lambda value: "null" if value is None else write(value)


def _sequence(items: tuple[Any, ...]) -> Callable[[Any], str]:
    if len(items) == 2 and items[1] is Ellipsis:  # noqa: PLR2004 - a pair is how typing writes it
        write = writer(items[0])
        return lambda value: f"[{','.join([write(each) for each in value])}]" if value else "[]"
    writers = [writer(item) for item in items]
    return lambda value: "[" + ",".join([write(each) for write, each in zip(writers, value, strict=True)]) + "]"


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
    _, plain = _marks(hint)
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
