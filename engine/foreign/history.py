"""The shortest part of a log that shows a violation: the history of who and what it names, or the prefix up to it.

The history of an entity is every line that names it, none left out: a balance of which half the movements are missing
would show anything. First those of the event's own things and persons, then of everybody that it names, places and
merchants too; the first history that breaks the same invariant when it is checked by itself is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.foreign.checker import Checker
from engine.foreign.entry import Entry, entries
from engine.foreign.lines import Line, Unreadable, object_of
from engine.foreign.mapping import Mapping
from engine.foreign.numbering import FROM_OUTSIDE, TOLD, shapes
from engine.foreign.terms import FORMAT, VERSION, Terms
from engine.foreign.verdict import Found
from engine.kernel.event import EVENTS
from engine.policy import Policy

PLACES = FROM_OUTSIDE - {"per"}  # what very many lines name
MOST_LINES = 5_000
LINES_BEFORE = 20  # rejections have no number; some line before them has
BY_KEY = {"H03", "H04"}
BY_ABSENCE = "T01"
BY_PLACE = {"H01", "T03"}
NAMED = re.compile(TOLD.pattern)


@dataclass(slots=True)
class History:
    """Lines that may show one violation; `all` and `own` by what they name."""

    found: Found
    ids: tuple[frozenset[bytes], frozenset[bytes]]  # own, all
    own: list[Line] = field(default_factory=list)
    all: list[Line] = field(default_factory=list)

    def see(self, line: Line) -> None:
        """One line of the log, in their order."""
        if line.number > self.found.line:
            return
        mine = self.found.first_line <= line.number
        if self.found.violation.id in BY_PLACE:
            if line.number >= self.found.first_line - LINES_BEFORE:
                self.own.append(line)
            return
        for wanted, kept in zip(self.ids, (self.own, self.all), strict=True):
            if len(kept) <= MOST_LINES and (mine or any(each in line.raw for each in wanted)):
                kept.append(line)


def history_of(found: Found, mapping: Mapping | None) -> History:
    """What to look for: ids of the violation's line, and those that it names."""
    own: set[str] = set()
    everybody: set[str] = {each[0] for each in NAMED.finditer(found.violation.detail)}
    entry = _entry(found, mapping)
    if entry is not None and found.violation.id in BY_KEY:
        own.add(entry.key)
    elif entry is not None and entry.type in EVENTS:
        own.add(entry.entity or "")
        kind: Any = EVENTS[entry.type]
        for name, shape in shapes(kind):
            for prefix, text in _texts(shape, entry.fields.get(name)):
                (everybody if prefix in PLACES else own).add(text)
    own |= {each for each in everybody if each.partition("_")[0] not in PLACES}
    return History(found, (_quoted(own), _quoted(own | everybody)))


def _entry(found: Found, mapping: Mapping | None) -> Entry | None:
    try:
        return next(entries([Line(max(found.line, 2), found.raw)], mapping), None) if found.raw else None
    except Unreadable:
        return None


def _texts(shape: Any, value: Any) -> list[tuple[str, str]]:
    """Ids within a field, each with its prefix."""
    if isinstance(shape, str):
        return [(shape, value)] if isinstance(value, str) else []
    if isinstance(shape, list):
        return [each for one in value or [] for each in _texts(shape[0], one)]
    parts = value if isinstance(value, list) else []
    return [each for place, part in shape.items() if place < len(parts) for each in _texts(part, parts[place])]


def _quoted(ids: Iterable[str]) -> frozenset[bytes]:
    """As they stand in a line: a value of its own, or the owner of an account or an actor."""
    return frozenset(start + each.encode() + b'"' for each in ids if each for start in (b'"', b":"))


def header(terms: Terms, policy: Policy) -> dict[str, Any]:
    """The header line that lets a part of a log be checked by itself."""
    said: dict[str, Any] = {"log": FORMAT, "version": VERSION, "profile": terms.profile}
    for name in ("level", "operated"):
        if getattr(terms, name):
            said[name] = getattr(terms, name)
    for name in ("complete", "dense"):
        if not getattr(terms, name):
            said[name] = False
    if terms.own_ids:
        said["own_ids"] = True
    if policy != Policy():
        said["policy"] = policy.document()
    return said


def part_terms(terms: Terms, name: str) -> Terms:
    """The terms of a history: it is a part, and a violation of numbers keeps its numbers.

    What never was (T01) shows only in what is taken as whole: all lines that name it are there.
    """
    return replace(terms, complete=name == BY_ABSENCE, dense=name in BY_PLACE, own_ids=False, policy=None)


def shows(part: Sequence[Line], name: str, given: tuple[Policy, Terms, Mapping | None]) -> bool:
    """Whether a part of a log breaks an invariant by itself, at its last record or after it."""
    policy, terms, mapping = given
    if not part or len(part) > MOST_LINES:
        return False
    checker = Checker(policy, part_terms(terms, name))
    try:
        verdict = checker.check(entries(part[1:] if _begins(part[0]) else part, mapping))
    except Unreadable:
        return False
    last = part[-1].number
    return any(each.violation.id == name and (name != BY_ABSENCE or each.line == last) for each in verdict.found)


def _begins(line: Line) -> bool:
    return line.number == 1 and "log" in object_of(line) and "type" not in object_of(line)


def shortest(history: History, given: tuple[Policy, Terms, Mapping | None]) -> list[Line] | None:
    """The first history that shows the violation by itself; None if only the whole prefix does."""
    name = history.found.violation.id
    return next((part for part in (history.own, history.all) if shows(part, name, given)), None)
