"""Operations on the objects of an adapter: many clients on few keys, a hot one, several at one moment, reads between.

What finds bugs is drawn more often than life would: a fifth of the traffic on one key, every sixth moment shared by
several clients, repeats under the same key where the API has idempotency keys. The same seed gives the same plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from loadtests.adapter import Adapter
from loadtests.adapter.objects import Drawn, Thing
from loadtests.operations import READ, Operation
from loadtests.references import MADE, TOWN, Reference

HOT, TOGETHER, READS, DUPLICATES = 0.2, 0.16, 0.4, 0.1
CROWD = 4
RECENT = 60
OBJECT, DUPLICATE, READING = "hot", "duplicate", "read"
ID = "id"
LETTERS = "bcdfghklmnprstvz"


@dataclass
class Items:
    """What is known of a collection's items while a plan is drawn: references to their ids, those in the town first."""

    town: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)


class Drawing:
    """Draws operations one by one; `rate` operations a second."""

    def __init__(self, adapter: Adapter, seed: int, rate: float) -> None:
        self._adapter = adapter
        self._luck = np.random.default_rng([seed, 311])
        self._seed = seed
        self._gap_ns = int(1e9 / rate)
        self._last: dict[tuple[str, str], str] = {}
        self._items: dict[str, Items] = {name: Items() for name in adapter.objects}
        self._keyed = adapter.idempotency is not None

    def town(self) -> list[Operation]:
        """Items that are there before the load begins, where a collection's items can be made."""
        made: list[Operation] = []
        for name, thing in self._adapter.objects.items():
            if thing.model != "collection" or not self._serves(f"{name}.create"):
                continue
            for _ in range(thing.keys):
                n = len(made)
                item = {"value": self._item(thing)}
                actor = self._client(name, n % thing.clients)
                made.append(Operation(n, 0, f"{name}.create", actor, f"t{self._seed}-{n}", item, "town", "town", 0))
                self._items[name].town.append(Reference(TOWN, n, ID).text())
        return made

    def operations(self, count: int) -> Iterator[Operation]:
        """`count` operations, in the order in which they are due."""
        names = sorted(self._adapter.objects)
        due_ns = n = 0
        while n < count:
            due_ns += int(self._gap_ns * self._luck.exponential())
            crowd = CROWD if self._luck.random() < TOGETHER / CROWD * 2 else 1
            name = names[int(self._luck.integers(len(names)))]
            key = self._key(self._adapter.objects[name], hot=crowd > 1)
            for operation in self._crowd(name, key, crowd):
                if n < count:
                    yield self._placed(operation, n, due_ns)
                    n += 1
            due_ns += self._gap_ns * (crowd - 1)

    def _crowd(self, name: str, key: int, crowd: int) -> Iterator[tuple[str, dict[str, Any], int, str]]:
        """Type, what it says, client and intent of operations of one moment."""
        thing = self._adapter.objects[name]
        for place in self._luck.permutation(thing.clients)[:crowd]:
            kind = self._function(name, thing)
            if kind == f"{name}.cas" and (name, f"{name}-{key}") not in self._last and self._serves(f"{name}.write"):
                kind = f"{name}.write"  # nobody can compare with what is not there yet
            said = self._said(name, kind, key)
            intent = READING if kind.startswith(READ) else OBJECT
            yield kind, said, int(place), intent
            if self._keyed and intent == OBJECT and self._luck.random() < DUPLICATES:
                yield kind, said, int(place), DUPLICATE

    def _placed(self, drawn: tuple[str, dict[str, Any], int, str], n: int, due_ns: int) -> Operation:
        kind, said, client, intent = drawn
        name = kind.removeprefix(READ).partition(".")[0]
        key = "" if kind.startswith(READ) else f"o{self._seed}-{n - 1 if intent == DUPLICATE else n}"
        if kind == f"{name}.create" and intent == OBJECT:
            self._items[name].made.append(Reference(MADE, n, ID).text())
        actor = self._client(name, client)
        shard = f"{actor}-{n}" if intent == DUPLICATE else actor  # a repeat does not wait for the first answer
        return Operation(n, due_ns, kind, actor, key, said, shard, intent, due_ns // 1_000_000_000)

    @staticmethod
    def _client(name: str, client: int) -> str:
        return f"client:{name}_{client}"

    def _key(self, thing: Thing, *, hot: bool) -> int:
        return 0 if hot or self._luck.random() < HOT else int(self._luck.integers(thing.keys))

    def _function(self, name: str, thing: Thing) -> str:
        """One of the functions that the adapter serves."""
        types = [each for each in thing.types(name).values() if self._serves(each)]
        reads = [each for each in types if each.startswith(READ)]
        writes = [each for each in types if not each.startswith(READ)]
        wanted = reads if reads and (not writes or self._luck.random() < READS) else writes
        rare = f"{name}.delete"
        if rare in wanted and len(wanted) > 1 and self._luck.random() < 1 / 2:
            wanted = [each for each in wanted if each != rare]
        return wanted[int(self._luck.integers(len(wanted)))]

    def _serves(self, kind: str) -> bool:
        return self._adapter.entry(kind) is not None

    def _said(self, name: str, kind: str, key: int) -> dict[str, Any]:
        thing, function = self._adapter.objects[name], kind.rpartition(".")[2]
        if thing.model == "collection":
            return self._said_of_item(name, function, key)
        said: dict[str, Any] = {ID: f"{name}-{key}"}
        held = name, said[ID]
        if function == "cas":
            said |= {"old": self._last.get(held), "new": self._text()}
            self._last[held] = said["new"]
        elif function in {"write", "put", "append"} or thing.model == "set":
            said["value"] = self._element() if thing.model == "set" and function != "read" else self._text()
            self._last[held] = str(said["value"])
        elif function == "add":
            said["amount"] = int(self._luck.integers(1, 10))
        if kind.startswith(READ) and function != "contains":
            said.pop("value", None)
        return said

    def _said_of_item(self, name: str, function: str, key: int) -> dict[str, Any]:
        thing, items = self._adapter.objects[name], self._items[name]
        if function in {"create", "list"} or not (items.town or items.made):
            return {"value": self._item(thing)} if function == "create" else {}
        recent = items.made[-RECENT:]
        hot = items.town and (not recent or (self._luck.random() < 1 / 2 and function != "delete"))
        chosen = items.town[key % len(items.town)] if hot else recent[int(self._luck.integers(len(recent)))]
        said: dict[str, Any] = {ID: chosen}
        return said | ({"value": self._item(thing)} if function == "update" else {})

    def _item(self, thing: Thing) -> dict[str, Any]:
        return {name: DRAW[drawn.kind](self, drawn) for name, drawn in thing.fields.items()}

    def _text(self) -> str:
        """A new text of plain letters, which no API changes."""
        return "".join(LETTERS[int(each)] for each in self._luck.integers(len(LETTERS), size=10))

    def _element(self) -> str:
        return LETTERS[int(self._luck.integers(6))]

    def _number(self, drawn: Drawn) -> int:
        return int(self._luck.integers(drawn.min, drawn.max + 1))


DRAW: dict[str, Callable[[Drawing, Drawn], Any]] = {
    "text": lambda drawing, _drawn: drawing._text(),  # noqa: SLF001 - a table of its methods
    "integer": lambda drawing, drawn: drawing._number(drawn),  # noqa: SLF001
    "boolean": lambda drawing, _drawn: bool(drawing._luck.integers(2)),  # noqa: SLF001
    "one_of": lambda drawing, drawn: drawn.of[int(drawing._luck.integers(len(drawn.of)))],  # noqa: SLF001
}
