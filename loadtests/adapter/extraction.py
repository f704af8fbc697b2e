"""What is taken from an answer: `$response.body#/a/0/b`, `$response.header.NAME`, a JSONPath, `jmes:EXPRESSION`.

The first two are Arazzo's runtime expressions; JSONPath (RFC 9535) takes the first match. Nothing found is None.
Before any of them may stand `base64:` (the text that base 64 stands for) and `number:` (text read as a whole number).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jmespath
import jsonpath
from jmespath.exceptions import JMESPathError

BODY = "$response.body"
HEADER = "$response.header."
JMES = "jmes:"
NUMBER = re.compile(r"-?[0-9]{1,18}")
Taking = Callable[[Any, Mapping[str, str]], Any]


def checked_extraction(text: str) -> str:
    """The text itself; raises ValueError with a sentence where it cannot be read."""
    taking(text)
    return text


@cache
def taking(text: str) -> Taking:
    """A function of body and headers (names in lower case); raises ValueError."""
    for prefix, change in CHANGES.items():
        if text.startswith(prefix):
            inner = taking(text[len(prefix) :])
            return lambda body, headers: change(inner(body, headers))
    if text.startswith(HEADER):
        name = text[len(HEADER) :].lower()
        return lambda _body, headers: headers.get(name)
    if text == BODY:
        return lambda body, _headers: body
    try:
        if text.startswith(f"{BODY}#"):
            pointer = jsonpath.JSONPointer(text[len(BODY) + 1 :])
            return lambda body, _headers: pointer.resolve(body, default=None)
        if text.startswith(JMES):
            formula = jmespath.compile(text[len(JMES) :])
            return lambda body, _headers: formula.search(body)
        if text.startswith("$"):
            path = jsonpath.compile(text)
            return lambda body, _headers: _first(path, body)
    except (jsonpath.JSONPathError, jsonpath.JSONPointerError, JMESPathError) as wrong:
        raise ValueError(f"cannot read {text!r}: {wrong}") from wrong
    raise ValueError(f"{text!r} takes nothing; write $response.body#/pointer, a JSONPath or jmes:expression")


def _decoded(found: Any) -> Any:
    """The text that base 64 stands for; None where it stands for none."""
    if not isinstance(found, str):
        return None
    try:
        return base64.b64decode(found, validate=True).decode()
    except ValueError:
        return None


def _number(found: Any) -> Any:
    """Text as the whole number that it writes; what writes none stays as it is."""
    return int(found) if isinstance(found, str) and NUMBER.fullmatch(found) else found


CHANGES: dict[str, Callable[[Any], Any]] = {"base64:": _decoded, "number:": _number}


def _first(path: Any, body: Any) -> Any:
    if not isinstance(body, dict | list):
        return None
    found = path.match(body)
    return None if found is None else found.obj
