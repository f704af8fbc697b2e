"""The `objects` section: what an API has that is judged by itself, whatever it is called there.

    register     write, cas, read:read            a value a key
    key-value    put, append, delete, read:get    a value or nothing a key
    counter      add, read:read                   a number a key
    set          add, remove, read:contains, read:read
    collection   create, update, delete, read:get, read:list     items whose ids the API makes

An operation's type is `<object>.<function>`, for reads `read:<object>.<function>`. Templates find `{{id}}` (of the key
or item), `{{value}}`, `{{old}}` and `{{new}}` (cas), `{{amount}}`; of a collection's item `{{value.FIELD}}`. Keys begin
empty, so `{{fresh_id}}` should name them on the target: the id with the name of the run before it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from loadtests.adapter.entry import Entry
from loadtests.operations import READ

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "register": ("write", "cas", "read:read"),
    "key-value": ("put", "append", "delete", "read:get"),
    "counter": ("add", "read:read"),
    "set": ("add", "remove", "read:contains", "read:read"),
    "collection": ("create", "update", "delete", "read:get", "read:list"),
}


class Drawn(Entry):
    """How a field of an item is drawn: a new text, a whole number in a range, true or false, or one of a list."""

    kind: Literal["text", "integer", "boolean", "one_of"] = "text"
    min: int = 0
    max: int = 1_000
    of: list[str | int | bool] = Field(default_factory=list)

    @model_validator(mode="after")
    def _possible(self) -> Drawn:
        if (self.kind == "one_of") != bool(self.of):
            raise ValueError("`of` lists the values of kind one_of, and of no other")
        if self.min > self.max:
            raise ValueError("min is not above max")
        return self


class Thing(Entry):
    """One object: `keys` of its kind, `clients` at once; of a collection the fields of its items."""

    model: Literal["register", "key-value", "counter", "set", "collection"]
    keys: int = Field(default=8, ge=1, le=100_000)
    clients: int = Field(default=12, ge=1, le=10_000)
    fields: dict[str, Drawn] = Field(default_factory=dict)
    lists_all: bool = False  # a list of a collection that leaves no item out

    @model_validator(mode="after")
    def _fitting(self) -> Thing:
        if bool(self.fields) != (self.model == "collection"):
            raise ValueError("a collection has fields, and nothing else has")
        return self

    def types(self, name: str) -> dict[str, str]:
        """Types of its operations by function; `name` is the object's."""
        return {
            function: f"{READ}{name}.{function[len(READ) :]}" if function.startswith(READ) else f"{name}.{function}"
            for function in FUNCTIONS[self.model]
        }
