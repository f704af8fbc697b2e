"""What a value can be drawn from: ids of rows that are there, names that the policy gives a meaning to.

Nothing here knows a subject. Rows are found by the prefixes of their ids, names by tables of the policy that are called
as a field in the plural: a subject that comes later brings both along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from engine.catalogue import COMMANDS

ID = re.compile(r"([a-z]{2,4})_[A-Za-z0-9-]{1,40}")
WORDS = ("not_ours", "no_access", "survey", "news", "subdistrict-1")
PLURALS = (("ies", "y"), ("s", ""))
PERSONAL = tuple(f"{kind.type}.{name}" for kind in COMMANDS for name in kind.personal)


class Pools:
    """Looks into a district that lives on; nothing is kept but where the tables are."""

    def __init__(self, district: Any) -> None:
        """Finds the tables of all subjects."""
        self.district = district
        self._tables = [table for rows in _rooms(district) for table in _tables(rows)]

    def ids(self, prefix: str) -> list[str]:
        """Ids of living rows with a prefix, the oldest first; what lies in rows (responses) comes along."""
        found: dict[str, None] = {}
        for rows, name in self._tables:
            table = getattr(rows, name)
            first = next(iter(table), None)
            if not isinstance(first, str):
                continue
            if _prefix(first) == prefix:
                found.update(dict.fromkeys(each for each in table if each.startswith(f"{prefix}_")))
            elif _holds_tables(table[first]):
                found.update(dict.fromkeys(_inside(table, prefix)))
        return list(found)

    def names(self, field: str) -> list[str]:
        """Names that a field may hold: keys of a table of the policy, a personal field, or some word."""
        if field == "field":
            return list(PERSONAL)
        for rows in (getattr(self.district.policy, each) for each in self.district.policy.__dataclass_fields__):
            for name in getattr(rows, "__dataclass_fields__", ()):
                table = getattr(rows, name)
                if isinstance(table, dict) and field in (name.removesuffix(end) + one for end, one in PLURALS):
                    return list(table)
        return list(WORDS)


def _rooms(district: Any) -> Iterator[Any]:
    return (getattr(district, name) for name in district.__slots__)


def _tables(rows: Any) -> Iterator[tuple[Any, str]]:
    """Public tables of a subject's rows by id."""
    for name in getattr(rows, "__slots__", ()):
        if not name.startswith("_") and isinstance(getattr(rows, name, None), dict):
            yield rows, name


def _holds_tables(row: Any) -> bool:
    """Whether a row keeps rows of its own."""
    return any(isinstance(getattr(row, name, None), dict) for name in getattr(row, "__slots__", ()))


def _inside(table: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for row in table.values():
        for name in row.__slots__:
            inner = getattr(row, name)
            if isinstance(inner, dict):
                yield from (each for each in inner if isinstance(each, str) and _prefix(each) == prefix)


def _prefix(name: str) -> str:
    found = ID.fullmatch(name)
    return found[1] if found is not None else ""


def leaves(document: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, int]]:
    """Every whole number of a policy with its path, the counts of versions left out."""
    for name, value in document.items():
        where = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            yield from leaves(value, where)
        elif type(value) is int and path:
            yield where, value


def owners(district: Any, names: list[str]) -> list[str]:
    """Persons whom the rows of some ids name: who may act on what is one's own."""
    found: dict[str, None] = {}
    for rows in _rooms(district):
        for holder, name in _tables(rows):
            table = getattr(holder, name)
            for each in names:
                row = table.get(each)
                for field in ("person", "reporter", "praised"):
                    who = getattr(row, field, "")
                    if isinstance(who, str) and who:
                        found[who] = None
            found.update(dict.fromkeys(chain.from_iterable(_nested_owners(table, each) for each in names)))
    return list(found)


def _nested_owners(table: Mapping[Any, Any], name: str) -> Iterator[str]:
    """Whose a row within a row is, a response of a questionnaire for example."""
    first = next(iter(table.values()), None)
    if not _holds_tables(first):
        return
    for row in table.values():
        for each in row.__slots__:
            inner = getattr(row, each)
            found = inner.get(name) if isinstance(inner, dict) else None
            if isinstance(getattr(found, "person", None), str):
                yield found.person
