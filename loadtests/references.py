"""References in a plan to what a target makes: `$made:<n>:<field>` of an operation, `$town:<n>:<field>` of the town.

The field is the first of its name in the answer's view, event by event; further different texts of that name are
called `field__b`, `field__c` and so on, as of a command that opens several shifts. Who sends a plan resolves them; an
operation whose reference never got a value cannot be sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

PATTERN = re.compile(r"\$(made|town):(0|[1-9][0-9]{0,9}):([a-z_]{1,40})")
MADE, TOWN = "made", "town"
LETTERS = 26


class Reference(NamedTuple):
    """Which file of the plan, the number of the operation in it, the name of the field."""

    source: str
    n: int
    field: str

    def text(self) -> str:
        """As it stands in a value."""
        return f"${self.source}:{self.n}:{self.field}"


def reference_of(value: Any) -> Reference | None:
    """The reference that a value is, if it is one."""
    found = PATTERN.fullmatch(value) if isinstance(value, str) and value.startswith("$") else None
    return Reference(found[1], int(found[2]), found[3]) if found is not None else None


def references_in(value: Any) -> Iterator[Reference]:
    """Every reference in parsed JSON."""
    if isinstance(value, dict):
        for each in value.values():
            yield from references_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from references_in(each)
    elif (found := reference_of(value)) is not None:
        yield found


def replaced(value: Any, by: Callable[[str], Any]) -> Any:
    """Parsed JSON with each text replaced by what `by` makes of it."""
    if isinstance(value, str):
        return by(value)
    if isinstance(value, dict):
        return {name: replaced(each, by) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [replaced(each, by) for each in value]
    return value


def resolved(value: Any, known: Mapping[Reference, Any]) -> Any:
    """Parsed JSON with each reference replaced by its value; raises KeyError with the first that has none."""

    def known_value(text: str) -> Any:
        found = reference_of(text)
        return text if found is None else known[found]

    return replaced(value, known_value)


def fields_of(view: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What later operations may refer to of an answer: the first field of each name, and further texts under it."""
    found: dict[str, Any] = {}
    for event in view:
        for name, value in event["data"].items():
            if name not in found:
                found[name] = value
            elif isinstance(value, str) and value != found[name]:
                _further(found, name, value)
    return found


def _further(found: dict[str, Any], name: str, value: str) -> None:
    """A second, third ... text of a name, if it is another one than those before."""
    place = 1
    while (known_as := f"{name}__{_letters(place)}") in found:
        if found[known_as] == value:
            return
        place += 1
    found[known_as] = value


def _letters(place: int) -> str:
    """Letters for a number, since names have no digits: b for 1, c for 2, ... z, ba, bb."""
    text = ""
    while True:
        text = chr(ord("a") + place % LETTERS) + text
        place //= LETTERS
        if not place:
            return text
