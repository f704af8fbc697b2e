"""What a log says of itself before its first event, or its reader says for it: evidence, keys, completeness, policy."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from engine.foreign.lines import Unreadable, shown
from engine.invariants.invariant import LEVELS, Level
from engine.invariants.keys import PROFILES

__all__ = ["FORMAT", "PROFILES", "VERSION", "Terms", "is_header", "terms_of"]
FORMAT, VERSION = "mashang events", 1
LOG_LEVELS = LEVELS[:-1]  # S is no evidence that a log can be


@dataclass(frozen=True, slots=True)
class Terms:
    """How a log is to be read. The defaults are those of a whole log that somebody exported."""

    level: Level | None = None
    """The most that is believed; None: as much as the lines show."""
    profile: str = "sticky"
    """What a key binds, a name of `PROFILES`."""
    complete: bool = True
    """False: a part of a log; what its lines name need not have begun in it, and what does not fit is left out."""
    dense: bool = True
    """False: numbers of events may have gaps."""
    own_ids: bool = False
    """Ids are numbered as this engine numbers them; otherwise any text is an id."""
    operated: bool = False
    """Somebody settles merchants and claims points from the sponsor, so the deadlines for it are looked at."""
    policy: dict[str, Any] | None = None
    """The policy document at the beginning, where the log states it."""


KINDS: dict[str, type] = dict.fromkeys(("complete", "dense", "own_ids", "operated"), bool)


def is_header(found: dict[str, Any]) -> bool:
    """Whether the first line of a file speaks of the log rather than of an event."""
    return "log" in found and "type" not in found


def terms_of(found: dict[str, Any], line: int = 1) -> Terms:
    """The terms that a header states. Raises Unreadable."""
    if found["log"] != FORMAT or found.get("version") != VERSION:
        raise Unreadable(line, "version", found=shown(f"{found['log']} {found.get('version')}"))
    known = {each.name for each in fields(Terms)}
    said = {name: value for name, value in found.items() if name not in ("log", "version")}
    if strange := sorted(said.keys() - known):
        raise Unreadable(line, "unknown_term", name=shown(strange[0]))
    for name, value in said.items():
        if not _fits(name, value):
            raise Unreadable(line, "bad_term", name=name, found=shown(value))
    return replace(Terms(), **said)


def _fits(name: str, value: object) -> bool:
    if name == "level":
        return value is None or (isinstance(value, str) and value in LOG_LEVELS)
    if name == "profile":
        return isinstance(value, str) and value in PROFILES
    if name == "policy":
        return value is None or isinstance(value, dict)
    return type(value) is KINDS[name]
