"""One answer of the target beside what the engine says: the first thing in which they differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from engine.contract import codes
from loadtests.adapter import Answer
from loadtests.audit.findings import UNNAMED
from loadtests.audit.naming import name_of_codes, name_of_event, name_of_read
from loadtests.operations import READ
from loadtests.plan.rehearsal import MADE_ID
from loadtests.property.beside import Expected
from loadtests.property.naming import Names
from loadtests.references import fields_of

What = Literal["outcome", "code", "view", "made", "details", "at"]
SHOWN = 400


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, where in it, and both sides as a person reads them."""

    what: What
    where: str
    expected: str
    got: str
    invariant: str = ""


def invariant_of(kind: str, difference: Difference) -> str:
    """The invariant that a target breaks which answers so; H06, no order explains it, where nothing tells more."""
    if kind.startswith(READ):
        return name_of_read(kind.removeprefix(READ))
    if difference.what in ("outcome", "code"):
        return name_of_codes(difference.expected.rpartition(" ")[2], difference.got.rpartition(" ")[2])
    return difference.invariant or UNNAMED


def _of_events(mine: Any, theirs: Any, where: str) -> str:
    """By the first event that differs."""
    place = where.split("/")[1] if where.startswith("/") else ""
    if not place.isdecimal() or int(place) >= min(len(mine), len(theirs)) or not isinstance(theirs[int(place)], dict):
        return UNNAMED
    return name_of_event(mine[int(place)], theirs[int(place)])


@cache
def known_codes() -> frozenset[str]:
    """Codes of the engine; what an adapter calls otherwise says only that the target refused."""
    return frozenset(code.name for code in codes())


@dataclass(slots=True)
class Comparing:
    """`exact`: the view is the engine's events, or the whole value of a read; `timed`: the target tells our instants.

    `names` learns what the target calls the ids that it makes.
    """

    names: Names
    exact: bool
    timed: bool

    def difference(self, mine: Expected, theirs: Answer) -> Difference | None:
        """The first difference of a definite answer."""
        if mine.kind != theirs.kind:
            return Difference("outcome", "", _told(mine.kind, mine.code), _told(theirs.kind, theirs.code))
        if mine.kind == "rejected":
            return self._refusals(mine, theirs)
        return self._views(mine, theirs) or self._made(mine, theirs.made) or self._instants(mine, theirs)

    def _refusals(self, mine: Expected, theirs: Answer) -> Difference | None:
        if theirs.code in known_codes() and mine.code != theirs.code:
            return Difference("code", "", mine.code, theirs.code)
        if mine.details is not None and theirs.details is not None:
            where = self.names.differs(mine.details, dict(theirs.details))
            if where:
                return _shown("details", where, mine.details, theirs.details)
        return self._instants(mine, theirs)

    def _views(self, mine: Expected, theirs: Answer) -> Difference | None:
        if theirs.view is None:
            return None
        where = self.names.differs(mine.view, theirs.view, part=not self.exact)
        if not where:
            return None
        found = _shown("view", where, mine.view, theirs.view)
        return replace(found, invariant=_of_events(mine.view, theirs.view, where)) if mine.events else found

    def _made(self, mine: Expected, made: Mapping[str, Any]) -> Difference | None:
        """Values that the file takes from an answer: ids get their names, amounts must be the engine's."""
        if not mine.events:
            return None
        said = fields_of(mine.view)
        for name, value in made.items() if not self.exact else ():
            mine_says = said.get(name)
            if isinstance(mine_says, str) and not MADE_ID.fullmatch(mine_says):
                continue  # a name that the target may write otherwise
            if mine_says is not None and self.names.differs(mine_says, value):
                return _shown("made", f"/{name}", said, made)
        return None

    def _instants(self, mine: Expected, theirs: Answer) -> Difference | None:
        if not self.timed or mine.at is None or theirs.at is None or mine.at == theirs.at:
            return None
        return Difference("at", "", str(mine.at), str(theirs.at))


def _told(kind: str, code: str) -> str:
    return f"{kind} {code}".strip()


def _shown(what: What, where: str, mine: Any, theirs: Any) -> Difference:
    return Difference(what, where, _short(_at(mine, where)), _short(_at(theirs, where)))


def _at(found: Any, where: str) -> Any:
    """The value under a path, the whole where the path leads nowhere."""
    inner = found
    for name in filter(None, where.split("/")):
        if isinstance(inner, Mapping) and name in inner:
            inner = inner[name]
        elif isinstance(inner, list | tuple) and name.isdecimal() and int(name) < len(inner):
            inner = inner[int(name)]
        else:
            break
    return inner


def _short(found: Any) -> str:
    text = json.dumps(found, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
