"""Ids of somebody else, told as the numbered ids that the watchers' arrays are indexed by.

An id that is already the next number of its type stays as it is and costs nothing; any other text gets the next number
and costs a fingerprint. Ids that come from outside of a platform (persons, merchants, grids) are kept as they come.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from engine.invariants.fingerprints import Fingerprints, fingerprint
from engine.kernel.ids import ID_DIGITS, EvidenceId, PayeeId

FROM_OUTSIDE = {"com", "grd", "bld", "dwl", "per", "wkr", "mer", "rid", "bil", "hh"}
TOLD = re.compile(r"([a-z]{2,4})_([A-Za-z0-9-]{1,40})")
Rename = Callable[[Any], Any]


class Numbering:
    """Ids of one log."""

    def __init__(self) -> None:
        """No id seen."""
        self._last: dict[str, int] = {}
        self._plain: dict[str, int] = {}  # numbers up to here are those that the ids themselves say
        self._others: dict[str, Fingerprints] = {}
        self.renamed: dict[str, str] = {}  # ours -> theirs, of the present record

    def of(self, prefix: str, text: str) -> str:
        """Our id for an id of theirs of a type; a type whose ids come from outside keeps what can stand in an id."""
        told = text if text.startswith(f"{prefix}_") else f"{prefix}_{text}"
        if prefix in FROM_OUTSIDE:
            return self._kept(prefix, text, told)
        number = told[len(prefix) + 1 :]
        plain = self._plain.get(prefix, 0)
        if len(number) == ID_DIGITS and number.isascii() and number.isdecimal():
            if 0 < int(number) <= plain:
                return told
            if int(number) == plain + 1 and prefix not in self._others:
                self._plain[prefix] = self._last[prefix] = plain + 1
                return told
        return self._numbered(prefix, text, told)

    def _numbered(self, prefix: str, text: str, told: str) -> str:
        others = self._others.get(prefix)
        if others is None:
            others = self._others[prefix] = Fingerprints()
        known = others.get(told)
        if known is None:
            known = self._last[prefix] = self._last.get(prefix, 0) + 1
            others.put(told, known)
        ours = f"{prefix}_{known:0{ID_DIGITS}d}"
        self.renamed[ours] = text
        return ours

    def _kept(self, prefix: str, text: str, told: str) -> str:
        if TOLD.fullmatch(told):
            return told
        ours = f"{prefix}_x{fingerprint(text):016x}"
        self.renamed[ours] = text
        return ours

    def told(self, text: str) -> str:
        """Our id for a text that says its own type, as evidence does; any other text stays."""
        found = TOLD.fullmatch(text)
        if found is None or found[1] not in self._last or found[1] in FROM_OUTSIDE:
            return text
        return self.of(found[1], text)

    def renamer(self, kind: Any) -> tuple[tuple[str, Rename], ...]:
        """Fields of an event class that hold ids, and how a JSON value of each is told."""
        return tuple((name, self._rename(shape)) for name, shape in shapes(kind))

    def _rename(self, shape: Any) -> Rename:
        if shape == "evidence":
            return lambda value: self.told(value) if isinstance(value, str) else value
        if isinstance(shape, str):
            return lambda value: self.of(shape, value) if isinstance(value, str) else value
        if isinstance(shape, list):
            each = self._rename(shape[0])
            return lambda value: [each(one) for one in value] if isinstance(value, list) else value
        parts = {place: self._rename(part) for place, part in shape.items()}

        def renamed(value: Any) -> Any:
            if not isinstance(value, list):
                return value
            return [parts[place](one) if place in parts else one for place, one in enumerate(value)]

        return renamed


@cache
def shapes(kind: Any) -> tuple[tuple[str, Any], ...]:
    """Fields that hold ids, with the shape of each: a prefix, a list of a shape, or places of a tuple with theirs."""
    hints = get_type_hints(kind, include_extras=True)
    found = [(name, _shape(hint)) for name, hint in hints.items()]
    return tuple((name, shape) for name, shape in found if shape is not None)


def _shape(hint: Any) -> Any:
    if hint in (EvidenceId, PayeeId):
        return "evidence"
    marks = getattr(hint, "__metadata__", ())
    patterns = [str(each.pattern) for each in marks if getattr(each, "pattern", None)]
    if patterns and (named := re.match(r"\^([a-z]{2,4})_\[", patterns[0])):
        return named[1]
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return next((shape for each in inner if each is not NoneType and (shape := _shape(each))), None)
    if origin is tuple and inner and inner[-1] is Ellipsis:
        shape = _shape(inner[0])
        return [shape] if shape else None
    if origin is tuple:
        return {place: shape for place, each in enumerate(inner) if (shape := _shape(each))} or None
    return None
