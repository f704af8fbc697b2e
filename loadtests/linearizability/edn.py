"""The part of EDN (extensible data notation) that histories use: read and written with the standard library.

Keywords and symbols are read as text (`:read` is "read"), lists, vectors and sets as lists, a tagged value without its
tag. A map is a dict; keys that are no text, numbers or the like become their EDN text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

TOKEN = re.compile(
    r"""[\s,]+ | ;[^\n]* | (?P<text>"(?:\\.|[^"\\])*") | (?P<mark>\#_|\#\{|[()\[\]{}])
    | (?P<tag>\#[A-Za-z][^\s,()\[\]{}"]*) | (?P<word>\\.[^\s,()\[\]{}"]* | [^\s,()\[\]{}"\#;]+)""",
    re.VERBOSE | re.DOTALL,
)
CLOSED_BY = {"(": ")", "[": "]", "{": "}", "#{": "}"}
WORDS: dict[str, Any] = {"nil": None, "true": True, "false": False}
INTEGER = re.compile(r"[+-]?\d+N?")
REAL = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?M?")
DEEPEST = 100
NOTHING: Any = object()


class BadEdn(ValueError):
    """A text is not EDN as this reader knows it; `place` counts characters from 0."""

    def __init__(self, place: int, problem: str) -> None:
        super().__init__(f"character {place}: {problem}")
        self.place = place


def read_edn(text: str) -> Iterator[Any]:
    """The values of a text, one after the other. Raises BadEdn."""
    reader = _Reader(text)
    while (value := reader.value(0)) is not NOTHING:
        if value is reader.closed:
            raise BadEdn(reader.place, "a bracket closes that was not opened")
        yield value


class _Reader:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.closed: Any = object()
        self.closing = ""

    def value(self, depth: int) -> Any:
        """The next value, NOTHING at the end, `closed` where a bracket closes."""
        if depth > DEEPEST:
            raise BadEdn(self.place, f"nested more than {DEEPEST} deep")
        while self.place < len(self.text):
            found = TOKEN.match(self.text, self.place)
            if found is None:
                raise BadEdn(self.place, "no EDN")
            self.place = found.end()
            kind, part = found.lastgroup, found.group()
            if kind == "mark" and part == "#_":
                if self.value(depth + 1) in (self.closed, NOTHING):
                    raise BadEdn(self.place, "nothing follows #_")
            elif kind == "mark" and part in CLOSED_BY:
                return self._collection(part, depth)
            elif kind == "mark":
                self.closing = part
                return self.closed
            elif kind == "text":
                return self._text(part)
            elif kind == "word":
                return _word(part)
        return NOTHING

    def _text(self, quoted: str) -> str:
        try:
            found: str = json.loads(quoted.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r"))
        except ValueError:
            raise BadEdn(self.place, "a text with an unknown escape") from None
        return found

    def _collection(self, opening: str, depth: int) -> Any:
        start = self.place
        items: list[Any] = []
        while (value := self.value(depth + 1)) is not self.closed:
            if value is NOTHING:
                raise BadEdn(start, "a bracket is not closed")
            items.append(value)
        if self.closing != CLOSED_BY[opening] or (opening == "{" and len(items) % 2):
            raise BadEdn(start, "brackets do not match, or a map lacks a value")
        if opening != "{":
            return items
        return {_name(key): value for key, value in zip(items[::2], items[1::2], strict=True)}


def _name(key: Any) -> Any:
    return key if isinstance(key, (str, int, float, type(None))) else edn(key)


def _word(word: str) -> Any:
    if word in WORDS:
        return WORDS[word]
    if INTEGER.fullmatch(word):
        return int(word.rstrip("N"))
    if REAL.fullmatch(word):
        return float(word.rstrip("M"))
    return word.removeprefix(":")


def edn(found: Any) -> str:
    """A plain value as EDN; names of a map that could be keywords are."""
    if isinstance(found, bool) or found is None:
        return {None: "nil", True: "true", False: "false"}[found]
    if isinstance(found, str):
        return json.dumps(found, ensure_ascii=False)
    if isinstance(found, dict):
        return "{" + ", ".join(f"{keyword(key)} {edn(value)}" for key, value in found.items()) + "}"
    if isinstance(found, (list, tuple)):
        return "[" + " ".join(map(edn, found)) + "]"
    return str(found)


def keyword(name: Any) -> str:
    """A name as a keyword where its characters allow that."""
    plain = isinstance(name, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_.*+!?-]*", name)
    return f":{name}" if plain else edn(name)
