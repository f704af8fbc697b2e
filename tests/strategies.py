"""Hypothesis strategies by field type: what a command or an event says about its fields is enough to draw them.

Numbers are drawn at and near the bounds of their types, ids from those that exist and some that do not, text with what
breaks naive writers: quotes, backslashes, line ends, Chinese, signs beyond the basic plane.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, Lt
from hypothesis import strategies as st
from pydantic.fields import FieldInfo
from pydantic.types import StringConstraints

from engine.kernel.command import Command
from engine.kernel.units import LARGEST, Personal, Token

Ids = Callable[[str], list[str]]
"""Ids that exist, by their prefix, as `per` or `pay`."""
TEXTS = st.one_of(
    st.sampled_from(["", "0", '"', "\\", "\n\t", "码上生活", "\U0001f600", "'; --", "\u2028", "null"]),
    st.text(st.characters(codec="utf-8"), max_size=20),
)
NAME = r"[A-Za-z0-9._:-]{1,80}"
NEAR = (0, 1, 2, 3, 9, 10, 60, 100, 3_600, 10_000)


def nobody(_prefix: str) -> list[str]:
    """No id exists."""
    return []


def commands(kind: type[Command], ids: Ids = nobody, fixed: Mapping[str, Any] | None = None) -> st.SearchStrategy[Any]:
    """Commands of a class. `fixed` gives fields that are not drawn."""
    hints = get_type_hints(kind, include_extras=True)
    drawn = {name: values(hints[name], ids) for name in kind.__dataclass_fields__}  # type: ignore[attr-defined]
    drawn |= {name: st.just(value) for name, value in (fixed or {}).items() if name in drawn}
    return st.builds(kind, **drawn)


def values(hint: Any, ids: Ids = nobody) -> st.SearchStrategy[Any]:
    """Values of a type."""
    plain = get_args(hint)[0] if getattr(hint, "__metadata__", ()) else hint
    origin = get_origin(plain)
    parts = get_args(plain)
    ways: dict[Any, Callable[[], st.SearchStrategy[Any]]] = {
        Literal: lambda: st.sampled_from(parts),
        Union: lambda: st.one_of(*[values(each, ids) for each in parts]),
        UnionType: lambda: st.one_of(*[values(each, ids) for each in parts]),
        tuple: lambda: _tuples(parts, ids),
        bool: st.booleans,
        int: lambda: _numbers(_marks(hint)),
        str: lambda: _strings(_marks(hint), ids),
        NoneType: st.none,
    }
    way = ways.get(origin or plain)
    if way is None:
        raise TypeError(f"no strategy for {hint!r}: say in tests/strategies.py how such a value is drawn")
    return way()


def _marks(hint: Any) -> list[Any]:
    """What an annotation says about a value, pydantic's bundles opened."""
    found: list[Any] = []
    for mark in getattr(hint, "__metadata__", ()):
        found += mark.metadata if isinstance(mark, FieldInfo) else [mark]
    return found


def _tuples(items: tuple[Any, ...], ids: Ids) -> st.SearchStrategy[Any]:
    if items[-1] is Ellipsis:
        return st.lists(values(items[0], ids), max_size=4).map(tuple)
    return st.tuples(*[values(item, ids) for item in items])


def _numbers(marks: list[Any]) -> st.SearchStrategy[int]:
    """Small numbers mostly, the bounds of the type, and a few from all over it."""
    said: dict[type, Any] = {type(mark): mark for mark in marks}
    least: int = said[Ge].ge if Ge in said else said[Gt].gt + 1 if Gt in said else 0
    most: int = said[Le].le if Le in said else said[Lt].lt - 1 if Lt in said else LARGEST
    bounds = sorted({each for near in NEAR for each in (least + near, most - near) if least <= each <= most})
    return st.one_of(st.integers(least, min(most, least + 50)), st.sampled_from(bounds), st.integers(least, most))


def _strings(marks: list[Any], ids: Ids) -> st.SearchStrategy[str]:
    """Ids that exist, their neighbours and unknown ones; for other patterns names; else any text."""
    pattern = next((mark.pattern for mark in marks if isinstance(mark, StringConstraints) and mark.pattern), None)
    if pattern is None:
        plain = Token in marks and not any(isinstance(mark, Personal) for mark in marks)
        return st.from_regex(NAME, fullmatch=True) if plain else TEXTS
    if isinstance(pattern, str) and "_" in pattern:
        prefix = pattern.removeprefix("^").partition("_")[0]
        if prefix.isalpha():
            unknown = st.sampled_from([f"{prefix}_9", f"{prefix}_00000001", f"{prefix}_99999999"])
            known = ids(prefix)
            return st.one_of(st.sampled_from(known), st.sampled_from(known), unknown) if known else unknown
    return st.from_regex(pattern, fullmatch=True)
