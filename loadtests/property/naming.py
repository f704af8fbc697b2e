"""Names: what is called so in the town of the script is called otherwise on a target that has seen many towns.

Ids that somebody says get a mark of their own for each example; ids that a target makes are learned from its answers.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from pydantic.types import StringConstraints

from engine.catalogue import COMMANDS
from engine.views.catalogue import READS
from loadtests.audit.replaying import COMMITMENT
from loadtests.plan.hunt.drawing import DESKS, marks_of, types_of
from loadtests.plan.rehearsal import MADE_ID
from loadtests.references import reference_of, replaced

ID = re.compile(r"([a-z]{2,4})_[A-Za-z0-9-]{1,40}")
LONGEST = 40
EVIDENCE = "ev"
MADE = re.compile(r"\b[a-z]{2,4}_[0-9]{8}\b")


@cache
def prefixes() -> frozenset[str]:
    """Prefixes of all ids that commands and reads name, and that of evidence from outside."""
    found = {EVIDENCE}
    for kind in (*COMMANDS, *(read.parameters for read in READS)):
        for hint in types_of(kind).values():
            found |= {_prefix(str(mark.pattern)) for mark in marks_of(hint) if isinstance(mark, StringConstraints)}
    return frozenset(found - {""})


def _prefix(pattern: str) -> str:
    prefix = pattern.removeprefix("^").partition("_")[0]
    return prefix if prefix.isalpha() else ""


def marked(found: Any, mark: str) -> Any:
    """Data with the mark behind every id that somebody says; references stay, and what no target has made."""

    def of(text: str) -> str:
        prefix = ID.fullmatch(text)
        said = prefix is not None and prefix[1] in prefixes() and not MADE_ID.fullmatch(text)
        fits = len(text.partition("_")[2]) + len(mark) <= LONGEST
        return f"{text}{mark}" if said and fits and reference_of(text) is None else text

    return replaced(found, of)


def marked_actor(actor: str, mark: str) -> str:
    """The actor under the name of this example; desks have no row and keep theirs."""
    kind, _, who = actor.partition(":")
    return actor if kind in DESKS else f"{kind}:{marked(who, mark)}"


class Names:
    """Two sides tell the same story; what one of them calls an id that it made is another name on the other side."""

    def __init__(self) -> None:
        self._theirs: dict[str, str] = {}
        self._mine: dict[str, str] = {}

    def differs(self, mine: Any, theirs: Any, *, part: bool = False) -> str:
        """Where two values differ, as a path, "" if nowhere; new names are learned. `part`: theirs may show less."""
        return self._differs(mine, theirs, "", part=part) or ""

    def _differs(self, mine: Any, theirs: Any, at: str, *, part: bool) -> str | None:
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return self._tables(mine, theirs, at, part=part)
        if isinstance(mine, list | tuple) and isinstance(theirs, list | tuple):
            return self._lists(mine, theirs, at, part=part)
        if isinstance(mine, str) and isinstance(theirs, str | int) and not isinstance(theirs, bool):
            return None if self._same(mine, str(theirs)) else at or "value"
        return None if type(mine) is type(theirs) and mine == theirs else at or "value"

    def _tables(self, mine: dict[str, Any], theirs: dict[str, Any], at: str, *, part: bool) -> str | None:
        for name in mine if not part else ():
            if self.their_name(name) not in theirs:
                return f"{at}/{name}"
        called = {self.their_name(name): name for name in mine}
        for name, value in theirs.items():
            if name not in called:
                return f"{at}/{name}"
            if found := self._differs(mine[called[name]], value, f"{at}/{name}", part=part):
                return found
        return None

    def _lists(self, mine: Any, theirs: Any, at: str, *, part: bool) -> str | None:
        if len(mine) != len(theirs):
            return at or "value"
        for place, (one, other) in enumerate(zip(mine, theirs, strict=True)):
            if found := self._differs(one, other, f"{at}/{place}", part=part):
                return found
        return None

    def _same(self, mine: str, theirs: str) -> bool:
        if COMMITMENT.fullmatch(mine):
            return bool(COMMITMENT.fullmatch(theirs))  # the salt is the target's own
        if mine in self._theirs or theirs in self._mine:
            return self._theirs.get(mine) == theirs
        if MADE_ID.fullmatch(mine):
            self.learn(mine, theirs)
            return True
        return self.their_name(mine) == theirs

    def learn(self, mine: str, theirs: str) -> None:
        """Two names of one thing."""
        self._theirs[mine] = theirs
        self._mine[theirs] = mine

    def their_name(self, mine: str) -> str:
        """What the other side calls it; ids within a longer text are called by their other names, too."""
        return MADE.sub(lambda found: self._theirs.get(found[0], found[0]), mine)
