"""XML answers as the trees that conditions and extractions read; what declares a document type is not read.

An element that holds elements is an object of lists by name, one that holds none is its text; a name that occurs once
and holds text stands without its list: `<request><id>1</id></request>` is `{"request": {"id": "1"}}`, and the requests
of `<requests>` are always a list. Attributes are left out.
"""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

DEEPEST = 100


class _Refused(Exception):
    """Declares a document type, or is deeper than any answer."""


def parsed(body: Any) -> Any:
    """A body as it is read: text that is XML as a tree, everything else as it is."""
    if not isinstance(body, str) or not body.lstrip("\ufeff \t\r\n").startswith("<"):
        return body
    return xml_tree(body)


def xml_tree(text: str) -> Any:
    """The tree of a document; the text itself where it cannot be read."""
    parser = expat.ParserCreate()
    reading = _Reading()
    parser.StartElementHandler = reading.starts
    parser.EndElementHandler = reading.ends
    parser.CharacterDataHandler = reading.says
    parser.StartDoctypeDeclHandler = reading.refuses
    try:
        parser.Parse(text.lstrip("\ufeff \t\r\n"), True)  # noqa: FBT003 - expat takes it by place
    except (expat.ExpatError, _Refused, ValueError):
        return text
    return reading.root


class _Reading:
    """The elements that are open."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._open: list[tuple[str, dict[str, list[Any]], list[str]]] = []

    def starts(self, name: str, _attributes: Any) -> None:
        if len(self._open) >= DEEPEST:
            raise _Refused
        self._open.append((name.rpartition(":")[2], {}, []))

    def says(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)

    def ends(self, _name: str) -> None:
        name, children, texts = self._open.pop()
        value: Any = {each: _single(found) for each, found in children.items()} or "".join(texts).strip()
        if self._open:
            self._open[-1][1].setdefault(name, []).append(value)
        else:
            self.root = {name: value}

    def refuses(self, *_: Any) -> None:
        raise _Refused


def _single(found: list[Any]) -> Any:
    return found[0] if len(found) == 1 and isinstance(found[0], str) else found
