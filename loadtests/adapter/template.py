"""Templates: `{{name}}` in text and bodies, compiled once into pieces that are only joined when an operation is due.

`{{data.amount}}` follows dots; `{{name?}}` may be absent (a header, query or body entry that is nothing else is then
left out); `{{amount|money}}` writes fen as the API wants them, `{{at|time}}` seconds as an instant with its zone,
`{{id|base64}}` text in base 64. A body value that is one placeholder keeps its type (`"{{data}}"` is the whole object);
inside other text it is text.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from loadtests.adapter.document import Money

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)(\?)?(?:\|(money|time|base64))?\s*\}\}")
BEIJING = timezone(timedelta(hours=8))
Scope = Mapping[str, Any]


class Absent(Exception):
    """A value that a template needs is not there; carries its name."""


@dataclass(frozen=True, slots=True)
class Place:
    """One placeholder."""

    names: tuple[str, ...]
    optional: bool
    form: str
    money: Money

    def value(self, scope: Scope) -> Any:
        """Its value, written in the form asked for; raises Absent."""
        found: Any = scope
        for name in self.names:
            found = found.get(name) if isinstance(found, Mapping) else None
            if found is None:
                raise Absent(".".join(self.names))
        if self.form == "money":
            return _money(found, self.money)
        if self.form == "time":
            return datetime.fromtimestamp(found, UTC).astimezone(BEIJING).isoformat()
        if self.form == "base64":
            return base64.b64encode(as_text(found).encode()).decode()
        return found


def _money(fen: int, money: Money) -> int | str:
    if money.wire == "integer" or money.scale == 0:
        return fen if money.wire == "integer" else str(fen)
    whole, rest = divmod(abs(fen), 10**money.scale)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:0{money.scale}d}"


class Text:
    """Text with placeholders; `encode` (a URL's quoting, say) is applied to values, never to the text itself."""

    def __init__(self, text: str, money: Money, encode: Callable[[str], str] = str) -> None:
        """Raises ValueError where braces are left over, a misspelt placeholder."""
        pieces = PLACEHOLDER.split(text)
        if any("{{" in each or "}}" in each for each in pieces[::4] if each):
            raise ValueError(f"cannot read the placeholders of {text!r}; write {{{{name}}}}")
        self.fixed: list[str] = pieces[::4]
        self.places = [
            Place(tuple(name.split(".")), bool(optional), form or "", money)
            for name, optional, form in zip(pieces[1::4], pieces[2::4], pieces[3::4], strict=True)
        ]
        self._encode = encode

    @property
    def only_place(self) -> Place | None:
        """The placeholder, where the text is nothing else."""
        return self.places[0] if self.fixed == ["", ""] else None

    def fill(self, scope: Scope) -> str:
        """The text with its values; raises Absent for one that is needed."""
        parts = [self.fixed[0]]
        for place, after in zip(self.places, self.fixed[1:], strict=True):
            try:
                parts.append(self._encode(as_text(place.value(scope))))
            except Absent:
                if not place.optional:
                    raise
            parts.append(after)
        return "".join(parts)

    def omitted(self, scope: Scope) -> bool:
        """True if it is one optional placeholder whose value is absent."""
        place = self.only_place
        if place is None or not place.optional:
            return False
        try:
            place.value(scope)
        except Absent:
            return True
        return False


def as_text(found: Any) -> str:
    """A value inside text: as JSON writes it, text without quotes."""
    return found if isinstance(found, str) else as_json(found)


def as_json(found: Any) -> str:
    """Compact JSON."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


class Body:
    """A JSON body: byte pieces and placeholders where nothing is optional, else built anew for each operation."""

    def __init__(self, body: Any, money: Money) -> None:
        """Raises ValueError for a placeholder that cannot be read."""
        self._tree = _compiled(body, money)
        pieces = _pieces(self._tree)
        self._pieces = None if pieces is None else _joined(pieces)

    @property
    def is_fast(self) -> bool:
        """True if it was compiled into pieces."""
        return self._pieces is not None

    def fill(self, scope: Scope) -> bytes:
        """The body as it is sent; raises Absent."""
        if self._pieces is None:
            return as_json(_filled(self._tree, scope)).encode()
        return b"".join(each if isinstance(each, bytes) else each(scope) for each in self._pieces)


Piece = bytes | Callable[[Scope], bytes]


def _compiled(body: Any, money: Money) -> Any:
    if isinstance(body, str):
        return Text(body, money)
    if isinstance(body, dict):
        return {str(name): _compiled(value, money) for name, value in body.items()}
    if isinstance(body, list):
        return [_compiled(each, money) for each in body]
    return body


def _filled(tree: Any, scope: Scope) -> Any:
    if isinstance(tree, Text):
        place = tree.only_place
        return tree.fill(scope) if place is None else place.value(scope)
    if isinstance(tree, dict):
        return {name: _filled(each, scope) for name, each in tree.items() if not _left_out(each, scope)}
    if isinstance(tree, list):
        return [_filled(each, scope) for each in tree if not _left_out(each, scope)]
    return tree


def _left_out(tree: Any, scope: Scope) -> bool:
    return isinstance(tree, Text) and tree.omitted(scope)


def _pieces(tree: Any) -> list[Piece] | None:
    if isinstance(tree, Text):
        return None if any(place.optional for place in tree.places) else [_text_piece(tree)]
    if not isinstance(tree, dict | list):
        return [as_json(tree).encode()]
    named = tree.items() if isinstance(tree, dict) else [(None, each) for each in tree]
    found: list[Piece] = [b"{" if isinstance(tree, dict) else b"["]
    for at, (name, each) in enumerate(named):
        inner = _pieces(each)
        if inner is None:
            return None
        found.append(("," if at else "").encode() + (b"" if name is None else as_json(name).encode() + b":"))
        found.extend(inner)
    found.append(b"}" if isinstance(tree, dict) else b"]")
    return found


def _text_piece(text: Text) -> Piece:
    place = text.only_place
    if place is not None:
        return lambda scope: as_json(place.value(scope)).encode()
    if not text.places:
        return as_json(text.fixed[0]).encode()
    return lambda scope: as_json(text.fill(scope)).encode()


def _joined(pieces: list[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and isinstance(piece, bytes) and isinstance(found[-1], bytes):
            found[-1] += piece
        else:
            found.append(piece)
    return found
