"""Hypothesis strategies by field type: what a command or an event says about its fields is enough to draw them.

Numbers are drawn at and near the bounds of their types, ids from those that exist and some that do not, text with what
breaks naive writers: quotes, backslashes, line ends, Chinese, signs beyond the basic plane.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt
from hypothesis import strategies as st
from pydantic.fields import FieldInfo
from pydantic.types import StringConstraints

from engine.kernel.units import DAY_S, HOUR_S, LARGEST, LATEST, Personal, Token


@dataclass
class Known:
    """What there is in a town: ids by their prefix (`per`, `pay`), names that mean something there, and the instant."""

    ids: dict[str, list[str]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    now: int = 0


NOTHING = Known()
TEXTS = st.one_of(
    st.sampled_from(["", "0", '"', "\\", "\n\t", "码上生活", "\U0001f600", "'; --", "\u2028", "null"]),
    st.text(st.characters(codec="utf-8"), max_size=20),
)
NAME = r"[A-Za-z0-9._:-]{1,80}"
NEAR = (0, 1, 2, 3, 9, 10, 60, 100, 3_600, 10_000)


def commands(kind: Any, known: Known = NOTHING) -> st.SearchStrategy[Any]:
    """Commands of a class."""
    return st.builds(kind, **{name: values(hint, known) for name, hint in fields_of(kind).items()})


def fields_of(kind: Any) -> dict[str, Any]:
    """The fields of a dataclass with their types."""
    if kind not in _FIELDS:
        hints = get_type_hints(kind, include_extras=True)
        _FIELDS[kind] = {name: hints[name] for name in kind.__dataclass_fields__}
    return _FIELDS[kind]


_FIELDS: dict[Any, dict[str, Any]] = {}
"""Remembered, since reading annotations takes longer than executing a command."""


def values(hint: Any, known: Known = NOTHING) -> st.SearchStrategy[Any]:
    """Values of a type."""
    plain = get_args(hint)[0] if getattr(hint, "__metadata__", ()) else hint
    origin = get_origin(plain)
    parts = get_args(plain)
    ways: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
        Literal: lambda: st.sampled_from(parts),
        Union: lambda: st.one_of(*[values(each, known) for each in parts]),
        UnionType: lambda: st.one_of(*[values(each, known) for each in parts]),
        tuple: lambda: _tuples(parts, known),
        bool: st.booleans,
        int: lambda: _numbers(marks_of(hint), known),
        str: lambda: _strings(marks_of(hint), known),
        NoneType: st.none,
    }
    way = ways.get(origin or plain)
    if way is None:
        raise TypeError(f"no strategy for {hint!r}: say in loadtests/property/strategies.py how such a value is drawn")
    return way()


def marks_of(hint: Any) -> list[Any]:
    """What an annotation says about a value, pydantic's bundles opened."""
    found: list[Any] = []
    for mark in getattr(hint, "__metadata__", ()):
        found += mark.metadata if isinstance(mark, FieldInfo) else [mark]
    return found


def _tuples(items: tuple[Any, ...], known: Known) -> st.SearchStrategy[Any]:
    if items[-1] is Ellipsis:
        return st.lists(values(items[0], known), max_size=4).map(tuple)
    return st.tuples(*[values(item, known) for item in items])


def _numbers(marks: list[Any], known: Known) -> st.SearchStrategy[int]:
    """Small numbers mostly, the bounds of the type, a few from all over it; instants around now."""
    said: dict[type, Any] = {type(mark): mark for mark in marks}
    least: int = said[Ge].ge if Ge in said else said[Gt].gt + 1 if Gt in said else 0
    most: int = said[Le].le if Le in said else said[Lt].lt - 1 if Lt in said else LARGEST
    if most == LATEST:
        near_now = [known.now + each for each in (-1, 0, 1, 60, HOUR_S, DAY_S, 40 * DAY_S) if known.now + each >= 0]
        return st.one_of(st.sampled_from(near_now), st.sampled_from([0, most]))
    bounds = sorted({each for near in NEAR for each in (least + near, most - near) if least <= each <= most})
    return st.one_of(st.integers(least, min(most, least + 50)), st.sampled_from(bounds), st.integers(least, most))


def _strings(marks: list[Any], known: Known) -> st.SearchStrategy[str]:
    """Ids that exist and unknown ones; names that mean something and others; for what has no pattern any text."""
    pattern = next((mark.pattern for mark in marks if isinstance(mark, StringConstraints) and mark.pattern), None)
    if pattern is None:
        plain = Token in marks and not any(isinstance(mark, Personal) for mark in marks)
        least = next((mark.min_length or 0 for mark in marks if isinstance(mark, StringConstraints)), 0)
        texts = TEXTS.filter(lambda text: len(text) >= least) if least else TEXTS
        return st.from_regex(NAME, fullmatch=True) if plain else texts
    if pattern == f"^{NAME}$":
        names = st.from_regex(NAME, fullmatch=True)
        return st.one_of(st.sampled_from(known.names), st.sampled_from(known.names), names) if known.names else names
    prefix = str(pattern).removeprefix("^").partition("_")[0]
    if not prefix.isalpha():  # evidence: an id of any kind
        return st.sampled_from([*(f"ev_{number}" for number in range(9)), "rsp_00000001", "xx_1"])
    there = known.ids.get(prefix, [])
    return st.sampled_from([*there, *there, f"{prefix}_9", f"{prefix}_00000001", f"{prefix}_99999999"])
