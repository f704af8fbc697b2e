"""A small judge of JSON documents by JSON Schema: the keywords that the project's schemas use, and no other."""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

IGNORED = {"$schema", "title", "description", "properties", "$defs", "format"}
TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, Mapping),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str | dt.date),  # TOML has dates, JSON writes them as text
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
}
LIMITS = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}


def complaints(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """What is wrong with a value; raises NotImplementedError for a keyword that nobody taught this judge."""
    for keyword, wanted in schema.items():
        if keyword not in IGNORED and not _fits(keyword, wanted, value, (schema, whole)):
            yield f"{where}: {keyword} {str(wanted)[:80]}"
    if isinstance(value, Mapping):
        for name, part in schema.get("properties", {}).items():
            if name in value:
                yield from complaints(value[name], part, whole, f"{where}.{name}")


def _fits(  # noqa: PLR0911 - one answer a keyword
    keyword: str, wanted: Any, value: Any, around: tuple[Mapping[str, Any], Mapping[str, Any]]
) -> bool:
    schema, whole = around
    if keyword in LIMITS:
        return not TYPES["number"](value) or bool(LIMITS[keyword](value, wanted))
    match keyword:
        case "type":
            return TYPES[wanted](value)
        case "const":
            return bool(value == wanted)
        case "enum":
            return value in wanted
        case "pattern":
            return not isinstance(value, str) or re.search(wanted, value) is not None
        case "required":
            return not isinstance(value, Mapping) or set(wanted) <= set(value)
        case "additionalProperties":
            return wanted or not isinstance(value, Mapping) or set(value) <= set(schema.get("properties", {}))
    return _fits_parts(keyword, wanted, value, whole)


def _fits_parts(keyword: str, wanted: Any, value: Any, whole: Mapping[str, Any]) -> bool:
    fine: Callable[[Any, Any], bool] = lambda part, schema: not any(complaints(part, schema, whole))  # noqa: E731
    match keyword:
        case "$ref":
            return fine(value, whole["$defs"][wanted.removeprefix("#/$defs/")])
        case "anyOf":
            return any(fine(value, each) for each in wanted)
        case "items":
            return not isinstance(value, list) or all(fine(each, wanted) for each in value)
        case "prefixItems":
            return not isinstance(value, list) or all(map(fine, value, wanted))
        case "minItems":
            return not isinstance(value, list) or len(value) >= wanted
        case "maxItems":
            return not isinstance(value, list) or len(value) <= wanted
    raise NotImplementedError(keyword)
