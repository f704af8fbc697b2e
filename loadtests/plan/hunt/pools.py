"""What a value can be drawn from: ids of rows that are there, names that the policy gives a meaning to.

Nothing here knows a subject. Rows are found by the prefixes of their ids, names by tables of the policy that are called
as a field in the plural: a subject that comes later brings both along.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.catalogue import COMMANDS

ID = re.compile(r"([a-z]{2,4})_[A-Za-z0-9-]{1,40}")
WORDS = ("not_ours", "no_access", "survey", "news", "subdistrict-1")
PLURALS = (("ies", "y"), ("s", ""))
OWNERS = ("person", "reporter", "praised")
"""Fields of a row that say whose it is."""
HOLDERS = ("assignee", "visitor", "merchant", "rider", "biller")
"""Fields of a row that say in whose hands it is: a grid member's, a company's, a rider's."""
PERSONAL = tuple(f"{kind.type}.{name}" for kind in COMMANDS for name in kind.personal)


class Pools:
    """Looks into a district that lives on. What was found is kept until the district has changed (`forget`)."""

    def __init__(self, district: Any) -> None:
        """Finds the tables of all subjects."""
        self.district = district
        self._tables = [table for rows in _rooms(district) for table in _tables(rows)]
        self._ids: dict[str, list[str]] = {}
        self._owners: dict[str, list[str]] = {}

    def forget(self) -> None:
        """The district has changed."""
        self._ids.clear()
        self._owners.clear()

    def ids(self, prefix: str) -> list[str]:
        """Ids of living rows with a prefix, the oldest first; what lies in rows (responses) comes along."""
        if prefix not in self._ids:
            self._ids[prefix] = self._sought(prefix)
        return self._ids[prefix]

    def owners(self, name: str) -> list[str]:
        """Persons whom the row of an id names: who may act on what is one's own."""
        if name not in self._owners:
            self._owners[name] = list(dict.fromkeys(self._owning(name)))
        return self._owners[name]

    def holders(self, name: str, prefix: str) -> list[str]:
        """Those whose ids have a prefix, and in whose hands the row of an id is."""
        rows = [getattr(rows, table)[name] for rows, table in self._tables if name in getattr(rows, table)]
        found = [getattr(row, field, "") for row in rows for field in HOLDERS]
        return [who for who in found if isinstance(who, str) and _prefix(who) == prefix]

    def names(self, field: str) -> list[str]:
        """Names that a field may hold: keys of a table of the policy, a personal field, or some word."""
        if field == "field":
            return list(PERSONAL)
        policy = self.district.policy
        for rows in (getattr(policy, each) for each in policy.__dataclass_fields__):
            for name in getattr(rows, "__dataclass_fields__", ()):
                table = getattr(rows, name)
                if isinstance(table, dict) and field in (name.removesuffix(end) + one for end, one in PLURALS):
                    return list(table)
        return list(WORDS)

    def _sought(self, prefix: str) -> list[str]:
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

    def _owning(self, name: str) -> Iterator[str]:
        for rows, table_name in self._tables:
            table = getattr(rows, table_name)
            if name in table:
                named = (getattr(table[name], field, "") for field in OWNERS)
                yield from (who for who in named if isinstance(who, str) and who)
            elif _holds_tables(next(iter(table.values()), None)):
                inner = (getattr(row, each) for row in table.values() for each in row.__slots__)
                found = (each.get(name) for each in inner if isinstance(each, dict))
                yield from (who for row in found if isinstance(who := getattr(row, "person", None), str))


def _rooms(district: Any) -> Iterator[Any]:
    """The rows of each subject."""
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
    """Ids with a prefix in rows that keep rows."""
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
